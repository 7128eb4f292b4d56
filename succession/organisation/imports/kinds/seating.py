"""People that a file of people puts on posts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from succession.organisation.imports.work import Work, difference
from succession.organisation.models import Employee, Incumbency, Position


@dataclass
class Seated:
    """What a row does to the seat it names."""

    refusal: str = ""
    changes: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Seating:
    """Finds a free seat of the post a person is to hold."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._posts: dict[str, Position] = {}
        self._held: dict[int, list[Incumbency]] = {}
        self._of_person: dict[int, list[Incumbency]] = {}
        self._begun: list[Incumbency] = []

    def prepare(self, codes: Iterable[str], people: Iterable[Employee]) -> None:
        """Read the posts of one piece and who holds them. What was begun before is known already."""
        self._begun = []
        codes = {code for code in codes if code not in self._posts}
        if codes:
            found = list(Position.objects.filter(code__in=codes).with_seats(self.work.today))
            self._posts.update({position.code: position for position in found})
            for held in Incumbency.objects.permanent().filter(position__in=found):
                self._held.setdefault(held.position_id, []).append(held)
        pks = [employee.pk for employee in people if employee.pk not in self._of_person]
        if pks and self._posts:
            for held in Incumbency.objects.permanent().filter(employee__in=pks):
                if held.employee_id is not None:
                    self._of_person.setdefault(held.employee_id, []).append(held)

    def seat(self, code: str, employee_id: int, name: str, since: date) -> Seated:
        position = self._posts.get(code)
        if position is None:
            return Seated(_("The post %(code)s is not known.") % {"code": code})
        mine = self._of_person.setdefault(employee_id, [])
        if any(held.position_id == position.pk and _holds(held, self.work.today) for held in mine):
            return Seated()
        standing = self._held.setdefault(position.pk, [])
        seats: int = position.seats  # type: ignore[attr-defined]  # annotated above
        seat = next(
            (
                number
                for number in range(1, seats + 1)
                if not any(h.seat == number and _meets(h, since) for h in standing)
            ),
            0,
        )
        if not seat:
            return Seated(_("No seat of %(code)s is free from %(day)s on.") % {"code": code, "day": since.isoformat()})
        concurrent = any(_meets(held, since) and not held.concurrent for held in mine)
        held = Incumbency(
            position_id=position.pk, seat=seat, employee_id=employee_id, starts_on=since, concurrent=concurrent
        )
        self._begun.append(held)
        standing.append(held)
        mine.append(held)
        warnings = [_("Holds another post besides.")] if concurrent else []
        return Seated(changes=[difference(_("Holds post"), None, code)], warnings=warnings)

    def put(self) -> None:
        if self._begun:
            self.work.writer.create(Incumbency, self._begun)
            self.work.effect("incumbencies_created", len(self._begun))
            self.work.announced.add("incumbency_changed")


def _holds(held: Incumbency, on: date) -> bool:
    return held.starts_on <= on and (held.ends_on is None or held.ends_on > on)


def _meets(held: Incumbency, since: date) -> bool:
    return held.ends_on is None or held.ends_on > since
