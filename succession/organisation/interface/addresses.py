"""Addresses of pages. Long lists name the same page in every row, so its pattern is worked out once."""

from functools import lru_cache
from typing import Any

from django.urls import reverse
from jinja2 import pass_context
from jinja2.runtime import Context

# Stand for the numbers of a pattern while it is worked out; no name of a route holds them.
_PLACES = (90000000001, 90000000002, 90000000003)


def address(name: str, *arguments: Any) -> str:
    """The address of a page by its name. Raises `NoReverseMatch` as `reverse` does."""
    if all(type(argument) is int for argument in arguments) and len(arguments) <= len(_PLACES):
        return pattern(name, len(arguments)) % arguments
    return reverse(name, args=arguments)


@lru_cache(maxsize=512)
def pattern(name: str, places: int = 1) -> str:
    """The address of a page with `%d` for each of its numbers: for the rows of long lists."""
    found = reverse(name, args=_PLACES[:places]).replace("%", "%%")
    for place in _PLACES[:places]:
        found = found.replace(str(place), "%d")
    return found


@pass_context
def querystring(context: Context, **changes: Any) -> str:
    """The query of this page with some of it changed; None takes a part out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"
