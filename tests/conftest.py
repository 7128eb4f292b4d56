"""People who sign in, one a role."""

import pytest

from tests.factories import EmployeeFactory, OrgUnitFactory, RoleAssignmentFactory, UserFactory


@pytest.fixture
def hr(db):
    return RoleAssignmentFactory(role="hr_manager", user__username="hr").user


@pytest.fixture
def auditor(db):
    return RoleAssignmentFactory(role="auditor", user__username="auditor").user


@pytest.fixture
def committee(db):
    return RoleAssignmentFactory(role="committee_member", user__username="committee").user


@pytest.fixture
def administrator(db):
    return RoleAssignmentFactory(role="administrator", user__username="admin", user__is_staff=True).user


@pytest.fixture
def unit(db):
    return OrgUnitFactory(name="Operations")


@pytest.fixture
def head(unit):
    """Leads `unit` by assignment; an employee of it."""
    user = RoleAssignmentFactory(role="department_head", org_unit=unit, user__username="head").user
    EmployeeFactory(user=user, org_unit=unit, name="Head Person")
    return user


@pytest.fixture
def employee_user(db):
    user = UserFactory(username="employee")
    EmployeeFactory(user=user, name="Plain Person")
    return user
