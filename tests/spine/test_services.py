"""Every act of every floor leaves its mark in the audit trail, under the name of whoever did it."""

import importlib
import inspect
import io
import pkgutil
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

import candidates.services
import pools.services
import succession.organisation.services
from candidates import services as candidates_
from pools import services as pools_
from succession.organisation.imports import applying, batches, mending, undoing
from succession.organisation.imports.applying import apply_now
from succession.organisation.imports.undoing import undo_now
from succession.organisation.models import AuditEvent, Policy, RoleAssignment
from succession.organisation.services import (
    competencies,
    criticality,
    employees,
    goals,
    incumbencies,
    policies,
    positions,
    requirements,
    roles,
    units,
    willingness,
)
from succession.organisation.services.requirements import RequirementRow
from tests.candidates.centre import assessor, cells, draft, instrument_with, plan_for, ready_to_finalise, sheet_of
from tests.factories import (
    CandidateFactory,
    CareerGoalFactory,
    CompetencyFactory,
    EmployeeFactory,
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    OrgUnitFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
    SeatChangeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)
REASON = "Decided in the meeting of the board in May."
WHY = {"reason": REASON}
SCORES = dict.fromkeys(
    ["business_impact", "replacement_difficulty", "outside_scarcity", "knowledge_held_by_few", "time_to_competence"], 4
)

# These act inside a service that writes the event, or only read.
PART_OF_OTHERS = {
    "candidates.services.people.refuse_own",
    "pools.services.doors.lock_membership",
    "pools.services.doors.move",
    "pools.services.doors.tell",
    "pools.services.doors.write",
    "succession.organisation.imports.batches.apply_batch",
    "succession.organisation.imports.batches.map_columns",
    "succession.organisation.imports.batches.plan",
    "succession.organisation.imports.batches.undo_batch",
}


def services():
    """Public functions of the service modules that take an actor."""
    found = {}
    importing = (batches, applying, mending, undoing)
    for package in (candidates.services, pools.services, succession.organisation.services, *importing):
        modules = [package]
        if hasattr(package, "__path__"):
            names = [info.name for info in pkgutil.iter_modules(package.__path__)]
            modules += [importlib.import_module(f"{package.__name__}.{name}") for name in names]
        for module in modules:
            for name, function in inspect.getmembers(module, inspect.isfunction):
                plain = inspect.unwrap(function)
                is_public = plain.__module__ == module.__name__ and not name.startswith("_")
                if is_public and "actor" in inspect.signature(plain).parameters:
                    found[f"{module.__name__}.{name}"] = function
    return {name: function for name, function in found.items() if name not in PART_OF_OTHERS}


def finalised():
    return candidates_.finalise_assessment(ready_to_finalise(), actor=None)


def rated_on_paper():
    sheet = sheet_of(draft(), label="A customer")
    candidates_.rate(sheet, cells(sheet.assessment)[0], Decimal(3), actor=None)
    return sheet


def policy_with_an_age():
    Policy.objects.update(retirement_age=65)


def proposed():
    return MembershipFactory(state="proposed", admitted_on=None, next_screening_on=None, place=None)


def screened():
    name = MembershipPostFactory(
        membership__state="screening",
        membership__admitted_on=None,
        membership__next_screening_on=None,
        membership__place=None,
    )
    PoolPositionFactory(pool=name.membership.pool, position=name.position)
    return name.membership


def on_hold():
    member = screened()
    member.state = "on_hold"
    member.save()
    return member


def served():
    return PoolPositionFactory()


def reserve_member():
    return MembershipFactory(pool=PoolFactory(kind="reserve", target_size=5))


def name_of_two():
    name = MembershipPostFactory()
    PoolPositionFactory(pool=name.membership.pool, position=name.position)
    MembershipPostFactory(membership=name.membership)
    return name


def name_for(actor):
    row = served()
    member = MembershipFactory(pool=row.pool)
    return pools_.name_for_post(member, row.position, actor=actor, readiness="ready_now", **WHY)


def batch(actor):
    file = ("people.csv", io.BytesIO(b"number,name\n1,Ada\n"))
    return batches.create_batch([file], kind="employees", actor=actor)


def mended(actor):
    file = ("people.csv", io.BytesIO(b"number,name,hired\n1,Ada,30.02.2024\n"))
    found = batches.create_batch([file], kind="employees", actor=actor)
    mending.mend_rows(found, [mending.Entered(found.rows.get().pk, 0, "29.02.2024")], actor=actor)
    return found


