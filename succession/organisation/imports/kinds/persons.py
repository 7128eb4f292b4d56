"""The people that a file of posts names as holders."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from succession.organisation.imports.problems import NotApplicable
from succession.organisation.imports.work import Work
from succession.organisation.models import Employee, Incumbency, Position
from succession.organisation.services.employees import sortable

from . import holders

if TYPE_CHECKING:
    from succession.organisation.imports.mapping import Parsed

    from .posts import Desired

NUMBERS_TRIED = 30


class Persons:
    """Finds the person a row names, or makes one: by number where there is one, else by who held this very post.

    A name alone never makes two records one person: of two people of one name both stand, and the row says so.
    """

    def __init__(self, work: Work, posts_of_person: Counter[str]) -> None:
        self.work = work
        self.posts_of_person = posts_of_person
        self._by_number: dict[str, Employee] = {}
        self._made_here: dict[str, Employee] = {}
        self._names_made: set[int] = set()
        self._namesakes: set[str] = set()
        self._elsewhere: dict[int, list[Incumbency]] = {}
        self._seated_here: set[int] = set()
        self._new: list[Employee] = []
        self._ended: list[tuple[Incumbency, dict[str, Any]]] = []
        self._held: Mapping[int, list[Incumbency]] = {}

    def prepare(self, pairs: "Sequence[tuple[Desired, Position | None]]", held: Mapping[int, list[Incumbency]]) -> None:
        """Read in one go what the rows of this piece will ask for."""
        self._held = held
        self._new, self._ended = [], []
        rows = [(desired.code, desired.row) for desired, _position in pairs if desired.row is not None]
        numbers = {row.values["number"] for _code, row in rows if row.values.get("number")}
        names = {row.values["name"] for _code, row in rows if row.values.get("name")}
        for code, row in rows:
            if row.values.get("name") and not row.values.get("number"):
                numbers.update(f"{code}-{count}" for count in range(1, NUMBERS_TRIED + 1))
        found = list(Employee.objects.filter(Q(number__in=numbers))) if numbers else []
        self._by_number = {employee.number: employee for employee in found}
        self._namesakes = (
            set(Employee.objects.filter(name__in=names).order_by().values_list("name", flat=True)) if names else set()
        )
        known = {employee.pk for employee in found} | {
            one.employee_id for group in held.values() for one in group if one.employee_id is not None
        }
        self._elsewhere = {}
        for one in (
            Incumbency.objects.permanent().filter(employee__in=known, concurrent=False).select_related("position")
        ):
            if one.employee_id is not None:
                self._elsewhere.setdefault(one.employee_id, []).append(one)

    def seat(self, desired: "Desired", row: "Parsed", seats: holders.Seats, settled: holders.Settled) -> None:
        """Put the named person on the first seat, unless they sit there."""
        current = seats.current(1)
        if current is not None and self._is_same(current, row):
            return
        if seats.later(1) is not None:
            holders.seat_person(seats, Employee(name=row.values.get("name", "")), settled, concurrent=False)
            return
        employee = self._find(desired, row, seats) or self._make(desired, row, settled)
        concurrent = self._leaves_or_keeps(employee, row, seats, settled)
        holders.seat_person(seats, employee, settled, concurrent=concurrent)
        if self.posts_of_person[employee.number] > 1:
            self._seated_here.add(employee.pk)

    def put(self) -> None:
        self.work.writer.create(Employee, self._new)
        self.work.writer.change(Incumbency, self._ended)
        if self._new:
            self.work.effect("people_created", len(self._new))
            self.work.announced.add("person_changed")

    @staticmethod
    def _is_same(held: Incumbency, row: "Parsed") -> bool:
        if held.employee is None:
            return False
        number = row.values.get("number")
        return held.employee.number == number if number else held.employee.name == row.values.get("name")

    def _find(self, desired: "Desired", row: "Parsed", seats: holders.Seats) -> Employee | None:
        number = row.values.get("number")
        if number:
            return self._by_number.get(number) or self._made_here.get(number)
        for held in reversed(self._held.get(seats.position_id, [])):
            if held.employee is not None and held.employee.name == row.values["name"]:
                return held.employee
        return None

    def _make(self, desired: "Desired", row: "Parsed", settled: holders.Settled) -> Employee:
        name = row.values.get("name") or row.values["number"]
        number = row.values.get("number") or self._free_number(desired.code)
        if not row.values.get("number") and (name in self._namesakes or hash(name) in self._names_made):
            settled.warnings.append(
                _("Somebody called %(name)s is known already; without a number this is taken as another person.")
                % {"name": name}
            )
        employee = Employee(
            number=number, name=name, sort_name=sortable(name), org_unit_id=desired.values["org_unit_id"]
        )
        employee.pk = next(self.work.writer.new_ids(Employee, 1))
        self._new.append(employee)
        self._names_made.add(hash(name))
        if self.posts_of_person[number] > 1:
            self._made_here[number] = employee
        return employee

    def _free_number(self, code: str) -> str:
        for count in range(1, NUMBERS_TRIED + 1):
            number = f"{code[:56]}-{count}"
            if number not in self._by_number:
                return number
        raise NotApplicable(_("The post %(code)s had too many holders without a number.") % {"code": code})

    def _leaves_or_keeps(
        self, employee: Employee, row: "Parsed", seats: holders.Seats, settled: holders.Settled
    ) -> bool:
        """Whether the seat is held beside another. A person the file has on one post alone leaves the former one."""
        others = [
            one
            for one in self._elsewhere.get(employee.pk, [])
            if (one.ends_on is None or one.ends_on > seats.on) and one.position_id != seats.position_id
        ]
        number = row.values.get("number")
        moved = number is not None and self.posts_of_person[str(number)] == 1
        if moved and all(one.starts_on < seats.on for one in others):
            for one in others:
                self._ended.append((one, {"ends_on": one.ends_on, "end_reason": one.end_reason}))
                one.ends_on, one.end_reason = seats.on, _("Moved, by the imported file.")
                settled.warnings.append(_("Leaves %(post)s.") % {"post": one.position.code})
            others = []
        if others or employee.pk in self._seated_here:
            settled.warnings.append(_("Holds another post besides."))
            return True
        return False
