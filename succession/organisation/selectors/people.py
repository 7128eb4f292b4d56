"""People as lists and their pages show them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass, Role
from succession.organisation.heads import Head, named_heads_of
from succession.organisation.listed import Joined, Listed
from succession.organisation.lists import in_order
from succession.organisation.models import (
    CareerGoal,
    Employee,
    Incumbency,
    OrgUnit,
    Reading,
    RoleAssignment,
    TitlePeriod,
    UnitPeriod,
    User,
)
from succession.organisation.statements import GIVEN, found, from_json, record

from .units import unit_and_below

HERE, LEFT, ALL = "", "left", "all"
NO_POST = "none"
READINGS_SHOWN = 10
LOOKED_AT = 200
SORTS = {
    "name": ["sort_name"],
    "number": ["number"],
    "unit": ["org_unit__name", "sort_name"],
    "since": ["hired_on", "sort_name"],
}
DEFAULT_SORT = "name"
EMPLOYEE = [field.attname for field in Employee._meta.concrete_fields]
DAYS = ("starts_on", "ends_on", "expected_leaving_on", "until")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of people is narrowed to."""

    q: str = ""
    unit: int | None = None
    post: str = ""
    standing: str = HERE


class HeldPost(NamedTuple):
    """A seat someone holds, as a line of the list names it."""

    position_id: int
    title: str
    acting: bool

    @property
    def position(self) -> "HeldPost":
        return self


class Unit(NamedTuple):
    name: str


class PersonRow(NamedTuple):
    """One person of the list, with the seats they hold that the reader may know of."""

    pk: int
    number: str
    name: str
    org_unit: Unit | None
    hired_on: date | None
    left_on: date | None
    email: str
    held: list[HeldPost]


class ReadingSeen(NamedTuple):
    """Who looked at a page, and when."""

    reader: User
    at: datetime


class SeatHeld(NamedTuple):
    """A seat someone holds or held."""

    position_id: int
    title: str
    seat: int
    acting: bool
    concurrent: bool
    starts_on: date
    ends_on: date | None
    expected_leaving_on: date | None

    @property
    def position(self) -> "SeatHeld":
        return self


class Period(NamedTuple):
    """A title someone had, or a unit they belonged to."""

    title: str
    starts_on: date
    ends_on: date | None

    @property
    def org_unit(self) -> Unit:
        return Unit(self.title)


class Goal(NamedTuple):
    """What a person wants."""

    pk: int
    text: str
    importance: int
    until: date | None


class PersonRead(NamedTuple):
    """A person with what their page says of them."""

    employee: Any
    seats: list[SeatHeld]
    titles: list[Period]
    units: list[Period]
    goals: list[Goal]


def read_person(user: User, pk: int, *, on: date) -> PersonRead | None:
    """Someone the user may see, with the seats they may know of. One statement."""
    return _read(("person", access_of(user), on), user, pk, on, Incumbency.objects.visible_to(user))


def read_oneself(user: User, *, on: date) -> PersonRead | None:
    """The user as an employee, with all their seats."""
    own = access_of(user).employee_id
    return _read(("oneself", access_of(user), on), user, own, on, Incumbency.objects.all()) if own else None


def _read(key: Any, user: User, pk: int, on: date, seats: QuerySet[Incumbency]) -> PersonRead | None:
    lines = found(key, lambda: _reading(user, on, seats), pk)
    if not lines:
        return None
    *values, willingness, unit, held, titles, units, goals = lines[0]
    employee: Any = record(Employee, EMPLOYEE, tuple(values))
    employee.current_willingness = willingness
    employee.org_unit = record(OrgUnit, ["id", "name"], (employee.org_unit_id, unit)) if unit is not None else None
    return PersonRead(employee, *map(_read_as, (SeatHeld, Period, Period, Goal), (held, titles, units, goals)))


def _reading(user: User, on: date, seats: QuerySet[Incumbency]) -> QuerySet[Any, Any]:
    here = OuterRef("pk")
    return (
        Employee.objects.visible_to(user)
        .with_willingness(on)
        .filter(pk=GIVEN)
        .values_list(
            *EMPLOYEE,
            "current_willingness",
            "org_unit__name",
            _listed(seats.filter(employee=here).order_by("-starts_on", "-pk"), SeatHeld, title="position__title"),
            _listed(TitlePeriod.objects.filter(employee=here).order_by("-starts_on"), Period),
            _listed(UnitPeriod.objects.filter(employee=here).order_by("-starts_on"), Period, title="org_unit__name"),
            _listed(CareerGoal.objects.filter(employee=here).order_by("-importance", "pk"), Goal),
        )
    )


def _listed(rows: QuerySet[Any], shape: Any, **elsewhere: str) -> ArraySubquery:
    return ArraySubquery(rows.values(json=JSONObject(**{name: elsewhere.get(name, name) for name in shape._fields})))


def _read_as(shape: Any, texts: list[str]) -> list[Any]:
    lines = []
    for text in texts:
        known = from_json(text)
        days = {name: date.fromisoformat(known[name]) for name in DAYS if known.get(name)}
        lines.append(shape(**known | days))
    return lines


