"""Pools with the posts they serve, their demand and capacity."""

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pools.choices import PoolKind
from pools.models import EchelonPool, PoolPosition
from pools.selectors.demand import equation_of, posts_of, sum_up
from pools.services import ask_to_recompute
from succession.organisation.api.base import ReadOnly, command_schema, seen
from succession.organisation.api.fields import key, label
from succession.organisation.api.filters import IdFilter
from succession.organisation.api.spine import StartedSerializer
from succession.organisation.models import Employee, Position
from succession.organisation.selectors.policies import policy_in_force


class ServedPostSerializer(serializers.ModelSerializer):
    position = key("position")
    position_label = label("position")
    demand = serializers.IntegerField(source="effective_demand", help_text="The override where there is one.")

    class Meta:
        model = PoolPosition
        fields = ("position", "position_label", "demand", "demand_override", "override_reason")


class PoolSerializer(serializers.ModelSerializer):
    owner = key("owner")
    owner_label = label("owner")
    ratio = serializers.FloatField(source="equation.ratio", allow_null=True)
    horizon_years = serializers.IntegerField(source="equation.horizon_years")
    positions = ServedPostSerializer(source="visible_positions", many=True)
    capacity = serializers.IntegerField(source="equation.capacity")

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
        today = timezone.localdate()
        rows = (
            PoolPosition.objects.visible_to(user)
            .in_force()
            .filter(position__in=Position.objects.open_on(today))
            .select_related("position")
            .order_by("position__code")
        )
        return EchelonPool.objects.visible_to(user).prefetch_related(
            seen("owner", Employee, user), Prefetch("pool_positions", rows, to_attr="visible_positions")
        )

    def complete(self, records: list[EchelonPool]) -> None:
        """Demand and capacity over the posts the reader may see; a reserve pool has its target."""
        policy, today = policy_in_force(), timezone.localdate()
        rows = [row for pool in records for row in pool.visible_positions]
        posts = {post.pool_position.pk: post for post in posts_of([(row.position, row) for row in rows], policy, today)}
        for pool in records:
            for row in pool.visible_positions:
                row.effective_demand = posts[row.pk].demand
            if pool.kind == PoolKind.RESERVE:
                pool.equation = equation_of(pool, policy, on=today)
            else:
                pool.equation = sum_up([posts[row.pk] for row in pool.visible_positions], pool, policy, today)

    @command_schema(request=None, responses={202: StartedSerializer})
    @action(detail=True, methods=["post"])
    def recompute(self, request: Request, pk: str) -> Response:
        """Compute the pool's figures anew, in the background."""
        pool = self.found()
        self.may("pools.recompute_pool", pool)
        return self.command(lambda: {"job": ask_to_recompute(pool, actor=request.user).pk}, status=202)
