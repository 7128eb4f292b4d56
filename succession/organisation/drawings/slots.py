"""The slot meter: how far each seat has its first, second and third successor."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from succession.organisation.drawings.svg import drawing, element, percent, wide_drawing

RANKS_FROM_SEATS = 4
BARS_FROM_SEATS = 60
RANKS_WIDTH = 240
ROUND_FROM = 9
# In a dense meter the corners would be most of what is sent, and nobody sees them.
CORNERS_FROM = 12
SLOT_CLASS = {
    "now": "f-now",
    "mid": "f-mid",
    "far": "f-far",
    "struck": "f-none k-line3",
    "empty": "f-none k-line3",
    "over": "f-violet",
}
# Where the slots of each state stand.
Places = dict[str, list[tuple[int, int]]]


@dataclass(frozen=True)
class Slots:
    """What there is behind some seats: counted people by readiness, people not counted, and room for how many."""

    seats: int
    capacity: int
    now: int = 0
    mid: int = 0
    far: int = 0
    struck: int = 0

    @property
    def filled(self) -> int:
        return self.now + self.mid + self.far

    @property
    def over(self) -> int:
        return max(self.filled - self.capacity, 0)

    def states(self) -> list[str]:
        """The state of each slot, best readiness first, then those not counted, then the empty ones."""
        people = ["now"] * self.now + ["mid"] * self.mid + ["far"] * self.far + ["struck"] * self.struck
        taken = people[: self.capacity]
        return taken + ["empty"] * (self.capacity - len(taken))


@lru_cache(maxsize=2048)
def slot_meter(slots: Slots, *, label: str = "") -> str:
    """The form that fits the number of seats: side by side, in ranks from four seats on, as bars when very many."""
    if slots.seats <= 0 or slots.capacity <= 0:
        return ""
    if slots.seats >= BARS_FROM_SEATS:
        return _bars(slots, label)
    if slots.seats >= RANKS_FROM_SEATS:
        return ranks(slots, label=label)
    return _side_by_side(slots, label)


def ranks(slots: Slots, *, label: str = "") -> str:
    """One column per seat, one row per rank, filled rank by rank."""
    gap, height = 3, 9
    width = max(min(21, RANKS_WIDTH // slots.seats - gap), 4)
    rows = -(-slots.capacity // slots.seats)
    places: Places = {}
    for index, state in enumerate(slots.states()):
        rank, seat = divmod(index, slots.seats)
        places.setdefault(state, []).append((seat * (width + gap), rank * (height + gap)))
    for extra in range(slots.over):
        places.setdefault("over", []).append(((slots.seats + extra) * (width + gap), (rows - 1) * (height + gap)))
    columns = slots.seats + slots.over
    return drawing(
        *_boxes(places, width, height, has_corners=width >= CORNERS_FROM),
        width=columns * (width + gap) - gap + 1,
        height=rows * (height + gap) - gap + 1,
        label=label,
    )


def _side_by_side(slots: Slots, label: str) -> str:
    """Seats in a row, each with its slots from first to last; people are spread rank by rank."""
    width, height, gap, seat_gap = 11, 16, 3, 10
    states = slots.states()
    places: Places = {}
    x = 0
    for seat in range(slots.seats):
        for state in states[seat :: slots.seats]:
            places.setdefault(state, []).append((x, 0))
            x += width + gap
        x += seat_gap - gap
    for _ in range(slots.over):
        places.setdefault("over", []).append((x, 0))
        x += width + gap
    whole = x - (gap if slots.over else seat_gap) + 1
    return drawing(*_boxes(places, width, height), width=whole, height=height + 1, label=label)


def _bars(slots: Slots, label: str) -> str:
    """Too many seats to draw each: one bar per rank, filled in proportion."""
    rows = -(-slots.capacity // slots.seats)
    height, gap = 9, 3
    shapes = []
    for rank in range(rows):
        y = rank * (height + gap)
        shapes.append(element("rect", x=0, y=y, width="100%", height=height, rx=3, class_="f-track"))
        row = slots.states()[rank * slots.seats : (rank + 1) * slots.seats]
        shapes += [
            element(
                "rect",
                x=percent(start / slots.seats),
                y=y,
                width=percent(count / slots.seats),
                height=height,
                class_=fill,
            )
            for start, count, fill in _runs(row)
        ]
    return wide_drawing(*shapes, height=rows * (height + gap) - gap, label=label)


def _runs(states: list[str]) -> Iterator[tuple[int, int, str]]:
    """Stretches of equal people in one rank: where each starts, how many, its fill."""
    for state, fill in (("now", "f-now"), ("mid", "f-mid"), ("far", "f-far"), ("struck", "f-line")):
        if count := states.count(state):
            yield states.index(state), count, fill


def _boxes(places: Places, width: int, height: int, *, has_corners: bool = True) -> list[str]:
    """The slots of each state as one path: a long list of pools stays light."""
    radius = (3 if min(width, height) >= ROUND_FROM else 2) if has_corners else 0
    box = _box(width, height, radius)
    shapes = []
    for state, corners in places.items():
        path = _path(corners, radius, 0, box)
        shapes.append(
            element("path", d=path, class_=SLOT_CLASS[state], stroke_dasharray="2 2" if state == "empty" else None)
        )
        if state == "struck":
            across, up = width - 4, 4 - height
            strokes = _path(corners, 2, height - 2, f"l{across} {up}", end=(across, up))
            shapes.append(element("path", d=strokes, class_="f-none k-t3", stroke_width=1.5))
    return shapes


def _box(width: int, height: int, radius: int) -> str:
    """One slot from its upper left corner and back to it."""
    across, down = width - 2 * radius, height - 2 * radius
    if not radius:
        return f"h{across}v{down}h-{across}z"
    corner = f"{radius} {radius}"
    return f"h{across}q{radius} 0 {corner}v{down}q0 {radius}-{corner}h-{across}q-{radius} 0-{radius}-{radius}v-{down}q0-{radius} {radius}-{radius}z"


def _path(corners: list[tuple[int, int]], right: int, below: int, shape: str, end: tuple[int, int] = (0, 0)) -> str:
    """The shape right of and below each corner, each told by its way from the `end` of the one before."""
    x, y = corners[0]
    steps = [f"m{x1 - x0 - end[0]} {y1 - y0 - end[1]}{shape}" for (x0, y0), (x1, y1) in pairwise(corners)]
    return f"M{x + right}.5 {y + below}.5{shape}{''.join(steps)}"


def slot_key(state: str) -> str:
    """One slot alone, for legends."""
    return drawing(*_boxes({state: [(0, 0)]}, 9, 13), width=10, height=14)
