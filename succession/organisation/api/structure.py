"""Units, positions, and what posts require."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass
from succession.organisation.heads import heads_of
from succession.organisation.models import Employee, Incumbency, OrgUnit, Position, Requirement, SeatChange
from succession.organisation.services.incumbencies import end_incumbency, start_incumbency
from succession.organisation.services.requirements import RequirementRow, replace_requirements

from .base import ReadOnly, Resource, command_schema, seen
from .fields import IdField, ReasonField, key, label
from .filters import IdFilter


class OrgUnitSerializer(serializers.ModelSerializer):
    parent = key("parent")
    parent_label = label("parent")
    head_position = key("head_position")
    head_position_label = label("head_position")
    head = key("head")
    head_label = label("head")

    class Meta:
        model = OrgUnit
        fields = (
            "id",
            "code",
            "name",
            "parent",
            "parent_label",
            "head_position",
            "head_position_label",
            "head",
            "head_label",
            "closed_on",
        )


class OrgUnitFilters(filters.FilterSet):
    code = filters.CharFilter()
    parent = IdFilter(field_name="parent", seen=OrgUnit)
    closed = filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull", exclude=True)


class OrgUnits(ReadOnly):
    """The tree of units; `head` is derived from the holder of the head post."""

    queryset = OrgUnit.objects
    serializer_class = OrgUnitSerializer
    filterset_class = OrgUnitFilters
    search_fields = ("name", "code")
    ordering_fields = ("code", "name")
    ordering = ("name",)

    def visible(self) -> QuerySet:
        user = self.request.user
        return OrgUnit.objects.visible_to(user).prefetch_related(
            seen("parent", OrgUnit, user), seen("head_position", Position, user)
        )

    def complete(self, records: list[OrgUnit]) -> None:
        heads = heads_of([unit.pk for unit in records], timezone.localdate())
        people = Employee.objects.visible_to(self.request.user).in_bulk(set(heads.values()))
        for unit in records:
            unit.head = people.get(heads.get(unit.pk))


class SeatChangeSerializer(serializers.ModelSerializer):
    class Meta:
        model = SeatChange
        fields = ("on", "delta", "reason")


class HolderSerializer(serializers.ModelSerializer):
    """Who sits on a seat now; an undisclosed holder has neither id nor name."""

    employee = serializers.IntegerField(source="employee_id", allow_null=True)
    name = label("employee")
    since = serializers.DateField(source="starts_on")

    class Meta:
        model = Incumbency
        fields = ("id", "seat", "employee", "name", "since", "ends_on", "acting", "concurrent")


class NewHoldingSerializer(serializers.Serializer):
    employee = IdField()
    seat = IdField(required=False)
    acting = serializers.BooleanField(default=False)
    concurrent = serializers.BooleanField(default=False)
    reason = ReasonField()

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is no name in Python."""
        return super().get_fields() | {"from": serializers.DateField(source="starts_on")}


class EndSerializer(serializers.Serializer):
    on = serializers.DateField()
    reason = ReasonField()


class RequirementSerializer(serializers.ModelSerializer):
    competency = key("competency")
    competency_label = label("competency")

    class Meta:
        model = Requirement
        fields = ("competency", "competency_label", "level", "weight", "must_have")


class NewRequirementSerializer(serializers.Serializer):
    competency = IdField()
    level = serializers.IntegerField(min_value=1, max_value=5)
    weight = serializers.IntegerField(min_value=1, max_value=5, default=3)
    must_have = serializers.BooleanField(default=False)


