"""Who may do what: each permission against each role, on a record in reach, out of reach, and one's own."""

import pytest

from tests.factories import EmployeeFactory, IncumbencyFactory, OrgUnitFactory, PositionFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db

ON_POSTS = [
    "organisation.change_position",
    "organisation.change_seats",
    "organisation.rate_criticality",
    "organisation.change_requirements",
]
ON_PEOPLE = ["organisation.change_employee", "organisation.ask_willingness"]
WITHOUT_RECORD = {
    "organisation.import": {"hr"},
    "organisation.view_audit": {"hr", "auditor"},
    "organisation.view_policy": {"hr", "unit_hr", "auditor", "administrator"},
    "organisation.change_policy": {"hr", "administrator"},
    "organisation.change_competencies": {"hr", "administrator"},
    "organisation.assign_roles": {"administrator"},
}
EVERYONE = ["hr", "unit_hr", "auditor", "administrator", "head", "committee", "employee_user"]


@pytest.fixture
def unit_hr(unit):
    return RoleAssignmentFactory(role="hr_manager", org_unit=unit, user__username="unit-hr").user


@pytest.mark.parametrize("fixture", EVERYONE)
def test_what_needs_no_record(fixture, request):
    user = request.getfixturevalue(fixture)
    granted = {permission for permission in WITHOUT_RECORD if user.has_perm(permission)}
    assert granted == {permission for permission, users in WITHOUT_RECORD.items() if fixture in users}


@pytest.mark.parametrize("fixture", EVERYONE)
def test_posts_and_people_are_changed_by_hr_within_its_reach(fixture, request, unit):
    user = request.getfixturevalue(fixture)
    below = OrgUnitFactory(parent=unit)
    near, far = PositionFactory(org_unit=below), PositionFactory()
    person, stranger = EmployeeFactory(org_unit=below), EmployeeFactory(org_unit=OrgUnitFactory())
    for permissions, inside, outside in ((ON_POSTS, near, far), (ON_PEOPLE, person, stranger)):
        for permission in permissions:
            assert user.has_perm(permission, inside) == (fixture in {"hr", "unit_hr"}), permission
            assert user.has_perm(permission, outside) == (fixture == "hr"), permission


@pytest.mark.parametrize("permission", [*ON_POSTS, "organisation.change_incumbency"])
def test_nobody_decides_on_the_own_seat(permission, hr):
    own = IncumbencyFactory(employee=EmployeeFactory(user=hr))
    assert not hr.has_perm(permission, own.position)
    assert not hr.has_perm(permission, own)


@pytest.mark.parametrize("permission", ON_PEOPLE)
def test_nobody_decides_on_themselves(permission, hr):
    assert not hr.has_perm(permission, EmployeeFactory(user=hr))


@pytest.mark.parametrize("permission", ["organisation.answer_willingness", "organisation.change_goals"])
def test_only_oneself_answers_and_aims(permission, hr, employee_user, head, unit):
    assert employee_user.has_perm(permission, employee_user.employee)
    assert not hr.has_perm(permission, employee_user.employee)
    assert not head.has_perm(permission, EmployeeFactory(org_unit=unit))
    assert not employee_user.has_perm(permission, EmployeeFactory())


def test_leading_a_unit_does_not_widen_what_hr_of_another_may_do(unit_hr):
    led = OrgUnitFactory()
    RoleAssignmentFactory(role="department_head", org_unit=led, user=unit_hr)
    assert not unit_hr.has_perm("organisation.change_position", PositionFactory(org_unit=led))


def test_a_disabled_account_may_nothing(hr):
    hr.is_active = False
    hr.save()
    assert not hr.has_perm("organisation.import")


def test_rights_are_read_once_for_many_records(hr, django_assert_num_queries):
    posts = [PositionFactory() for _ in range(5)]
    with django_assert_num_queries(1):
        assert all(hr.has_perm("organisation.rate_criticality", post) for post in posts)
