"""What an assessor does with the sheet assigned to them: rate, cell by cell, and hand in."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from candidates.choices import AssessmentState
from candidates.models import Assessment, Assignment, ExerciseCompetency, Rating
from succession.organisation import audit
from succession.organisation.access import access_of
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import User

from .people import refuse_own

FINEST = Decimal("0.001")


class CellsRefused(Invalid):
    """Scores that cannot be, each with its sentence: id of the cell -> why."""

    def __init__(self, cells: dict[int, str]) -> None:
        super().__init__(next(iter(cells.values())), field="score")
        self.cells = cells


def lock_assessment(assessment_id: int) -> Assessment:
    """Whoever rates, hands in, assigns or finalises takes this row first, so that nothing is added to what is final."""
    locked = Assessment.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("candidate", "instrument").get(pk=assessment_id)


def require_draft(assessment: Assessment) -> None:
    if assessment.state != AssessmentState.DRAFT:
        raise Refusal(
            _("This assessment is final. What it says is changed by a correction alone."), code="assessment_is_final"
        )


@transaction.atomic
def rate(sheet: Assignment, cell: ExerciseCompetency, score: Decimal | None, *, actor: User | None) -> Rating | None:
    """Write one score, or clear it with None. Refuses another's sheet, what is handed in or final, a score off the scale."""
    rate_sheet(sheet, {cell.pk: score}, actor=actor)
    return Rating.objects.filter(assignment=sheet, exercise=cell.exercise_id, competency=cell.competency_id).first()


@transaction.atomic
def rate_sheet(sheet: Assignment, scores: Mapping[int, Decimal | None], *, actor: User | None) -> int:
    """Write several scores, by the cell's id, all or none; says how many changed. Refuses as `rate` does, cell by cell."""
    sheet, assessment = _open_sheet(sheet, actor)
    cells = {
        cell.pk: cell
        for cell in ExerciseCompetency.objects.filter(
            exercise__instrument=assessment.instrument, pk__in=scores
        ).select_related("exercise", "competency")
    }
    wrong = {pk: why for pk, score in scores.items() if (why := _wrong(assessment, cells.get(pk), score))}
    if wrong:
        raise CellsRefused(wrong)
    known = {(one.exercise_id, one.competency_id): one for one in sheet.ratings.all()}
    changed = 0
    with audit.acting(actor, "rate"):
        for pk, score in scores.items():
            cell = cells[pk]
            changed += _write(sheet, cell, known.get((cell.exercise_id, cell.competency_id)), score, actor)
    return changed


@transaction.atomic
def hand_in(sheet: Assignment, *, actor: User | None) -> Assignment:
    """Close the sheet for its rater. Refuses another's sheet, one without any score, one that was handed in."""
    sheet, assessment = _open_sheet(sheet, actor)
    scored = sheet.ratings.count()
    if not scored:
        raise Refusal(_("Nothing is rated yet."), code="nothing_rated")
    sheet.handed_in_at = timezone.now()
    with audit.acting(actor, "hand_in"):
        sheet.save(update_fields=["handed_in_at"])
    about = {"assignment": sheet.pk, "scores": scored, "employee": assessment.candidate.employee_id}
    audit.record("hand_in", assessment, actor=actor, after=about)
    return sheet


def _open_sheet(sheet: Assignment, actor: User | None) -> tuple[Assignment, Assessment]:
    """The sheet as it stands, its assessment locked; refuses one that is not the actor's, handed in or final."""
    assessment = lock_assessment(sheet.assessment_id)
    sheet = Assignment.objects.get(pk=sheet.pk)
    refuse_own(actor, assessment.candidate)
    if actor is not None and not _may_write(sheet, actor):
        raise PermissionDenied
    require_draft(assessment)
    if sheet.handed_in_at is not None:
        raise Refusal(_("This sheet is handed in. HR can give it back."), code="sheet_is_handed_in")
    return sheet, assessment


def _may_write(sheet: Assignment, actor: User) -> bool:
    """The rater themselves; HR for raters who do not sign in."""
    return sheet.assessor_id == actor.pk or (sheet.assessor_id is None and access_of(actor).is_whole_hr)


def _wrong(assessment: Assessment, cell: ExerciseCompetency | None, score: Decimal | None) -> str:
    if cell is None:
        return _("This exercise does not show this competency.")
    if score is None:
        return ""
    low, high = assessment.instrument.scale_low, assessment.instrument.scale_high
    if not score.is_finite() or not low <= score <= high:
        return _("Scores run from %(low)s to %(high)s.") % {
            "low": f"{low.normalize():f}",
            "high": f"{high.normalize():f}",
        }
    if score != score.quantize(FINEST):
        return _("A score has at most three places.")
    return ""


def _write(
    sheet: Assignment, cell: ExerciseCompetency, known: Rating | None, score: Decimal | None, actor: User | None
) -> bool:
    if (known.score if known else None) == score:
        return False
    where: dict[str, Any] = {"assignment": sheet, "exercise": cell.exercise, "competency": cell.competency}
    if score is None:
        Rating.objects.filter(**where).delete()
    else:
        Rating.objects.update_or_create(**where, defaults={"score": score})
    # The score stands in the row's history: here it would be read before every rater has handed in.
    about = {
        "assignment": sheet.pk,
        "exercise": cell.exercise_id,
        "competency": cell.competency_id,
        "employee": sheet.assessment.candidate.employee_id,
    }
    audit.record("rate", sheet.assessment, actor=actor, after=about | {"cleared": score is None})
    return True
