"""Employees as the organisation knows them."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers

from succession.organisation.models import Employee, Incumbency, OrgUnit, Position

from .base import ReadOnly, seen
from .fields import key, label
from .filters import IdFilter


class EmployeeSerializer(serializers.ModelSerializer):
    org_unit = key("org_unit")
    org_unit_label = label("org_unit")
    position = serializers.SerializerMethodField()
    position_label = serializers.SerializerMethodField()

    class Meta:
        model = Employee
        fields = (
            "id",
            "number",
            "name",
            "email",
            "org_unit",
            "org_unit_label",
            "hired_on",
            "left_on",
            "position",
            "position_label",
        )

    def get_position(self, person: Employee) -> int | None:
        post = _post_of(person)
        return post.pk if post else None

    def get_position_label(self, person: Employee) -> str | None:
        post = _post_of(person)
        return str(post) if post else None


def _post_of(person: Employee) -> Position | None:
    """The permanent post; of several held side by side the main one."""
    return person.posts_held[0].position if person.posts_held else None


class EmployeeFilters(filters.FilterSet):
    number = filters.CharFilter()
    org_unit = IdFilter(field_name="org_unit", seen=OrgUnit)
    left = filters.BooleanFilter(field_name="left_on", lookup_expr="isnull", exclude=True)


class Employees(ReadOnly):
    """People who work or worked here."""

    queryset = Employee.objects
    serializer_class = EmployeeSerializer
    filterset_class = EmployeeFilters
    search_fields = ("name", "^number")
    ordering_fields = (("name", "sort_name"), "number", "hired_on", "left_on")
    ordering = ("sort_name",)

    def visible(self) -> QuerySet:
        user = self.request.user
        return Employee.objects.visible_to(user).prefetch_related(
            seen("org_unit", OrgUnit, user),
            Prefetch("incumbencies", queryset=held_posts(user), to_attr="posts_held"),
        )


def held_posts(user: Any) -> QuerySet:
    """Permanent posts held today that the reader may know of: visible ones, and their own."""
    today = timezone.localdate()
    known = Q(position__in=Position.objects.visible_to(user)) | Q(employee__user=user)
    return (
        Incumbency.objects.held_on(today)
        .permanent()
        .filter(known)
        .select_related("position")
        .order_by("concurrent", "starts_on", "pk")
    )
