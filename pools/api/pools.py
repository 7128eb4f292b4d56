"""Pools with the posts they serve, their demand and capacity."""

from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers

from pools.capacity import DatedChange, capacity, demand, outlook
from pools.choices import PoolKind
from pools.models import EchelonPool, PoolPosition
from succession.organisation.api.base import ReadOnly, seen
from succession.organisation.api.fields import key, label
from succession.organisation.api.filters import IdFilter
from succession.organisation.models import Employee, Policy
from succession.organisation.selectors.policies import policy_in_force


class ServedPostSerializer(serializers.ModelSerializer):
    position = key("position")
    position_label = label("position")
    demand = serializers.SerializerMethodField()

    class Meta:
        model = PoolPosition
        fields = ("position", "position_label", "demand", "demand_override", "override_reason")

    def get_demand(self, row: PoolPosition) -> int:
        """The effective figure: the override where there is one."""
        return effective_demand(row, horizon_of(row.pool, self.context["policy"]))


def horizon_of(pool: EchelonPool, policy: Policy) -> int:
    return pool.horizon_years or policy.horizon_years


def ratio_of(pool: EchelonPool, policy: Policy) -> Decimal | None:
    """Successors per seat; a reserve pool has none."""
    return None if pool.kind == PoolKind.RESERVE else pool.ratio_override or policy.ratio


def effective_demand(row: PoolPosition, horizon_years: int) -> int:
    post = row.position
    changes = [DatedChange(change.on, change.delta) for change in post.seat_changes.all()]
    ahead = outlook(post.base_seats, changes, timezone.localdate(), horizon_years)
    return demand(ahead.seats, ahead.planned, ahead.closing, row.demand_override)


class PoolSerializer(serializers.ModelSerializer):
    owner = key("owner")
    owner_label = label("owner")
    ratio = serializers.SerializerMethodField()
    horizon_years = serializers.SerializerMethodField()
    positions = ServedPostSerializer(source="visible_positions", many=True)
    capacity = serializers.SerializerMethodField()

    class Meta:
        model = EchelonPool
        fields = (
            "id",
            "code",
            "name",
            "kind",
            "owner",
            "owner_label",
            "ratio",
            "ratio_reason",
            "horizon_years",
            "target_size",
            "levels",
            "positions",
            "capacity",
            "closed_on",
        )

    def get_ratio(self, pool: EchelonPool) -> float | None:
        ratio = ratio_of(pool, self.context["policy"])
        return None if ratio is None else float(ratio)

    def get_horizon_years(self, pool: EchelonPool) -> int:
        return horizon_of(pool, self.context["policy"])

    def get_capacity(self, pool: EchelonPool) -> int:
        """Places over the posts the reader may see; a reserve pool's target."""
        ratio = ratio_of(pool, self.context["policy"])
        if ratio is None:
            return pool.target_size
        years = horizon_of(pool, self.context["policy"])
        return capacity(ratio, [effective_demand(row, years) for row in pool.visible_positions])


class PoolFilters(filters.FilterSet):
    code = filters.CharFilter()
    kind = filters.ChoiceFilter(choices=PoolKind.choices)
    owner = IdFilter(field_name="owner", seen=Employee)
    closed = filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull", exclude=True)


class Pools(ReadOnly):
    """Echelon pools; a department head sees those that serve a post of theirs, with figures over those posts only."""

    queryset = EchelonPool.objects
    serializer_class = PoolSerializer
    filterset_class = PoolFilters
    search_fields = ("name", "code")
    ordering_fields = ("code", "name", "kind")
    ordering = ("kind", "name")

    def visible(self) -> QuerySet:
        user = self.request.user
        rows = (
            PoolPosition.objects.visible_to(user)
            .in_force()
            .select_related("position", "pool")
            .prefetch_related("position__seat_changes")
            .order_by("position__code")
        )
        return EchelonPool.objects.visible_to(user).prefetch_related(
            seen("owner", Employee, user), Prefetch("pool_positions", rows, to_attr="visible_positions")
        )

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if not getattr(self, "swagger_fake_view", False):
            context["policy"] = policy_in_force()
        return context