def find_people(user: User, wanted: Wanted, *, on: date, sort: str = "") -> Listed | Joined:
    """The people the user may see, narrowed and in order, as `PersonRow`."""
    units = tuple(unit_and_below(wanted.unit)) if wanted.unit is not None else None
    sort = sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT

    def listed(part: str, narrow: Callable[[QuerySet[Employee]], QuerySet[Employee]]) -> Listed:
        return Listed(
            key=("people", part, access_of(user), wanted, units, on, sort),
            rows=lambda: in_order(narrow(_narrowed(user, wanted, units, on)), SORTS, sort),
            columns=lambda: _columns(user, on),
            make=_row,
        )

    if sort.removeprefix("-") != "unit":
        return listed("", lambda people: people)
    # Led by the units an index has in order: over two tables that must be joined the other way all would be sorted.
    return Joined(
        listed("with a unit", lambda people: people.filter(org_unit__name__isnull=False)),
        listed("without", lambda people: people.filter(org_unit__isnull=True)),
    )


def _narrowed(user: User, wanted: Wanted, units: tuple[int, ...] | None, on: date) -> QuerySet[Employee]:
    people = Employee.objects.visible_to(user)
    if wanted.q:
        people = people.filter(Q(name__ilike=wanted.q) | Q(number=wanted.q))
    if units is not None:
        people = people.filter(org_unit__in=units)
    if wanted.standing == LEFT:
        people = people.filter(left_on__lte=on)
    elif wanted.standing == HERE:
        people = people.employed_on(on)
    return _holding(people, wanted.post, on)


def _columns(user: User, on: date) -> list[Any]:
    held = seats_held(user, on).filter(employee=OuterRef("pk"))
    post = JSONObject(position_id="position_id", title="position__title", acting="acting")
    return [
        "pk",
        "number",
        "name",
        "org_unit__name",
        "hired_on",
        "left_on",
        "email",
        ArraySubquery(held.values(post=post)),
    ]


def _row(line: tuple[Any, ...]) -> PersonRow:
    pk, number, name, unit, hired_on, left_on, email, held = line
    posts = [HeldPost(**from_json(post)) for post in held]
    return PersonRow(pk, number, name, None if unit is None else Unit(unit), hired_on, left_on, email, posts)


def seats_held(user: User, on: date) -> QuerySet[Incumbency]:
    """Who holds which seat on a day, as far as the user may know."""
    return Incumbency.objects.visible_to(user).held_on(on).order_by("acting", "starts_on")


def why_seen(user: User, employee: Employee) -> list[str]:
    """The rules by which someone may open a person's page, each a sentence."""
    access = access_of(user)
    unit = employee.org_unit
    rules = [
        (access.employee_id == employee.pk, _("It is about yourself.")),
        (access.is_whole_hr, _("HR managers see everyone.")),
        (access.is_auditor, _("Auditors read everything.")),
    ]
    if unit is not None:
        rules += [
            (unit.pk in access.hr_unit_ids, _("You are HR manager for %(unit)s.") % {"unit": unit}),
            (
                unit.pk in access.unit_ids - access.hr_unit_ids,
                _("You lead %(unit)s, or a unit above it.") % {"unit": unit},
            ),
        ]
    return [sentence for holds, sentence in rules if holds]


def because_of(user: User, employee: Employee) -> str:
    """The same in a word or two, for the strip on top of the page."""
    access = access_of(user)
    if access.employee_id == employee.pk:
        return _("the person it is about")
    if access.is_hr:
        return str(Role.HR_MANAGER.label)
    return str(Role.AUDITOR.label) if access.is_auditor else _("head of %(unit)s") % {"unit": employee.org_unit}


def head_of_unit(employee: Employee, on: date) -> Head | None:
    """Who leads the person's unit; for its head, the one above is not looked for."""
    if employee.org_unit_id is None:
        return None
    return named_heads_of([employee.org_unit_id], on).get(employee.org_unit_id)


def readings_for_the_person(employee: Employee, on: date) -> list[ReadingSeen]:
    """Who of HR and the heads looked at someone's page, newest first: nobody else is named to the person."""
    leads = Exists(
        Incumbency.objects.held_on(on).filter(employee__user=OuterRef("reader"), position__heads_units__isnull=False)
    )
    is_given = Exists(
        RoleAssignment.objects.filter(user=OuterRef("reader"), role__in=[Role.HR_MANAGER, Role.DEPARTMENT_HEAD])
    )
    lines = found(
        ("readings for the person", on), lambda: _readings().filter(is_given | leads)[:LOOKED_AT], employee.pk
    )
    return _last_of_each_day(lines)


def last_readings(user: User, employee: Employee) -> list[ReadingSeen]:
    """Who looked at someone's page, for those who may know: auditors."""
    if not access_of(user).is_auditor:
        return []
    return _last_of_each_day(found("readings", lambda: _readings()[:LOOKED_AT], employee.pk))


def _readings() -> QuerySet[Any, Any]:
    about = Q(content_type__app_label="organisation", content_type__model="employee", object_id=GIVEN)
    readings = Reading.objects.filter(about).order_by("-at", "-pk")
    return readings.values_list("at", "reader_id", "reader__name", "reader__username")


def _last_of_each_day(lines: list[tuple[Any, ...]]) -> list[ReadingSeen]:
    """A reader who came several times on a day is named once."""
    seen: dict[tuple[int, date], ReadingSeen] = {}
    for at, reader, name, username in lines:
        day = timezone.localtime(at).date()
        if (reader, day) not in seen:
            seen[reader, day] = ReadingSeen(record(User, ["id", "name", "username"], (reader, name, username)), at)
    return list(seen.values())[:READINGS_SHOWN]


def _holding(people: QuerySet[Employee], post: str, on: date) -> QuerySet[Employee]:
    held = Incumbency.objects.held_on(on).filter(employee=OuterRef("pk"))
    if post == NO_POST:
        return people.filter(~Exists(held))
    if post in PositionClass.values:
        return people.filter(Exists(held.filter(position__position_class=post)))
    return people
