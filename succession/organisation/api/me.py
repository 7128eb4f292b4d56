"""What a person may know and say of themselves."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from succession.organisation.access import access_of
from succession.organisation.choices import GoalKind, Willingness
from succession.organisation.models import CareerGoal, Competency, Employee, Position
from succession.organisation.services.goals import add_goal, change_goal, remove_goal
from succession.organisation.services.willingness import ANSWERS, answer_willingness

from .base import ReadOnly, command_schema, once, seen
from .fields import IdField, key, label


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


class NewGoalSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=500)
    kind = serializers.ChoiceField(choices=GoalKind.choices, required=False)
    position = IdField(required=False, allow_null=True)
    competency = IdField(required=False, allow_null=True)
    importance = serializers.IntegerField(min_value=1, max_value=5, required=False)
    until = serializers.DateField(required=False, allow_null=True)


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

    @command_schema(request=NewGoalSerializer, responses={201: GoalSerializer})
    def create(self, request: Request) -> Response:
        """Add a goal."""
        person = own_record(request.user)
        given = self._referred(self.given(NewGoalSerializer))
        return self.command(lambda: self.shown(add_goal(person, actor=request.user, **given).pk), status=201)

    @extend_schema(request=NewGoalSerializer, responses=GoalSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a goal."""
        goal = self.found()
        given = self._referred(self.given(NewGoalSerializer, partial=True))
        change_goal(goal, actor=request.user, **given)
        return Response(self.shown(goal.pk))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take a goal away."""
        remove_goal(self.found(), actor=request.user)
        return Response(status=204)

    def _referred(self, given: dict[str, Any]) -> dict[str, Any]:
        if given.get("position"):
            given["position"] = self.referred(Position, given["position"])
        if given.get("competency"):
            given["competency"] = get_object_or_404(Competency, pk=given["competency"])
        return given


class WillingnessSerializer(serializers.ModelSerializer):
    willingness = serializers.ChoiceField(choices=Willingness.choices, source="current_willingness")

    class Meta:
        model = Employee
        fields = ("willingness", "willingness_on", "willingness_until")


class AnswerSerializer(serializers.Serializer):
    willingness = serializers.ChoiceField(choices=[(answer.value, answer.label) for answer in ANSWERS])


class MyWillingness(APIView):
    """One's own answer when asked in general whether one would move up."""

    @extend_schema(responses=WillingnessSerializer)
    def get(self, request: Request) -> Response:
        return Response(_answer_of(own_record(request.user)))

    @command_schema(request=AnswerSerializer, responses=WillingnessSerializer)
    def post(self, request: Request) -> Response:
        """Answer; it holds for as long as the policy says."""
        return self._answer(request)

    @extend_schema(request=AnswerSerializer, responses=WillingnessSerializer)
    def put(self, request: Request) -> Response:
        """The same."""
        return self._answer(request)

    def _answer(self, request: Request) -> Response:
        person = own_record(request.user)
        shape = AnswerSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        answer = shape.validated_data["willingness"]
        status, body = once(request, lambda: (200, _answer_of(answer_willingness(person, answer, actor=request.user))))
        return Response(body, status=status)


def _answer_of(person: Employee) -> Any:
    return WillingnessSerializer(Employee.objects.with_willingness(timezone.localdate()).get(pk=person.pk)).data
