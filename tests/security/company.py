"""One small company in which every kind of viewer has something of their own, near them, and far from them.

North is led by `head`, who sits on a key post of it. All other viewers belong to South. Everyone who views holds a key
post ("own seat"), which a pool of its own serves, and stands as a candidate in a pool ("own").
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from candidates import services as candidates_
from candidates.models import Assessment, Assignment, Candidate, ExerciseCompetency, Instrument
from pools.models import EchelonPool, Membership, MembershipPost, Screening
from succession.organisation import audit, jobs
from succession.organisation.models import (
    AuditEvent,
    CareerGoal,
    Employee,
    ImportBatch,
    Incumbency,
    Job,
    OrgUnit,
    Policy,
    Position,
    User,
)
from tests.factories import (
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
    RequirementFactory,
    RoleAssignmentFactory,
    SeatChangeFactory,
    UserFactory,
)

MISSING = 10**9
ROLES = {
    "hr": "hr_manager",
    "head": None,
    "committee": "committee_member",
    "assessor": "assessor",
    "employee": None,
    "auditor": "auditor",
    "administrator": "administrator",
}
VIEWERS = ("anonymous", *ROLES)


@dataclass
class Company:
    """Records by kind, by where they stand from a viewer: `at("pool", "own unit", "head")`."""

    users: dict[str, User] = field(default_factory=dict)
    near: dict[str, models.Model] = field(default_factory=dict)
    far: dict[str, models.Model] = field(default_factory=dict)
    own: dict[tuple[str, str], models.Model] = field(default_factory=dict)
    own_seat: dict[tuple[str, str], models.Model] = field(default_factory=dict)

    def at(self, kind: str, where: str, who: str) -> int:
        """The id of the record; anonymous visitors meet those of the employee."""
        who = "employee" if who == "anonymous" else who
        if where == "missing":
            return MISSING
        places: dict[str, Any] = {
            "own unit": self.near.get(kind),
            "other unit": self.far.get(kind),
            "own": self.own.get((kind, who)),
            "own seat": self.own_seat.get((kind, who)),
        }
        return places[where].pk

    def places(self, kind: str) -> list[str]:
        """Where records of a kind can stand."""
        found = [
            ("own", any(key == kind for key, _ in self.own)),
            ("own seat", any(key == kind for key, _ in self.own_seat)),
            ("own unit", kind in self.near),
            ("other unit", kind in self.far),
        ]
        return [place for place, exists in found if exists] + ["missing"]


def found_company() -> Company:
    company = Company()
    for name, records in (("North", company.near), ("South", company.far)):
        records["unit"] = OrgUnitFactory(name=name)
    for records in (company.near, company.far):
        _furnish(records)
    for who, role in ROLES.items():
        company.users[who] = UserFactory(username=who, name=f"User {who}", is_staff=role == "administrator")
        if role:
            RoleAssignmentFactory(user=company.users[who], role=role)
    for who in ROLES:
        _settle(company, who)
    _assess(company)
    return company


def _furnish(records: dict[str, Any]) -> None:
    """A unit's key post, who sits on it, who is named for it."""
    unit = records["unit"]
    records["position"] = PositionFactory(org_unit=unit, position_class="key", title=f"Key post of {unit}")
    records["management"] = PositionFactory(org_unit=unit, position_class="management", title=f"Manager in {unit}")
    records["seat change"] = SeatChangeFactory(position=records["position"])
    RequirementFactory(position=records["position"])
    records["incumbency"] = IncumbencyFactory(
        position=records["position"], employee=EmployeeFactory(org_unit=unit, name=f"Holder in {unit}")
    )
    records["pool"] = PoolFactory(name=f"Pool of {unit}")
    PoolPositionFactory(pool=records["pool"], position=records["position"])
    person = EmployeeFactory(org_unit=unit, name=f"Successor in {unit}", user=UserFactory())
    records["membership"] = MembershipFactory(pool=records["pool"], candidate__employee=person)
    records["name"] = MembershipPostFactory(membership=records["membership"], position=records["position"])
    Screening.objects.create(membership=records["membership"], outcome="stays", reason="Secret screening.")
    records["person"], records["candidate"] = person, records["membership"].candidate
    records["goal"] = CareerGoalFactory(employee=person)
    records["competency"] = CompetencyFactory()
    records["job"] = jobs.start_job("pools.recompute_all", actor=person.user, args={}, label="Recompute every pool")
    records["import"] = ImportBatch.objects.create(kind="employees", uploaded_by=person.user)
    records["audit event"] = audit.record(
        "admit_member", records["membership"], actor=None, after={"employee": person.pk}
    )