class PositionSerializer(serializers.ModelSerializer):
    org_unit = key("org_unit")
    org_unit_label = label("org_unit")
    reports_to = key("reports_to")
    reports_to_label = label("reports_to")
    seats = serializers.IntegerField()
    seat_changes = SeatChangeSerializer(many=True)
    incumbents = HolderSerializer(source="holders", many=True)
    vacant_seats = serializers.SerializerMethodField()
    criticality = serializers.SerializerMethodField()
    expected_leaving = serializers.SerializerMethodField()

    class Meta:
        model = Position
        fields = (
            "id",
            "code",
            "title",
            "grade",
            "org_unit",
            "org_unit_label",
            "reports_to",
            "reports_to_label",
            "position_class",
            "seats",
            "seat_changes",
            "incumbents",
            "vacant_seats",
            "criticality",
            "expected_leaving",
            "closed_on",
        )

    def get_vacant_seats(self, post: Position) -> int:
        return max(0, post.seats - sum(not holder.acting for holder in post.holders))

    def get_criticality(self, post: Position) -> float | None:
        return None if post.criticality is None or self._is_own(post) else float(post.criticality)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_expected_leaving(self, post: Position) -> Any:
        """The first day on which one of the holders is expected to leave; never told of one's own seat."""
        if self._is_own(post):
            return None
        return min((h.expected_leaving_on for h in post.holders if h.expected_leaving_on), default=None)

    def _is_own(self, post: Position) -> bool:
        access = access_of(self.context["request"].user)
        return post.pk in access.own_position_ids and not access.is_auditor


class PositionFilters(filters.FilterSet):
    code = filters.CharFilter()
    grade = filters.CharFilter()
    position_class = filters.ChoiceFilter(choices=PositionClass.choices)
    org_unit = IdFilter(field_name="org_unit", seen=OrgUnit)
    reports_to = IdFilter(field_name="reports_to", seen=Position)
    closed = filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull", exclude=True)


class Positions(ReadOnly):
    """Posts with their seats of today and who sits on them."""

    queryset = Position.objects
    serializer_class = PositionSerializer
    filterset_class = PositionFilters
    search_fields = ("title", "code")
    ordering_fields = ("code", "title", "grade", "position_class")
    ordering = ("code",)

    def visible(self) -> QuerySet:
        user, today = self.request.user, timezone.localdate()
        holders = Incumbency.objects.held_on(today).select_related("employee").order_by("seat", "acting")
        return (
            Position.objects.visible_to(user)
            .with_seats(today)
            .prefetch_related(
                seen("org_unit", OrgUnit, user),
                seen("reports_to", Position, user),
                "seat_changes",
                Prefetch("incumbencies", queryset=holders, to_attr="holders"),
            )
        )

    @command_schema(request=NewHoldingSerializer, responses={201: HolderSerializer})
    @action(detail=True, methods=["post"])
    def incumbencies(self, request: Request, pk: str) -> Response:
        """Put someone on a seat of the post: the lowest free one unless a seat is named."""
        post = self.found()
        self.may("organisation.change_incumbency", post)
        given = self.given(NewHoldingSerializer)
        person = self.referred(Employee, given.pop("employee"))

        def do() -> Any:
            holding = start_incumbency(post, person, from_=given.pop("starts_on"), actor=request.user, **given)
            return HolderSerializer(holding).data

        return self.command(do, status=201)

    @extend_schema(responses=RequirementSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def requirements(self, request: Request, pk: str) -> Response:
        """What the post asks of whoever holds it."""
        return Response(self._profile(self.found()))

    @extend_schema(request=NewRequirementSerializer(many=True), responses=RequirementSerializer(many=True))
    @requirements.mapping.put
    def replace_requirements(self, request: Request, pk: str) -> Response:
        """Let the given rows be the whole profile."""
        post = self.found()
        self.may("organisation.change_requirements", post)
        rows = [RequirementRow(**row) for row in self.given(NewRequirementSerializer, many=True)]
        replace_requirements(post, rows, actor=request.user)
        return Response(self._profile(post))

    def _profile(self, post: Position) -> Any:
        rows = Requirement.objects.visible_to(self.request.user).filter(position=post).select_related("competency")
        return RequirementSerializer(rows, many=True).data


class Incumbencies(Resource):
    """Holdings of seats."""

    queryset = Incumbency.objects

    def visible(self) -> QuerySet:
        return Incumbency.objects.visible_to(self.request.user).select_related("position", "employee")

    @command_schema(request=EndSerializer, responses={200: HolderSerializer})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End a holding; `on` is the first day on which the seat is free."""
        holding = self.found()
        self.may("organisation.change_incumbency", holding)
        given = self.given(EndSerializer)
        return self.command(
            lambda: (
                HolderSerializer(end_incumbency(holding, given["on"], reason=given["reason"], actor=request.user)).data
            )
        )
