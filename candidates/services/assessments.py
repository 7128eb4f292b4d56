"""An assessment from its plan to what is final: who rates, what the ratings come to, and how a mistake is put right."""

from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from candidates import workflow
from candidates.choices import AssessmentState
from candidates.models import Assessment, Assignment, Candidate, Instrument, RaterGroup, Rating
from candidates.selectors.integration import disagreements_of
from succession.organisation import audit, outbox
from succession.organisation.choices import Role
from succession.organisation.constraints import explained
from succession.organisation.errors import Invalid, NeedsReason, Refusal
from succession.organisation.models import Disclosure, User
from succession.organisation.reasons import MINIMUM, require_reason
from succession.organisation.services.values import require_length, require_text

from .people import record_evidence, refuse_own
from .sheets import lock_assessment, require_draft

LONGEST_CONCLUSION = 4000


@transaction.atomic
def plan_assessment(
    candidate: Candidate, instrument: Instrument, *, actor: User | None, assessed_on: date
) -> Assessment:
    """Begin to assess a candidate with an instrument. Refuses oneself and an instrument that is no longer used."""
    refuse_own(actor, candidate)
    if instrument.closed_on is not None and instrument.closed_on <= timezone.localdate():
        raise Invalid(_("This instrument is no longer used."), field="instrument")
    with audit.acting(actor, "plan_assessment"):
        assessment = Assessment.objects.create(
            candidate=candidate, instrument=instrument, assessed_on=assessed_on, made_by=actor
        )
    about = {"instrument": instrument.pk, "assessed_on": assessed_on.isoformat()}
    audit.record("plan_assessment", assessment, actor=actor, after=about | _whose(assessment))
    return assessment


@explained()
@transaction.atomic
def assign_assessor(
    assessment: Assessment,
    group: RaterGroup,
    *,
    actor: User | None,
    assessor: User | None = None,
    label: str = "",
    due_on: date | None = None,
) -> Assignment:
    """Put a rater on an assessment: an assessor, who sees it from now on until it is final, or someone known by name.

    Refuses the candidate themselves, whoever is no assessor, a group of another instrument, and what is final.
    """
    assessment = lock_assessment(assessment.pk)
    refuse_own(actor, assessment.candidate)
    require_draft(assessment)
    if group.instrument_id != assessment.instrument_id:
        raise Invalid(_("Choose a group of this instrument."), field="group")
    if assessor is None:
        label = require_text(label, field="label", longest=200)
    else:
        _require_assessor(assessor, assessment)
    with audit.acting(actor, "assign_assessor"):
        sheet = Assignment.objects.create(
            assessment=assessment, group=group, assessor=assessor, label="" if assessor else label, due_on=due_on
        )
    if assessor is not None:
        _disclose(assessment, assessor)
    about = {"assignment": sheet.pk, "user": sheet.assessor_id, "group": group.pk}
    audit.record("assign_assessor", assessment, actor=actor, after=about | _whose(assessment))
    return sheet


@transaction.atomic
def withdraw_assessor(sheet: Assignment, *, actor: User | None, reason: str) -> Assessment:
    """Take a rater and what they said so far off a draft; they no longer see it. Refuses what is final."""
    reason = require_reason(reason)
    assessment = lock_assessment(sheet.assessment_id)
    refuse_own(actor, assessment.candidate)
    require_draft(assessment)
    sheet = Assignment.objects.select_related("assessor").get(pk=sheet.pk)
    about = {"assignment": sheet.pk, "user": sheet.assessor_id, "label": sheet.label, "scores": sheet.ratings.count()}
    with audit.acting(actor, "withdraw_assessor", reason=reason):
        sheet.delete()
    if sheet.assessor_id and not assessment.assignments.filter(assessor=sheet.assessor_id).exists():
        _no_longer_disclosed(assessment, sheet.assessor_id)
    audit.record("withdraw_assessor", assessment, actor=actor, before=about | _whose(assessment), reason=reason)
    return assessment


