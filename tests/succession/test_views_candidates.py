"""The list of candidates, one candidate, some of them side by side."""

from datetime import timedelta

import pytest
from django.utils import timezone

from candidates.deriving import derive_profiles
from succession.organisation.models import AuditEvent, Reading
from tests.candidates.assessed import assess, instrument
from tests.candidates.test_selectors_fit import keep
from tests.factories import (
    CandidateFactory,
    CareerGoalFactory,
    CompetencyFactory,
    EmployeeFactory,
    ExternalPersonFactory,
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    OrgUnitFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
    RequirementFactory,
)
from tests.succession.test_views_positions import without_token

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LAST_MONTH = TODAY - timedelta(days=30)
# Session, user with facts, units offered (two), competencies offered, policy, candidates inside, outside.
QUERIES_OF_THE_LIST = 8
QUERIES_OF_THE_PAGE = 15
QUERIES_OF_THE_COMPARISON = 15


def names(client, **query):
    response = client.get("/candidates/", query)
    assert response.status_code == 200
    return [row.name for row in response.context["page"].object_list]


def named_for(position, name, levels, **values):
    """A member of the pool that serves the post, named for it, with a profile."""
    pool = position.pool_position.pool
    candidate = CandidateFactory(employee=EmployeeFactory(name=name, **values))
    MembershipPostFactory(membership=MembershipFactory(pool=pool, candidate=candidate), position=position)
    keep(candidate, levels)
    return candidate


@pytest.fixture
def post():
    """With two required competencies: strategy 4 (weight 3, must) and lean 2 (weight 2)."""
    found = PoolPositionFactory(position__title="Plant Director", position__code="PD-01").position
    found.strategy = CompetencyFactory(name="Strategy")
    found.lean = CompetencyFactory(name="Lean")
    RequirementFactory(position=found, competency=found.strategy, level=4, weight=3, must_have=True)
    RequirementFactory(position=found, competency=found.lean, level=2, weight=2)
    return found


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(rows, client, hr, django_assert_num_queries):
    for _ in range(rows):
        MembershipPostFactory()
        CandidateFactory(employee=None, external=ExternalPersonFactory())
    client.force_login(hr)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        assert len(names(client)) == 2 * rows


def test_the_list_is_narrowed_and_sorted_by_the_url(client, hr):
    unit, skill = OrgUnitFactory(), CompetencyFactory()
    inside = CandidateFactory(
        employee=EmployeeFactory(name="Ada 100%", org_unit=unit, mobility="Czechia", willingness="agreed"),
        evidence_on=TODAY - timedelta(days=4000),
    )
    member = MembershipPostFactory(membership__candidate__employee__name="Bo", membership__pool__kind="key").membership
    CandidateFactory(employee=None, external=ExternalPersonFactory(name="Cy", source="Fair"), evidence_on=None)
    keep(inside, {skill: 3})
    client.force_login(hr)
    assert names(client) == ["Ada 100%", "Bo", "Cy"]
    assert names(client, sort="-name") == ["Cy", "Bo", "Ada 100%"]
    assert names(client, sort="evidence") == ["Cy", "Ada 100%", "Bo"]
    assert names(client, sort="employee__user__password") == ["Ada 100%", "Bo", "Cy"]
    assert names(client, q="0%") == ["Ada 100%"]
    assert names(client, unit=unit.pk) == ["Ada 100%"]
    assert names(client, category="key") == names(client, readiness="ready_now") == ["Bo"]
    assert names(client, category="none") == ["Ada 100%", "Cy"]
    assert names(client, evidence="stale") == ["Ada 100%"]
    assert names(client, evidence="none") == names(client, where="outside") == ["Cy"]
    assert names(client, willingness="agreed") == names(client, mobility="czech") == ["Ada 100%"]
    assert names(client, competency=skill.pk, level=3) == ["Ada 100%"]
    assert names(client, competency=skill.pk, level=4) == []
    assert names(client, unit="1 OR 1=1", page="-3", competency="x") == ["Ada 100%", "Bo", "Cy"]
    assert member.candidate.pk


def test_a_head_finds_their_own_people_alone(client, head, unit):
    CandidateFactory(employee=EmployeeFactory(name="=Mine()", org_unit=unit))
    CandidateFactory(employee=EmployeeFactory(name="Strange"))
    CandidateFactory(employee=head.employee)
    client.force_login(head)
    assert names(client) == ["=Mine()"]
    text = client.get("/candidates/", {"export": "csv"}).content.decode("utf-8-sig")
    assert "'=Mine()" in text
    assert "Strange" not in text
    assert AuditEvent.objects.get(verb="export").after["rows"] == 1


