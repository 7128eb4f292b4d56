"""People as lists and their pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass, Role
from succession.organisation.heads import heads_of
from succession.organisation.models import Employee, Incumbency, Reading, User

from .units import unit_and_below

HERE, LEFT, ALL = "", "left", "all"
NO_POST = "none"
READINGS_SHOWN = 10
READINGS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of people is narrowed to."""

    q: str = ""
    unit: int | None = None
    post: str = ""
    standing: str = HERE


def find_people(user: User, wanted: Wanted, *, on: date) -> QuerySet[Employee]:
    """The people the user may see, narrowed, each with `held`: the seats they hold that the user may know of."""
    people = Employee.objects.visible_to(user).select_related("org_unit")
    if wanted.q:
        people = people.filter(Q(name__ilike=wanted.q) | Q(number=wanted.q))
    if wanted.unit is not None:
        people = people.filter(org_unit__in=unit_and_below(wanted.unit))
    if wanted.standing == LEFT:
        people = people.filter(left_on__lte=on)
    elif wanted.standing == HERE:
        people = people.employed_on(on)
    return _holding(people, wanted.post, on).prefetch_related(
        Prefetch("incumbencies", queryset=seats_held(user, on), to_attr="held")
    )


def seats_held(user: User, on: date) -> QuerySet[Incumbency]:
    """Who holds which seat on a day, as far as the user may know."""
    return Incumbency.objects.visible_to(user).held_on(on).select_related("position").order_by("acting", "starts_on")


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


def head_of_unit(employee: Employee, on: date) -> Employee | None:
    """Who leads the person's unit; for its head, the one above is not looked for."""
    if employee.org_unit_id is None:
        return None
    head = heads_of([employee.org_unit_id], on).get(employee.org_unit_id)
    return Employee.objects.filter(pk=head).first() if head else None


def readings_for_the_person(employee: Employee, on: date) -> Sequence[Reading]:
    """Who of HR and the heads looked at someone's page, newest first: nobody else is named to the person."""
    leads = Exists(
        Incumbency.objects.held_on(on).filter(employee__user=OuterRef("reader"), position__heads_units__isnull=False)
    )
    is_hr_or_head = Q(reader__role_assignments__role__in=[Role.HR_MANAGER, Role.DEPARTMENT_HEAD]) | leads
    return _last_of_each_day(_readings(employee).filter(is_hr_or_head).distinct())


def last_readings(user: User, employee: Employee) -> Sequence[Reading]:
    """Who looked at someone's page, for those who may know: auditors."""
    if not access_of(user).is_auditor:
        return []
    return _last_of_each_day(_readings(employee))


def _last_of_each_day(readings: QuerySet[Reading]) -> list[Reading]:
    """A reader who came several times on a day is named once."""
    seen: dict[tuple[int, date], Reading] = {}
    for reading in readings[:READINGS_LOOKED_AT]:
        seen.setdefault((reading.reader_id, timezone.localtime(reading.at).date()), reading)
    return list(seen.values())[:READINGS_SHOWN]


def _readings(employee: Employee) -> QuerySet[Reading]:
    about = Q(content_type__app_label="organisation", content_type__model="employee", object_id=employee.pk)
    return Reading.objects.filter(about).select_related("reader").order_by("-at", "-pk")


def _holding(people: QuerySet[Employee], post: str, on: date) -> QuerySet[Employee]:
    held = Incumbency.objects.held_on(on).filter(employee=OuterRef("pk"))
    if post == NO_POST:
        return people.filter(~Exists(held))
    if post in PositionClass.values:
        return people.filter(Exists(held.filter(position__position_class=post)))
    return people
