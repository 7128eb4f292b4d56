"""Employees, the seats they hold, their goals."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Case, F, Q, QuerySet, Value, When

from succession.organisation.access import access_of
from succession.organisation.choices import UNWILLING, Willingness

if TYPE_CHECKING:
    from succession.organisation.models import User


def answer_on(on: date, prefix: str = "") -> Case:
    """The answer on willingness as it holds on a day: past its validity it reads `not_asked`."""
    return Case(
        When(**{f"{prefix}willingness_until__lt": on, "then": Value(Willingness.NOT_ASKED)}),
        default=F(f"{prefix}willingness"),
    )


class EmployeeQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        access = access_of(user)
        if access.sees_everything:
            return self
        reach = Q(org_unit__in=access.unit_ids)
        if access.employee_id:
            reach |= Q(pk=access.employee_id)
        return self.filter(reach)

    def employed_on(self, on: date) -> Self:
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))

    def with_willingness(self, on: date) -> Self:
        return self.annotate(current_willingness=answer_on(on))

    def willing(self, on: date) -> Self:
        return self.with_willingness(on).exclude(current_willingness__in=UNWILLING)


class IncumbencyQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        from succession.organisation.models import Position  # noqa: PLC0415 -- models are built from these querysets

        if access_of(user).sees_everything:
            return self
        return self.filter(position__in=Position.objects.visible_to(user))

    def held_on(self, on: date) -> Self:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)

    def permanent(self) -> Self:
        return self.filter(acting=False)

    def acting(self) -> Self:
        return self.filter(acting=True)


class CareerGoalQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        from succession.organisation.models import Employee  # noqa: PLC0415 -- models are built from these querysets

        if access_of(user).sees_everything:
            return self
        return self.filter(employee__in=Employee.objects.visible_to(user))
