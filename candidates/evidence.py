"""What final assessments say of candidates, in the words of the pure arithmetic."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import QuerySet

from candidates import profile

from .models import Assessment, Instrument, Rating

COLUMNS = (
    "assignment__assessment__candidate",
    "assignment__assessment",
    "assignment__assessment__instrument",
    "competency",
    "assignment__group__code",
    "assignment",
    "score",
    "assignment__assessment__assessed_on",
    "exercise",
)


def ratings_in(assessments: QuerySet[Assessment]) -> QuerySet[Rating, Any]:
    """The rows of these assessments that `as_ratings` reads."""
    rows = Rating.objects.filter(assignment__assessment__in=assessments.order_by().values("pk"))
    return rows.values_list(*COLUMNS)


def as_ratings(rows: Iterable[tuple[Any, ...]], instruments: dict[int, Instrument]) -> dict[int, list[profile.Rating]]:
    """Ratings by candidate, their scores turned into levels by the instrument's scale."""

    @cache
    def level(instrument: int, score: Decimal) -> float:
        return float(instruments[instrument].level_of(score))

    found: dict[int, list[profile.Rating]] = defaultdict(list)
    for candidate, assessment, instrument, competency, group, rater, score, on, exercise in rows:
        found[candidate].append(
            profile.Rating(
                assessment=assessment,
                instrument=instrument,
                competency=competency,
                group=group,
                rater=rater,
                level=level(instrument, score),
                on=on,
                exercise=exercise,
            )
        )
    return found


def read_instruments(wanted: Collection[int] | None = None) -> dict[int, Instrument]:
    """Instruments with their rater groups; all of them, or some. Two statements."""
    rows = Instrument.objects.prefetch_related("rater_groups")
    return (rows.in_bulk(list(wanted)) if wanted is not None else {each.pk: each for each in rows.all()}) or {}


def settings_of(instruments: dict[int, Instrument]) -> dict[int, profile.Instrument]:
    """How each instrument counts."""
    return {
        pk: profile.Instrument(
            weight=float(each.weight),
            half_life_months=each.half_life_months,
            group_weights={group.code: float(group.weight) for group in each.rater_groups.all()},
        )
        for pk, each in instruments.items()
    }
