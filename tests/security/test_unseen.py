"""What a person may not see answers like what does not exist: the same status, words and number of queries."""

import re
from copy import deepcopy

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import PoolPositionFactory
from tests.security.company import MISSING, found_company
from tests.security.matrix import clients
from tests.security.routes import SECOND, routes

pytestmark = pytest.mark.django_db
READERS = ("head", "employee", "hr")
# Masked anew for each answer.
TOKEN = re.compile(rb'(csrf-token" content|csrfmiddlewaretoken" value)="\w+"')


def asked(client, method, address, **body):
    """Status, body, number of statements; taken back afterwards."""
    cache.clear()
    cookies = deepcopy(client.cookies)
    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        response = client.generic(method, address, **body)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response.status_code, TOKEN.sub(b"", response.content), len(statements)


@pytest.fixture
def company():
    return found_company()


def missing_beside(route, company, place, who, client, method):
    """The address of a missing record; of two records in a row, the one that is unseen is the one that is missing."""
    beside = route.address(company, place, who, second="missing")
    both = route.address(company, "missing", who)
    if route.gaps[1:] and route.gaps[1] in SECOND:
        return beside if asked(client, method, beside)[2] != asked(client, method, both)[2] else both
    return both


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unseen_record_is_like_a_missing_one(method, who, company):
    client = clients(company)[who]
    compared, differences = 0, []
    for route in routes():
        if route.kind is None:
            continue
        for place in route.places(company):
            found = asked(client, method, route.address(company, place, who))
            if found[0] == 404 and place != "missing":
                compared += 1
                missing = asked(client, method, missing_beside(route, company, place, who, client, method))
                if found != missing:
                    differences.append(f"{route.text} ({place}): {found[2]} statements, {missing[2]} for a missing one")
    assert differences == []
    assert compared > (10 if who == "hr" else 50)


@pytest.mark.parametrize(
    ("path", "body", "unseen"),
    [
        ("/api/v1/pools/{pool}/memberships/", '{{"candidate": {id}, "reason": "{reason}"}}', "candidate"),
        (
            "/api/v1/pools/{pool}/memberships/",
            '{{"candidate": {good}, "positions": [{{"position": {id}, "readiness": "ready_now", "reason": "{reason}"}}]}}',
            "position",
        ),
        (
            "/api/v1/memberships/{member}/name/",
            '{{"position": {id}, "readiness": "ready_now", "reason": "{reason}"}}',
            "seat",
        ),
    ],
    ids=["candidate", "position", "position of a name"],
)
def test_ids_in_a_body_are_unseen_as_in_an_address(path, body, unseen, company):
    """HR may write, but does not see themselves as a candidate, nor a member of whose post they know nothing."""
    client = clients(company)["hr"]
    pool, member = company.far["pool"].pk, company.far["membership"].pk
    keys = {
        "candidate": company.own["candidate", "hr"].pk,
        "position": MISSING + 1,
        "seat": MISSING + 1,
    }
    answers = [
        asked(
            client,
            "POST",
            path.format(pool=pool, member=member),
            data=body.format(id=key, reason="x" * 20, good=company.near["candidate"].pk),
            content_type="application/json",
        )
        for key in (keys[unseen], MISSING)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


@pytest.mark.parametrize("who", ["head", "employee", "committee"])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("positions/?org_unit=", "unit"),
        ("positions/?reports_to=", "position"),
        ("employees/?org_unit=", "unit"),
        ("org-units/?parent=", "unit"),
        ("candidates/?employee=", "person"),
        ("pools/?owner=", "person"),
    ],
)
def test_a_filter_by_an_unseen_id_finds_what_a_missing_id_finds(path, kind, who, company):
    """Also where a visible record does point at the unseen one."""
    far, near = company.far, company.near
    near["unit"].parent = far["unit"]
    near["unit"].save()
    near["position"].reports_to = far["position"]
    near["position"].save()
    near["pool"].owner = far["person"]
    near["pool"].save()
    client = clients(company)[who]
    is_seen = asked(client, "GET", f"/api/v1/{path.split('/')[0]}/?page_size=1")[0] == 200
    assert is_seen
    if who == "committee" and kind in {"unit", "position"}:
        pytest.skip("the committee sees every unit and every key post")
    unseen = asked(client, "GET", f"/api/v1/{path}{far[kind].pk}")
    assert unseen == asked(client, "GET", f"/api/v1/{path}{MISSING}")
    assert b'"count":0' in unseen[1]


def test_a_visible_record_does_not_name_unseen_ones(company):
    far, near = company.far, company.near
    near["unit"].parent = far["unit"]
    near["unit"].head_position = far["position"]
    near["unit"].save()
    near["position"].reports_to = far["position"]
    near["position"].save()
    near["pool"].owner = far["person"]
    near["pool"].save()
    PoolPositionFactory(
        pool=near["pool"],
        position=far["position"].__class__.objects.create(
            code="far", title="Far post", org_unit=far["unit"], position_class="key"
        ),
    )
    company.own_seat["position", "head"].org_unit = near["unit"]
    from succession.organisation.models import RoleAssignment

    RoleAssignment.objects.create(user=company.users["head"], role="department_head", org_unit=near["unit"])
    client = clients(company)["head"]
    unit = client.get(f"/api/v1/org-units/{near['unit'].pk}/").json()
    assert (unit["parent"], unit["parent_label"], unit["head_position"], unit["head"]) == (None, None, None, None)
    post = client.get(f"/api/v1/positions/{near['position'].pk}/").json()
    assert (post["reports_to"], post["reports_to_label"]) == (None, None)
    pool = client.get(f"/api/v1/pools/{near['pool'].pk}/").json()
    assert (pool["owner"], pool["owner_label"]) == (None, None)
    assert [row["position"] for row in pool["positions"]] == [near["position"].pk]
