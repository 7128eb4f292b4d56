"""Who holds the seats of a post, as a file says it, against who is known to hold them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from succession.organisation.imports.work import difference
from succession.organisation.models import Employee, Incumbency

VACANT = frozenset({"vacant"})
UNDISCLOSED = frozenset({"na", "n/a", "n/d", "nd"})
ELIMINATED = frozenset({"eliminated"})


@dataclass
class Settled:
    """What a row does to the holders of a post."""

    begun: list[Incumbency] = field(default_factory=list)
    ended: list[tuple[Incumbency, dict[str, object]]] = field(default_factory=list)
    changes: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass
class Seats:
    """The permanent holders of one post that are known: on the day, and after it."""

    position_id: int
    on: date
    known: list[Incumbency]

    def current(self, seat: int) -> Incumbency | None:
        return next(
            (
                held
                for held in self.known
                if held.seat == seat and held.starts_on <= self.on and (held.ends_on is None or held.ends_on > self.on)
            ),
            None,
        )

    def later(self, seat: int) -> Incumbency | None:
        return next((held for held in self.known if held.seat == seat and held.starts_on > self.on), None)

    def numbers(self) -> Iterable[int]:
        return sorted({held.seat for held in self.known})


def end(settled: Settled, held: Incumbency, on: date, reason: str) -> None:
    settled.ended.append((held, {"ends_on": held.ends_on, "end_reason": held.end_reason}))
    held.ends_on, held.end_reason = on, reason


def fill_undisclosed(seats: Seats, wanted: int, settled: Settled) -> None:
    """Seats up to a number are held by people who are not named; whoever is known to hold one stays."""
    filled = 0
    for seat in range(1, wanted + 1):
        if seats.current(seat) is None and seats.later(seat) is None:
            settled.begun.append(Incumbency(position_id=seats.position_id, seat=seat, starts_on=seats.on))
            filled += 1
    if filled:
        settled.changes.append(difference(_("Undisclosed holders"), None, f"+{filled}"))


def clear_above(seats: Seats, authorised: int, settled: Settled) -> None:
    """Undisclosed holders leave with the seats that go; a named person is only spoken of."""
    for seat in seats.numbers():
        held = seats.current(seat)
        if seat <= authorised or held is None:
            continue
        if held.employee_id is None:
            end(settled, held, seats.on, _("The seat is no longer authorised."))
            settled.changes.append(
                difference(_("Seat %(number)d") % {"number": seat}, _("undisclosed holder"), _("gone"))
            )
        else:
            settled.warnings.append(
                _("Seat %(number)d is held by %(name)s but no longer authorised.")
                % {"number": seat, "name": held.employee}
            )


def clear_all(seats: Seats, settled: Settled) -> None:
    """The file says that nobody holds the post."""
    for seat in seats.numbers():
        held = seats.current(seat)
        if held is not None:
            end(settled, held, seats.on, _("Vacant in the imported file."))
            settled.changes.append(difference(_("Holder"), name_of(held), _("vacant")))


def seat_person(seats: Seats, employee: Employee, settled: Settled, *, concurrent: bool) -> None:
    """A named person holds the first seat from the day of the file on."""
    held, later = seats.current(1), seats.later(1)
    if later is not None:
        settled.warnings.append(
            _("A later holder stands since %(day)s; the holder in the file was not taken.") % {"day": later.starts_on}
        )
        return
    if held is not None:
        end(settled, held, seats.on, _("Another holder in the imported file."))
    settled.begun.append(
        Incumbency(
            position_id=seats.position_id, seat=1, employee_id=employee.pk, starts_on=seats.on, concurrent=concurrent
        )
    )
    settled.changes.append(difference(_("Holder"), name_of(held) if held else None, employee.name))


def name_of(held: Incumbency) -> str:
    return held.employee.name if held.employee else _("undisclosed holder")
