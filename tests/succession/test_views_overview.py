"""The overview and a head's own area."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pools.models import CoverageDay
from pools.recompute import recompute_all
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
# Session, user, facts; the scope with all its headline tells; its pools with their seats.
QUERIES = 5
# Session, user, facts; policy, posts, names; units.
QUERIES_OF_A_HEAD = 7


def covered(pool, unit, people=1, **post):
    """A post of the pool with so many people named."""
    position = PositionFactory(position_class=pool.kind, org_unit=unit, **post)
    PoolPositionFactory(pool=pool, position=position)
    for _ in range(people):
        MembershipPostFactory(membership=MembershipFactory(pool=pool), position=position)
    return position


@pytest.mark.parametrize("rows", [1, 3])
def test_the_overview_costs_the_same_for_one_pool_and_for_three(rows, client, hr, unit, django_assert_max_num_queries):
    for _ in range(rows):
        covered(PoolFactory(), unit)
    recompute_all()
    client.force_login(hr)
    with django_assert_max_num_queries(QUERIES):
        response = client.get("/overview/")
    assert (response.context["row"].seats, len(response.context["pools"])) == (rows, rows)


def test_the_ladder_adds_up_and_tells_who_is_shared(client, hr, unit):
    pool = PoolFactory(name="Plants")
    one = covered(pool, unit, people=0, title="One")
    two = covered(pool, unit, people=0, title="Two")
    covered(pool, unit, people=0, title="Three")
    both = MembershipFactory(pool=pool, candidate__employee__name="Shared Person")
    MembershipPostFactory(membership=both, position=one)
    MembershipPostFactory(membership=both, position=two)
    recompute_all()
    client.force_login(hr)
    response = client.get("/overview/")
    headline = response.context["headline"]
    assert (headline.row.seats, headline.row.seats_true) == (3, 1)
    assert (headline.nobody, headline.not_counted, headline.shared) == (1, 0, 1)
    assert headline.blocking_words == "Shared Person"
    assert [cell["state"] for cell in response.context["pools"][0].cells] == ["covered", "shared", "nobody"]
    assert "Three" in response.context["pools"][0].cells[2]["label"]


def test_of_many_shared_people_those_are_told_who_leave_most_seats_empty(client, hr, unit):
    pool = PoolFactory(name="Plants")
    for people, posts in ((("Two One", "Two Two"), 3), (("Only One",), 3)):
        served = [covered(pool, unit, people=0) for _ in range(posts)]
        for name in people:
            member = MembershipFactory(pool=pool, candidate__employee__name=name)
            for position in served:
                MembershipPostFactory(membership=member, position=position)
    recompute_all()
    client.force_login(hr)
    told = client.get("/overview/").context["headline"]
    assert (told.blocking_words, told.blocking_posts, told.shared) == ("Only One", 3, 3)


def test_a_pool_that_tells_of_the_reader_is_worked_out_without_them(client, hr, unit):
    pool = PoolFactory()
    covered(pool, unit, people=1)
    own = MembershipFactory(pool=pool, candidate__employee__user=hr)
    for row in pool.pool_positions.all():
        MembershipPostFactory(membership=own, position=row.position)
    recompute_all()
    client.force_login(hr)
    assert [each.row.members for each in client.get("/overview/").context["pools"]] == [1]


def test_the_committee_reads_the_whole_of_key_posts(client, committee, unit):
    covered(PoolFactory(name="Keys"), unit)
    covered(PoolFactory(name="Managers", kind="management"), unit)
    recompute_all()
    client.force_login(committee)
    context = client.get("/overview/").context
    assert (context["row"].seats, [each.pool.name for each in context["pools"]]) == (1, ["Keys"])
    assert not client.get("/overview/?kind=management").context.get("pools")


def test_an_organisation_that_begins_sees_the_five_steps(client, hr, unit):
    client.force_login(hr)
    response = client.get("/overview/")
    assert [step["done"] for step in response.context["steps"]] == [False] * 5
    EmployeeFactory()
    assert [step["done"] for step in client.get("/overview/").context["steps"]] == [True, False, False, False, False]


def test_risks_are_told_by_day_with_the_two_strongest_reasons(client, hr, unit):
    pool = PoolFactory()
    later = covered(pool, unit, people=1, title="Later")
    sooner = covered(pool, unit, people=0, title="Sooner")
    IncumbencyFactory(position=later, expected_leaving_on=TODAY + timedelta(200), expected_leaving_source="entered")
    IncumbencyFactory(position=sooner, expected_leaving_on=TODAY + timedelta(30), expected_leaving_source="entered")
    recompute_all()
    client.force_login(hr)
    risks = client.get("/overview/cards/risk/").context["risks"]
    assert [risk.position.title for risk in risks.shown] == ["Sooner", "Later"]
    assert risks.shown[0].why == "Leaves in 30 days. Nobody is named."
    assert (risks.shown[0].step, risks.found) == ("find", 2)
    opening = client.get("/overview/cards/opening/").context["openings"]
    assert [(each.position.title, each.words) for each in opening] == [
        ("Sooner", "nobody named"),
        ("Later", "Ready: 1"),
    ]


def test_a_past_day_is_read_from_its_own_figures(client, hr, unit):
    covered(PoolFactory(), unit)
    recompute_all()
    whole = CoverageDay.objects.get(scope="whole", kind="key")
    CoverageDay.objects.filter(pk=whole.pk).update(on=TODAY - timedelta(10), seats_true=0)
    client.force_login(hr)
    response = client.get("/overview/", {"as_of": (TODAY - timedelta(5)).isoformat()})
    assert (response.context["row"].seats_true, response.context["as_of"]) == (0, TODAY - timedelta(5))
    assert b'hx-get="/overview/cards/risk/' not in response.content
    assert client.get("/overview/", {"as_of": "2024-02-30"}).context["as_of"] is None


def test_a_head_reads_figures_over_their_posts_without_their_own_seat(client, head, unit):
    pool, elsewhere = PoolFactory(), PoolFactory(name="Foreign pool")
    covered(pool, unit, title="Mine")
    own = covered(pool, unit, people=2, title="Own seat")
    IncumbencyFactory(position=own, employee=head.employee)
    covered(elsewhere, OrgUnitFactory(), title="Theirs")
    recompute_all()
    client.force_login(head)
    response = client.get("/my-area/")
    assert (response.context["row"].seats, response.context["row"].members) == (1, 1)
    assert b"Foreign pool" not in response.content
    assert b"Own seat" not in client.get("/my-area/cards/risk/").content
    assert client.get("/overview/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_my_area_costs_the_same_for_one_and_for_three(rows, client, head, unit, django_assert_max_num_queries):
    for _ in range(rows):
        covered(PoolFactory(), unit)
    client.force_login(head)
    with django_assert_max_num_queries(QUERIES_OF_A_HEAD):
        assert client.get("/my-area/").context["row"].seats == rows


def test_scopes_narrow_to_a_unit_or_a_pool_and_unknown_ones_are_404(client, hr, unit):
    pool = PoolFactory()
    covered(pool, unit)
    covered(PoolFactory(), OrgUnitFactory())
    recompute_all()
    client.force_login(hr)
    assert client.get("/overview/", {"scope": f"unit-{unit.pk}"}).context["row"].seats == 1
    assert client.get("/overview/", {"scope": f"pool-{pool.pk}"}).context["row"].seats == 1
    for scope in ("unit-0", "pool-999999", "unit-x", "rank-1", "unit-" + "9" * 30):
        assert client.get("/overview/", {"scope": scope}).status_code == 404
    assert client.get("/overview/cards/secrets/").status_code == 404


def test_who_reads_nothing_finds_no_overview(client, employee_user, administrator):
    for user in (employee_user, administrator):
        client.force_login(user)
        assert [client.get(address).status_code for address in ("/overview/", "/my-area/", "/map/", "/positions/")] == [
            404
        ] * 4
