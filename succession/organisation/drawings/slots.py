"""The slot meter: how far each seat has its first, second and third successor."""

from collections.abc import Iterator
from dataclasses import dataclass

from succession.organisation.drawings.svg import drawing, element, percent, wide_drawing

RANKS_FROM_SEATS = 4
BARS_FROM_SEATS = 60
RANKS_WIDTH = 240
ROUND_FROM = 9
SLOT_CLASS = {"now": "f-now", "mid": "f-mid", "far": "f-far"}


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
    shapes = []
    for index, state in enumerate(slots.states()):
        rank, seat = divmod(index, slots.seats)
        shapes.append(_slot(state, seat * (width + gap), rank * (height + gap), width, height))
    rows = -(-slots.capacity // slots.seats)
    last = (rows - 1) * (height + gap)
    start = slots.seats * (width + gap)
    shapes += [_slot("over", start + extra * (width + gap), last, width, height) for extra in range(slots.over)]
    columns = slots.seats + slots.over
    return drawing(
        *shapes, width=columns * (width + gap) - gap + 1, height=rows * (height + gap) - gap + 1, label=label
    )


def _side_by_side(slots: Slots, label: str) -> str:
    """Seats in a row, each with its slots from first to last; people are spread rank by rank."""
    width, height, gap, seat_gap = 11, 16, 3, 10
    states = slots.states()
    x = 0
    shapes = []
    for seat in range(slots.seats):
        for state in states[seat :: slots.seats]:
            shapes.append(_slot(state, x, 0, width, height))
            x += width + gap
        x += seat_gap - gap
    for _ in range(slots.over):
        shapes.append(_slot("over", x, 0, width, height))
        x += width + gap
    return drawing(*shapes, width=x - (gap if slots.over else seat_gap) + 1, height=height + 1, label=label)


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
    for state, fill in (*SLOT_CLASS.items(), ("struck", "f-line")):
        if count := states.count(state):
            yield states.index(state), count, fill


def _slot(state: str, x: float, y: float, width: float, height: float) -> str:
    left, top, right, bottom = x + 0.5, y + 0.5, x + width + 0.5, y + height + 0.5
    box = {"x": left, "y": top, "width": width, "height": height, "rx": 3 if min(width, height) >= ROUND_FROM else 2}
    if state == "empty":
        return element("rect", **box, class_="f-none k-line3", stroke_dasharray="2 2")
    if state == "struck":
        stroke = element(
            "path", d=f"M{left + 2} {bottom - 2}L{right - 2} {top + 2}", class_="f-none k-t3", stroke_width=1.5
        )
        return element("rect", **box, class_="f-none k-line3") + stroke
    return element("rect", **box, class_="f-violet" if state == "over" else SLOT_CLASS[state])


def slot_key(state: str) -> str:
    """One slot alone, for legends."""
    return drawing(_slot(state, 0, 0, 9, 13), width=10, height=14)