def _settle(company: Company, who: str) -> None:
    """A viewer's home, seat, candidacy, goal and job."""
    user = company.users[who]
    home = company.near["unit"] if who == "head" else company.far["unit"]
    me = EmployeeFactory(user=user, name=f"Person {who}", org_unit=home)
    seat = PositionFactory(org_unit=home, position_class="key", title=f"Seat of {who}")
    holding = IncumbencyFactory(position=seat, employee=me)
    if who == "head":
        home.head_position = seat
        home.save()
    pool = PoolFactory(name=f"Pool of the seat of {who}")
    PoolPositionFactory(pool=pool, position=seat)
    heir = MembershipFactory(pool=pool, candidate__employee=EmployeeFactory(org_unit=home, name=f"Heir of {who}"))
    heir_name = MembershipPostFactory(membership=heir, position=seat)
    mine = MembershipFactory(pool=company.near["pool"], candidate__employee=me)
    my_name = MembershipPostFactory(membership=mine, position=company.near["position"])
    company.own |= {
        ("person", who): me,
        ("candidate", who): mine.candidate,
        ("membership", who): mine,
        ("name", who): my_name,
        ("incumbency", who): holding,
        ("goal", who): CareerGoalFactory(employee=me),
        ("job", who): jobs.start_job("pools.recompute_all", actor=user, args={}, label="Recompute every pool"),
        ("audit event", who): audit.record("admit_member", mine, actor=None, after={"employee": me.pk}),
    }
    company.own_seat |= {
        ("position", who): seat,
        ("pool", who): pool,
        ("membership", who): heir,
        ("name", who): heir_name,
    }


def _assess(company: Company) -> None:
    """Somebody of each unit and every viewer were assessed; the assessor is just assessing somebody of their own unit."""
    for unit, records in (("North", company.near), ("South", company.far)):
        records["instrument"] = _instrument(f"Instrument of {unit}")
        records["cell"] = ExerciseCompetency.objects.filter(exercise__instrument=records["instrument"]).first()
        records["sheet"] = _rated(records["instrument"], records["candidate"])
        records["assessment"] = records["sheet"].assessment
    for who in ROLES:
        sheet = _rated(company.far["instrument"], company.own["candidate", who])
        company.own |= {("sheet", who): sheet, ("assessment", who): sheet.assessment}
    sheet = _rated(company.far["instrument"], company.far["candidate"], assessor=company.users["assessor"])
    company.own |= {("sheet", "assessor"): sheet, ("assessment", "assessor"): sheet.assessment}


def _instrument(name: str) -> Instrument:
    plan = candidates_.InstrumentPlan(
        name=name,
        kind="interview",
        exercises=[candidates_.ExercisePlan("Interview", [CompetencyFactory().pk])],
        groups=[candidates_.GroupPlan("Assessors")],
    )
    return candidates_.define_instrument(name, plan, actor=None)


def _rated(instrument: Instrument, candidate: Candidate, assessor: User | None = None) -> Assignment:
    """A sheet: of an assessor, still open; else of a draft that was handed in and is final."""
    today = timezone.localdate()
    assessment = candidates_.plan_assessment(candidate, instrument, assessed_on=today, actor=None)
    group = instrument.rater_groups.get()
    sheet = candidates_.assign_assessor(assessment, group, assessor=assessor, label="A customer", actor=None)
    if assessor is None:
        cell = ExerciseCompetency.objects.get(exercise__instrument=instrument)
        candidates_.rate(sheet, cell, Decimal(3), actor=None)
        sheet = candidates_.hand_in(sheet, actor=None)
        candidates_.finalise_assessment(assessment, actor=None)
    return sheet


MODELS = {
    "unit": OrgUnit,
    "position": Position,
    "person": Employee,
    "incumbency": Incumbency,
    "pool": EchelonPool,
    "membership": Membership,
    "name": MembershipPost,
    "candidate": Candidate,
    "assessment": Assessment,
    "sheet": Assignment,
    "instrument": Instrument,
    "goal": CareerGoal,
    "job": Job,
    "import": ImportBatch,
    "audit event": AuditEvent,
    "policy": Policy,
}