@transaction.atomic
def give_back(sheet: Assignment, *, actor: User | None, reason: str) -> Assignment:
    """Open a sheet that was handed in, so that its rater can correct it. Refuses what is final and what is open."""
    reason = require_reason(reason)
    assessment = lock_assessment(sheet.assessment_id)
    refuse_own(actor, assessment.candidate)
    require_draft(assessment)
    sheet = Assignment.objects.select_related("assessor").get(pk=sheet.pk)
    if sheet.handed_in_at is None:
        raise Refusal(_("This sheet is not handed in."), code="sheet_is_open")
    sheet.handed_in_at = None
    with audit.acting(actor, "give_back", reason=reason):
        sheet.save(update_fields=["handed_in_at"])
    if sheet.assessor is not None:
        _disclose(assessment, sheet.assessor)
    about = {"assignment": sheet.pk, "user": sheet.assessor_id}
    audit.record("give_back", assessment, actor=actor, after=about | _whose(assessment), reason=reason)
    return sheet


@transaction.atomic
def finalise_assessment(
    assessment: Assessment, *, actor: User | None, conclusion: str = "", assessed_on: date | None = None
) -> Assessment:
    """Make the ratings of all raters final: from now on they are evidence, and frozen. It is announced.

    The row is locked first: of two who finalise at once the second is told who was first. Refuses while a sheet is
    awaited, whoever rated in it, a day to come, and ratings that disagree without a word on how that was settled.
    """
    assessment = lock_assessment(assessment.pk)
    refuse_own(actor, assessment.candidate)
    _refuse_second(assessment)
    workflow.require_move(workflow.ASSESSMENT, AssessmentState(assessment.state), AssessmentState.FINAL)
    sheets = list(assessment.assignments.all())
    if actor is not None and any(sheet.assessor_id == actor.pk for sheet in sheets):
        raise PermissionDenied
    _require_complete(assessment, sheets)
    assessment.assessed_on = assessed_on or assessment.assessed_on
    if assessment.assessed_on > timezone.localdate():
        raise Invalid(_("What lies in the future cannot be final."), field="assessed_on")
    assessment.conclusion = _conclusion(assessment, conclusion)
    assessment.state = AssessmentState.FINAL
    assessment.finalised_by, assessment.finalised_at = actor, timezone.now()
    with audit.acting(actor, "finalise_assessment", reason=assessment.conclusion):
        assessment.save()
    for assessor in {sheet.assessor_id for sheet in sheets if sheet.assessor_id}:
        _no_longer_disclosed(assessment, assessor)
    about = {"state": assessment.state, "assessed_on": assessment.assessed_on.isoformat()}
    audit.record(
        "finalise_assessment",
        assessment,
        actor=actor,
        before={"state": AssessmentState.DRAFT},
        after=about | _whose(assessment),
        reason=assessment.conclusion,
    )
    _follow_with_evidence(assessment, actor)
    outbox.announce("assessment_finalised", assessment=assessment.pk, candidate=assessment.candidate_id)
    return assessment


@transaction.atomic
def correct_assessment(assessment: Assessment, *, actor: User | None, reason: str) -> Assessment:
    """Begin a new version of a final assessment, with its raters and ratings; the old one counts until this is final.

    Sheets come handed in: give back those that are to change. Refuses a draft, and one that is being corrected already.
    """
    reason = require_reason(reason)
    assessment = lock_assessment(assessment.pk)
    refuse_own(actor, assessment.candidate)
    if assessment.state != AssessmentState.FINAL:
        raise Refusal(_("This assessment is a draft: it can still be changed."), code="assessment_is_draft")
    if Assessment.objects.filter(replaces=assessment).exists():
        raise Refusal(_("There is a correction of this assessment already."), code="assessment_is_replaced")
    with audit.acting(actor, "correct_assessment", reason=reason):
        corrected = Assessment.objects.create(
            candidate=assessment.candidate,
            instrument=assessment.instrument,
            assessed_on=assessment.assessed_on,
            version=assessment.version + 1,
            replaces=assessment,
            reason=reason,
            conclusion=assessment.conclusion,
            made_by=actor,
        )
        _copy_sheets(assessment, corrected)
    about = {"replaces": assessment.pk, "version": corrected.version}
    audit.record("correct_assessment", corrected, actor=actor, after=about | _whose(corrected), reason=reason)
    return corrected


