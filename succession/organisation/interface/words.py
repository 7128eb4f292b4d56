"""Translated words of templates. Messages stand literally in templates, so they are markup; what is put into them is not."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from succession.organisation.interface.markup import Markup, escape, made


def say(message: str, **values: Any) -> Markup:
    """The message in the reader's language, each value escaped and put where `%(name)s` stands."""
    if not values:
        return _said(message, get_language())
    return made(gettext(message) % {name: escape(value) for name, value in values.items()})


@lru_cache(maxsize=4096)
def _said(message: str, _language: str | None) -> Markup:
    """The same words stand on every page; the language is part of what is remembered."""
    return made(gettext(message))


def say_plural(one: str, many: str, number: int, **values: Any) -> Markup:
    """As `say`, for one or many; the number itself is `%(n)s` unless it is given in another form."""
    values.setdefault("n", number)
    return made(ngettext(one, many, number) % {name: escape(value) for name, value in values.items()})
