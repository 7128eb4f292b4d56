"""The drawings as templates use them: they add the spoken words, the drawing itself is made in `organisation.drawings`."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from succession.organisation.drawings import fit, marks, seats, slots, timelines
from succession.organisation.interface.markup import Markup, escape, made

SEAT_WORDS = {
    "covered": lambda: _("covered"),
    "shared": lambda: _("shared: named, but no distinct person is left"),
    "not_counted": lambda: _("not counted"),
    "nobody": lambda: _("nobody"),
}
SLOT_LEGEND = (
    ("now", lambda: _("Ready now")),
    ("mid", lambda: _("1–3 years")),
    ("far", lambda: _("4–5 years")),
    ("struck", lambda: _("Not counted")),
    ("empty", lambda: _("Empty")),
    ("over", lambda: _("Over 1:3")),
)


def slot_meter(
    seats: int, capacity: int, now: int = 0, mid: int = 0, far: int = 0, struck: int = 0, label: str = ""
) -> Markup:
    """Slots of some seats, best readiness first. `capacity` is how many slots there are in all."""
    drawing = slots.Slots(seats or 0, capacity or 0, now or 0, mid or 0, far or 0, struck or 0)
    return _spoken_meter(drawing, label, get_language())


@lru_cache(maxsize=2048)
def _spoken_meter(drawing: slots.Slots, label: str, _language: str | None) -> Markup:
    """Long lists show the same few meters again and again, in the same words."""
    return made(slots.slot_meter(drawing, label=label or _slots_spoken(drawing)))


def slot_legend(*states: str) -> Markup:
    """The key to the slot meter; without names all of it but "over"."""
    return _slot_legend(states or ("now", "mid", "far", "struck", "empty"), get_language())


@lru_cache(maxsize=64)
def _slot_legend(shown: tuple[str, ...], _language: str | None) -> Markup:
    keys = "".join(
        f"<span>{slots.slot_key(state)}{escape(word())}</span>" for state, word in SLOT_LEGEND if state in shown
    )
    return made(f'<span class="legend">{keys}</span>')


def seat_cell(state: str) -> Markup:
    return made(seats.seat_cell(state))


def seat_word(state: str) -> str:
    """What a cell of the seat strip says in words."""
    return SEAT_WORDS[state]()


class SlotShown(NamedTuple):
    """A slot with someone in it, or none: state now, mid, far, struck, over, empty. elsewhere: drawn solid on another seat."""

    state: str
    url: str = ""
    name: str = ""
    initials: str = ""
    why: str = ""
    elsewhere: bool = False


def seat_slots(seats: Iterable[Iterable[SlotShown]]) -> Markup:
    """Slots with people in them, seat by seat."""
    groups = [f'<span class="seatgrp">{"".join([_slot(*slot) for slot in slots])}</span>' for slots in seats]
    return made(f'<span class="seats">{"".join(groups)}</span>')


def _slot(state: str, url: str, name: str, initials: str, why: str, elsewhere: bool) -> str:
    if state == "empty":
        return _empty_slot(escape(url))
    title = f"{escape(name)}, {escape(why)}" if why else escape(name)
    said = f"{title}, {_words_of_slots(get_language())[3]}" if elsewhere else title
    inside = f'<span aria-hidden="true">{escape(initials)}</span><span class="visually-hidden">{said}</span>'
    css = f"slb {escape(state)}{' elsewhere' if elsewhere else ''}"
    if url:
        return f'<a class="{css}" href="{escape(url)}" title="{title}">{inside}</a>'
    return f'<span class="{css}" title="{title}">{inside}</span>'


def _empty_slot(url: Markup) -> str:
    empty, title, said, _elsewhere = _words_of_slots(get_language())
    if not url:
        return f'<span class="slb empty" title="{empty}"><span class="visually-hidden">{empty}</span></span>'
    inside = f'<span aria-hidden="true">+</span><span class="visually-hidden">{said}</span>'
    return f'<a class="slb empty" href="{url}" title="{title}">{inside}</a>'


@lru_cache(maxsize=16)
def _words_of_slots(_language: str | None) -> tuple[Markup, ...]:
    """What an empty slot is called: where it leads nowhere, where it does, and at length; what is said of a second name."""
    words = _("Empty slot"), _("Who could stand here"), _("Empty slot: who could stand here"), _("also named elsewhere")
    return tuple(map(escape, words))


@lru_cache(maxsize=1024)
def bar(value: float, total: float, fill: str = "brand", height: int = 10, label: str = "") -> Markup:
    """A share of a whole: fill now, mid, far, line, brand, red, orange, amber, violet."""
    return made(seats.bar(value or 0, total or 0, fill=f"f-{fill}", height=height, label=label))


def stacked_bar(parts: Iterable[tuple[float, str]], height: int = 12, label: str = "") -> Markup:
    """Parts of a whole: (value, fill) pairs."""
    return made(seats.stacked_bar([(value, f"f-{fill}") for value, fill in parts], height=height, label=label))


def dots(value: int | None, of: int = 5) -> Markup:
    spoken = _("%(value)s of %(of)s") % {"value": value or 0, "of": of}
    return made(seats.dots(value or 0, of, label=spoken))


def fit_strip(requirements: Iterable[Mapping[str, object]], width: int = 120, height: int = 26) -> Markup:
    """Requirements as mappings: weight, required, level, must. Print the percentage beside it."""
    return made(fit.fit_strip(_requirements(requirements), width=width, height=height))


def level_bar(level: float | None, required: float, must: bool = False, width: int = 120) -> Markup:
    return made(fit.level_bar(fit.Requirement(1, required, level, must), width=width))


def evidence_line(
    level: float | None, required: float, ratings: Iterable[tuple[str, float]] = (), must: bool = False
) -> Markup:
    """Ratings as (instrument, value): centre, feedback, interview, review, test. Print the level beside it."""
    marked = [fit.Rating(instrument, value) for instrument, value in ratings]
    return made(fit.evidence_line(fit.Requirement(1, required, level, must), marked))


def evidence_key(instrument: str) -> Markup:
    """The mark of an instrument, for the key beside evidence lines."""
    return made(fit.evidence_key(instrument))


def lane(
    at: float, stroke: str = "now", label: str = "", ticks: Sequence[tuple[float, str]] = (), height: int = 40
) -> Markup:
    """A line until a moment between 0 and 1: stroke now, orange or red."""
    return made(timelines.lane(at, stroke=f"k-{stroke}", label=label, ticks=_ticks(ticks), height=height))


def lane_axis(ticks: Sequence[tuple[float, str]]) -> Markup:
    return made(timelines.lane_axis(_ticks(ticks)))


def time_line(
    spans: Iterable[Mapping[str, object]],
    ticks: Sequence[tuple[float, str]] = (),
    events: Sequence[tuple[float, str]] = (),
    now: float | None = None,
    label: str = "",
) -> Markup:
    """Spans as mappings: start, end, label, fill (line, now, orange), expected; all places between 0 and 1."""
    drawn_spans = [timelines.Span(**{**span, "fill": f"f-{span.get('fill', 'line')}"}) for span in spans]  # type: ignore[arg-type]
    return made(timelines.time_line(drawn_spans, events=_ticks(events), ticks=_ticks(ticks), now=now, label=label))


def sparkline(values: Sequence[float], width: int = 170, height: int = 34, label: str = "") -> Markup:
    return made(timelines.sparkline(list(values), width=width, height=height, label=label))


def readiness_disc(tier: str) -> Markup:
    return made(marks.readiness_disc(tier or ""))


def risk_mark(level: str) -> Markup:
    return made(marks.risk_mark(level))


def freshness_bar(age: float, half_life: float) -> Markup:
    return made(marks.freshness_bar(age, half_life))


def brand_sign() -> Markup:
    return made(marks.brand_sign())


def _slots_spoken(drawing: slots.Slots) -> str:
    slots_said = ngettext(
        "%(filled)s of %(capacity)s slot filled", "%(filled)s of %(capacity)s slots filled", drawing.capacity
    )
    seats_said = ngettext("%(seats)s seat", "%(seats)s seats", drawing.seats)
    spoken = f"{slots_said}, {seats_said}" % {
        "filled": drawing.filled,
        "capacity": drawing.capacity,
        "seats": drawing.seats,
    }
    if drawing.struck:
        spoken += _(", %(people)s not counted") % {"people": drawing.struck}
    return spoken


def _requirements(rows: Iterable[Mapping[str, object]]) -> list[fit.Requirement]:
    return [fit.Requirement(**row) for row in rows]  # type: ignore[arg-type]


def _ticks(pairs: Iterable[tuple[float, str]]) -> list[timelines.Tick]:
    return [timelines.Tick(at, str(label)) for at, label in pairs]


PICTURES = (
    slot_meter,
    slot_legend,
    seat_cell,
    seat_word,
    seat_slots,
    bar,
    stacked_bar,
    dots,
    fit_strip,
    level_bar,
    evidence_line,
    evidence_key,
    lane,
    lane_axis,
    time_line,
    sparkline,
    readiness_disc,
    risk_mark,
    freshness_bar,
    brand_sign,
)
