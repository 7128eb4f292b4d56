"""Programs that sign in, and three of everything."""

import pytest
from rest_framework.test import APIClient

from succession.organisation import audit, jobs, tokens
from tests.candidates.centre import assessor, draft, fill, sheet_of
from tests.factories import (
    CareerGoalFactory,
    CompetencyFactory,
    EmployeeFactory,
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    OrgUnitFactory,
    PoolPositionFactory,
    PositionFactory,
    RequirementFactory,
    SeatChangeFactory,
)


def program(user):
    """A program with a token of this user."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue_token(user)}")
    return client


def add_one_of_everything(hr, pool):
    """One row more for every list that HR can read."""
    unit = OrgUnitFactory(parent=OrgUnitFactory())
    boss = PositionFactory(org_unit=unit)
    post = PositionFactory(org_unit=unit, position_class="key", reports_to=boss, criticality="4.25")
    unit.head_position = boss
    unit.save()
    SeatChangeFactory(position=post)
    IncumbencyFactory(position=boss, employee__org_unit=unit)
    IncumbencyFactory(position=post, employee__org_unit=unit)
    RequirementFactory(position=post, competency=CompetencyFactory())
    PoolPositionFactory(pool=pool, position=post)
    PoolPositionFactory(position__org_unit=unit)
    member = MembershipFactory(pool=pool, candidate__employee=EmployeeFactory(org_unit=unit))
    MembershipPostFactory(membership=member, position=post)
    CareerGoalFactory(employee=hr.employee, position=post, competency=CompetencyFactory())
    fill(sheet_of(draft(), assessor()), 3, 4)
    jobs.start_job("organisation.heartbeat", actor=hr, args={}, label="Heartbeat")
    audit.record("try", post, actor=hr, after={"title": "x"})
    return member


@pytest.fixture
def api(hr):
    return program(hr)