# Service -> (act, the verbs it writes; none given: its own name, once).
ACTS = {
    "candidates.services.instruments.define_instrument": lambda by: candidates_.define_instrument(
        "AC", plan_for([CompetencyFactory()]), actor=by
    ),
    "candidates.services.instruments.revise_instrument": lambda by: candidates_.revise_instrument(
        instrument_with(), plan_for([CompetencyFactory()]), actor=by
    ),
    "candidates.services.instruments.close_instrument": lambda by: candidates_.close_instrument(
        instrument_with(), TODAY, actor=by
    ),
    "candidates.services.assessments.plan_assessment": lambda by: draft(actor=by),
    "candidates.services.assessments.assign_assessor": lambda by: candidates_.assign_assessor(
        (found := draft()), found.instrument.rater_groups.first(), label="A customer", actor=by
    ),
    "candidates.services.assessments.withdraw_assessor": lambda by: candidates_.withdraw_assessor(
        sheet_of(draft(), assessor()), actor=by, **WHY
    ),
    "candidates.services.assessments.give_back": lambda by: candidates_.give_back(
        ready_to_finalise().assignments.get(), actor=by, **WHY
    ),
    "candidates.services.assessments.finalise_assessment": lambda by: candidates_.finalise_assessment(
        ready_to_finalise(), actor=by
    ),
    "candidates.services.assessments.correct_assessment": lambda by: candidates_.correct_assessment(
        finalised(), actor=by, **WHY
    ),
    "candidates.services.sheets.rate": lambda by: candidates_.rate(
        (sheet := sheet_of(draft(), label="A customer")), cells(sheet.assessment)[0], Decimal(3), actor=by
    ),
    "candidates.services.sheets.rate_sheet": (
        lambda by: candidates_.rate_sheet(
            (sheet := sheet_of(draft(), label="A customer")),
            {cell.pk: Decimal(3) for cell in cells(sheet.assessment)},
            actor=by,
        ),
        ["rate", "rate", "rate"],
    ),
    "candidates.services.sheets.hand_in": lambda by: candidates_.hand_in(rated_on_paper(), actor=by),
    "candidates.services.people.ensure_candidate": lambda by: candidates_.ensure_candidate(EmployeeFactory(), actor=by),
    "candidates.services.people.register_external": lambda by: candidates_.register_external("Ada", actor=by),
    "candidates.services.people.record_evidence": lambda by: candidates_.record_evidence(
        CandidateFactory(evidence_on=None), TODAY, actor=by
    ),
    "pools.services.pools.create_pool": lambda by: pools_.create_pool(actor=by, code="K", name="K", kind="key"),
    "pools.services.pools.change_pool": lambda by: pools_.change_pool(PoolFactory(), actor=by, name="New"),
    "pools.services.pools.close_pool": lambda by: pools_.close_pool(PoolFactory(), actor=by, **WHY),
    "pools.services.pools.serve_position": lambda by: pools_.serve_position(
        PoolFactory(), PositionFactory(position_class="key"), actor=by
    ),
    "pools.services.pools.serve_positions": (
        lambda by: pools_.serve_positions(
            PoolFactory(), [PositionFactory(position_class="key"), PositionFactory(position_class="key")], actor=by
        ),
        ["serve_position", "serve_position"],
    ),
    "pools.services.pools.stop_serving_position": lambda by: pools_.stop_serving_position(
        (row := served()).pool, row.position, actor=by
    ),
    "pools.services.pools.override_demand": lambda by: pools_.override_demand(
        (row := served()).pool, row.position, 4, actor=by, **WHY
    ),
    "pools.services.figures.ask_to_recompute": lambda by: pools_.ask_to_recompute(PoolFactory(), actor=by),
    "pools.services.memberships.propose_member": lambda by: pools_.propose_member(
        PoolFactory(), CandidateFactory(), actor=by, **WHY
    ),
    "pools.services.memberships.propose_from_suggestion": (
        lambda by: pools_.propose_from_suggestion(PoolFactory(), EmployeeFactory(), actor=by, **WHY),
        ["ensure_candidate", "propose_member"],
    ),
    "pools.services.memberships.start_screening": lambda by: pools_.start_screening(proposed(), actor=by),
    "pools.services.memberships.admit_member": lambda by: pools_.admit_member(screened(), actor=by),
    "pools.services.memberships.screen_member": lambda by: pools_.screen_member(
        MembershipFactory(), actor=by, outcome="stays", **WHY
    ),
    "pools.services.memberships.hold_member": lambda by: pools_.hold_member(MembershipFactory(), actor=by, **WHY),
    "pools.services.memberships.resume_member": lambda by: pools_.resume_member(on_hold(), actor=by),
    "pools.services.memberships.exit_member": lambda by: pools_.exit_member(
        MembershipFactory(), actor=by, exit_reason="withdrawn", **WHY
    ),
    "pools.services.memberships.move_up": (
        lambda by: pools_.move_up(reserve_member(), PoolFactory(), actor=by, **WHY),
        ["propose_member", "move_up", "move_up"],
    ),
    "pools.services.bulk.screen_members": (
        lambda by: pools_.screen_members([MembershipFactory()], actor=by, outcome="stays", **WHY),
        ["screen_member"],
    ),
    "pools.services.bulk.hold_members": (
        lambda by: pools_.hold_members([MembershipFactory(), MembershipFactory()], actor=by, **WHY),
        ["hold_member", "hold_member"],
    ),
    "pools.services.bulk.exit_members": (
        lambda by: pools_.exit_members([MembershipFactory()], actor=by, exit_reason="withdrawn", **WHY),
        ["exit_member"],
    ),
    "pools.services.namings.name_for_post": name_for,
    "pools.services.namings.change_readiness": lambda by: pools_.change_readiness(
        name_of_two(), actor=by, readiness="4_5_years", **WHY
    ),
    "pools.services.namings.remove_name": lambda by: pools_.remove_name(name_of_two(), actor=by, **WHY),
    "succession.organisation.services.competencies.create_competency": lambda by: competencies.create_competency(
        code="C", name="C", actor=by
    ),
    "succession.organisation.services.competencies.change_competency": lambda by: competencies.change_competency(
        CompetencyFactory(), actor=by, name="New"
    ),
    "succession.organisation.services.competencies.remove_competency": lambda by: competencies.remove_competency(
        CompetencyFactory(), actor=by
    ),
    "succession.organisation.services.criticality.rate_criticality": lambda by: criticality.rate_criticality(
        PositionFactory(), SCORES, actor=by, **WHY
    ),
    "succession.organisation.services.criticality.rate_criticalities": (
        lambda by: criticality.rate_criticalities(
            [criticality.Rating(position=PositionFactory(), scores=SCORES, reason=REASON)], actor=by
        ),
        ["rate_criticality"],
    ),
    "succession.organisation.services.employees.register_employee": lambda by: employees.register_employee(
        number="1", name="Ada", actor=by
    ),
    "succession.organisation.services.employees.change_employee": lambda by: employees.change_employee(
        EmployeeFactory(), actor=by, name="New"
    ),
    "succession.organisation.services.employees.give_title": lambda by: employees.give_title(
        EmployeeFactory(), "Clerk", from_=TODAY, actor=by
    ),
    "succession.organisation.services.employees.mark_left": lambda by: employees.mark_left(
        EmployeeFactory(), TODAY, actor=by, **WHY
    ),
    "succession.organisation.services.employees.reinstate": lambda by: employees.reinstate(
        EmployeeFactory(left_on=TODAY - timedelta(days=9)), actor=by, **WHY
    ),
    "succession.organisation.services.goals.add_goal": lambda by: goals.add_goal(EmployeeFactory(), text="x", actor=by),
    "succession.organisation.services.goals.change_goal": lambda by: goals.change_goal(
        CareerGoalFactory(), actor=by, text="y"
    ),
    "succession.organisation.services.goals.remove_goal": lambda by: goals.remove_goal(CareerGoalFactory(), actor=by),
    "succession.organisation.services.incumbencies.start_incumbency": lambda by: incumbencies.start_incumbency(
        PositionFactory(), EmployeeFactory(), from_=TODAY, actor=by
    ),
    "succession.organisation.services.incumbencies.end_incumbency": lambda by: incumbencies.end_incumbency(
        IncumbencyFactory(), TODAY, actor=by, **WHY
    ),
    "succession.organisation.services.incumbencies.set_expected_leaving": lambda by: incumbencies.set_expected_leaving(
        IncumbencyFactory(), TOMORROW, actor=by
    ),
    "succession.organisation.services.incumbencies.derive_leaving_from_age": lambda by: (
        policy_with_an_age(),
        incumbencies.derive_leaving_from_age(actor=by),
    ),
    "succession.organisation.services.policies.draft_policy": lambda by: policies.draft_policy(actor=by),
    "succession.organisation.services.policies.change_draft": lambda by: policies.change_draft(
        Policy.objects.create(version=9), actor=by, horizon_years=4
    ),
    "succession.organisation.services.policies.put_policy_in_force": lambda by: policies.put_policy_in_force(
        Policy.objects.create(version=9, horizon_years=4), actor=by, **WHY
    ),
    "succession.organisation.services.positions.create_position": lambda by: positions.create_position(
        code="P", title="P", org_unit=OrgUnitFactory(), actor=by
    ),
    "succession.organisation.services.positions.change_position": lambda by: positions.change_position(
        PositionFactory(), actor=by, title="New"
    ),
    "succession.organisation.services.positions.classify_position": lambda by: positions.classify_position(
        PositionFactory(), "key", actor=by, **WHY
    ),
    "succession.organisation.services.positions.classify_positions": (
        lambda by: positions.classify_positions([PositionFactory(), PositionFactory()], "key", actor=by, **WHY),
        ["classify_position", "classify_position"],
    ),
    "succession.organisation.services.positions.change_seats": lambda by: positions.change_seats(
        PositionFactory(), on=TOMORROW, delta=1, actor=by, **WHY
    ),
    "succession.organisation.services.positions.withdraw_seat_change": lambda by: positions.withdraw_seat_change(
        SeatChangeFactory(on=TOMORROW), actor=by, **WHY
    ),
    "succession.organisation.services.positions.close_position": lambda by: positions.close_position(
        PositionFactory(), TODAY, actor=by, **WHY
    ),
    "succession.organisation.services.requirements.replace_requirements": lambda by: requirements.replace_requirements(
        PositionFactory(), [RequirementRow(CompetencyFactory().pk, 3)], actor=by
    ),
    "succession.organisation.services.roles.assign_role": lambda by: roles.assign_role(
        UserFactory(), "auditor", actor=by
    ),
    "succession.organisation.services.roles.remove_role": lambda by: roles.remove_role(
        RoleAssignment.objects.create(user=UserFactory(), role="auditor"), actor=by
    ),
    "succession.organisation.services.units.create_unit": lambda by: units.create_unit(code="U", name="U", actor=by),
    "succession.organisation.services.units.move_unit": lambda by: units.move_unit(
        OrgUnitFactory(), OrgUnitFactory(), actor=by
    ),
    "succession.organisation.services.units.rename_unit": lambda by: units.rename_unit(
        OrgUnitFactory(), name="New", actor=by
    ),
    "succession.organisation.services.units.set_head_post": lambda by: units.set_head_post(
        (unit := OrgUnitFactory()), PositionFactory(org_unit=unit), actor=by
    ),
    "succession.organisation.services.units.close_unit": lambda by: units.close_unit(
        OrgUnitFactory(), TODAY, actor=by, **WHY
    ),
    "succession.organisation.services.willingness.ask_willingness": lambda by: willingness.ask_willingness(
        EmployeeFactory(), actor=by
    ),
    "succession.organisation.services.willingness.answer_willingness": lambda by: willingness.answer_willingness(
        EmployeeFactory(), "agreed", actor=by
    ),
    "succession.organisation.imports.batches.create_batch": (batch, ["import_uploaded"]),
    "succession.organisation.imports.batches.save_mapping": (
        lambda by: batches.save_mapping("Ours", batch(by), actor=by),
        ["import_uploaded", "mapping_saved"],
    ),
    "succession.organisation.imports.mending.mend_rows": (
        mended,
        ["import_uploaded", "import_mended"],
    ),
    "succession.organisation.imports.mending.take_back_mend": (
        lambda by: mending.take_back_mend(found := mended(by), found.mends.get().pk, actor=by),
        ["import_uploaded", "import_mended", "import_mend_taken_back"],
    ),
    "succession.organisation.imports.applying.apply_now": (
        lambda by: apply_now(batch(by), actor=by),
        ["import_uploaded", "import_applied"],
    ),
    "succession.organisation.imports.undoing.undo_now": (
        lambda by: undo_now(apply_now(batch(by), actor=by), actor=by),
        ["import_uploaded", "import_applied", "import_undone"],
    ),
}


def test_every_service_is_on_the_list():
    assert sorted(services()) == sorted(ACTS)


@pytest.mark.parametrize("name", ACTS)
def test_a_service_writes_its_audit_event(name, hr):
    act = ACTS[name]
    do, verbs = act if isinstance(act, tuple) else (act, [name.rsplit(".", 1)[-1]])
    do(hr)
    # What is set up beforehand is done by nobody.
    assert list(AuditEvent.objects.filter(actor=hr).order_by("pk").values_list("verb", flat=True)) == verbs
