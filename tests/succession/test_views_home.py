"""Where everyone lands, how it looks, and whether the house is up."""

import pytest
from django.test import override_settings

from succession.organisation.models import Heartbeat
from tests.factories import (
    EmployeeFactory,
    IncumbencyFactory,
    OrgUnitFactory,
    PositionFactory,
    RoleAssignmentFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("hr", "/overview/"),
        ("auditor", "/audit/"),
        ("head", "/my-area/"),
        ("committee", "/overview/"),
        ("administrator", "/admin/"),
        ("employee_user", "/me/"),
    ],
)
def test_everyone_lands_on_the_page_of_their_widest_role(who, where, client, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/").headers["Location"] == where


def test_an_assessor_lands_on_what_is_assigned_to_them(client):
    client.force_login(RoleAssignmentFactory(role="assessor").user)
    assert client.get("/").headers["Location"] == "/my-assessments/"
    assert rail(client, "/my-assessments/") == ["My assessments"]


def test_who_is_not_signed_in_is_asked_to(client):
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def rail(client, address):
    response = client.get(address)
    return [item.label for group in response.context["rail"] for item in group.entries]


def test_the_rail_shows_what_a_role_may_open(client, hr, head, auditor):
    client.force_login(hr)
    assert "Import & export" in rail(client, "/positions/")
    client.force_login(head)
    assert rail(client, "/positions/") == [
        "My area",
        "Organisation map",
        "Positions",
        "Pools",
        "Candidates",
        "People",
        "My development",
    ]
    client.force_login(auditor)
    assert rail(client, "/positions/")[0] == "Audit trail"
    assert "Import & export" not in rail(client, "/positions/")


def test_a_head_of_a_unit_by_their_seat_reads_its_name_in_the_rail(client):
    unit = OrgUnitFactory(name="Foundry")
    post = PositionFactory(org_unit=unit)
    unit.head_position = post
    unit.save()
    user = RoleAssignmentFactory(role="assessor").user
    IncumbencyFactory(position=post, employee=EmployeeFactory(user=user, org_unit=unit))
    client.force_login(user)
    assert [group.label for group in client.get("/positions/").context["rail"]] == ["", "Foundry", "Me"]


def test_the_theme_is_kept_and_leads_back_to_this_site_only(client, hr):
    client.force_login(hr)
    response = client.post("/preferences/theme/", {"theme": "dark", "next": "/pools/"})
    hr.refresh_from_db()
    assert (hr.theme, response.headers["Location"]) == ("dark", "/pools/")
    response = client.post("/preferences/theme/", {"theme": "purple", "next": "//evil.example/"})
    hr.refresh_from_db()
    assert (hr.theme, response.headers["Location"]) == ("dark", "/")
    assert client.get("/preferences/theme/").status_code == 405


def test_the_language_is_kept_in_a_cookie_and_with_the_user(client, hr):
    client.force_login(hr)
    response = client.post("/preferences/language/", {"language": "zh-hans", "next": "/pools/"})
    hr.refresh_from_db()
    assert (hr.language, response.cookies["django_language"].value) == ("zh-hans", "zh-hans")
    response = client.post("/preferences/language/", {"language": "tlh"})
    hr.refresh_from_db()
    assert (hr.language, "django_language" in response.cookies) == ("zh-hans", False)


def test_the_process_answers_without_asking_anything(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json()["ok"] is True


def test_readiness_tells_each_part_and_is_503_while_one_is_missing(client):
    state = client.get("/readyz")
    assert (state.status_code, state.json()["worker"], state.json()["ready"]) == (503, False, False)
    assert {"commit", "version"} <= state.json().keys()
    from succession.organisation.health import beat

    beat("worker")
    assert Heartbeat.objects.filter(name="worker").exists()
    assert client.get("/readyz").status_code == 200


@override_settings(DEMO=True)
def test_the_demo_is_ready_once_its_company_is_loaded(client):
    from succession.organisation.health import beat
    from tests.factories import PoolFactory

    beat("worker")
    assert (client.get("/readyz").status_code, client.get("/readyz").json()["company"]) == (503, False)
    PoolFactory()
    assert client.get("/readyz").status_code == 200
