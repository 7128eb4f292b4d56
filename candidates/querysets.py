"""Candidates as the business names them."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from succession.organisation.access import access_of
from succession.organisation.querysets.people import answer_on

from .choices import AssessmentState

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


class InstrumentQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """The catalogue is kept by HR and read by auditors; others meet an instrument with what was assessed by it."""
        return self if access_of(user).sees_everything else self.none()

    def in_use(self, on: date) -> Self:
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))


class AssessmentQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """As candidates are, drafts for those alone who may see everything; and what was assigned to the reader."""
        from .models import Candidate  # noqa: PLC0415 -- the models name their querysets

        seen = self.filter(candidate__in=Candidate.objects.visible_to(user).order_by().values("pk"))
        if access_of(user).sees_everything:
            return seen
        own = access_of(user).employee_id
        assigned = self.assigned_to(user) if own is None else self.assigned_to(user).exclude(candidate__employee=own)
        return self.filter(Q(pk__in=seen.final().values("pk")) | Q(pk__in=assigned.values("pk")))

    def assigned_to(self, user: "User") -> Self:
        """What was put before an assessor, as long as it is."""
        from succession.organisation.models import Disclosure  # noqa: PLC0415 -- as above

        disclosed = Disclosure.objects.standing(timezone.now()).filter(user=user, content_type__model="assessment")
        return self.filter(pk__in=disclosed.values("object_id"))

    def final(self) -> Self:
        return self.filter(state=AssessmentState.FINAL)

    def all_in(self) -> Self:
        """Final, or every rater has handed in: from then on ratings stand side by side."""
        from .models import Assignment  # noqa: PLC0415 -- as above

        awaited = Assignment.objects.filter(assessment=OuterRef("pk"), handed_in_at__isnull=True)
        return self.filter(Q(state=AssessmentState.FINAL) | ~Exists(awaited))

    def current(self) -> Self:
        """Final, and not replaced by a later final version."""
        return self.final().exclude(replaced_by__state=AssessmentState.FINAL)


class AssignmentQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """All of an assessment for those who see the candidate; an assessor sees their own alone."""
        from .models import Assessment, Candidate  # noqa: PLC0415 -- as above

        access = access_of(user)
        if access.sees_everything:
            is_anyone = access.is_auditor or access.employee_id is None
            return self if is_anyone else self.exclude(assessment__candidate__employee=access.employee_id)
        people = Candidate.objects.visible_to(user).order_by().values("pk")
        whole = Assessment.objects.final().filter(candidate__in=people)
        mine = Assessment.objects.visible_to(user).assigned_to(user).values("pk")
        return self.filter(Q(assessment__in=whole.values("pk")) | Q(assessor=user, assessment__in=mine))

    def handed_in(self) -> Self:
        return self.filter(handed_in_at__isnull=False)

    def waiting(self) -> Self:
        """Asked of someone who signs in, in a draft, and not handed in."""
        return self.filter(handed_in_at__isnull=True, assessor__isnull=False, assessment__state=AssessmentState.DRAFT)


class RatingQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """One's own; those of others once every rater has handed in, so that nobody rates by what another said."""
        from .models import Assignment  # noqa: PLC0415 -- as above

        awaited = Assignment.objects.filter(assessment=OuterRef("assignment__assessment"), handed_in_at__isnull=True)
        seen = self.filter(assignment__in=Assignment.objects.visible_to(user).order_by().values("pk"))
        return seen.filter(
            Q(assignment__assessor=user) | Q(assignment__assessment__state=AssessmentState.FINAL) | ~Exists(awaited)
        )


class ProfileLevelQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        from .models import Candidate  # noqa: PLC0415 -- as above

        return self.filter(candidate__in=Candidate.objects.visible_to(user).order_by().values("pk"))

    def fresh(self, on: date) -> Self:
        return self.filter(fresh_until__gt=on)
