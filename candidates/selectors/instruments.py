"""The catalogue of instruments."""

from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from candidates.models import Assessment, Exercise, Instrument, RaterGroup


def instruments_listed(user: Any) -> QuerySet[Any]:
    """Those in use first, each with how many exercises, rater groups and assessments it has."""
    return (
        Instrument.objects.visible_to(user)
        .annotate(exercise_count=_count(Exercise), group_count=_count(RaterGroup), assessment_count=_count(Assessment))
        .order_by(F("closed_on").asc(nulls_first=True), "name", "pk")
    )


def _count(model: Any) -> Coalesce:
    rows = model.objects.filter(instrument=OuterRef("pk")).order_by().values("instrument")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
