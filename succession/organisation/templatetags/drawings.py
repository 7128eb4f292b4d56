"""The drawings as template tags: they add the spoken words, the drawing itself is made in `organisation.drawings`."""

from collections.abc import Iterable, Mapping, Sequence

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from succession.organisation.drawings import fit, marks, seats, slots, timelines

register = template.Library()

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


def drawn(svg: str) -> SafeString:
    """Drawings are made of numbers and escaped words only."""
    return mark_safe(svg)  # noqa: S308 -- see above; every text passes `svg.words` or `svg.element`, which escape


@register.simple_tag
def slot_meter(
    seats: int, capacity: int, now: int = 0, mid: int = 0, far: int = 0, struck: int = 0, label: str = ""
) -> SafeString:
    """Slots of some seats, best readiness first. `capacity` is how many slots there are in all."""
    drawing = slots.Slots(seats or 0, capacity or 0, now or 0, mid or 0, far or 0, struck or 0)
    return drawn(slots.slot_meter(drawing, label=label or _slots_spoken(drawing)))


@register.simple_tag
def slot_legend(*states: str) -> SafeString:
    """The key to the slot meter; without names all of it but "over"."""
    shown = states or ("now", "mid", "far", "struck", "empty")
    pairs = [(drawn(slots.slot_key(state)), word()) for state, word in SLOT_LEGEND if state in shown]
    return SafeString(f'<span class="legend">{format_html_join("", "<span>{}{}</span>", pairs)}</span>')


@register.simple_tag
def seat_cell(state: str) -> SafeString:
    return drawn(seats.seat_cell(state))


@register.simple_tag
def seat_word(state: str) -> str:
    """What a cell of the seat strip says in words."""
    return SEAT_WORDS[state]()


@register.simple_tag
def bar(value: float, total: float, fill: str = "brand", height: int = 10, label: str = "") -> SafeString:
    """A share of a whole: fill now, mid, far, line, brand, red, orange, amber, violet."""
    return drawn(seats.bar(value or 0, total or 0, fill=f"f-{fill}", height=height, label=label))


@register.simple_tag
def stacked_bar(parts: Iterable[tuple[float, str]], height: int = 12, label: str = "") -> SafeString:
    """Parts of a whole: (value, fill) pairs."""
    return drawn(seats.stacked_bar([(value, f"f-{fill}") for value, fill in parts], height=height, label=label))


@register.simple_tag
def dots(value: int | None, of: int = 5) -> SafeString:
    spoken = _("%(value)s of %(of)s") % {"value": value or 0, "of": of}
    return drawn(seats.dots(value or 0, of, label=spoken))


@register.simple_tag
def fit_strip(requirements: Iterable[Mapping[str, object]], width: int = 120, height: int = 26) -> SafeString:
    """Requirements as mappings: weight, required, level, must. Print the percentage beside it."""
    return drawn(fit.fit_strip(_requirements(requirements), width=width, height=height))


@register.simple_tag
def level_bar(level: float | None, required: float, must: bool = False, width: int = 120) -> SafeString:
    return drawn(fit.level_bar(fit.Requirement(1, required, level, must), width=width))


@register.simple_tag
def evidence_line(
    level: float | None, required: float, ratings: Iterable[tuple[str, float]] = (), must: bool = False
) -> SafeString:
    """Ratings as (instrument, value): centre, feedback, interview, review. Print the level beside it."""
    marked = [fit.Rating(instrument, value) for instrument, value in ratings]
    return drawn(fit.evidence_line(fit.Requirement(1, required, level, must), marked))


@register.simple_tag
def lane(
    at: float, stroke: str = "now", label: str = "", ticks: Sequence[tuple[float, str]] = (), height: int = 40
) -> SafeString:
    """A line until a moment between 0 and 1: stroke now, orange or red."""
    return drawn(timelines.lane(at, stroke=f"k-{stroke}", label=label, ticks=_ticks(ticks), height=height))


@register.simple_tag
def lane_axis(ticks: Sequence[tuple[float, str]]) -> SafeString:
    return drawn(timelines.lane_axis(_ticks(ticks)))


@register.simple_tag
def time_line(
    spans: Iterable[Mapping[str, object]],
    ticks: Sequence[tuple[float, str]] = (),
    events: Sequence[tuple[float, str]] = (),
    now: float | None = None,
    label: str = "",
) -> SafeString:
    """Spans as mappings: start, end, label, fill (line, now, orange), expected; all places between 0 and 1."""
    drawn_spans = [timelines.Span(**{**span, "fill": f"f-{span.get('fill', 'line')}"}) for span in spans]  # type: ignore[arg-type]
    return drawn(timelines.time_line(drawn_spans, events=_ticks(events), ticks=_ticks(ticks), now=now, label=label))


@register.simple_tag
def sparkline(values: Sequence[float], width: int = 170, height: int = 34, label: str = "") -> SafeString:
    return drawn(timelines.sparkline(list(values), width=width, height=height, label=label))


@register.simple_tag
def readiness_disc(tier: str) -> SafeString:
    return drawn(marks.readiness_disc(tier or ""))


@register.simple_tag
def risk_mark(level: str) -> SafeString:
    return drawn(marks.risk_mark(level))


@register.simple_tag
def freshness_bar(age: float, half_life: float) -> SafeString:
    return drawn(marks.freshness_bar(age, half_life))


@register.simple_tag
def brand_sign() -> SafeString:
    return drawn(marks.brand_sign())


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
