"""Candidates as the business names them."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Coalesce

from succession.organisation.access import access_of
from succession.organisation.querysets.people import answer_on

if TYPE_CHECKING:
    from succession.organisation.models import User


class CandidateQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """HR and auditors: everyone but themselves; heads: the people of their units; nobody sees their own standing."""
        access = access_of(user)
        if not access.sees_everything:
            return self.filter(employee__org_unit__in=access.unit_ids).exclude(employee=access.employee_id)
        if access.is_auditor or access.employee_id is None:
            return self
        return self.exclude(employee=access.employee_id)

    def with_name(self) -> Self:
        return self.annotate(person_name=Coalesce("employee__name", "external__name"))

    def with_willingness(self, on: date) -> Self:
        return self.annotate(
            current_willingness=Case(
                When(employee__isnull=False, then=answer_on(on, "employee__")),
                default=answer_on(on, "external__"),
            )
        )

    def in_name_order(self) -> Self:
        return self.with_name().order_by(F("employee__sort_name").asc(nulls_last=True), "person_name", "pk")
