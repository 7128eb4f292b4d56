"""The integration step: what the raters of one assessment said side by side, how far apart they are, how severe each is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import fsum
from typing import Any

from candidates import profile, severity
from candidates.evidence import COLUMNS, as_ratings
from candidates.models import Assessment, Assignment, ExerciseCompetency, Instrument, Rating
from succession.organisation.models import User

# Levels of the scale from 1 to 5 by which two ratings of the same differ before that is called a disagreement.
DISAGREE_FROM = 2.0
# Severity is estimated from so many ratings of these raters at most, the newest first.
MOST_COMPARED = 20_000


@dataclass(frozen=True, slots=True)
class Said:
    """One rater on one cell. level and adjusted: 1-5; adjusted only where severity was asked for and could be estimated."""

    score: Decimal | None = None
    level: float | None = None
    adjusted: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One competency in one exercise, or over all exercises (`exercise` is empty). said: in the order of the sheets."""

    exercise: str
    competency: str
    said: tuple[Said, ...]
    mean: float | None
    adjusted_mean: float | None
    spread: profile.Spread | None

    @property
    def is_disagreed(self) -> bool:
        return self.spread is not None and self.spread.width >= DISAGREE_FROM


@dataclass(frozen=True, slots=True)
class Integration:
    """All of it. sheets: those the reader may see; lines: by exercise; summary: by competency, over the exercises."""

    sheets: list[Assignment]
    lines: list[Line]
    summary: list[Line]
    severities: list[severity.Severity | None]
    is_open: bool

    @property
    def awaited(self) -> int:
        return sum(sheet.handed_in_at is None for sheet in self.sheets)

    @property
    def disagreements(self) -> int:
        return sum(line.is_disagreed for line in self.lines)

    @property
    def has_ratings(self) -> bool:
        return any(line.spread for line in self.lines)


def integrate(assessment: Assessment, user: User, *, adjusted: bool = False) -> Integration:
    """What the reader may see of an assessment's ratings; with severities and adjusted levels when they are asked for.

    Three statements, five with severities. `assessment` comes with its instrument.
    """
    sheets = list(
        Assignment.objects.visible_to(user)
        .filter(assessment=assessment)
        .select_related("assessor", "group")
        .order_by("group", "pk")
    )
    scores = {
        (one.assignment_id, one.exercise_id, one.competency_id): one.score
        for one in Rating.objects.visible_to(user).filter(assignment__assessment=assessment)
    }
    cells = list(
        ExerciseCompetency.objects.filter(exercise__instrument=assessment.instrument)
        .select_related("exercise", "competency")
        .order_by("exercise__order", "exercise", "competency__name", "competency")
    )
    found = _severities(assessment, sheets) if adjusted else {}
    by_sheet = [found.get(_rater(sheet.pk, sheet.assessor_id)) for sheet in sheets]
    lines = [_line(cell, sheets, scores, assessment.instrument, by_sheet) for cell in cells]
    return Integration(sheets, lines, _summary(lines), by_sheet, is_open=not any(_is_open(sheet) for sheet in sheets))


def disagreements_of(assessment: Assessment) -> int:
    """In how many cells the raters of an assessment disagree; over all ratings, whoever asks."""
    levels: dict[tuple[int, int], list[float]] = defaultdict(list)
    for one in Rating.objects.filter(assignment__assessment=assessment):
        levels[one.exercise_id, one.competency_id].append(float(assessment.instrument.level_of(one.score)))
    return sum(profile.spread_of(found).width >= DISAGREE_FROM for found in levels.values())


def _is_open(sheet: Assignment) -> bool:
    return sheet.handed_in_at is None


def _line(
    cell: ExerciseCompetency,
    sheets: Sequence[Assignment],
    scores: dict[tuple[int, int, int], Decimal],
    instrument: Instrument,
    severities: Sequence[severity.Severity | None],
) -> Line:
    said = tuple(
        _said(scores.get((sheet.pk, cell.exercise_id, cell.competency_id)), instrument, known)
        for sheet, known in zip(sheets, severities, strict=True)
    )
    return _of_said(cell.exercise.name, cell.competency.name, said)


def _said(score: Decimal | None, instrument: Instrument, known: severity.Severity | None) -> Said:
    if score is None:
        return Said()
    level = float(instrument.level_of(score))
    if known is None or known.severity is None:
        return Said(score, level)
    return Said(score, level, min(max(level + known.severity, profile.LOWEST), profile.HIGHEST))


def _of_said(exercise: str, competency: str, said: tuple[Said, ...]) -> Line:
    levels = [one.level for one in said if one.level is not None]
    adjusted = [one.level if one.adjusted is None else one.adjusted for one in said if one.level is not None]
    return Line(
        exercise,
        competency,
        said,
        _mean(levels),
        _mean(adjusted) if any(one.adjusted is not None for one in said) else None,
        profile.spread_of(levels) if levels else None,
    )


def _mean(levels: Sequence[float | None]) -> float | None:
    known = [level for level in levels if level is not None]
    return fsum(known) / len(known) if known else None


def _summary(lines: Iterable[Line]) -> list[Line]:
    """Each rater's mean over the exercises in which they rated a competency."""
    by_competency: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_competency[line.competency].append(line)
    return [_of_said("", name, _means(found)) for name, found in sorted(by_competency.items())]


def _means(lines: Sequence[Line]) -> tuple[Said, ...]:
    return tuple(
        Said(level=_mean([one.level for one in said]), adjusted=_mean([one.adjusted for one in said]))
        for said in zip(*(line.said for line in lines), strict=True)
    )


def _severities(assessment: Assessment, sheets: Sequence[Assignment]) -> dict[int, severity.Severity]:
    """Of these raters, from what they and those beside them said of the same with this instrument, here and before."""
    people = [sheet.assessor_id for sheet in sheets if sheet.assessor_id]
    together = Assessment.objects.current().filter(instrument=assessment.instrument, assignments__assessor__in=people)
    wanted = {assessment.pk, *together.order_by("-pk").values_list("pk", flat=True).distinct()[:MOST_COMPARED]}
    rows: list[tuple[Any, ...]] = list(
        Rating.objects.filter(assignment__assessment__in=wanted)
        .order_by("-assignment__assessment", "pk")
        .values_list(*COLUMNS, "assignment__assessor")[:MOST_COMPARED]
    )
    who = {row[5]: _rater(row[5], row[-1]) for row in rows}
    ratings = as_ratings((row[:-1] for row in rows), {assessment.instrument.pk: assessment.instrument})
    return severity.rater_severities(replace(one, rater=who[one.rater]) for found in ratings.values() for one in found)


def _rater(sheet_id: int, assessor_id: int | None) -> int:
    """One number for a person on all their sheets; whoever is known by name alone is somebody new each time."""
    return assessor_id or -sheet_id
