"""Assessments with the ratings the reader may see, the instruments they were made with, and the commands on them."""

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from candidates import services
from candidates.choices import AssessmentState, InstrumentKind
from candidates.models import Assessment, Assignment, Candidate, Exercise, Instrument, RaterGroup, Rating
from succession.organisation.access import access_of
from succession.organisation.api.base import Lists, ReadOnly, Resource, Retrieves, command_schema
from succession.organisation.api.fields import IdField, ReasonField, key, label
from succession.organisation.api.filters import IdFilter
from succession.organisation.errors import Invalid
from succession.organisation.models import User


class RatingSerializer(serializers.ModelSerializer):
    competency = key("competency")
    competency_label = label("competency")
    exercise = key("exercise")
    exercise_label = label("exercise")
    assessor = serializers.IntegerField(source="sheet.assessor_id", allow_null=True, read_only=True)
    assessor_label = label("sheet")
    group = serializers.CharField(source="sheet.group.code", read_only=True)
    score = serializers.FloatField(read_only=True)
    level = serializers.FloatField(read_only=True, help_text="The score as a level from 1 to 5.")

    class Meta:
        model = Rating
        fields = (
            "competency",
            "competency_label",
            "exercise",
            "exercise_label",
            "assessor",
            "assessor_label",
            "group",
            "score",
            "level",
        )


class AssessmentSerializer(serializers.ModelSerializer):
    candidate = key("candidate")
    candidate_label = label("candidate")
    instrument = key("instrument")
    instrument_label = label("instrument")
    replaces = serializers.IntegerField(source="replaces_id", read_only=True, allow_null=True)
    reason = serializers.SerializerMethodField()
    conclusion = serializers.SerializerMethodField()
    ratings = serializers.SerializerMethodField()

    class Meta:
        model = Assessment
        fields = (
            "id",
            "candidate",
            "candidate_label",
            "instrument",
            "instrument_label",
            "assessed_on",
            "state",
            "version",
            "replaces",
            "reason",
            "conclusion",
            "finalised_at",
            "ratings",
        )

    def get_reason(self, assessment: Assessment) -> str:
        return assessment.reason if self.reads_words(assessment) else ""

    def get_conclusion(self, assessment: Assessment) -> str:
        return assessment.conclusion if self.reads_words(assessment) else ""

    def reads_words(self, assessment: Assessment) -> bool:
        """What was written of all ratings together is kept from assessors, who read drafts by their assignment alone."""
        is_draft = assessment.state == AssessmentState.DRAFT
        return not is_draft or access_of(self.context["request"].user).sees_everything

    @extend_schema_field(RatingSerializer(many=True))
    def get_ratings(self, assessment: Assessment) -> list[dict]:
        """Of an assessor their own; of others once every rater has handed in."""
        found = []
        for sheet in assessment.seen_sheets:
            for rating in sheet.seen_ratings:
                rating.sheet, rating.level = sheet, assessment.instrument.level_of(rating.score)
                found.append(rating)
        return RatingSerializer(found, many=True).data


class NewRaterSerializer(serializers.Serializer):
    assessor = IdField(required=False, allow_null=True, default=None)
    label = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    group = serializers.CharField(max_length=40, help_text="The code of a rater group of the instrument.")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class NewAssessmentSerializer(serializers.Serializer):
    candidate = IdField()
    instrument = IdField()
    assessed_on = serializers.DateField()
    assessors = NewRaterSerializer(many=True, required=False, default=list)


class FinaliseSerializer(serializers.Serializer):
    conclusion = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=4000,
        help_text="Where ratings are two levels or more apart: how that was settled.",
    )
    reason = ReasonField(help_text="Read as the conclusion where that is empty.")
    assessed_on = serializers.DateField(required=False, allow_null=True, default=None)


class CorrectSerializer(serializers.Serializer):
    reason = ReasonField()


class ScoreSerializer(serializers.Serializer):
    exercise = IdField()
    competency = IdField()
    score = serializers.DecimalField(max_digits=7, decimal_places=3, allow_null=True)


class RateSerializer(serializers.Serializer):
    ratings = ScoreSerializer(many=True, allow_empty=False, max_length=1_000)


class AssessmentFilters(filters.FilterSet):
    candidate = IdFilter(field_name="candidate", seen=Candidate)
    instrument = IdFilter(field_name="instrument")
    state = filters.ChoiceFilter(choices=AssessmentState.choices)


