"""The list of pools, a pool's page, what stands beside it, demand, recomputing."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from pools.models import CoverageDay, EchelonPool, PoolPosition
from pools.recompute import mark_stale, recompute_all
from pools.views import pools as pool_views
from succession.organisation.models import Job, Reading
from tests.factories import (
    EmployeeFactory,
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    OrgUnitFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REASON = "Two lines are led by one manager from now on."
# Session, user with facts, pools with their stored figures.
QUERIES_OF_THE_LIST = 3
# Besides: which pools tell of the reader, and those worked out without them (policy, posts, seat changes, names, members).
QUERIES_OF_WHO_IS_CONCERNED = 10
# Session, user with facts, pool, reading, policy with figures, posts with seat changes, holders, members with names.
QUERIES_OF_THE_PAGE = 7


def without_token(response):
    return re.sub(rb'name="csrf-token"\s+content="\w+"', b"", response.content)


def sections(client, **query):
    response = client.get("/pools/", query)
    assert response.status_code == 200
    return {section.kind: [row.pool.name for row in section.rows] for section in response.context["sections"]}


def named(pool, position, **membership):
    member = MembershipFactory(pool=pool, **membership)
    MembershipPostFactory(membership=member, position=position)
    return member


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(rows, client, hr, django_assert_num_queries):
    for _ in range(rows):
        served = PoolPositionFactory()
        named(served.pool, served.position)
    recompute_all()
    client.force_login(hr)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        assert len(sections(client)["key"]) == rows


def test_who_sits_on_a_post_of_a_pool_reads_its_figures_without_themselves(client, hr, django_assert_max_num_queries):
    own = PoolPositionFactory(pool__name="Own")
    IncumbencyFactory(position=own.position, employee=EmployeeFactory(user=hr))
    PoolPositionFactory()
    recompute_all()
    client.force_login(hr)
    with django_assert_max_num_queries(QUERIES_OF_WHO_IS_CONCERNED):
        rows = client.get("/pools/").context["sections"][0].rows
    assert {row.pool.name: row.figures.seats for row in rows}["Own"] == 0


def test_pools_stand_by_kind_the_shortest_first(client, hr):
    short = PoolPositionFactory(pool__name="Short").pool
    fuller = PoolPositionFactory(pool__name="Fuller")
    named(fuller.pool, fuller.position)
    PoolFactory(name="Reserve", kind="reserve", target_size=5)
    recompute_all()
    client.force_login(hr)
    assert sections(client) == {"key": ["Short", "Fuller"], "management": [], "reserve": ["Reserve"]}
    assert sections(client, sort="-gap")["key"] == ["Fuller", "Short"]
    assert sections(client, sort="owner__user__password")["key"] == ["Short", "Fuller"]
    assert sections(client, kind="reserve") == {"reserve": ["Reserve"]}
    assert sections(client, status="empty")["key"] == [short.name]
    assert sections(client, q="full")["key"] == ["Fuller"]


def test_a_pool_without_figures_stands_behind_those_with_and_a_closed_one_nowhere(client, hr):
    PoolPositionFactory(pool__name="Short", position__base_seats=2)
    closed = PoolPositionFactory(pool__name="Closed").pool
    recompute_all()
    EchelonPool.objects.filter(pk=closed.pk).update(closed_on=timezone.localdate())
    PoolFactory(name="New")
    client.force_login(hr)
    section = client.get("/pools/").context["sections"][0]
    assert [row.pool.name for row in section.rows] == ["Short", "New"]
    assert (section.total.pools, section.total.gap) == (2, section.rows[0].figures.gap)


def test_more_pools_than_are_shown_are_summed_up_all_the_same(client, hr, monkeypatch):
    monkeypatch.setitem(pool_views.SHOWN, "key", 1)
    for seats in (1, 3, 2):
        PoolPositionFactory(position__base_seats=seats)
    recompute_all()
    client.force_login(hr)
    section = client.get("/pools/").context["sections"][0]
    assert [row.figures.seats for row in section.rows] == [3]
    assert (section.total.pools, section.total.gap, section.more) == (3, 18, True)


def test_a_head_sees_pools_that_serve_their_posts_over_their_posts(client, head, unit):
    pool = PoolFactory(name="Shared pool")
    PoolPositionFactory(pool=pool, position__org_unit=unit)
    PoolPositionFactory(pool=pool)
    PoolPositionFactory(pool__name="Foreign pool")
    recompute_all()
    client.force_login(head)
    response = client.get("/pools/")
    (row,) = response.context["sections"][0].rows
    assert (row.pool.pk, row.figures.seats, row.figures.partial) == (pool.pk, 1, True)
    assert client.get(f"/pools/{pool.pk}/").context["why"] == [
        "It serves posts of units you are responsible for; the figures are over those posts alone."
    ]
    assert b"Foreign pool" not in response.content
    assert "Foreign pool" not in client.get("/pools/", {"export": "csv"}).content.decode("utf-8-sig")


def test_a_past_day_shows_the_figures_it_ended_with(client, hr):
    pool = PoolPositionFactory().pool
    recompute_all()
    CoverageDay.objects.filter(pool=pool).update(on=TODAY - timedelta(10), gap=99)
    client.force_login(hr)
    past = {"as_of": (TODAY - timedelta(5)).isoformat()}
    assert client.get("/pools/", past).context["sections"][0].rows[0].figures.gap == 99
    page = client.get(f"/pools/{pool.pk}/", past)
    assert page.context["figures"].gap == 99
    assert b"Recompute" not in page.content


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(people, client, hr, django_assert_max_num_queries):
    pool = PoolFactory()
    for _ in range(people):
        served = PoolPositionFactory(pool=pool)
        IncumbencyFactory(position=served.position)
        named(pool, served.position)
    recompute_all()
    client.force_login(hr)
    with django_assert_max_num_queries(QUERIES_OF_THE_PAGE):
        response = client.get(f"/pools/{pool.pk}/")
    assert len(response.context["members"]) == people
    assert Reading.objects.get().object_id == pool.pk


def test_a_stranger_and_a_missing_pool_get_the_same_answer(client, head):
    strange = PoolPositionFactory().pool
    client.force_login(head)
    for address in ("/pools/{}/", "/pools/{}/side/", "/pools/{}/eligible/", "/pools/{}/demand/", "/pools/{}/propose/"):
        seen, missing = client.get(address.format(strange.pk)), client.get(address.format(999_999))
        assert (seen.status_code, missing.status_code) == (404, 404)
        assert without_token(seen) == without_token(missing)
    assert not Reading.objects.exists()


def test_posts_that_share_people_stand_bracketed_and_each_person_solid_once(client, hr):
    pool = PoolFactory()
    posts = [PoolPositionFactory(pool=pool, position__code=code).position for code in ("A", "B", "C")]
    shared = MembershipFactory(pool=pool, candidate__employee__name="Shared Person")
    for post in posts[:2]:
        MembershipPostFactory(membership=shared, position=post)
    recompute_all()
    client.force_login(hr)
    groups = client.get(f"/pools/{pool.pk}/").context["groups"]
    assert [[row.position.code for row in group["rows"]] for group in groups] == [["A", "B"], ["C"]]
    slots = [[slot for seat in row.seats for slot in seat] for row in groups[0]["rows"]]
    assert [[slot.state for slot in row] for row in slots] == [["now", "empty", "empty"]] * 2
    assert sorted(row[0].elsewhere for row in slots) == [False, True]
    assert slots[0][1].url == f"/pools/{pool.pk}/?for={posts[0].pk}#eligible"


def test_nobody_sees_themselves_in_a_pool(client, hr):
    served = PoolPositionFactory()
    named(served.pool, served.position, candidate__employee=EmployeeFactory(user=hr, name="Own Name", sort_name="Own"))
    recompute_all()
    client.force_login(hr)
    response = client.get(f"/pools/{served.pool.pk}/")
    assert (response.context["members"], response.context["figures"].members) == ([], 0)
    assert b"Own Name" not in client.get(f"/pools/{served.pool.pk}/side/").content


def test_beside_the_pool_stand_who_is_eligible_and_what_one_step_would_do(client, hr):
    served = PoolPositionFactory(position__title="Director")
    near = IncumbencyFactory(position__reports_to=served.position, employee__name="Near Person")
    client.force_login(hr)
    response = client.get(f"/pools/{served.pool.pk}/side/", {"for": served.position_id})
    (eligible,) = response.context["eligible"]
    assert eligible["person"].employee == near.employee_id
    assert eligible["propose_url"].endswith(f"/propose/?employee={near.employee_id}&for={served.position_id}")
    assert response.context["steps"][0]["words"] == "Admit Near Person for Director"
    assert b"Near Person" in client.get(f"/pools/{served.pool.pk}/eligible/").content


def test_hr_sets_a_pool_up_and_changes_it(client, hr):
    EmployeeFactory(number="7", name="Owner Person")
    client.force_login(hr)
    given = {"code": "KP-9", "name": "New pool", "kind": "key", "owner": "7", "minimum_years_in_post": "2"}
    response = client.post("/pools/new/", given)
    pool = EchelonPool.objects.get()
    assert (response.headers["Location"], pool.owner.name) == (f"/pools/{pool.pk}/", "Owner Person")
    again = client.post("/pools/new/", given)
    assert (again.status_code, EchelonPool.objects.count()) == (422, 1)
    given |= {"name": "Other name"}
    client.post(f"/pools/{pool.pk}/change/", given)
    pool.refresh_from_db()
    assert pool.name == "Other name"
    client.post(f"/pools/{pool.pk}/close/", {"reason": "short"})
    assert client.get(f"/pools/{pool.pk}/").status_code == 200
    no_reason = client.post(f"/pools/{pool.pk}/change/", given | {"ratio_override": "2"})
    assert no_reason.status_code == 422
    client.post(f"/pools/{pool.pk}/close/", {"reason": REASON})
    assert client.get(f"/pools/{pool.pk}/").status_code == 404


def test_the_same_form_sent_twice_makes_one_pool(client, hr):
    client.force_login(hr)
    token = re.search(r'name="once"\s+value="(\w+)"', client.get("/pools/new/").content.decode())[1]
    given = {"code": "KP-9", "name": "New pool", "kind": "key", "minimum_years_in_post": "2", "once": token}
    first, second = client.post("/pools/new/", given), client.post("/pools/new/", given)
    assert (first.status_code, second.status_code, EchelonPool.objects.count()) == (302, 302, 1)
    assert first.headers["Location"] == second.headers["Location"]


def test_posts_are_served_their_demand_is_set_by_hand_and_they_are_taken_out(client, hr):
    pool = PoolFactory()
    post = PositionFactory(code="K-1", position_class="key")
    client.force_login(hr)
    client.post(f"/pools/{pool.pk}/posts/", {"position": "K-1"})
    assert PoolPosition.objects.get().position == post
    assert client.post(f"/pools/{pool.pk}/posts/", {"position": "K-1"}).status_code == 409
    assert client.post(f"/pools/{pool.pk}/posts/", {"position": "nothing"}).status_code == 422
    address = f"/pools/{pool.pk}/demand/{post.pk}/"
    assert client.post(address, {"demand": "4", "reason": "short"}).status_code == 422
    client.post(address, {"demand": "4", "reason": REASON})
    page = client.get(f"/pools/{pool.pk}/demand/")
    assert [(line.computed, line.demand) for line in page.context["posts"]] == [(1, 4)]
    client.post(f"/pools/{pool.pk}/posts/{post.pk}/stop/", {"reason": REASON})
    assert not PoolPosition.objects.exists()


def test_figures_are_worked_out_anew_in_the_background_and_watched(client, hr):
    pool = PoolPositionFactory().pool
    recompute_all()
    client.force_login(hr)
    watched = client.post(f"/pools/{pool.pk}/recompute/", headers={"hx-request": "true"})
    job = Job.objects.get()
    assert f"/pools/{pool.pk}/recompute/{job.pk}/".encode() in watched.content
    Job.objects.update(state="done")
    done = client.get(f"/pools/{pool.pk}/recompute/{job.pk}/", headers={"hx-request": "true"}).content
    assert b'id="pool-equation" hx-swap-oob' in done
    assert b"updated" in done
    assert client.get(f"/pools/{PoolFactory().pk}/recompute/{job.pk}/").status_code == 404


def test_figures_that_could_not_be_worked_out_are_marked(client, hr):
    pool = PoolPositionFactory().pool
    recompute_all()
    mark_stale([pool.pk], "The database was away.")
    client.force_login(hr)
    assert b"These are the last good figures" in client.get(f"/pools/{pool.pk}/").content


@pytest.mark.parametrize("who", ["head", "auditor"])
def test_who_only_reads_a_pool_changes_nothing(who, client, unit, request):
    user = request.getfixturevalue(who)
    served = PoolPositionFactory(position__org_unit=unit if who == "head" else OrgUnitFactory())
    client.force_login(user)
    page = client.get(f"/pools/{served.pool.pk}/")
    assert (page.status_code, page.context["may_change"]) == (200, False)
    refused = [
        client.post(f"/pools/{served.pool.pk}/recompute/"),
        client.post(f"/pools/{served.pool.pk}/posts/", {"position": "K-1"}),
        client.get(f"/pools/{served.pool.pk}/propose/"),
        client.get(f"/pools/{served.pool.pk}/change/"),
        client.get("/pools/new/"),
    ]
    assert [answer.status_code for answer in refused] == [403] * 5
    assert not Job.objects.exists()
