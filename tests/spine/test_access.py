"""Who someone is here: roles given, roles that follow from posts, units in reach, own seat."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from succession.organisation.access import NOBODY, access_of, forget_access
from succession.organisation.models import Disclosure, Position, User
from tests.factories import (
    EmployeeFactory,
    IncumbencyFactory,
    OrgUnitFactory,
    PositionFactory,
    RoleAssignmentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def read(user):
    return access_of(User.objects.get(pk=user.pk))


@pytest.fixture
def tree():
    """top > middle > low, and another beside them; each with a head post."""
    top = OrgUnitFactory(name="top")
    middle = OrgUnitFactory(name="middle", parent=top)
    low = OrgUnitFactory(name="low", parent=middle)
    beside = OrgUnitFactory(name="beside", parent=top)
    for unit in (top, middle, low, beside):
        unit.head_position = PositionFactory(org_unit=unit, title=f"Head of {unit}")
        unit.save()
    return {unit.name: unit for unit in (top, middle, low, beside)}


def person_on(post, **how):
    user = UserFactory()
    IncumbencyFactory(position=post, employee=EmployeeFactory(user=user), **how)
    return user


def test_nobody_is_nobody():
    assert access_of(AnonymousUser()) is NOBODY
    assert access_of(UserFactory(is_active=False)) is NOBODY


def test_the_facts_cost_one_statement_a_request(hr, django_assert_num_queries):
    user = User.objects.get(pk=hr.pk)
    with django_assert_num_queries(1):
        for _ in range(5):
            access_of(user)
    forget_access(user)
    with django_assert_num_queries(1):
        access_of(user)


def test_a_user_without_anything_has_no_role():
    found = read(UserFactory())
    assert (found.roles, found.unit_ids, found.sees_everything, found.reads_succession) == (
        frozenset(),
        frozenset(),
        False,
        False,
    )


def test_whoever_works_here_is_an_employee_until_the_day_they_leave():
    user = UserFactory()
    person = EmployeeFactory(user=user, left_on=TOMORROW)
    assert read(user).roles == {"employee"}
    person.left_on = TODAY
    person.save()
    assert read(user).roles == frozenset()
    assert read(user).employee_id is None


def test_the_holder_of_a_head_post_leads_the_unit_and_all_below(tree):
    found = read(person_on(tree["middle"].head_position))
    assert found.roles == {"employee", "department_head"}
    assert found.led_unit_ids == {tree["middle"].pk}
    assert found.unit_ids == {tree["middle"].pk, tree["low"].pk}
    assert found.own_position_ids == {tree["middle"].head_position_id}


def test_a_post_that_heads_nothing_makes_nobody_a_head(tree):
    assert read(person_on(PositionFactory(org_unit=tree["middle"]))).roles == {"employee"}


@pytest.mark.parametrize(
    ("how", "leads"),
    [
        ({"starts_on": TODAY}, True),
        ({"starts_on": TOMORROW}, False),
        ({"ends_on": TOMORROW}, True),
        ({"ends_on": TODAY}, False),
    ],
)
def test_leading_begins_and_ends_with_the_holding(how, leads, tree):
    assert read(person_on(tree["low"].head_position, **how)).is_head is leads


def test_who_acts_leads_only_while_nobody_holds_the_post(tree):
    post = tree["low"].head_position
    acting = person_on(post, acting=True)
    assert read(acting).is_head
    holding = IncumbencyFactory(position=post)
    assert not read(acting).is_head
    holding.employee = None
    holding.save()
    assert read(acting).is_head


def test_a_given_role_reaches_its_unit_and_all_below(tree):
    user = RoleAssignmentFactory(role="department_head", org_unit=tree["middle"]).user
    found = read(user)
    assert found.unit_ids == {tree["middle"].pk, tree["low"].pk}
    assert found.employee_id is None


def test_hr_of_a_unit_is_not_hr_of_the_whole(tree):
    found = read(RoleAssignmentFactory(role="hr_manager", org_unit=tree["middle"]).user)
    assert (found.is_hr, found.is_whole_hr, found.sees_everything) == (True, False, False)
    assert found.hr_unit_ids == found.unit_ids == {tree["middle"].pk, tree["low"].pk}


def test_a_head_is_not_hr_where_they_lead(tree):
    user = person_on(tree["middle"].head_position)
    RoleAssignmentFactory(user=user, role="hr_manager", org_unit=tree["beside"])
    assert read(user).hr_unit_ids == {tree["beside"].pk}


@pytest.mark.parametrize(
    ("role", "everything", "reads"),
    [
        ("hr_manager", True, True),
        ("auditor", True, True),
        ("committee_member", False, True),
        ("assessor", False, False),
        ("administrator", False, False),
    ],
)
def test_what_a_role_for_the_whole_opens(role, everything, reads):
    found = read(RoleAssignmentFactory(role=role).user)
    assert (found.sees_everything, found.reads_succession) == (everything, reads)


def test_a_disclosure_opens_one_post_for_as_long_as_it_stands():
    user, post = UserFactory(), PositionFactory()
    shown = Disclosure.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Position),
        object_id=post.pk,
        because="A step is yours.",
    )
    assert read(user).disclosed_position_ids == {post.pk}
    assert list(Position.objects.visible_to(User.objects.get(pk=user.pk))) == [post]
    shown.until = timezone.now() + timedelta(seconds=60)
    shown.save()
    assert read(user).disclosed_position_ids == {post.pk}
    shown.since = shown.until = timezone.now() - timedelta(seconds=1)
    shown.save()
    assert read(user).disclosed_position_ids == frozenset()
    assert not Position.objects.visible_to(User.objects.get(pk=user.pk)).exists()
