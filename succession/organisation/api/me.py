"""What a person may know and say of themselves."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from succession.organisation.access import access_of
from succession.organisation.models import CareerGoal, Employee, Position

from .base import ReadOnly, seen
from .fields import key, label


class MeSerializer(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    employee = serializers.IntegerField(allow_null=True)


class Me(APIView):
    """Who is signed in, and in which roles."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        access = access_of(request.user)
        return Response(
            {
                "username": request.user.username,
                "name": str(request.user),
                "roles": sorted(access.roles),
                "employee": access.employee_id,
            }
        )


def own_record(user: Any) -> Employee:
    """The employee who is signed in; 404 for programs and people who are not employed here."""
    person = Employee.objects.filter(pk=access_of(user).employee_id).first()
    if person is None:
        raise Http404
    return person


class GoalSerializer(serializers.ModelSerializer):
    position = key("position")
    position_label = label("position")
    competency = key("competency")
    competency_label = label("competency")

    class Meta:
        model = CareerGoal
        fields = (
            "id",
            "kind",
            "text",
            "position",
            "position_label",
            "competency",
            "competency_label",
            "importance",
            "until",
        )


class MyGoals(ReadOnly):
    """One's own career goals."""

    queryset = CareerGoal.objects
    serializer_class = GoalSerializer
    search_fields = ("text",)
    ordering_fields = ("importance", "until")
    ordering = ("-importance",)

    def visible(self) -> QuerySet:
        return CareerGoal.objects.filter(employee=access_of(self.request.user).employee_id).prefetch_related(
            seen("position", Position, self.request.user), "competency"
        )
