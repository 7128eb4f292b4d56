"""Coverage of a pool, a post, the whole: as it stands, and with `?history=1` as it stood."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from pools.choices import CoverageScope, CoverageStatus, PoolKind
from pools.models import CoverageDay, EchelonPool
from pools.selectors.coverage import coverage_of_pool, coverage_of_position, coverage_of_whole, history
from pools.selectors.figures import Figures, of_row
from succession.organisation.models import Position


class BlockingSerializer(serializers.Serializer):
    """Posts that rest on too few people, together."""

    positions = serializers.ListField(child=serializers.IntegerField())
    people = serializers.ListField(child=serializers.IntegerField(), help_text="Candidates.")
    short = serializers.IntegerField()


class CoverageSerializer(serializers.Serializer):
    scope = serializers.ChoiceField(choices=CoverageScope.choices)
    kind = serializers.ChoiceField(choices=PoolKind.choices)
    as_of = serializers.DateField()
    computed_at = serializers.DateTimeField()
    seats = serializers.IntegerField()
    planned = serializers.IntegerField()
    closing = serializers.IntegerField()
    demand = serializers.IntegerField()
    ratio = serializers.FloatField(allow_null=True)
    capacity = serializers.IntegerField()
    gross = serializers.IntegerField()
    filled = serializers.IntegerField()
    ready_now = serializers.IntegerField()
    years_1_3 = serializers.IntegerField()
    years_4_5 = serializers.IntegerField()
    gap = serializers.IntegerField()
    surplus = serializers.IntegerField()
    seats_named = serializers.IntegerField()
    seats_counted = serializers.IntegerField()
    seats_true = serializers.IntegerField()
    seats_true_ready_now = serializers.IntegerField()
    blocking = BlockingSerializer(many=True)
    overlap = serializers.FloatField(allow_null=True)
    status = serializers.ChoiceField(choices=CoverageStatus.choices)
    formula_version = serializers.IntegerField()
    policy_version = serializers.IntegerField()
    stale = serializers.BooleanField()
    partial = serializers.BooleanField(help_text="Over the posts you may see, not all.")


HISTORY = OpenApiParameter("history", bool, description="The days on which the figures changed, in pages.")
KIND = OpenApiParameter("kind", str, enum=[PoolKind.KEY.value, PoolKind.MANAGEMENT.value])
PAGES = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


class _Coverage(APIView):
    """Figures now, or their past in pages."""

    known = frozenset({"history", "page", "page_size", "format"})

    def answer(self, request: Request, now: Any, past: Any) -> Response:
        """`now` gives the figures, `past` the days; only the one that was asked for is read."""
        unknown = sorted(set(request.query_params) - self.known)
        if unknown:
            raise ValidationError({name: [_("There is no such filter.")] for name in unknown})
        if not _wants_history(request):
            figures = now()
            if figures is None:
                raise Http404
            return Response(CoverageSerializer(figures).data)
        days: QuerySet[CoverageDay] = past()
        pages = api_settings.DEFAULT_PAGINATION_CLASS()
        found: list[Figures] = [of_row(day) for day in pages.paginate_queryset(days, request, view=self)]
        return pages.get_paginated_response(CoverageSerializer(found, many=True).data)


def _wants_history(request: Request) -> bool:
    asked = request.query_params.get("history", "")
    if asked not in {"", "0", "1", "false", "true"}:
        raise ValidationError({"history": [_("0 or 1.")]})
    return asked in {"1", "true"}


class PoolCoverage(_Coverage):
    """How far a pool covers; for a department head over the posts they may see."""

    @extend_schema(parameters=[HISTORY, *PAGES], responses=CoverageSerializer)
    def get(self, request: Request, pk: int) -> Response:
        pool = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
        return self.answer(
            request, lambda: coverage_of_pool(request.user, pool), lambda: history(request.user, pool=pool)
        )


class PositionCoverage(_Coverage):
    """How far a post is covered; never told of one's own seat."""

    @extend_schema(parameters=[HISTORY, *PAGES], responses=CoverageSerializer)
    def get(self, request: Request, pk: int) -> Response:
        post = get_object_or_404(Position.objects.with_succession_for(request.user), pk=pk)
        return self.answer(
            request, lambda: coverage_of_position(request.user, post), lambda: history(request.user, position=post)
        )


class WholeCoverage(_Coverage):
    """All posts of a class, in a pool or not."""

    known = _Coverage.known | {"kind"}

    @extend_schema(parameters=[KIND, HISTORY, *PAGES], responses=CoverageSerializer)
    def get(self, request: Request) -> Response:
        kind = request.query_params.get("kind", PoolKind.KEY)
        if kind not in {PoolKind.KEY, PoolKind.MANAGEMENT}:
            raise ValidationError({"kind": [_("key or management.")]})
        return self.answer(
            request, lambda: coverage_of_whole(request.user, kind), lambda: history(request.user, kind=kind)
        )
