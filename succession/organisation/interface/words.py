"""Translated words of templates. Messages stand literally in templates, so they are markup; what is put into them is not."""

from typing import Any

from django.utils.translation import gettext, ngettext

from succession.organisation.interface.markup import Markup, escape, made


def say(message: str, **values: Any) -> Markup:
    """The message in the reader's language, each value escaped and put where `%(name)s` stands."""
    text = gettext(message)
    return made(text % {name: escape(value) for name, value in values.items()} if values else text)


def say_plural(one: str, many: str, number: int, **values: Any) -> Markup:
    """As `say`, for one or many; the number itself is `%(n)s` unless it is given in another form."""
    values.setdefault("n", number)
    return made(ngettext(one, many, number) % {name: escape(value) for name, value in values.items()})