class Assessments(Lists, Retrieves, Resource):
    """What was seen of candidates; assessors find what is assigned to them, with their own ratings alone."""

    queryset = Assessment.objects
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilters
    search_fields = ("candidate__employee__name", "candidate__external__name", "instrument__name")
    ordering_fields = ("assessed_on", "state")
    ordering = ("-assessed_on",)

    def visible(self) -> QuerySet:
        user = self.request.user
        ratings = Rating.objects.visible_to(user).select_related("competency", "exercise").order_by("pk")
        sheets = Assignment.objects.visible_to(user).select_related("assessor", "group").order_by("group", "pk")
        return (
            Assessment.objects.visible_to(user)
            .select_related("instrument", "candidate__employee", "candidate__external")
            .prefetch_related(
                Prefetch(
                    "assignments",
                    sheets.prefetch_related(Prefetch("ratings", ratings, to_attr="seen_ratings")),
                    to_attr="seen_sheets",
                )
            )
        )

    @command_schema(request=NewAssessmentSerializer, responses={201: AssessmentSerializer})
    def create(self, request: Request) -> Response:
        """Plan an assessment, with those who rate."""
        self.may("candidates.plan_assessment")
        given = self.given(NewAssessmentSerializer)
        candidate = self.referred(Candidate, given["candidate"])
        instrument = self.referred(Instrument, given["instrument"])

        @transaction.atomic
        def plan() -> dict:
            made = services.plan_assessment(candidate, instrument, assessed_on=given["assessed_on"], actor=request.user)
            for rater in given["assessors"]:
                services.assign_assessor(
                    made,
                    _group(instrument, rater["group"]),
                    assessor=_assessor(rater["assessor"]),
                    label=rater["label"],
                    due_on=rater["due_on"],
                    actor=request.user,
                )
            return self.shown(made.pk)

        return self.command(plan, status=201)

    @command_schema(request=RateSerializer, responses={200: AssessmentSerializer})
    @action(detail=True, methods=["post"])
    def rate(self, request: Request, pk: str) -> Response:
        """Write scores on one's own sheet; null clears one. All or none."""
        sheet = self.own_sheet()
        given = self.given(RateSerializer)
        cells = {
            (exercise.pk, shown.competency_id): shown.pk
            for exercise in Exercise.objects.filter(instrument=sheet.assessment.instrument_id).prefetch_related("shown")
            for shown in exercise.shown.all()
        }
        scores = {cells.get((row["exercise"], row["competency"]), 0): row["score"] for row in given["ratings"]}

        def do() -> dict:
            services.rate_sheet(sheet, scores, actor=request.user)
            return self.shown(sheet.assessment_id)

        return self.command(do)

    @command_schema(request=None, responses={200: AssessmentSerializer})
    @action(detail=True, methods=["post"], url_path="hand-in")
    def hand_in(self, request: Request, pk: str) -> Response:
        """Close one's own sheet."""
        sheet = self.own_sheet()

        def do() -> dict:
            services.hand_in(sheet, actor=request.user)
            return self.shown(sheet.assessment_id)

        return self.command(do)

    @command_schema(request=FinaliseSerializer, responses={200: AssessmentSerializer})
    @action(detail=True, methods=["post"])
    def finalise(self, request: Request, pk: str) -> Response:
        """Make it final: frozen, evidence from now on, announced. Of two at once the second gets 409."""
        assessment = self.found()
        self.may("candidates.finalise_assessment", assessment)
        given = self.given(FinaliseSerializer)

        def do() -> dict:
            conclusion = given["conclusion"] or given["reason"]
            services.finalise_assessment(
                assessment, conclusion=conclusion, assessed_on=given["assessed_on"], actor=request.user
            )
            return self.shown(assessment.pk)

        return self.command(do)

    @command_schema(request=CorrectSerializer, responses={201: AssessmentSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Begin a new version of a final assessment."""
        assessment = self.found()
        self.may("candidates.correct_assessment", assessment)
        given = self.given(CorrectSerializer)
        return self.command(
            lambda: self.shown(services.correct_assessment(assessment, actor=request.user, **given).pk), status=201
        )

    def own_sheet(self) -> Assignment:
        """The reader's own sheet of the assessment, the open one first; 403 for those who have none."""
        assessment = self.found()
        sheets = [sheet for sheet in assessment.seen_sheets if sheet.assessor_id == self.request.user.pk]
        sheet = min(sheets, key=lambda one: one.handed_in_at is not None, default=None)
        self.may("candidates.rate", sheet)
        assert sheet is not None, "nobody may rate on no sheet"
        return sheet


class RaterGroupSerializer(serializers.ModelSerializer):
    weight = serializers.FloatField()

    class Meta:
        model = RaterGroup
        fields = ("code", "name", "weight")


class ExerciseSerializer(serializers.ModelSerializer):
    competencies = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Exercise
        fields = ("id", "name", "competencies")


class InstrumentSerializer(serializers.ModelSerializer):
    scale_low = serializers.FloatField()
    scale_high = serializers.FloatField()
    weight = serializers.FloatField()
    rater_groups = RaterGroupSerializer(many=True)
    exercises = ExerciseSerializer(many=True)

    class Meta:
        model = Instrument
        fields = (
            "id",
            "code",
            "name",
            "kind",
            "scale_low",
            "scale_high",
            "weight",
            "half_life_months",
            "closed_on",
            "rater_groups",
            "exercises",
        )


class InstrumentFilters(filters.FilterSet):
    code = filters.CharFilter()
    kind = filters.ChoiceFilter(choices=InstrumentKind.choices)


class Instruments(ReadOnly):
    """How people are assessed."""

    queryset = Instrument.objects
    serializer_class = InstrumentSerializer
    filterset_class = InstrumentFilters
    search_fields = ("name", "code")
    ordering_fields = ("name", "code")
    ordering = ("name",)

    def visible(self) -> QuerySet:
        exercises = Exercise.objects.prefetch_related("competencies")
        return Instrument.objects.visible_to(self.request.user).prefetch_related(
            "rater_groups", Prefetch("exercises", exercises)
        )


def _group(instrument: Instrument, code: str) -> RaterGroup:
    group = instrument.rater_groups.filter(code=code).first()
    if group is None:
        raise Invalid(_("Choose a group of this instrument."), field="group")
    return group


def _assessor(pk: int | None) -> User | None:
    """Whether it is an assessor is the service's matter; one who does not exist is none."""
    if pk is None:
        return None
    user = User.objects.filter(pk=pk).first()
    if user is None:
        raise Invalid(_("Choose someone who is an assessor."), field="assessor")
    return user
