"""How well a person matches a profile: the fit strip, one level against its requirement, one evidence line."""

from collections.abc import Sequence
from dataclasses import dataclass

from succession.organisation.drawings.svg import drawing, element, percent, wide_drawing

SCALE_LOW, SCALE_HIGH = 1, 5


@dataclass(frozen=True)
class Requirement:
    """A competency a profile asks for, and the level found; None is unrated."""

    weight: float
    required: float
    level: float | None
    must: bool = False

    @property
    def met(self) -> float:
        return min((self.level or 0.0) / self.required, 1.0) if self.required else 1.0

    @property
    def fill(self) -> str:
        if self.met >= 1:
            return "f-now"
        return "f-must" if self.must else "f-mid"


@dataclass(frozen=True)
class Rating:
    """One instrument's rating: centre, feedback (360°), interview, review or test."""

    instrument: str
    value: float


def fit_strip(requirements: Sequence[Requirement], *, width: int = 120, height: int = 26) -> str:
    """Column width is weight times required level, height the share met: the filled area is the fit."""
    whole = sum(item.weight * item.required for item in requirements)
    if not whole:
        return ""
    gap = 1.5
    room = width - gap * (len(requirements) - 1)
    shapes = []
    x = 0.0
    for item in requirements:
        column = room * item.weight * item.required / whole
        shapes += _column(item, x, column, height)
        x += column + gap
    return drawing(*shapes, width=width, height=height)


def _column(item: Requirement, x: float, width: float, height: int) -> list[str]:
    if item.level is None:
        return [
            element(
                "rect",
                x=x + 0.5,
                y=0.5,
                width=max(width - 1, 0.5),
                height=height - 1,
                rx=1.5,
                class_="f-none k-line3",
                stroke_dasharray="2 2",
            )
        ]
    track = element("rect", x=x, y=0, width=width, height=height, rx=1.5, class_="f-track")
    met = height * item.met
    return [track, element("rect", x=x, y=height - met, width=width, height=met, rx=1.5, class_=item.fill)]


def level_bar(item: Requirement, *, width: int = 120) -> str:
    """A level from 0 to 5 in segments, the required level marked."""
    step, height = width / SCALE_HIGH, 8
    shapes = [
        element("rect", x=index * step, y=3, width=step - 2, height=height, rx=2, class_="f-track")
        for index in range(SCALE_HIGH)
    ]
    for index in range(SCALE_HIGH):
        filled = min(max((item.level or 0) - index, 0), 1)
        if filled:
            shapes.append(
                element("rect", x=index * step, y=3, width=(step - 2) * filled, height=height, rx=2, class_=item.fill)
            )
    shapes.append(element("rect", x=item.required * step - 2, y=0, width=2, height=14, class_="f-ink"))
    return drawing(*shapes, width=width, height=14)


def evidence_line(item: Requirement, ratings: Sequence[Rating] = ()) -> str:
    """The 1-5 axis: small marks are ratings, the large dot the derived level, the tick what is required, thick the gap.

    Nothing is required where `required` is 0.
    """
    middle = 13
    shapes = [element("line", x1=_at(SCALE_LOW), x2=_at(SCALE_HIGH), y1=middle, y2=middle, class_="k-line2")]
    shapes += [
        element("line", x1=_at(v), x2=_at(v), y1=10, y2=16, class_="k-line2") for v in range(SCALE_LOW, SCALE_HIGH + 1)
    ]
    if item.level is not None and item.level < item.required:
        gap = "k-must" if item.must else "k-amber"
        shapes.append(
            element(
                "line",
                x1=_at(item.level),
                x2=_at(item.required),
                y1=middle,
                y2=middle,
                class_=gap,
                stroke_width=5,
                opacity=0.55,
            )
        )
    if item.required:
        shapes.append(
            element("line", x1=_at(item.required), x2=_at(item.required), y1=3, y2=23, class_="k-ink", stroke_width=2)
        )
    shapes += [_mark(rating, middle) for rating in ratings]
    if item.level is not None:
        shapes.append(
            element("circle", cx=_at(item.level), cy=middle, r=6, class_=f"{item.fill} k-surface", stroke_width=1.5)
        )
    return wide_drawing(*shapes, height=26)


def _at(level: float) -> str:
    return percent(0.03 + 0.94 * (level - SCALE_LOW) / (SCALE_HIGH - SCALE_LOW))


MARKS = {
    "centre": element("rect", x=-4, y=-4, width=8, height=8, rx=1, class_="f-surface k-t3", stroke_width=1.4),
    "feedback": element("circle", cx=0, cy=0, r=4, class_="f-surface k-t3", stroke_width=1.4),
    "interview": element("path", d="M0 -5 5 4 -5 4Z", class_="f-surface k-t3", stroke_width=1.4),
    "review": element("path", d="M0 -5 5 0 0 5 -5 0Z", class_="f-surface k-t3", stroke_width=1.4),
    "test": element("path", d="M-5 -4 5 -4 0 5Z", class_="f-surface k-t3", stroke_width=1.4),
}


def evidence_key(instrument: str) -> str:
    """The mark of an instrument by itself, for the key beside evidence lines."""
    return drawing(element("svg", MARKS[instrument], x=7, y=7, overflow="visible"), width=14, height=14)


def _mark(rating: Rating, middle: int) -> str:
    return element("svg", MARKS[rating.instrument], x=_at(rating.value), y=middle, overflow="visible")