def test_those_who_see_nobody_find_no_such_page(client, committee, employee_user):
    for user in (committee, employee_user):
        client.force_login(user)
        for path in ("/candidates/", "/candidates/compare/", f"/candidates/{CandidateFactory().pk}/"):
            assert client.get(path).status_code == 404


def test_an_unseen_candidate_is_like_a_missing_one(client, hr, django_assert_num_queries):
    own = CandidateFactory(employee=EmployeeFactory(user=hr))
    client.force_login(hr)
    with django_assert_num_queries(3):
        seen = client.get(f"/candidates/{own.pk}/")
    with django_assert_num_queries(3):
        missing = client.get("/candidates/999999/")
    assert (seen.status_code, missing.status_code) == (404, 404)
    assert without_token(seen) == without_token(missing)
    assert not Reading.objects.exists()


def test_the_page_tells_levels_fit_and_standing_and_logs_the_visit(client, hr, post):
    candidate = named_for(post, "Katarína", {}, mobility="Czechia")
    IncumbencyFactory(employee=candidate.employee, position__title="Lean Lead")
    CareerGoalFactory(employee=candidate.employee, text="Lead a plant.")
    assess(candidate, instrument(), {post.strategy: [2, 4], CompetencyFactory(name="Zeal"): [5]}, on=LAST_MONTH)
    derive_profiles([candidate.pk])
    client.force_login(hr)
    response = client.get(f"/candidates/{candidate.pk}/")
    page = response.content.decode()
    assert response.context["chosen"].fit.fit == 100 * 9 / 16
    for told in (
        "Katarína",
        "Lean Lead",
        "Plant Director",
        "Lead a plant.",
        "Czechia",
        "Zeal",
        "unrated",
        "Instrument",
    ):
        assert told in page
    assert "56" in page
    assert Reading.objects.filter(reader=hr, object_id=candidate.pk).count() == 1


def test_the_page_answers_for_any_post_by_code(client, hr, post):
    candidate = CandidateFactory()
    keep(candidate, {post.strategy: 4, post.lean: 1})
    client.force_login(hr)
    address = f"/candidates/{candidate.pk}/"
    assert client.get(address).context["chosen"] is None
    for query in ({"position": post.pk}, {"code": "pd-01"}):
        assert client.get(address, query).context["chosen"].fit.fit == 100 * 14 / 16
    assert client.get(address, {"code": "nothing"}).context["unknown_code"] == "nothing"


def test_a_post_the_reader_may_not_read_is_not_answered_for(client, head, unit, post):
    candidate = CandidateFactory(employee__org_unit=unit)
    keep(candidate, {post.strategy: 4})
    client.force_login(head)
    response = client.get(f"/candidates/{candidate.pk}/", {"position": post.pk})
    assert response.context["chosen"] is None
    assert b"Plant Director" not in response.content


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(rows, client, hr, django_assert_max_num_queries, post):
    candidate = named_for(post, "Ada", {})
    tool = instrument()
    for _ in range(rows):
        other = PoolPositionFactory()
        RequirementFactory(position=other.position, competency=CompetencyFactory())
        member = MembershipFactory(pool=other.pool, candidate=candidate)
        MembershipPostFactory(membership=member, position=other.position)
        assess(candidate, tool, {CompetencyFactory(): [3]}, on=LAST_MONTH)
    derive_profiles([candidate.pk])
    client.force_login(hr)
    client.get(f"/candidates/{candidate.pk}/")
    with django_assert_max_num_queries(QUERIES_OF_THE_PAGE) as asked:
        assert len(client.get(f"/candidates/{candidate.pk}/").context["lines"]) == rows + 1
    assert len(asked) == 13


def test_candidates_stand_side_by_side_by_fit(client, hr, post):
    strong = named_for(post, "Osei", {post.strategy: 4, post.lean: 1})
    weak = named_for(post, "Li", {post.strategy: 3})
    client.force_login(hr)
    response = client.get("/candidates/compare/", {"position": post.pk, "who": [weak.pk, strong.pk]})
    found = response.context["found"]
    assert [(each.who.name, each.fit.fit) for each in found.people] == [("Osei", 100 * 14 / 16), ("Li", 100 * 9 / 16)]
    assert [(line.name, line.best) for line in found.lines] == [
        ("Strategy", {strong.pk}),
        ("Lean", {strong.pk}),
    ]
    assert found.people[0].places == [(1, 1.0)]
    assert found.people[1].order == "Passes Osei with Lean at 2.0, Strategy at 4.0"
    assert Reading.objects.filter(reader=hr).count() == 2