def _require_assessor(assessor: User, assessment: Assessment) -> None:
    if not assessor.is_active or not assessor.role_assignments.filter(role=Role.ASSESSOR).exists():
        raise Invalid(_("Choose someone who is an assessor."), field="assessor")
    employee = getattr(assessor, "employee", None)
    if employee is not None and employee.pk == assessment.candidate.employee_id:
        raise Invalid(_("Nobody rates themselves here."), field="assessor")


def _disclose(assessment: Assessment, assessor: User) -> None:
    """Put the assessment before the assessor, unless it is before them already."""
    if not _disclosed(assessment, assessor.pk).exists():
        Disclosure.objects.create(user=assessor, subject=assessment, because=_("You assess this person."))


def _no_longer_disclosed(assessment: Assessment, assessor_id: int) -> None:
    _disclosed(assessment, assessor_id).update(until=timezone.now())


def _disclosed(assessment: Assessment, assessor_id: int) -> QuerySet[Disclosure]:
    return Disclosure.objects.standing(timezone.now()).filter(
        user=assessor_id, content_type=ContentType.objects.get_for_model(Assessment), object_id=assessment.pk
    )


def _refuse_second(assessment: Assessment) -> None:
    """Tell who was first, and when."""
    if assessment.state == AssessmentState.FINAL:
        raise workflow.MoveNotAllowed(
            _("%(name)s made this assessment final already, at %(time)s.")
            % {
                "name": audit.name_of(assessment.finalised_by),
                "time": timezone.localtime(assessment.finalised_at).strftime("%Y-%m-%d %H:%M"),
            },
            code="assessment_is_final",
        )


def _require_complete(assessment: Assessment, sheets: list[Assignment]) -> None:
    awaited = sum(sheet.handed_in_at is None for sheet in sheets)
    if awaited:
        raise Refusal(_("Not every rater has handed in; awaited: %(n)d.") % {"n": awaited}, code="sheets_awaited")
    if not Rating.objects.filter(assignment__assessment=assessment).exists():
        raise Refusal(_("Nothing is rated yet."), code="nothing_rated")


def _conclusion(assessment: Assessment, conclusion: str) -> str:
    conclusion = require_length(conclusion.strip(), field="conclusion", longest=LONGEST_CONCLUSION)
    conclusion = conclusion or assessment.conclusion
    if len(conclusion) < MINIMUM and disagreements_of(assessment):
        raise NeedsReason("conclusion")
    return conclusion


def _follow_with_evidence(assessment: Assessment, actor: User | None) -> None:
    candidate = assessment.candidate
    if candidate.evidence_on is None or candidate.evidence_on < assessment.assessed_on:
        record_evidence(candidate, assessment.assessed_on, actor=actor)


def _copy_sheets(old: Assessment, new: Assessment) -> None:
    for sheet in old.assignments.prefetch_related("ratings"):
        ratings = list(sheet.ratings.all())
        copied = Assignment.objects.create(
            assessment=new, group_id=sheet.group_id, assessor_id=sheet.assessor_id, label=sheet.label,
            due_on=sheet.due_on, handed_in_at=sheet.handed_in_at,
        )  # fmt: skip
        Rating.objects.bulk_create(
            Rating(assignment=copied, exercise_id=one.exercise_id, competency_id=one.competency_id, score=one.score)
            for one in ratings
        )


def _whose(assessment: Assessment) -> dict[str, int | None]:
    """The trail leaves out for each reader what is about themselves."""
    return {"employee": assessment.candidate.employee_id}
