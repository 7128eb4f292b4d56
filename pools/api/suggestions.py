"""Who could be named for a post: those the rules of its pool suggest, and who was left out by which rule."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from candidates.models import Candidate
from candidates.selectors.fit import FitTable, fits_of
from pools.models import EchelonPool
from pools.selectors.people import Person
from pools.selectors.suggestions import Suggestion, suggestions_for
from succession.organisation.formats import percent
from succession.organisation.models import Position


class SuggestedSerializer(serializers.Serializer):
    candidate = serializers.IntegerField(allow_null=True, help_text="None for an employee who is no candidate yet.")
    candidate_label = serializers.CharField()
    employee = serializers.IntegerField()
    fit = serializers.FloatField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())


class LeftOutSerializer(serializers.Serializer):
    candidate = serializers.IntegerField(allow_null=True)
    candidate_label = serializers.CharField()
    employee = serializers.IntegerField()
    rule = serializers.CharField()
    rule_label = serializers.CharField()


class SuggestionsSerializer(serializers.Serializer):
    suggested = SuggestedSerializer(many=True)
    filtered_out = LeftOutSerializer(many=True)


class PositionSuggestions(APIView):
    """For a post that a pool serves; a post in no pool has none."""

    @extend_schema(responses=SuggestionsSerializer)
    def get(self, request: Request, pk: int) -> Response:
        post = get_object_or_404(Position.objects.with_succession_for(request.user), pk=pk)
        pool = EchelonPool.objects.visible_to(request.user).filter(pool_positions__position=post).first()
        if pool is None:
            return Response({"suggested": [], "filtered_out": []})
        found = suggestions_for(request.user, pool)
        fits = _fits(request, post, [one.person for one in found.eligible])
        suggested = [_plain(one.person) | _judged(one, fits, pk) for one in found.eligible]
        return Response(
            {
                "suggested": sorted(suggested, key=_best_first),
                "filtered_out": [
                    _plain(one.person) | {"rule": one.rule, "rule_label": one.rule_label} for one in found.filtered_out
                ],
            }
        )


def _fits(request: Request, post: Position, people: list[Person]) -> FitTable:
    wanted = [person.candidate for person in people if person.candidate is not None]
    seen = Candidate.objects.visible_to(request.user).filter(pk__in=wanted)
    return fits_of(seen, Position.objects.with_succession_for(request.user).filter(pk=post.pk))


def _judged(one: Suggestion, fits: FitTable, post: int) -> dict[str, Any]:
    fit = fits.of(one.person.candidate, post) if one.person.candidate is not None else None
    reasons = _reasons(one)
    if fit is not None:
        reasons.append(_("Fit %(fit)s") % {"fit": percent(fit)})
    return {"fit": fit, "reasons": reasons}


def _best_first(suggested: dict[str, Any]) -> tuple[bool, float]:
    """By fit; who cannot be judged comes last, in the order the rules gave."""
    fit = suggested["fit"]
    return fit is None, -(fit or 0)


def _plain(person: Person) -> dict[str, object]:
    return {"candidate": person.candidate, "candidate_label": person.name, "employee": person.employee}


def _reasons(one: Suggestion) -> list[str]:
    """The facts that the rules looked at."""
    held = _("Holds %(post)s since %(day)s") % {"post": one.person.title, "day": one.in_post_since.isoformat()}
    return [held, _("Grade %(grade)s") % {"grade": one.grade}] if one.grade else [held]
