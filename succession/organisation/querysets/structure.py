"""Units, positions and what belongs to them."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass

if TYPE_CHECKING:
    from succession.organisation.models import User


class OrgUnitQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        access = access_of(user)
        if access.sees_everything or access.is_committee:
            return self
        return self.filter(pk__in=access.unit_ids)

    def open_on(self, on: date) -> Self:
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))


class PositionQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Posts whose organisational facts (title, unit, seats, holders) the user may know."""
        access = access_of(user)
        if access.sees_everything:
            return self
        reach = Q(org_unit__in=access.unit_ids)
        if access.is_committee:
            reach |= Q(position_class=PositionClass.KEY)
        if access.disclosed_position_ids:
            reach |= Q(pk__in=access.disclosed_position_ids)
        return self.filter(reach)

    def with_succession_for(self, user: "User") -> Self:
        """Posts whose succession the user may read: never the seat they sit on themselves."""
        access = access_of(user)
        visible = self.visible_to(user)
        if access.is_auditor or not access.own_position_ids:
            return visible
        return visible.exclude(pk__in=access.own_position_ids)

    def open_on(self, on: date) -> Self:
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))

    def of_class(self, position_class: str) -> Self:
        return self.filter(position_class=position_class)

    def with_seats(self, on: date) -> Self:
        """Annotate `seats`: those authorised on a day."""
        from succession.organisation.models import SeatChange  # noqa: PLC0415 -- models are built from these querysets

        changed = (
            SeatChange.objects.filter(position=OuterRef("pk"), on__lte=on)
            .order_by()
            .values("position")
            .annotate(total=Sum("delta"))
            .values("total")
        )
        return self.annotate(
            seats=Greatest(F("base_seats") + Coalesce(Subquery(changed, output_field=IntegerField()), 0), 0)
        )


class SeatChangeQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        from succession.organisation.models import Position  # noqa: PLC0415 -- models are built from these querysets

        if access_of(user).sees_everything:
            return self
        return self.filter(position__in=Position.objects.visible_to(user))


class RequirementQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        from succession.organisation.models import Position  # noqa: PLC0415 -- models are built from these querysets

        if access_of(user).sees_everything:
            return self
        return self.filter(position__in=Position.objects.visible_to(user))


class CriticalityRatingQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        from succession.organisation.models import Position  # noqa: PLC0415 -- models are built from these querysets

        return self.filter(position__in=Position.objects.with_succession_for(user))
