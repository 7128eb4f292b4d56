"""The list of posts, a post's page and what is done there; the map; search."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from pools.models import MembershipPost
from pools.recompute import recompute_all
from succession.organisation.models import Incumbency, Reading, SeatChange
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.services.criticality import rate_criticality
from tests.candidates.test_selectors_fit import keep
from tests.factories import (
    EmployeeFactory,
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    OrgUnitFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
    RequirementFactory,
    SeatChangeFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REASON = "The second line starts next summer."
# Session, user with facts, units offered, posts with seats, holders, coverage and how many there are.
QUERIES_OF_THE_LIST = 4
QUERIES_OF_THE_PAGE = 15


def titles(client, **query):
    response = client.get("/positions/", query)
    assert response.status_code == 200
    return [row.position.title for row in response.context["rows"]]


def without_token(response):
    return re.sub(rb'name="csrf-token"\s+content="\w+"', b"", response.content)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(rows, client, hr, django_assert_num_queries):
    for _ in range(rows):
        served = PoolPositionFactory()
        IncumbencyFactory(position=served.position)
    recompute_all()
    client.force_login(hr)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        assert len(titles(client)) == rows


def test_the_list_is_narrowed_and_sorted_by_the_url(client, hr):
    unit = OrgUnitFactory()
    key = PositionFactory(title="Key 100%", code="A", position_class="key", org_unit=OrgUnitFactory(parent=unit))
    PositionFactory(title="Plain", code="B")
    IncumbencyFactory(position=key)
    recompute_all()
    client.force_login(hr)
    assert titles(client) == ["Key 100%", "Plain"]
    assert titles(client, sort="-code") == ["Plain", "Key 100%"]
    assert titles(client, sort="org_unit__head_position__pk") == ["Key 100%", "Plain"]
    assert titles(client, **{"class": "key"}) == ["Key 100%"]
    assert titles(client, unit=unit.pk) == ["Key 100%"]
    assert titles(client, vacant="yes") == ["Plain"]
    assert titles(client, status="weak") == ["Key 100%"]
    assert titles(client, q="0%") == ["Key 100%"]
    assert titles(client, unit="1 OR 1=1", page="-3") == ["Key 100%", "Plain"]


def test_the_list_as_a_file_holds_what_the_reader_may_see(client, head, unit):
    PositionFactory(title="=cmd()", org_unit=unit)
    PositionFactory(title="Elsewhere")
    client.force_login(head)
    text = client.get("/positions/", {"export": "csv"}).content.decode("utf-8-sig")
    assert "'=cmd()" in text
    assert "Elsewhere" not in text


def test_a_stranger_and_a_missing_post_get_the_same_answer(client, head, django_assert_num_queries):
    strange = PositionFactory(position_class="key")
    client.force_login(head)
    with django_assert_num_queries(3):
        seen = client.get(f"/positions/{strange.pk}/")
    with django_assert_num_queries(3):
        missing = client.get("/positions/999999/")
    assert (seen.status_code, missing.status_code) == (404, 404)
    assert without_token(seen) == without_token(missing)
    assert not Reading.objects.exists()


def test_nobody_opens_the_page_of_their_own_seat(client, hr):
    own = IncumbencyFactory(employee=EmployeeFactory(user=hr))
    client.force_login(hr)
    assert client.get(f"/positions/{own.position_id}/").status_code == 404
    assert client.get(f"/positions/{own.position_id}/class/").status_code == 404
    assert f'href="/positions/{own.position_id}/"'.encode() not in client.get("/positions/").content


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_of_a_post_costs_the_same_for_one_and_for_three(people, client, hr, django_assert_max_num_queries):
    served = PoolPositionFactory()
    for _ in range(people):
        member = MembershipFactory(pool=served.pool)
        MembershipPostFactory(membership=member, position=served.position)
        MembershipPostFactory(membership=member, position=PoolPositionFactory(pool=served.pool).position)
    recompute_all()
    client.force_login(hr)
    with django_assert_max_num_queries(QUERIES_OF_THE_PAGE):
        page = client.get(f"/positions/{served.position_id}/").context["page"]
    assert (page.counted, page.figures.filled) == (people, people)
    assert Reading.objects.count() == 1


def test_the_page_tells_what_the_records_say(client, hr):
    post = PositionFactory(base_seats=1, reports_to=PositionFactory(title="Upper"))
    SeatChangeFactory(position=post, on=TODAY, delta=1, reason=REASON)
    SeatChangeFactory(position=post, on=TODAY + timedelta(days=9), delta=-1, reason=REASON)
    held = IncumbencyFactory(
        position=post,
        starts_on=date(2020, 2, 29),
        expected_leaving_on=TODAY + timedelta(days=30),
        expected_leaving_source="entered",
        expected_leaving_note="moves on",
    )
    IncumbencyFactory(position=post, seat=2, employee=None, starts_on=date(2021, 1, 1))
    policy = policy_in_force()
    rate_criticality(post, dict.fromkeys(policy.criticality_weights, 4), actor=hr, decided_class="key", reason=REASON)
    rated = post.criticality_ratings.get()
    client.force_login(hr)
    response = client.get(f"/positions/{post.pk}/")
    page = response.context["page"]
    assert page.position.reports_to.title == "Upper"
    assert (page.seats.seats, page.seats.vacant) == (2, 0)
    assert page.seats.leaving_on == TODAY + timedelta(days=30)
    assert [(seat.holder.pk, seat.holder.employee and seat.holder.employee.name) for seat in page.drawn] == [
        (held.pk, held.employee.name),
        (post.incumbencies.get(seat=2).pk, None),
    ]
    assert [(change.on, change.delta) for change in page.changes] == [(TODAY, 1), (TODAY + timedelta(days=9), -1)]
    (rating,) = page.ratings
    assert (rating.score, rating.rated_at, rating.scores) == (rated.score, rated.rated_at, rated.scores)
    assert rating.policy.criticality_threshold == policy.criticality_threshold
    text = response.content.decode()
    assert "moves on" in text
    assert "Undisclosed holder" in text


def test_those_not_counted_stand_apart_with_the_reason(client, hr):
    served = PoolPositionFactory()
    stale = MembershipFactory(pool=served.pool, candidate__evidence_on=date(2010, 1, 1))
    proposed = MembershipFactory(pool=served.pool, state="proposed", place=None, admitted_on=None)
    for membership in (stale, proposed):
        MembershipPostFactory(membership=membership, position=served.position)
    client.force_login(hr)
    page = client.get(f"/positions/{served.position_id}/").context["page"]
    assert page.tiers == []
    assert sorted(each.shown_state for each in page.not_counted) == ["proposed", "stale"]


def test_hr_fills_and_frees_a_seat_and_says_when_someone_leaves(client, hr):
    post, person = PositionFactory(), EmployeeFactory(number="77")
    client.force_login(hr)
    response = client.post(f"/positions/{post.pk}/holders/", {"employee": "77", "from_": "2024-01-01"})
    assert response.headers["Location"] == f"/positions/{post.pk}/"
    held = Incumbency.objects.get()
    assert (held.employee, held.seat, held.starts_on) == (person, 1, date(2024, 1, 1))
    client.post(f"/positions/{post.pk}/holders/{held.pk}/leaving/", {"on": "2030-05-01", "note": "Retirement"})
    held.refresh_from_db()
    assert (held.expected_leaving_on, held.expected_leaving_source) == (date(2030, 5, 1), "entered")
    short = client.post(f"/positions/{post.pk}/holders/{held.pk}/end/", {"on": TODAY.isoformat(), "reason": "gone"})
    assert short.status_code == 422
    client.post(f"/positions/{post.pk}/holders/{held.pk}/end/", {"on": TODAY.isoformat(), "reason": REASON})
    held.refresh_from_db()
    assert held.ends_on == TODAY


def test_a_seat_that_is_taken_is_told_as_what_it_is(client, hr):
    held = IncumbencyFactory()
    EmployeeFactory(number="78")
    client.force_login(hr)
    given = {"employee": "78", "from_": TODAY.isoformat(), "seat": "1"}
    response = client.post(f"/positions/{held.position_id}/holders/", given)
    assert response.status_code in {409, 422}
    assert Incumbency.objects.count() == 1
    assert b'value="78"' in response.content


def test_seats_are_changed_and_a_plan_is_taken_back(client, hr):
    post = PositionFactory()
    client.force_login(hr)
    ahead = (TODAY + timedelta(100)).isoformat()
    client.post(f"/positions/{post.pk}/seats/", {"on": ahead, "delta": "2", "reason": REASON})
    change = SeatChange.objects.get()
    assert (change.delta, change.reason) == (2, REASON)
    client.post(f"/positions/{post.pk}/seats/{change.pk}/withdraw/", {"reason": REASON})
    assert not SeatChange.objects.exists()


def test_a_class_is_decided_and_a_member_named(client, hr):
    post = PositionFactory()
    client.force_login(hr)
    client.post(f"/positions/{post.pk}/class/", {"position_class": "key", "reason": REASON})
    post.refresh_from_db()
    assert post.position_class == "key"
    served = PoolPositionFactory(position=post)
    member = MembershipFactory(pool=served.pool)
    given = {"member": member.pk, "readiness": "1_3_years", "reason": REASON}
    client.post(f"/positions/{post.pk}/name/", given)
    assert MembershipPost.objects.get().readiness == "1_3_years"
    stranger = MembershipFactory(pool=PoolFactory())
    response = client.post(f"/positions/{post.pk}/name/", given | {"member": stranger.pk})
    assert (response.status_code, MembershipPost.objects.count()) == (422, 1)


def test_a_head_reads_their_posts_and_changes_nothing(client, head, unit):
    post = PositionFactory(org_unit=unit)
    client.force_login(head)
    assert client.get(f"/positions/{post.pk}/").status_code == 200
    response = client.post(f"/positions/{post.pk}/seats/", {"on": "2030-01-01", "delta": "2", "reason": REASON})
    assert (response.status_code, SeatChange.objects.count()) == (403, 0)


# --- the map -----------------------------------------------------------------------------------------------------------
def test_the_tree_shows_the_top_and_one_level_and_unfolds_branches(client, hr):
    top = PositionFactory(title="Top", position_class="key")
    below = PositionFactory(title="Below", position_class="key", reports_to=top)
    lowest = PositionFactory(title="Lowest", position_class="key", reports_to=below)
    client.force_login(hr)
    page = client.get("/map/", {"view": "tree"})
    assert [[node.position.title for node in root.children] for root in page.context["tree"].roots] == [["Below"]]
    assert b"Lowest" not in page.content
    assert b"Lowest" in client.get(f"/map/branches/{below.pk}/").content
    chosen = client.get("/map/", {"view": "tree", "post": lowest.pk})
    assert b"Lowest" in chosen.content
    assert b'aria-selected="true"' in chosen.content


def test_a_phone_gets_the_outline(client, hr):
    PositionFactory(position_class="key")
    client.force_login(hr)
    assert client.get("/map/", headers={"sec-ch-ua-mobile": "?1"}).context["shape"] == "outline"
    assert client.get("/map/").context["shape"] == "tree"


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("shape", ["tree", "outline"])
def test_the_map_costs_the_same_for_one_and_for_three(rows, shape, client, hr, django_assert_max_num_queries):
    top = PositionFactory(position_class="key")
    for _ in range(rows):
        IncumbencyFactory(position=PoolPositionFactory(position__reports_to=top).position)
    recompute_all()
    client.force_login(hr)
    with django_assert_max_num_queries(10):
        assert client.get("/map/", {"view": shape}).status_code == 200


def test_the_map_counts_posts_by_status_without_the_own_seat(client, hr):
    own = PositionFactory(position_class="key")
    IncumbencyFactory(position=own, employee=EmployeeFactory(user=hr))
    PositionFactory(position_class="key")
    PositionFactory(position_class="management")
    recompute_all()
    client.force_login(hr)
    for classes, posts in (("weighty", 2), ("all", 2), ("key", 1)):
        told = client.get(f"/map/?class={classes}").context["statuses"]
        assert [(each["status"], each["posts"]) for each in told] == [("empty", posts)]


def test_the_map_begins_again_below_a_closed_post(client, hr):
    closed = PositionFactory(position_class="key", closed_on=TODAY, title="Closed")
    PositionFactory(position_class="key", reports_to=closed, title="Below")
    PositionFactory(position_class="key", reports_to=PositionFactory(position_class="key", title="Top"), title="Under")
    client.force_login(hr)
    tree = client.get("/map/").context["tree"]
    told = [(root.position.title, [child.position.title for child in root.children]) for root in tree.roots]
    assert (told, tree.shown) == ([("Top", ["Under"]), ("Below", [])], 3)


def test_a_head_sees_the_map_of_their_unit_without_cover_of_the_own_seat(client, head, unit):
    own = PositionFactory(title="Own", org_unit=unit, position_class="key")
    IncumbencyFactory(position=own, employee=head.employee)
    PositionFactory(title="Elsewhere", position_class="key")
    MembershipPostFactory(membership=MembershipFactory(), position=own)
    recompute_all()
    client.force_login(head)
    page = client.get("/map/", {"view": "tree"})
    assert [(root.position.title, root.coverage) for root in page.context["tree"].roots] == [("Own", None)]
    assert client.get(f"/map/posts/{own.pk}/").context["chosen"]["figures"] is None
    elsewhere = PositionFactory()
    assert client.get(f"/map/posts/{elsewhere.pk}/").status_code == 404
    assert client.get(f"/map/branches/{elsewhere.pk}/").status_code == 404


# --- search ------------------------------------------------------------------------------------------------------------
def found(client, text):
    groups = client.get("/search/", {"q": text}).context["groups"]
    return {group["key"]: [str(each) for each in group["found"]] for group in groups}


def test_search_finds_people_posts_pools_and_units_one_may_see(client, hr, head, unit):
    post = PositionFactory(title="Plant Director", org_unit=unit)
    PositionFactory(title="Plant Manager")
    PoolPositionFactory(pool__name="Plant Leadership", position__org_unit=unit)
    EmployeeFactory(name="Anna Plant")
    client.force_login(hr)
    assert found(client, "plant") == {
        "posts": ["Plant Director", "Plant Manager"],
        "people": ["Anna Plant"],
        "pools": ["Plant Leadership"],
    }
    client.force_login(head)
    assert found(client, "plant") == {"posts": [post.title], "pools": ["Plant Leadership"]}
    assert found(client, "p") == {}
    assert found(client, "%") == {}


def test_search_costs_a_fixed_number_of_statements(client, hr, django_assert_num_queries):
    PositionFactory(title="Plant")
    client.force_login(hr)
    with django_assert_num_queries(6):
        client.get("/search/", {"q": "plant"})


def test_the_page_of_a_post_tells_the_fits_of_those_behind_it(client, hr, head, unit):
    """As the pages of the people themselves do; nothing of whom the reader may not see as a candidate."""
    served = PoolPositionFactory(position__org_unit=unit)
    asked = RequirementFactory(position=served.position, level=4)
    people = {}
    for name, level in (("Ada", 3), ("Bo", 4), ("Unrated", None)):
        person = EmployeeFactory(name=name, org_unit=unit if name == "Ada" else OrgUnitFactory())
        people[name] = MembershipPostFactory(
            membership=MembershipFactory(pool=served.pool, candidate__employee=person), position=served.position
        ).membership.candidate
        keep(people[name], {asked.competency: level} if level else {})
    for user, told in (
        (hr, {"Bo": 100.0, "Ada": 75.0, "Unrated": None}),
        (head, {"Ada": 75.0, "Bo": None, "Unrated": None}),
    ):
        client.force_login(user)
        page = client.get(f"/positions/{served.position_id}/").context["page"]
        (tier,) = page.tiers
        assert [(each.name, each.naming.fit) for each in tier[1]] == list(told.items())
    client.force_login(hr)
    own = client.get(f"/candidates/{people['Ada'].pk}/?position={served.position_id}").context["chosen"]
    assert own.fit.fit == 75.0
