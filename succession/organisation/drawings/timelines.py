"""Time drawn from left to right: lanes until a date, spans and marks on an axis, a small trend."""

from collections.abc import Sequence
from dataclasses import dataclass

from succession.organisation.drawings.svg import drawing, element, percent, wide_drawing, words

LABEL_TURNS_AT = 0.72


@dataclass(frozen=True)
class Tick:
    """A named place on the axis; `at` runs from 0 to 1."""

    at: float
    label: str


@dataclass(frozen=True)
class Span:
    """A stretch of time with a name and a fill; an open one is outlined."""

    start: float
    end: float
    label: str = ""
    fill: str = "f-line"
    expected: bool = False


def lane(at: float, *, stroke: str = "k-now", label: str = "", ticks: Sequence[Tick] = (), height: int = 40) -> str:
    """A line from now to a moment, with its label at the free side."""
    middle = height / 2
    shapes = [_grid(tick, height) for tick in ticks]
    shapes.append(
        element(
            "line", x1="0%", x2=percent(at), y1=middle, y2=middle, class_=stroke, stroke_width=2, stroke_linecap="round"
        )
    )
    shapes.append(element("circle", cx=percent(at), cy=middle, r=5.5, class_=f"f-surface {stroke}", stroke_width=2.5))
    if label and at < LABEL_TURNS_AT:
        shapes.append(words(label, x=percent(at), dx=11, y=middle + 4, class_="f-t2 halo"))
    elif label:
        shapes.append(words(label, x=percent(at), dx=6, y=middle - 9, text_anchor="end", class_="f-t2 halo"))
    return wide_drawing(*shapes, height=height)


def lane_axis(ticks: Sequence[Tick]) -> str:
    return wide_drawing(
        *(words(tick.label, x=percent(tick.at), dx=3, y=13, class_="f-t3") for tick in ticks), height=20
    )


def time_line(
    spans: Sequence[Span],
    *,
    events: Sequence[Tick] = (),
    ticks: Sequence[Tick] = (),
    now: float | None = None,
    label: str = "",
) -> str:
    """Who or what held when, marks below, years at the foot, a line for today."""
    foot = 98 if events else 58
    shapes = [
        _grid(tick, foot) + words(tick.label, x=percent(tick.at), dx=3, y=foot + 15, class_="f-t3") for tick in ticks
    ]
    for span in spans:
        shapes += _span(span)
    for event in events:
        anchor = (
            "end"
            if event.at > 1 - (1 - LABEL_TURNS_AT) / 2
            else "start"
            if event.at < (1 - LABEL_TURNS_AT) / 2
            else "middle"
        )
        shapes.append(element("circle", cx=percent(event.at), cy=64, r=4, class_="f-t3"))
        shapes.append(words(event.label, x=percent(event.at), y=82, text_anchor=anchor, class_="f-t2 halo"))
    if now is not None:
        shapes.append(
            element("line", x1=percent(now), x2=percent(now), y1=4, y2=foot, class_="k-brand", stroke_width=1.5)
        )
        shapes.append(element("circle", cx=percent(now), cy=5, r=4.5, class_="f-brand"))
    return wide_drawing(*shapes, height=foot + 20, label=label)


def _span(span: Span) -> list[str]:
    width = max(span.end - span.start, 0.002)
    look = (
        {"class_": "f-none k-now", "stroke_dasharray": "3 3"}
        if span.expected
        else {"class_": f"{span.fill} k-surface", "stroke_width": 1.5}
    )
    shapes = [element("rect", x=percent(span.start), y=14, width=percent(width), height=26, rx=5, **look)]
    if span.label:
        ink = "f-on-now" if span.fill == "f-now" and not span.expected else "f-ink"
        # A nested svg cuts a name that is longer than its span.
        shapes.append(
            element(
                "svg",
                words(span.label, x=9, y=17, class_=f"{ink} strong"),
                x=percent(span.start),
                y=14,
                width=percent(width),
                height=26,
                overflow="hidden",
            )
        )
    return shapes


def _grid(tick: Tick, height: float) -> str:
    return element("line", x1=percent(tick.at), x2=percent(tick.at), y1=0, y2=height, class_="k-line")


def sparkline(values: Sequence[float], *, width: int = 170, height: int = 34, label: str = "") -> str:
    """A trend without axes; the last value has a dot. Nothing is drawn of fewer than two values."""
    if len(values) < 2:  # noqa: PLR2004
        return ""
    low, high = min(values), max(values)
    reach = (high - low) or 1
    edge = 5
    points = [
        (
            edge + (width - 2 * edge) * index / (len(values) - 1),
            height - edge - (height - 2 * edge) * (value - low) / reach,
        )
        for index, value in enumerate(values)
    ]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    x, y = points[-1]
    return drawing(
        element("path", d=path, class_="f-none k-now", stroke_width=1.75, stroke_linejoin="round"),
        element("circle", cx=x, cy=y, r=3, class_="f-now"),
        width=width,
        height=height,
        label=label,
    )
