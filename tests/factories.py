"""Dull makers of records: valid, minimal, nothing hidden."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from candidates.models import Candidate, ExternalPerson
from pools.models import EchelonPool, Membership, MembershipPost, PoolPosition
from succession.organisation.models import (
    CareerGoal,
    Competency,
    Employee,
    Incumbency,
    OrgUnit,
    Position,
    Requirement,
    RoleAssignment,
    SeatChange,
    User,
)

LONG_AGO = date(2020, 1, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"User {n}")


class OrgUnitFactory(DjangoModelFactory):
    class Meta:
        model = OrgUnit

    code = factory.Sequence(lambda n: f"U{n}")
    name = factory.Sequence(lambda n: f"Unit {n}")


class PositionFactory(DjangoModelFactory):
    class Meta:
        model = Position

    code = factory.Sequence(lambda n: f"P{n}")
    title = factory.Sequence(lambda n: f"Post {n}")
    org_unit = factory.SubFactory(OrgUnitFactory)


class SeatChangeFactory(DjangoModelFactory):
    class Meta:
        model = SeatChange

    position = factory.SubFactory(PositionFactory)
    on = LONG_AGO
    delta = 1
    reason = "More work."


class EmployeeFactory(DjangoModelFactory):
    class Meta:
        model = Employee

    number = factory.Sequence(lambda n: f"E{n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    sort_name = factory.SelfAttribute("name")


class IncumbencyFactory(DjangoModelFactory):
    class Meta:
        model = Incumbency

    position = factory.SubFactory(PositionFactory)
    employee = factory.SubFactory(EmployeeFactory)
    starts_on = LONG_AGO


class CompetencyFactory(DjangoModelFactory):
    class Meta:
        model = Competency

    code = factory.Sequence(lambda n: f"C{n}")
    name = factory.Sequence(lambda n: f"Competency {n}")


class RequirementFactory(DjangoModelFactory):
    class Meta:
        model = Requirement

    position = factory.SubFactory(PositionFactory)
    competency = factory.SubFactory(CompetencyFactory)
    level = 3


class RoleAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    role = "hr_manager"


class CandidateFactory(DjangoModelFactory):
    class Meta:
        model = Candidate

    employee = factory.SubFactory(EmployeeFactory)
    evidence_on = factory.LazyFunction(date.today)


class ExternalPersonFactory(DjangoModelFactory):
    class Meta:
        model = ExternalPerson

    name = factory.Sequence(lambda n: f"Outsider {n}")


class PoolFactory(DjangoModelFactory):
    class Meta:
        model = EchelonPool

    code = factory.Sequence(lambda n: f"KP-{n}")
    name = factory.Sequence(lambda n: f"Pool {n}")
    kind = "key"


class PoolPositionFactory(DjangoModelFactory):
    class Meta:
        model = PoolPosition

    pool = factory.SubFactory(PoolFactory)
    position = factory.SubFactory(PositionFactory, position_class="key")


class MembershipFactory(DjangoModelFactory):
    """An active member; give `place` when a pool has more than one."""

    class Meta:
        model = Membership

    pool = factory.SubFactory(PoolFactory)
    candidate = factory.SubFactory(CandidateFactory)
    state = "active"
    admitted_on = LONG_AGO
    next_screening_on = date(2099, 1, 1)
    place = factory.Sequence(lambda n: n + 1)
    capacity_at_admission = 1_000_000


class MembershipPostFactory(DjangoModelFactory):
    class Meta:
        model = MembershipPost

    membership = factory.SubFactory(MembershipFactory)
    position = factory.SubFactory(PositionFactory, position_class="key")
    readiness = "ready_now"


class CareerGoalFactory(DjangoModelFactory):
    class Meta:
        model = CareerGoal

    employee = factory.SubFactory(EmployeeFactory)
    text = "To lead a plant."
