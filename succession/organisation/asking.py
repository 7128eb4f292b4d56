"""A question before an act: shown as a dialog or a page of its own, answered by doing it or by saying why not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from .errors import Invalid, Refusal


@dataclass
class Asked:
    """What is asked, and where it leads. `effects`: rows for the consequence table, told before the click.

    `is_first`: the question came by POST (a selection), so nothing is done yet.
    """

    request: HttpRequest
    form: Form
    title: str | Promise
    submit: str | Promise
    back: str
    crumbs: list[dict[str, Any]]
    why: str | Promise = ""
    destructive: bool = False
    effects: list[dict[str, Any]] = field(default_factory=list)
    hidden: list[tuple[str, Any]] = field(default_factory=list)
    is_first: bool = False

    def answer(self, do: Callable[[dict[str, Any]], Any], *, done: str) -> HttpResponse:
        """Do it with what the form says: 422 for what was given wrongly, 409 where the state of things forbids it."""
        if self.request.method != "POST" or self.is_first:
            return self._show(200)
        if not self.form.is_valid():
            return self._show(422)
        try:
            do(self.form.cleaned_data)
        except Invalid as refusal:
            self.form.add_error(refusal.field if refusal.field in self.form.fields else None, str(refusal))
            return self._show(422)
        except Refusal as refusal:
            return self._show(409, conflict=str(refusal))
        messages.success(self.request, done)
        if self.request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": self.back})
        return redirect(self.back)

    def _show(self, status: int, *, conflict: str = "") -> HttpResponse:
        template = "asking/_dialog.html" if self.request.headers.get("HX-Request") else "asking/page.html"
        context = {
            "asked": self,
            "form": self.form,
            "conflict": conflict,
            "action": self.request.get_full_path(),
            "crumbs": [*self.crumbs, {"label": self.title}],
        }
        return render(self.request, template, context, status=status)
