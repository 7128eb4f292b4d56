"""What forms carry besides their fields."""

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from succession.organisation.interface.markup import Markup, escape, made
from succession.organisation.once import FIELD, new_token


@pass_context
def once_token(context: Context) -> Markup:
    """A hidden field by which a form sent twice is known (see `once_per_form`).

    A form that came back with errors keeps its token: what it asks for is still the same thing.
    """
    request = context.get("request")
    sent = request.POST.get(FIELD, "") if request else ""
    return made(f'<input type="hidden" name="{FIELD}" value="{escape(sent or new_token())}">')


def choices_of(field: Any) -> list[tuple[str, str, bool]]:
    """The choices of a bound select field as (value, label, chosen), for the filter bar."""
    chosen = str(field.value() or "")
    return [(str(value), str(label), str(value) == chosen) for value, label in field.field.choices]
