"""The profile of a candidate and its fit for a post, over REST."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from candidates.fit import Fit
from candidates.models import Candidate
from candidates.selectors.fit import fit_for
from candidates.selectors.profile import LevelRead, read_profile
from succession.organisation import audit
from succession.organisation.lists import LONGEST_ID
from succession.organisation.models import Competency, Position


class EvidenceSerializer(serializers.Serializer):
    assessment = serializers.IntegerField()
    instrument_label = serializers.CharField(source="instrument")
    group_label = serializers.CharField(source="group")
    on = serializers.DateField()
    level = serializers.FloatField()
    ratings = serializers.IntegerField()
    freshness = serializers.FloatField(help_text="1 on the day, 1/2 at the half-life of the instrument.")
    share = serializers.FloatField(help_text="Of the derived level, 0 to 1.")


class LevelSerializer(serializers.Serializer):
    competency = serializers.IntegerField()
    competency_label = serializers.CharField(source="name")
    level = serializers.FloatField()
    spread = serializers.FloatField(help_text="Standard deviation of the single ratings, in levels.")
    evidence = EvidenceSerializer(many=True)
    as_of = serializers.DateField(source="newest_on")
    fresh = serializers.SerializerMethodField()

    def get_fresh(self, level: LevelRead) -> bool:
        return level.is_fresh(timezone.localdate())


class ProfileSerializer(serializers.Serializer):
    competencies = LevelSerializer(many=True)


class PartSerializer(serializers.Serializer):
    competency = serializers.IntegerField()
    competency_label = serializers.CharField()
    required = serializers.IntegerField()
    level = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField()
    contribution = serializers.FloatField(help_text="Points of the fit's 100.")
    missing = serializers.FloatField(help_text="Points of the fit's 100 not reached.")
    must_have = serializers.BooleanField()
    unrated = serializers.BooleanField()


class FitSerializer(serializers.Serializer):
    candidate = serializers.IntegerField()
    position = serializers.IntegerField()
    fit = serializers.FloatField(allow_null=True, help_text="0 to 100; none for a post that requires nothing.")
    gap = serializers.FloatField(allow_null=True)
    parts = PartSerializer(many=True)
    unmet_must_haves = serializers.ListField(child=serializers.IntegerField(), help_text="Competencies.")


class CandidateProfile(APIView):
    """The rated competencies of a candidate, derived from final assessments. Reading it is logged."""

    @extend_schema(responses=ProfileSerializer)
    def get(self, request: Request, pk: int) -> Response:
        candidate = get_object_or_404(Candidate.objects.visible_to(request.user), pk=pk)
        audit.log_reading(candidate, reader=request.user)
        levels = read_profile(request.user, pk, on=timezone.localdate())
        return Response(ProfileSerializer({"competencies": levels}).data)


class CandidateFit(APIView):
    """How well a candidate answers what a post requires, competency by competency. Reading it is logged."""

    @extend_schema(parameters=[OpenApiParameter("position", int, required=True)], responses=FitSerializer)
    def get(self, request: Request, pk: int) -> Response:
        candidate = get_object_or_404(Candidate.objects.visible_to(request.user), pk=pk)
        position = get_object_or_404(Position.objects.with_succession_for(request.user), pk=_asked(request))
        audit.log_reading(candidate, reader=request.user)
        fit = fit_for(request.user, candidate.pk, position.pk)
        return Response(FitSerializer(_plain(candidate, position, fit)).data)


def _asked(request: Request) -> int:
    text = request.query_params.get("position", "")
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise ValidationError({"position": [_("Say for which post, by its id.")]})
    return int(text)


def _plain(candidate: Candidate, position: Position, fit: Fit) -> dict[str, Any]:
    names = Competency.objects.in_bulk([part.competency for part in fit.parts])
    return {
        "candidate": candidate.pk,
        "position": position.pk,
        "fit": fit.fit,
        "gap": fit.gap,
        "parts": [
            {
                "competency": part.competency,
                "competency_label": names[part.competency].name,
                "required": part.required,
                "level": part.level,
                "weight": part.weight,
                "contribution": part.contribution,
                "missing": part.missing,
                "must_have": part.must_have,
                "unrated": part.is_unrated,
            }
            for part in fit.parts
        ],
        "unmet_must_haves": [part.competency for part in fit.unmet_must_haves],
    }
