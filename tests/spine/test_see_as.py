"""Someone with several roles may see as one of them: never more than they hold, and with a way back."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from succession.organisation.access import access_of, forget_access, roles_held, see_as, seen_as
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
FACTS = ("roles", "whole_roles", "unit_ids", "led_unit_ids", "hr_unit_ids", "disclosed_position_ids", "unit_names")


@pytest.fixture
def many():
    """HR for one unit, head of another by their seat, on the committee, with a post put before them; an employee."""
    led, served = OrgUnitFactory(name="led"), OrgUnitFactory(name="served")
    seat = PositionFactory(org_unit=led, title="Head")
    led.head_position = seat
    led.save()
    user = UserFactory(username="many")
    IncumbencyFactory(position=seat, employee=EmployeeFactory(user=user))
    RoleAssignmentFactory(user=user, role="hr_manager", org_unit=served)
    RoleAssignmentFactory(user=user, role="committee_member", org_unit=None)
    Disclosure.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Position),
        object_id=PositionFactory().pk,
        since=timezone.now() - timedelta(days=1),
        because="For the committee",
    )
    return user


def read(user):
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("role", "units", "put_before"),
    [
        ("hr_manager", {"served"}, 0),
        ("department_head", {"led"}, 0),
        ("committee_member", set(), 1),
        ("employee", set(), 0),
    ],
)
def test_one_role_gives_its_own_reach_alone(many, role, units, put_before):
    everything, user = access_of(many), read(many)
    assert see_as(user, role)
    narrow = access_of(user)
    assert narrow.roles == {role}
    assert {unit.name for unit in OrgUnitFactory._meta.model.objects.filter(pk__in=narrow.unit_ids)} == units
    assert len(narrow.disclosed_position_ids) == put_before
    assert (seen_as(user), roles_held(user)) == (role, everything.roles)
    for fact in FACTS:
        assert set(getattr(narrow, fact)) <= set(getattr(everything, fact))
    # Who they are stays, so that their own standing stays out of sight.
    assert narrow.own_position_ids == everything.own_position_ids
    assert narrow.employee_id == everything.employee_id


def test_a_role_that_is_not_held_shows_nothing_and_is_not_taken(many):
    assert not see_as(many, "administrator")
    assert seen_as(many) == ""
    nothing = access_of(many).only("auditor")
    assert (nothing.roles, nothing.unit_ids, nothing.sees_everything) == (frozenset(), frozenset(), False)


def test_reading_afresh_stays_narrow(many):
    see_as(many, "employee")
    forget_access(many)
    assert access_of(many).roles == {"employee"}


def test_the_session_keeps_the_role_and_the_way_back(client, many, django_assert_num_queries):
    client.force_login(many)
    rail = [group.label for group in client.get(reverse("me")).context["rail"]]
    assert "My units" in rail
    answer = client.post(reverse("see_as"), {"role": "employee"})
    assert answer.headers["Location"] == "/"
    assert client.get("/").headers["Location"] == reverse("me")
    page = client.get(reverse("me"))
    assert [group.label for group in page.context["rail"]] == ["Me"]
    assert "You see this as Employee alone" in page.content.decode()
    assert [role["label"] for role in page.context["viewer"]["roles"]] == [
        "All my roles",
        "HR manager",
        "Department head",
        "Committee member",
        "Employee",
    ]
    assert client.get(reverse("positions")).status_code == 404
    assert client.get("/api/v1/me/").json()["roles"] == ["employee"]
    client.post(reverse("see_as"), {"role": ""})
    assert client.get(reverse("positions")).status_code == 200
    # The session and one statement for who they are, narrowed or not.
    client.post(reverse("see_as"), {"role": "department_head"})
    with django_assert_num_queries(2):
        assert client.get("/").headers["Location"] == reverse("my_area")


def test_nobody_sees_as_what_they_are_not(client, many):
    client.force_login(many)
    assert client.post(reverse("see_as"), {"role": "auditor"}).status_code == 403
    assert "seen_as" not in client.session


def test_a_role_taken_away_since_is_forgotten(client, many):
    client.force_login(many)
    client.post(reverse("see_as"), {"role": "committee_member"})
    many.role_assignments.filter(role="committee_member").delete()
    page = client.get(reverse("me"))
    assert page.context["viewer"]["is_narrowed"] is False
    assert "seen_as" not in client.session


def test_who_has_one_role_is_offered_no_choice(client, administrator):
    client.force_login(administrator)
    assert client.get(reverse("policies")).context["viewer"]["roles"] == []