def test_no_more_than_five_and_none_unseen_are_compared(client, hr, post):
    people = [named_for(post, f"Person {number}", {}) for number in range(6)]
    own = CandidateFactory(employee=EmployeeFactory(user=hr))
    client.force_login(hr)
    asked = [own.pk, *(each.pk for each in people)]
    found = client.get("/candidates/compare/", {"code": "PD-01", "pk": asked}).context["found"]
    assert [each.who.pk for each in found.people] == [each.pk for each in people[:4]]
    assert client.get("/candidates/compare/", {"position": 999999}).status_code == 404
    assert client.get("/candidates/compare/").context["found"] is None


def test_people_are_added_by_name(client, hr, post):
    one, other = named_for(post, "Osei", {}), named_for(post, "Oskar", {})
    client.force_login(hr)
    response = client.get("/candidates/compare/", {"position": post.pk, "who": one.pk, "q": "os"})
    assert [row.pk for row in response.context["offered"]] == [other.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_comparison_costs_the_same_for_one_and_for_three(rows, client, hr, post, django_assert_num_queries):
    people = [named_for(post, f"Person {number}", {post.lean: 2}) for number in range(rows)]
    client.force_login(hr)
    query = {"position": post.pk, "who": [each.pk for each in people]}
    client.get("/candidates/compare/", query)
    # Session, user, post, people, requirements, levels, names of competencies, policy, readings.
    with django_assert_num_queries(9):
        assert len(client.get("/candidates/compare/", query).context["found"].people) == rows


def test_texts_are_shown_as_they_are(client, hr, post):
    candidate = named_for(post, "<script>alert(1)</script>", {post.lean: 2}, mobility="<b>here</b>")
    client.force_login(hr)
    for path in (
        "/candidates/",
        f"/candidates/{candidate.pk}/",
        f"/candidates/compare/?position={post.pk}&who={candidate.pk}",
    ):
        page = client.get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
        assert "<b>here" not in page


def test_a_pool_and_a_position_of_others_stay_unnamed(client, head, unit):
    """A head's person stands in a pool that serves none of their posts."""
    candidate = CandidateFactory(employee__org_unit=unit)
    pool = PoolFactory(name="Far pool")
    far = PositionFactory(title="Far post", position_class="key")
    PoolPositionFactory(pool=pool, position=far)
    RequirementFactory(position=far)
    MembershipPostFactory(membership=MembershipFactory(pool=pool, candidate=candidate), position=far)
    client.force_login(head)
    page = client.get(f"/candidates/{candidate.pk}/").content.decode()
    assert "Far" not in page
    assert names(client, category="key") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_a_pool_stands_against_its_posts(rows, client, hr, post, django_assert_num_queries):
    pool = post.pool_position.pool
    people = [named_for(post, f"Person {number}", {post.strategy: number + 1}) for number in range(rows)]
    other = PoolPositionFactory(pool=pool).position
    client.force_login(hr)
    client.get(f"/pools/{pool.pk}/fit/")
    # Session, user, pool, posts, how many people, people, again as seen, requirements, levels, names.
    with django_assert_num_queries(10):
        found = client.get(f"/pools/{pool.pk}/fit/").context["rows"]
    assert [
        (person.pk, [(cell.fit, cell.is_named) for cell in cells if cell.post.pk == post.pk]) for person, cells in found
    ] == [(person.pk, [(100 * 3 * (number + 1) / 16, True)]) for number, person in enumerate(people)]
    assert {cell.fit for _, cells in found for cell in cells if cell.post.pk == other.pk} == {None}


def test_a_head_meets_their_own_people_and_posts_alone(client, head, unit, post):
    pool = post.pool_position.pool
    near = PoolPositionFactory(pool=pool, position__org_unit=unit, position__title="Near post").position
    skill = RequirementFactory(position=near, level=2).competency
    mine = named_for(near, "Mine", {skill: 1}, org_unit=unit)
    named_for(near, "Strange", {skill: 2})
    client.force_login(head)
    response = client.get(f"/pools/{pool.pk}/fit/")
    assert [(person.pk, [cell.fit for cell in cells]) for person, cells in response.context["rows"]] == [
        (mine.pk, [50.0])
    ]
    assert b"Strange" not in response.content
    assert b"PD-01" not in response.content
    text = client.get(f"/pools/{pool.pk}/fit/", {"export": "csv"}).content.decode("utf-8-sig")
    assert text.splitlines() == [f"Name,{near.code}", "Mine,50.0"]
