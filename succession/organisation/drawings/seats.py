"""Seats and bars: the seat strip's cells, the ladder from names to different people, plain bars."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

from succession.organisation.drawings.svg import drawing, element, percent, wide_drawing

CELL = 20


@lru_cache(maxsize=8)
def seat_cell(state: str) -> str:
    """One authorised seat: covered, shared, not_counted or nobody."""
    box = {"x": 0.75, "y": 0.75, "width": CELL - 1.5, "height": CELL - 1.5, "rx": 3.5}
    if state == "covered":
        shapes = [element("rect", x=0, y=0, width=CELL, height=CELL, rx=4, class_="f-now")]
    elif state == "shared":
        stripes = "M2.5 9 9 2.5M2.5 15 15 2.5M5 18 18 5M11 18 18 11"
        shapes = [
            element("rect", **box, class_="f-none k-orange", stroke_width=1.5),
            element("path", d=stripes, class_="f-none k-orange", stroke_width=2),
        ]
    elif state == "not_counted":
        shapes = [
            element("rect", **box, class_="f-none k-t3", stroke_width=1.5),
            element("circle", cx=CELL / 2, cy=CELL / 2, r=2.4, class_="f-t3"),
        ]
    else:
        shapes = [element("rect", **box, class_="f-none k-red", stroke_width=1.5, stroke_dasharray="2.5 2.5")]
    return drawing(*shapes, width=CELL, height=CELL)


@lru_cache(maxsize=2048)
def bar(value: float, total: float, *, fill: str = "f-brand", height: int = 10, label: str = "") -> str:
    """A share of a whole. A share of nothing is an empty track."""
    share = min(max(value / total, 0.0), 1.0) if total else 0.0
    shapes = [element("rect", x=0, y=0, width="100%", height=height, rx=min(3, height / 2), class_="f-track")]
    if share:
        shapes.append(
            element("rect", x=0, y=0, width=percent(share), height=height, rx=min(3, height / 2), class_=fill)
        )
    return wide_drawing(*shapes, height=height, label=label)


def stacked_bar(parts: Sequence[tuple[float, str]], *, height: int = 12, label: str = "") -> str:
    """Parts of a whole side by side: (value, fill class), a thin gap between them."""
    return _stacked(tuple(parts), height, label)


@lru_cache(maxsize=4096)
def _stacked(parts: tuple[tuple[float, str], ...], height: int, label: str) -> str:
    """Long lists draw one in each row, so its pieces are written out rather than put together."""
    total = sum(value for value, _ in parts)
    shapes = [] if total else [element("rect", x=0, y=0, width="100%", height=height, rx=3, class_="f-track")]
    start = 0.0
    for value, fill in parts:
        if value > 0:
            x, width = percent(start / total), percent(value / total)
            shapes.append(
                f'<rect x="{x}" y="0" width="{width}" height="{height}" class="{escape(fill)} k-surface" stroke-width="1.5"/>'
            )
        start += value
    return wide_drawing(*shapes, height=height, label=label)


def dots(value: int, of: int = 5, *, label: str = "") -> str:
    """A rating as filled squares."""
    shapes = [
        element("rect", x=index * 11, y=0, width=9, height=9, rx=2, class_="f-now" if index < value else "f-track")
        for index in range(of)
    ]
    return drawing(*shapes, width=of * 11 - 2, height=9, label=label)
