"""Who may enter a group of pages at all; what they find inside is the matter of `visible_to`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from .access import access_of

View = Callable[..., HttpResponse]


def readers_only(view: View) -> View:
    """For those who read succession somewhere: HR, heads, committee, auditors. To all others the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access_of(request.user).reads_succession:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)


def readers_of_people_only(view: View) -> View:
    """For those who see candidates: HR, heads, auditors. To all others the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access_of(request.user).sees_candidates:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)


def hr_only(view: View) -> View:
    """For acts of HR: those who read are told that they may not, to all others the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access = access_of(request.user)
        if not access.reads_succession:
            raise Http404
        if not access.is_hr:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)
