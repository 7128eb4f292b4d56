"""The people who work here: registered, changed, gone, back again."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation import audit, outbox
from succession.organisation.constraints import explained
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import Employee, Incumbency, OrgUnit, TitlePeriod, UnitPeriod, User
from succession.organisation.reasons import require_reason
from succession.organisation.versions import require_version, version_of

from .values import require_length, require_text

CHANGEABLE = ("number", "name", "sort_name", "email", "org_unit", "birth_date", "hired_on", "mobility", "user")


@explained()
@transaction.atomic
def register_employee(
    *,
    number: str,
    name: str,
    actor: User | None,
    sort_name: str = "",
    email: str = "",
    org_unit: OrgUnit | None = None,
    birth_date: date | None = None,
    hired_on: date | None = None,
    mobility: str = "",
    title: str = "",
    user: User | None = None,
    reason: str = "",
) -> Employee:
    """Take down someone who works here. Refuses a number that is taken and dates that cannot be.

    `title` begins their title history on the day of hiring, today if that is not known.
    """
    name = require_text(name, field="name", longest=300)
    with audit.acting(actor, "register_employee", reason=reason):
        employee = Employee.objects.create(
            number=require_text(number, field="number", longest=60),
            name=name,
            sort_name=require_length(sort_name.strip() or sortable(name), field="sort_name", longest=300),
            email=email,
            org_unit=org_unit,
            birth_date=birth_date,
            hired_on=hired_on,
            mobility=require_length(mobility.strip(), field="mobility", longest=300),
            user=user,
        )
        since = hired_on or timezone.localdate()
        if org_unit:
            UnitPeriod.objects.create(employee=employee, org_unit=org_unit, starts_on=since)
        if title:
            TitlePeriod.objects.create(employee=employee, title=title[:300], starts_on=since)
    after = {"number": employee.number, "org_unit": org_unit.pk if org_unit else None, "hired_on": hired_on}
    audit.record("register_employee", employee, actor=actor, after=after, reason=reason)
    outbox.announce("person_changed", employee=employee.pk)
    return employee


@explained()
@transaction.atomic
def change_employee(
    employee: Employee, *, actor: User | None, reason: str = "", version: str | None = None, **values: Any
) -> Employee:
    """Correct or change what is known of a person; a new unit is dated today in their history.

    Refuses a number that is taken, dates that cannot be, and a change made on a version that no longer stands.
    """
    employee = _locked(employee)
    require_version(version, version_of(employee))
    if unknown := values.keys() - set(CHANGEABLE):
        raise TypeError(f"not changed here: {sorted(unknown)}")
    for name, longest in (("number", 60), ("name", 300)):
        if name in values:
            values[name] = require_text(values[name], field=name, longest=longest)
    unit = values.pop("org_unit", employee.org_unit)
    before, after = audit.changed(employee, values)
    if unit != employee.org_unit:
        before["org_unit"], after["org_unit"] = employee.org_unit_id, unit.pk if unit else None
    if not after:
        return employee
    with audit.acting(actor, "change_employee", reason=reason):
        employee.save(update_fields=[name for name in after if name != "org_unit"] or ["number"])
        move_to_unit(employee, unit, timezone.localdate())
    audit.record("change_employee", employee, actor=actor, before=before, after=after, reason=reason)
    outbox.announce("person_changed", employee=employee.pk)
    return employee


@transaction.atomic
def give_title(employee: Employee, title: str, *, from_: date, actor: User | None, reason: str = "") -> TitlePeriod:
    """A new job title from a day on; the one before ends there. Refuses a day before the present title began."""
    employee = _locked(employee)
    title = require_text(title, field="title", longest=300)
    current = employee.titles.filter(ends_on__isnull=True).order_by("-starts_on").first()
    if current and current.starts_on > from_:
        raise Invalid(_("The present title began later than that."), field="from_")
    with audit.acting(actor, "give_title", reason=reason):
        employee.titles.filter(ends_on__isnull=True).update(ends_on=from_)
        period = TitlePeriod.objects.create(employee=employee, title=title, starts_on=from_)
    audit.record(
        "give_title",
        employee,
        actor=actor,
        before={"title": current.title} if current else None,
        after={"title": title, "from": from_},
        reason=reason,
    )
    outbox.announce("person_changed", employee=employee.pk)
    return period


@explained()
@transaction.atomic
def mark_left(employee: Employee, on: date, *, reason: str, actor: User | None) -> Employee:
    """Write down that a person leaves: `on` is the first day on which they no longer work here. Needs a reason.

    Every seat they hold is free from that day on; what would have begun later does not begin. Refuses someone who has
    already left, and a day before they were hired.
    """
    reason = require_length(require_reason(reason), field="reason", longest=300)
    employee = _locked(employee)
    if employee.left_on is not None and employee.left_on <= timezone.localdate():
        raise Refusal(_("This person has already left."), code="employee_left")
    before, after = audit.changed(employee, {"left_on": on})
    with audit.acting(actor, "mark_left", reason=reason):
        employee.save(update_fields=["left_on"])
        ended = _end_holdings(employee, on, reason)
        for periods in (employee.titles, employee.unit_periods):
            periods.filter(ends_on__isnull=True, starts_on__lte=on).update(ends_on=on)
    audit.record("mark_left", employee, actor=actor, before=before, after=after | {"ended": ended}, reason=reason)
    outbox.announce("person_changed", employee=employee.pk)
    return employee


@transaction.atomic
def reinstate(employee: Employee, *, reason: str, actor: User | None, on: date | None = None) -> Employee:
    """Someone who left works here again, or the leaving was a mistake. Needs a reason. Seats are not given back.

    Refuses someone who has not left.
    """
    reason = require_reason(reason)
    employee = _locked(employee)
    if employee.left_on is None:
        raise Refusal(_("This person has not left."), code="employee_is_here")
    before, after = audit.changed(employee, {"left_on": None})
    with audit.acting(actor, "reinstate", reason=reason):
        employee.save(update_fields=["left_on"])
        if employee.org_unit:
            UnitPeriod.objects.get_or_create(
                employee=employee, org_unit=employee.org_unit, starts_on=on or timezone.localdate()
            )
    audit.record("reinstate", employee, actor=actor, before=before, after=after, reason=reason)
    outbox.announce("person_changed", employee=employee.pk)
    return employee


def move_to_unit(employee: Employee, unit: OrgUnit | None, on: date) -> None:
    """Let a locked employee belong to a unit from a day on; part of a service's transaction, which records it."""
    if employee.org_unit_id == (unit.pk if unit else None):
        return
    employee.org_unit = unit
    employee.save(update_fields=["org_unit"])
    employee.unit_periods.filter(ends_on__isnull=True, starts_on__lte=on).update(ends_on=on)
    if unit:
        UnitPeriod.objects.get_or_create(employee=employee, org_unit=unit, starts_on=on)


def sortable(name: str) -> str:
    """The family name first, as lists sort: the last word, then the others; names written as one word stay."""
    *given, family = name.split()
    return f"{family} {' '.join(given)}".strip().casefold()[:300]


def _end_holdings(employee: Employee, on: date, reason: str) -> list[int]:
    holdings = Incumbency.objects.select_for_update(no_key=True).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on), employee=employee
    )
    keys = list(holdings.values_list("pk", flat=True))
    running = Incumbency.objects.filter(pk__in=keys)
    running.filter(starts_on__lte=on).update(ends_on=on, end_reason=reason)
    running.filter(starts_on__gt=on).update(ends_on=F("starts_on"), end_reason=reason)
    positions = running.values_list("position_id", flat=True)
    outbox.announce_many("incumbency_changed", [{"position": pk, "employee": employee.pk} for pk in positions])
    return keys


def _locked(employee: Employee) -> Employee:
    return Employee.objects.select_for_update(no_key=True).get(pk=employee.pk)
