"""Translated words of templates. Messages stand literally in templates, so they are markup; what is put into them is not."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from succession.organisation.interface.markup import Markup, escape, made


def say(message: str, **values: Any) -> Markup:
    """The message in the reader's language, each value escaped and put where `%(name)s` stands."""
    return words_in(get_language())["_"](message, **values)


def say_plural(one: str, many: str, number: int, **values: Any) -> Markup:
    """As `say`, for one or many; the number itself is `%(n)s` unless it is given in another form."""
    return words_in(get_language())["plural"](one, many, number, **values)


@lru_cache(maxsize=16)
def words_in(language: str | None) -> dict[str, Callable[..., Markup]]:
    """Both for a page in this language: it says so much that asking for the language each time would show."""

    def said(message: str, **values: Any) -> Markup:
        return _put(_said(message, language), values)

    def counted(one: str, many: str, number: int, **values: Any) -> Markup:
        return _put(_counted(one, many, number, language), {"n": number} | values)

    return {"_": said, "plural": counted}


def _put(said: Markup, values: dict[str, Any]) -> Markup:
    if not values:
        return said
    return made(str.__mod__(said, {name: escape(value) for name, value in values.items()}))


# The same words stand on every page; the language is part of what is remembered.
@lru_cache(maxsize=4096)
def _said(message: str, _language: str | None) -> Markup:
    return made(gettext(message))


@lru_cache(maxsize=4096)
def _counted(one: str, many: str, number: int, _language: str | None) -> Markup:
    return made(ngettext(one, many, number))
