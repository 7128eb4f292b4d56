"""What is done with candidates: one transaction each, audited under its own name. `actor` is keyword-only, None for the system.

People
    ensure_candidate(employee, *, actor) -> Candidate
    register_external(name, *, actor, email="", source="", consent_on=None, retain_until=None) -> Candidate
    record_evidence(candidate, on, *, actor, reason="") -> Candidate

Instruments
    define_instrument(code, plan, *, actor) -> Instrument                     plan: InstrumentPlan
    revise_instrument(instrument, plan, *, actor, version=None) -> Instrument
    close_instrument(instrument, on, *, actor) -> Instrument

Assessments
    plan_assessment(candidate, instrument, *, actor, assessed_on) -> Assessment
    assign_assessor(assessment, group, *, actor, assessor=None, label="", due_on=None) -> Assignment
    withdraw_assessor(sheet, *, actor, reason) -> Assessment
    give_back(sheet, *, actor, reason) -> Assignment
    finalise_assessment(assessment, *, actor, conclusion="", assessed_on=None) -> Assessment
    correct_assessment(assessment, *, actor, reason) -> Assessment            a new version, a draft

Sheets (a sheet is one rater's Assignment)
    rate(sheet, cell, score | None, *, actor) -> Rating | None                cell: ExerciseCompetency
    rate_sheet(sheet, {id of the cell: score | None}, *, actor) -> int        all or none
    hand_in(sheet, *, actor) -> Assignment
"""

from .assessments import (
    assign_assessor,
    correct_assessment,
    finalise_assessment,
    give_back,
    plan_assessment,
    withdraw_assessor,
)
from .instruments import (
    ExercisePlan,
    GroupPlan,
    InstrumentPlan,
    close_instrument,
    define_instrument,
    plan_of,
    revise_instrument,
)
from .people import ensure_candidate, record_evidence, refuse_own, register_external
from .sheets import CellsRefused, hand_in, rate, rate_sheet

__all__ = [
    "CellsRefused",
    "ExercisePlan",
    "GroupPlan",
    "InstrumentPlan",
    "assign_assessor",
    "close_instrument",
    "correct_assessment",
    "define_instrument",
    "ensure_candidate",
    "finalise_assessment",
    "give_back",
    "hand_in",
    "plan_assessment",
    "plan_of",
    "rate",
    "rate_sheet",
    "record_evidence",
    "refuse_own",
    "register_external",
    "revise_instrument",
    "withdraw_assessor",
]
