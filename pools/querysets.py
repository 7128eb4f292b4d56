"""Pools, members and coverage as the business names them."""

from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from succession.organisation.access import access_of
from succession.organisation.choices import Willingness
from succession.organisation.models import Incumbency, Position
from succession.organisation.querysets.people import answer_on

from .choices import CoverageScope, MembershipState, NotCounted, PoolKind, Readiness

if TYPE_CHECKING:
    from succession.organisation.models import User


Rows = TypeVar("Rows", bound=QuerySet)


def _over(rows: Rows, posts: QuerySet[Position]) -> Rows:
    """The rows about these posts; where no post is left out, the rows as they are."""
    return rows.filter(position__in=posts) if posts.query.where else rows


class PoolQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """HR and auditors: all; committee: key pools; heads: pools that serve a post of theirs."""
        access = access_of(user)
        if access.sees_everything:
            return self
        reach = Q(pk__in=[])
        if access.is_committee:
            reach |= Q(kind=PoolKind.KEY)
        if access.unit_ids:
            from .models import PoolPosition  # noqa: PLC0415 -- models are built from these querysets

            reach |= Q(Exists(PoolPosition.objects.visible_to(user).filter(pool=OuterRef("pk"))))
        return self.filter(reach)

    def open_on(self, on: date) -> Self:
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class PoolPositionQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        return _over(self, Position.objects.with_succession_for(user))

    def in_force(self) -> Self:
        """Posts still of the class that the pool serves."""
        return self.filter(pool__kind=F("position__position_class"))


class MembershipQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Auditors: everyone. HR: everyone but themselves and those named for their own seat alone.

        Others: members named for posts they may read, never themselves.
        """
        from .models import MembershipPost  # noqa: PLC0415 -- models are built from these querysets

        access = access_of(user)
        if access.is_auditor:
            return self
        names = MembershipPost.objects.filter(membership=OuterRef("pk"))
        if not access.sees_everything:
            return self.filter(Exists(names.visible_to(user)))
        rows = self.exclude(candidate__employee=access.employee_id) if access.employee_id else self
        if not access.own_position_ids:
            return rows
        own = Q(position__in=access.own_position_ids)
        return rows.filter(~Exists(names.filter(own)) | Exists(names.exclude(own)))

    def standing(self) -> Self:
        return self.exclude(state=MembershipState.EXITED)

    def active(self) -> Self:
        return self.filter(state=MembershipState.ACTIVE)

    def with_willingness(self, on: date) -> Self:
        return self.annotate(
            current_willingness=Case(
                When(candidate__employee__isnull=False, then=answer_on(on, "candidate__employee__")),
                default=answer_on(on, "candidate__external__"),
                output_field=models.CharField(),
            )
        )

    def with_why_not_counted(self, on: date, *, fresh_from: date) -> Self:
        """Annotate `why_not_counted`: empty for those who fill a place.

        `fresh_from` is the first day whose evidence is still fresh (see `pools.freshness`).
        """
        gone = Q(candidate__employee__left_on__isnull=False, candidate__employee__left_on__lte=on)
        return self.with_willingness(on).annotate(
            why_not_counted=Case(
                When(state=MembershipState.ON_HOLD, then=Value(NotCounted.ON_HOLD)),
                When(~Q(state=MembershipState.ACTIVE), then=Value(NotCounted.NOT_ACTIVE)),
                When(gone, then=Value(NotCounted.LEFT)),
                When(current_willingness=Willingness.DECLINED, then=Value(NotCounted.DECLINED)),
                When(current_willingness=Willingness.NOT_NOW, then=Value(NotCounted.NOT_NOW)),
                When(candidate__evidence_on__isnull=True, then=Value(NotCounted.NO_EVIDENCE)),
                When(candidate__evidence_on__lt=fresh_from, then=Value(NotCounted.STALE)),
                default=Value(""),
                output_field=models.CharField(),
            )
        )

    def counted(self, on: date, *, fresh_from: date) -> Self:
        """Members that fill a place: active, here, willing, evidence still fresh."""
        return self.with_why_not_counted(on, fresh_from=fresh_from).filter(why_not_counted="")

    def due_for_screening(self, on: date) -> Self:
        return self.active().filter(next_screening_on__lte=on)


class MembershipPostQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Namings for posts the user may read, without their own."""
        access = access_of(user)
        visible = _over(self, Position.objects.with_succession_for(user))
        if access.is_auditor or not access.employee_id:
            return visible
        return visible.exclude(membership__candidate__employee=access.employee_id)

    def with_holding(self, on: date) -> Self:
        """Annotate `holds_post`: the member sits on that very post."""
        held = (
            Incumbency.objects.held_on(on)
            .permanent()
            .filter(position=OuterRef("position"), employee=OuterRef("membership__candidate__employee"))
        )
        return self.annotate(holds_post=Exists(held))

    def ready_now(self) -> Self:
        return self.filter(readiness=Readiness.READY_NOW)


class ScreeningQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        from .models import Membership  # noqa: PLC0415 -- models are built from these querysets

        return self.filter(membership__in=Membership.objects.visible_to(user))


class _SubjectsQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Stored figures only for those who see all that is in them; heads are computed theirs from what they see."""
        access = access_of(user)
        if access.sees_everything:
            if access.is_auditor or not access.own_position_ids:
                return self
            return self.exclude(position__in=access.own_position_ids)
        reach = Q(scope=CoverageScope.POSITION, position__in=Position.objects.with_succession_for(user))
        if access.is_committee:
            reach |= Q(kind=PoolKind.KEY, scope__in=[CoverageScope.POOL, CoverageScope.WHOLE])
        return self.filter(reach)

    def of_positions(self) -> Self:
        return self.filter(scope=CoverageScope.POSITION)

    def of_pools(self) -> Self:
        return self.filter(scope=CoverageScope.POOL)

    def of_units(self) -> Self:
        return self.filter(scope=CoverageScope.UNIT)

    def of_the_whole(self, kind: str = PoolKind.KEY) -> Self:
        return self.filter(scope=CoverageScope.WHOLE, kind=kind)


class CoverageQuerySet(_SubjectsQuerySet):
    pass


class CoverageDayQuerySet(_SubjectsQuerySet):
    def last_on(self, day: date) -> Self:
        """The row that held on a day, for each subject: the newest not after it."""
        return (
            self.filter(on__lte=day)
            .order_by("scope", "kind", "position_id", "pool_id", "unit_id", "-on")
            .distinct("scope", "kind", "position_id", "pool_id", "unit_id")
        )
