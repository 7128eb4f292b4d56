"""Instruments, assessments and sheets: what follows what, who may, and what stays as it is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from candidates import services, workflow
from candidates.choices import AssessmentState
from candidates.models import Assessment, Assignment, Instrument, Rating
from candidates.selectors.integration import integrate
from succession.organisation.errors import Invalid, NeedsReason, Refusal
from succession.organisation.models import AuditEvent, Disclosure, OutboxMessage
from tests.candidates.centre import (
    WHY,
    assessor,
    cells,
    draft,
    fill,
    instrument_with,
    plan_for,
    ready_to_finalise,
    sheet_of,
)
from tests.factories import CandidateFactory, CompetencyFactory, EmployeeFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def scores():
    return sorted(Rating.objects.values_list("score", flat=True))


def test_an_instrument_consists_of_exercises_competencies_and_rater_groups(hr):
    instrument = instrument_with()
    shown = {each.name: each.shown.count() for each in instrument.exercises.all()}
    assert shown == {"In-tray": 2, "Role play": 1}
    groups = list(instrument.rater_groups.values_list("code", "weight"))
    assert groups == [("assessors", Decimal("1.00")), ("observers", Decimal("0.00"))]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scale_low": Decimal(5)}, "scale_high"),
        ({"weight": Decimal(11)}, "weight"),
        ({"half_life_months": 0}, "half_life_months"),
        ({"kind": "horoscope"}, "kind"),
        ({"name": " "}, "name"),
        ({"exercises": []}, ""),
        ({"exercises": [services.ExercisePlan("Empty", [])]}, ""),
        ({"exercises": [services.ExercisePlan("Unknown", [10**9])]}, ""),
        ({"groups": [services.GroupPlan("Nobody counts", Decimal(0))]}, ""),
    ],
)
def test_an_instrument_that_cannot_be_is_refused(values, field):
    with pytest.raises(Invalid) as refusal:
        instrument_with(**values)
    assert (refusal.value.field, Instrument.objects.count()) == (field, 0)


def test_a_code_is_given_once():
    instrument_with("AC")
    with pytest.raises(Refusal):
        instrument_with("AC")
    assert Instrument.objects.count() == 1


def test_weights_and_half_life_of_a_used_instrument_change_and_profiles_follow(hr):
    assessment = ready_to_finalise()
    plan = services.plan_of(assessment.instrument)
    groups = [*plan.groups, services.GroupPlan("经理")]
    services.revise_instrument(
        assessment.instrument, plan_with(plan, half_life_months=12, weight=Decimal(3), groups=groups), actor=hr
    )
    revised = Instrument.objects.get()
    assert (revised.half_life_months, revised.weight, revised.rater_groups.last().code) == (12, 3, "group")
    event = AuditEvent.objects.get(verb="revise_instrument")
    assert (event.before["half_life_months"], event.after["half_life_months"]) == (24, 12)
    assert OutboxMessage.objects.filter(kind="instrument_changed").count() == 1


def plan_with(plan, **values):
    given = {name: getattr(plan, name) for name in plan.__slots__}
    return services.InstrumentPlan(**(given | values))


def test_what_was_rated_stays_in_the_instrument(hr):
    assessment = ready_to_finalise()
    plan = services.plan_of(assessment.instrument)
    without_exercise = plan_with(plan, exercises=plan.exercises[1:])
    without_competency = plan_with(
        plan, exercises=[services.ExercisePlan("In-tray", plan.exercises[1].competencies, plan.exercises[0].pk)]
    )
    without_group = plan_with(plan, groups=[services.GroupPlan("Others")])
    for changed in (plan_with(plan, scale_high=Decimal(10)), without_exercise, without_competency, without_group):
        with pytest.raises(Refusal):
            services.revise_instrument(assessment.instrument, changed, actor=hr)
    assert services.plan_of(Instrument.objects.get()) == plan


def test_two_who_revise_do_not_overwrite_each_other(hr):
    instrument = instrument_with()
    with pytest.raises(Refusal) as refusal:
        services.revise_instrument(instrument, services.plan_of(instrument), actor=hr, version="stale")
    assert refusal.value.code == "stale_version"


def test_a_closed_instrument_is_used_no_more(hr):
    instrument = services.close_instrument(instrument_with(), TODAY, actor=hr)
    with pytest.raises(Invalid):
        draft(instrument=instrument)
    assert not Assessment.objects.exists()


def test_nobody_plans_or_rates_their_own(hr):
    own = CandidateFactory(employee=EmployeeFactory(user=hr))
    with pytest.raises(PermissionDenied):
        draft(own, actor=hr)
    mine = assessor()
    person = CandidateFactory(employee=EmployeeFactory(user=mine))
    with pytest.raises(Invalid):
        sheet_of(draft(person), mine)
    assert not Assignment.objects.exists()


def test_who_is_no_assessor_is_not_assigned():
    with pytest.raises(Invalid) as refusal:
        sheet_of(draft(), UserFactory())
    assert refusal.value.field == "assessor"
    assert not Disclosure.objects.exists()


def test_an_assessor_sees_what_is_assigned_until_it_is_final(hr):
    mine, other = assessor(), assessor("other")
    assessment = draft()
    sheet, second = sheet_of(assessment, mine), sheet_of(assessment, other)
    assert list(Assessment.objects.visible_to(mine)) == [assessment]
    assert list(Assignment.objects.visible_to(mine)) == [sheet]
    fill(sheet, 3, 4, 4)
    fill(second, 4, 4, 4)
    assert {one.assignment for one in Rating.objects.visible_to(mine)} == {sheet}
    services.finalise_assessment(assessment, actor=hr)
    for model in (Assessment, Assignment, Rating):
        assert not model.objects.visible_to(mine).exists()
    assert Disclosure.objects.get(user=mine).until is not None


def test_an_assessor_with_another_assignment_sees_it_alone():
    mine = assessor()
    one, other = draft(), draft()
    sheet_of(one, mine)
    assert list(Assessment.objects.visible_to(mine)) == [one]
    services.withdraw_assessor(Assignment.objects.get(), actor=None, reason=WHY)
    assert not Assessment.objects.visible_to(mine).exists()
    assert not Assessment.objects.visible_to(assessor("stranger")).exists()
    assert other.assignments.count() == 0


def test_ratings_of_others_are_seen_once_all_have_handed_in(hr):
    assessment = draft()
    first, second = sheet_of(assessment, assessor()), sheet_of(assessment, assessor("other"))
    fill(first, 3, 4, 4)
    assert not Rating.objects.visible_to(hr).exists()
    assert not integrate(assessment, hr).has_ratings
    fill(second, 3, 2, 4)
    assert Rating.objects.visible_to(hr).count() == 6


def test_a_cell_is_saved_changed_and_cleared():
    mine = assessor()
    sheet = sheet_of(draft(), mine)
    cell = cells(sheet.assessment)[0]
    for score, expected in ((Decimal(3), [3]), (Decimal("3.5"), [Decimal("3.5")]), (Decimal("3.5"), [Decimal("3.5")])):
        services.rate(sheet, cell, score, actor=mine)
        assert scores() == expected
    assert services.rate(sheet, cell, None, actor=mine) is None
    assert scores() == []
    assert AuditEvent.objects.filter(verb="rate", actor=mine).count() == 3


def test_the_trail_tells_of_a_rating_but_not_the_score():
    mine = assessor()
    sheet = sheet_of(draft(), mine)
    services.rate(sheet, cells(sheet.assessment)[0], Decimal("4.875"), actor=mine)
    event = AuditEvent.objects.get(verb="rate")
    assert "4.875" not in f"{event.before}{event.after}"
    assert event.after["employee"] == sheet.assessment.candidate.employee_id


@pytest.mark.parametrize("score", ["0.999", "5.001", "NaN", "Infinity", "3.00001"])
def test_a_score_off_the_scale_is_refused(score):
    mine = assessor()
    sheet = sheet_of(draft(), mine)
    with pytest.raises(Invalid):
        services.rate(sheet, cells(sheet.assessment)[0], Decimal(score), actor=mine)
    assert scores() == []


def test_a_sheet_is_saved_whole_or_not_at_all():
    mine = assessor()
    sheet = sheet_of(draft(), mine)
    first, second, _third = cells(sheet.assessment)
    with pytest.raises(services.CellsRefused) as refusal:
        services.rate_sheet(sheet, {first.pk: Decimal(3), second.pk: Decimal(9), 10**9: Decimal(3)}, actor=mine)
    assert sorted(refusal.value.cells) == sorted([second.pk, 10**9])
    assert scores() == []


def test_a_cell_of_another_instrument_is_refused():
    mine = assessor()
    sheet = sheet_of(draft(), mine)
    foreign = cells(draft())[0]
    with pytest.raises(Invalid):
        services.rate(sheet, foreign, Decimal(3), actor=mine)
    assert scores() == []


def test_nobody_writes_on_the_sheet_of_another(hr):
    sheet = sheet_of(draft(), assessor())
    for stranger in (assessor("other"), hr):
        with pytest.raises(PermissionDenied):
            services.rate(sheet, cells(sheet.assessment)[0], Decimal(3), actor=stranger)
        with pytest.raises(PermissionDenied):
            services.hand_in(sheet, actor=stranger)
    assert scores() == []


def test_hr_enters_what_a_rater_wrote_on_paper(hr):
    sheet = sheet_of(draft(), label="A customer")
    services.rate(sheet, cells(sheet.assessment)[0], Decimal(3), actor=hr)
    with pytest.raises(PermissionDenied):
        services.rate(sheet, cells(sheet.assessment)[0], Decimal(5), actor=assessor())
    services.hand_in(sheet, actor=hr)
    assert scores() == [3]


def test_what_is_handed_in_is_frozen_until_it_is_given_back(hr):
    mine = assessor()
    sheet = sheet_of(draft(), mine)
    with pytest.raises(Refusal):
        services.hand_in(sheet, actor=mine)
    fill(sheet, 3)
    for act in (
        lambda: services.rate(sheet, cells(sheet.assessment)[0], Decimal(5), actor=mine),
        lambda: services.hand_in(sheet, actor=mine),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert (refusal.value.code, scores()) == ("sheet_is_handed_in", [3])
    services.give_back(sheet, actor=hr, reason=WHY)
    services.rate(sheet, cells(sheet.assessment)[0], Decimal(5), actor=mine)
    assert scores() == [5]


def test_final_evidence_follows_is_announced_and_frozen(hr):
    candidate = CandidateFactory(evidence_on=TODAY - timedelta(days=90))
    assessment = ready_to_finalise(candidate=candidate)
    services.finalise_assessment(assessment, actor=hr)
    assessment.refresh_from_db()
    candidate.refresh_from_db()
    assert (assessment.state, assessment.finalised_by, candidate.evidence_on) == ("final", hr, TODAY)
    told = OutboxMessage.objects.get(kind="assessment_finalised")
    assert told.payload == {"assessment": assessment.pk, "candidate": candidate.pk}
    sheet = assessment.assignments.get()
    for act in (
        lambda: services.rate(sheet, cells(assessment)[0], Decimal(5), actor=sheet.assessor),
        lambda: services.hand_in(sheet, actor=sheet.assessor),
        lambda: services.give_back(sheet, actor=hr, reason=WHY),
        lambda: services.withdraw_assessor(sheet, actor=hr, reason=WHY),
        lambda: sheet_of(assessment, assessor("late")),
        lambda: services.finalise_assessment(assessment, actor=hr),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.code == "assessment_is_final"
    assert scores() == [3, 4, 4]
    assert OutboxMessage.objects.filter(kind="assessment_finalised").count() == 1


def test_an_older_assessment_does_not_make_evidence_older(hr):
    candidate = CandidateFactory(evidence_on=TODAY)
    assessment = ready_to_finalise(candidate=candidate)
    services.finalise_assessment(assessment, actor=hr, assessed_on=TODAY - timedelta(days=30))
    candidate.refresh_from_db()
    assert candidate.evidence_on == TODAY


def test_nothing_is_final_before_all_have_handed_in(hr):
    assessment = draft()
    with pytest.raises(Refusal):
        services.finalise_assessment(assessment, actor=hr)
    sheet = sheet_of(assessment, assessor())
    with pytest.raises(Refusal) as refusal:
        services.finalise_assessment(assessment, actor=hr)
    assert refusal.value.code == "sheets_awaited"
    fill(sheet, 3)
    with pytest.raises(Invalid):
        services.finalise_assessment(assessment, actor=hr, assessed_on=TODAY + timedelta(days=1))
    assessment.refresh_from_db()
    assert (assessment.state, OutboxMessage.objects.filter(kind="assessment_finalised").count()) == ("draft", 0)


def test_disagreement_is_settled_in_words(hr):
    assessment = draft()
    for user, score in ((assessor(), 2), (assessor("other"), 4)):
        fill(sheet_of(assessment, user), score)
    assert integrate(assessment, hr).disagreements == 1
    with pytest.raises(NeedsReason) as refusal:
        services.finalise_assessment(assessment, actor=hr, conclusion="Settled.")
    assert refusal.value.field == "conclusion"
    services.finalise_assessment(assessment, actor=hr, conclusion=WHY)
    assert Assessment.objects.get().conclusion == WHY


def test_who_rated_does_not_finalise(hr):
    assessment = draft()
    hr.role_assignments.create(role="assessor")
    fill(sheet_of(assessment, hr), 3)
    with pytest.raises(PermissionDenied):
        services.finalise_assessment(assessment, actor=hr)
    assert Assessment.objects.get().state == "draft"
    assert not hr.has_perm("candidates.finalise_assessment", assessment)


def test_nobody_finalises_their_own(hr):
    assessment = ready_to_finalise(candidate=CandidateFactory(employee=EmployeeFactory(user=hr)))
    with pytest.raises(PermissionDenied):
        services.finalise_assessment(assessment, actor=hr)
    assert Assessment.objects.get().state == "draft"


def test_a_correction_is_a_new_version_and_counts_once_final(hr):
    assessment = ready_to_finalise()
    with pytest.raises(Refusal):
        services.correct_assessment(assessment, actor=hr, reason=WHY)
    services.finalise_assessment(assessment, actor=hr)
    with pytest.raises(NeedsReason):
        services.correct_assessment(assessment, actor=hr, reason="Too short.")
    corrected = services.correct_assessment(assessment, actor=hr, reason=WHY)
    assert (corrected.version, corrected.replaces, corrected.state) == (2, assessment, "draft")
    assert list(Assessment.objects.current()) == [assessment]
    sheet = corrected.assignments.get()
    services.give_back(sheet, actor=hr, reason=WHY)
    services.rate(sheet, cells(corrected)[0], Decimal(5), actor=sheet.assessor)
    services.hand_in(sheet, actor=sheet.assessor)
    services.finalise_assessment(corrected, actor=hr)
    assert list(Assessment.objects.current()) == [corrected]
    assert sorted(Rating.objects.filter(assignment__assessment=assessment).values_list("score", flat=True)) == [3, 4, 4]
    with pytest.raises(Refusal):
        services.correct_assessment(assessment, actor=hr, reason=WHY)
    assert Assessment.objects.count() == 2


@pytest.mark.parametrize("current", AssessmentState)
@pytest.mark.parametrize("to", AssessmentState)
def test_only_moves_of_the_table_are_allowed(current, to):
    allowed = (current, to) == (AssessmentState.DRAFT, AssessmentState.FINAL)
    assert workflow.can_move(workflow.ASSESSMENT, current, to) == allowed
    if not allowed:
        with pytest.raises(workflow.MoveNotAllowed):
            workflow.require_move(workflow.ASSESSMENT, current, to)


@pytest.mark.parametrize(
    "permission",
    ["keep_instruments", "plan_assessment", "assign_assessor", "finalise_assessment", "correct_assessment"],
)
def test_only_hr_for_the_whole_organisation_keeps_assessments(permission, hr, head, committee, auditor, employee_user):
    assessment = draft()
    users = (hr, head, committee, auditor, employee_user, assessor())
    assert [user for user in users if user.has_perm(f"candidates.{permission}", assessment)] == [hr]


def test_severity_stands_beside_what_was_said_and_is_off_by_default(hr):
    instrument = instrument_with()
    mild, severe = assessor("mild"), assessor("severe")
    for _ in range(4):
        assessment = draft(instrument=instrument)
        for user, score in ((mild, 4), (severe, 3)):
            fill(sheet_of(assessment, user), score, score, score)
        services.finalise_assessment(assessment, actor=hr)
    plain = integrate(assessment, hr)
    assert plain.severities == [None, None]
    assert [one.adjusted for one in plain.lines[0].said] == [None, None]
    shown = integrate(assessment, hr, adjusted=True)
    low, high = (found.severity for found in shown.severities)
    assert low < 0 < high
    first = shown.lines[0]
    assert [one.level for one in first.said] == [4, 3]
    assert first.said[0].adjusted < 4
    assert first.said[1].adjusted > 3
    assert first.mean == 3.5


def test_competencies_of_an_instrument_come_from_the_list(hr):
    plan = plan_for([CompetencyFactory()])
    assert services.define_instrument("X", plan, actor=hr).exercises.count() == 2
