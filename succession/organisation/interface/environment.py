"""How templates are read and what they can use. Named in the settings."""

from datetime import date, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.template.defaultfilters import floatformat
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from jinja2 import ChainableUndefined, Environment, Undefined

from succession.organisation import formats
from succession.organisation.interface import chips, forms, parts, pictures
from succession.organisation.interface.addresses import address, querystring
from succession.organisation.interface.markup import Markup, escape, made
from succession.organisation.interface.words import say, say_plural

WRITTEN = (
    formats.day,
    formats.short_day,
    formats.due_day,
    formats.in_days,
    formats.clock,
    formats.thousands,
    formats.level,
    formats.percent,
    formats.signed,
    formats.initials,
)


def environment(**options: Any) -> Environment:
    """The environment of all pages: everything is escaped, and what is not given counts as empty."""
    made_here = Environment(  # noqa: S701 -- Django's backend asks for autoescape in `options`
        **{**options, "undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True}
    )
    made_here.globals.update(
        _=say,
        plural=say_plural,
        address=address,
        querystring=querystring,
        static=lru_cache(maxsize=64)(static),
        language=get_language,
        ui=_ui(),
    )
    made_here.filters.update({write.__name__: write for write in WRITTEN})
    made_here.filters.update(
        or_dash=or_dash,
        default_if_none=or_nothing,
        date=dated,
        floatformat=floatformat,
        shortened=shortened,
        lines=lines,
    )
    made_here.tests["none"] = is_nothing
    return made_here


def or_dash(value: object) -> object:
    return formats.DASH if is_nothing(value) or value == "" else value


def or_nothing(value: object, instead: object = "") -> object:
    return instead if is_nothing(value) else value


def is_nothing(value: object) -> bool:
    """None, or not given."""
    return value is None or isinstance(value, Undefined)


def dated(value: date | datetime | None, pattern: str) -> str:
    """A date in Django's notation of patterns."""
    return date_format(value, pattern) if value else ""


def shortened(value: object, most: int) -> str:
    """At most so many characters, the last an ellipsis if some had to go."""
    text = str(value)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def lines(value: object) -> Markup:
    """Text with its line breaks kept."""
    return made("<br>".join(escape(line) for line in str(value).splitlines()))


def _ui() -> SimpleNamespace:
    """Marks, pictures and components under one name, so that a variable called `icon` stands in nobody's way."""
    return SimpleNamespace(
        part=parts.part,
        fragment=parts.fragment,
        kept=parts.kept,
        once_token=forms.once_token,
        choices_of=forms.choices_of,
        today=timezone.localdate,
        **{mark.__name__: mark for mark in (*chips.MARKS, *pictures.PICTURES)},
    )
