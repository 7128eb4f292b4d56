"""Lists of assessments and sheets, and one sheet with all that stands on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from candidates.choices import AssessmentState
from candidates.models import Assessment, Assignment, ExerciseCompetency, Instrument
from succession.organisation.lists import in_order
from succession.organisation.models import Competency, User

SORTS: dict[str, Sequence[str]] = {
    "person": ["person_name"],
    "instrument": ["instrument__name", "-assessed_on"],
    "on": ["assessed_on"],
    "state": ["state", "-assessed_on"],
}
DEFAULT_SORT = "-on"


def find_assessments(
    user: User, *, q: str = "", instrument: str = "", state: str = "", sort: str = ""
) -> QuerySet[Any]:
    """Assessments the reader may see, with the person's name and how many raters have handed in."""
    found = Assessment.objects.visible_to(user).select_related("instrument", "candidate")
    found = found.annotate(person_name=Coalesce("candidate__employee__name", "candidate__external__name"))
    if q:
        found = found.filter(Q(candidate__employee__name__icontains=q) | Q(candidate__external__name__icontains=q))
    if instrument:
        found = found.filter(instrument=int(instrument))
    if state in AssessmentState.values:
        found = found.filter(state=state)
    elif state:
        found = found.filter(state=AssessmentState.DRAFT, assignments__isnull=False).all_in().distinct()
    found = found.annotate(sheets=_sheets(), handed_in=_sheets(handed_in_at__isnull=False))
    return in_order(found, SORTS, sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT)


def _sheets(**where: Any) -> Coalesce:
    """Counted for the rows of the page alone."""
    rows = Assignment.objects.filter(assessment=OuterRef("pk"), **where).order_by().values("assessment")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def offered_instruments(user: User) -> list[tuple[int, str]]:
    return list(Instrument.objects.visible_to(user).values_list("pk", "name"))


def sheets_of(user: User) -> QuerySet[Assignment]:
    """What is assigned to someone and before them still: open sheets first, by the day they are due."""
    return (
        Assignment.objects.visible_to(user)
        .filter(assessor=user)
        .select_related("assessment__instrument", "assessment__candidate__employee", "assessment__candidate__external")
        .select_related("group")
        .annotate(scores=Count("ratings"))
        .order_by("handed_in_at", "due_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the sheet: an exercise that shows a competency. pk: of the pair; None where the two do not meet."""

    pk: int | None = None
    exercise: str = ""
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A competency, its cell in each exercise, and what its levels look like."""

    competency: Competency
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Exercises across, competencies down."""

    exercises: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells if cell.pk]

    @property
    def filled(self) -> int:
        return sum(cell.score is not None for cell in self.cells)


def read_sheet(sheet: Assignment) -> Sheet:
    """The whole of it, in three statements."""
    pairs = list(
        ExerciseCompetency.objects.filter(exercise__instrument=sheet.assessment.instrument_id)
        .select_related("exercise", "competency")
        .prefetch_related("competency__levels")
        .order_by("exercise__order", "exercise", "competency__name", "competency")
    )
    scores = {(one.exercise_id, one.competency_id): one.score for one in sheet.ratings.all()}
    exercises = {pair.exercise_id: pair.exercise.name for pair in pairs}
    competencies = {pair.competency_id: pair.competency for pair in pairs}
    known = {(pair.competency_id, pair.exercise_id): pair.pk for pair in pairs}
    rows = [
        Row(
            competency,
            tuple(
                Cell(known.get((pk, exercise)), name, scores.get((exercise, pk)))
                for exercise, name in exercises.items()
            ),
        )
        for pk, competency in sorted(competencies.items(), key=lambda item: (item[1].name, item[0]))
    ]
    return Sheet(list(exercises.values()), rows)


def progress_of(sheet: Assignment) -> tuple[int, int]:
    """How many cells are filled, of how many."""
    cells = ExerciseCompetency.objects.filter(exercise__instrument=sheet.assessment.instrument_id)
    return sheet.ratings.count(), cells.count()
