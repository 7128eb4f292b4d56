"""The page of a pool: the golden case, what each reader sees, and what it costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pools import recompute
from pools.selectors.coverage import coverage_of_pool, coverage_of_position, coverage_of_unit, coverage_of_whole
from pools.selectors.health import health_of, recent_in
from pools.selectors.pool_page import pool_page
from pools.selectors.steps import losses_of, steps_of
from pools.selectors.suggestions import suggestions_for
from tests.factories import (
    CandidateFactory,
    EmployeeFactory,
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    OrgUnitFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
    SeatChangeFactory,
)

pytestmark = pytest.mark.django_db
NOW, MID, FAR = "ready_now", "1_3_years", "4_5_years"
POSTS = {
    "OPS-PD-01": "Plant Director, Tarnfield",
    "OPS-PD-02": "Plant Director, Brno",
    "OPS-PD-03": "Plant Director, Suzhou",
    "OPS-PD-04": "Plant Director, Pune",
    "OPS-PM-10": "Production Manager",
    "MNT-MM-01": "Maintenance Manager, Tarnfield",
    "HSE-HD-01": "Head of HSE",
}
MEMBERS = (
    ("Daniel Osei", NOW, ("OPS-PD-01", "OPS-PD-02", "OPS-PD-03", "OPS-PD-04"), {}),
    ("Aisha Rahman", NOW, ("OPS-PM-10",), {}),
    ("Katarína Horváthová", MID, ("OPS-PD-01", "OPS-PD-02"), {}),
    ("Li Na", MID, ("OPS-PD-01", "OPS-PD-03"), {}),
    ("Samuel Adeyemi", MID, ("OPS-PM-10",), {}),
    ("Pilar Soto", MID, ("MNT-MM-01",), {}),
    ("Jakub Marek", FAR, ("MNT-MM-01",), {}),
    ("Mateo Vargas", FAR, ("OPS-PD-01",), {"why": "stale"}),
    ("Zhang Jun", MID, ("OPS-PD-03",), {"why": "on_hold"}),
    ("Oskar Nyström", FAR, ("MNT-MM-01",), {"why": "stale"}),
    ("Nadia Haddad", MID, ("HSE-HD-01",), {"why": "declined"}),
)
# Where the three people behind four plants fit best.
FITS = {("Daniel Osei", "OPS-PD-04"): 95, ("Katarína Horváthová", "OPS-PD-01"): 83, ("Li Na", "OPS-PD-03"): 84}


class Golden:
    """The Plant Leadership pool of the drawings."""

    def __init__(self):
        self.today = timezone.localdate()
        self.unit = OrgUnitFactory(name="Operations")
        self.pool = PoolFactory(code="KP-01", name="Plant Leadership", horizon_years=5, grades="M3, M4")
        self.posts = {
            code: PositionFactory(
                code=code, title=title, org_unit=self.unit, position_class="key", base_seats=3 if "PM" in code else 1
            )
            for code, title in POSTS.items()
        }
        for days, delta in ((220, 1), (400, -1)):
            SeatChangeFactory(position=self.posts["OPS-PM-10"], on=self.today + timedelta(days), delta=delta)
        for post in self.posts.values():
            PoolPositionFactory(pool=self.pool, position=post)
        self.members = {name: self.member(place, name, *rest) for place, (name, *rest) in enumerate(MEMBERS, 1)}

    def member(self, place, name, readiness, posts, more):
        why = more.get("why")
        person = EmployeeFactory(name=name, willingness="declined" if why == "declined" else "agreed")
        evidence = self.today - timedelta(1100 if why == "stale" else 100)
        membership = MembershipFactory(
            pool=self.pool,
            candidate=CandidateFactory(employee=person, evidence_on=evidence),
            place=None if why == "on_hold" else place,
            state="on_hold" if why == "on_hold" else "active",
        )
        for code in posts:
            MembershipPostFactory(
                membership=membership, position=self.posts[code], readiness=readiness, fit=FITS.get((name, code))
            )
        return membership


@pytest.fixture
def golden(db):
    made = Golden()
    recompute.recompute_all()
    return made


def test_the_golden_case(golden, hr):
    found = coverage_of_pool(hr, golden.pool)
    assert (found.seats, found.planned, found.closing, found.demand, found.ratio) == (9, 1, 1, 9, 3)
    assert (found.capacity, found.members, found.filled, found.gap, found.surplus) == (27, 11, 7, 20, 0)
    assert (found.ready_now, found.years_1_3, found.years_4_5) == (2, 4, 1)
    assert (found.seats_named, found.seats_counted, found.seats_true) == (8, 7, 6)
    assert (found.names, found.named_people, f"{found.overlap:.1f}") == (12, 7, "1.7")
    assert (found.status, found.stale, found.partial) == ("thin", False, False)
    (shared,) = found.shared
    assert (len(shared["positions"]), len(shared["people"]), shared["short"]) == (4, 3, 1)


def test_the_page_of_the_golden_case(golden, hr):
    page = pool_page(hr, golden.pool)
    equation = page.equation
    assert (equation.seats, equation.planned, equation.closing, equation.demand, equation.capacity) == (9, 1, 1, 9, 27)
    (bracket,) = page.brackets
    assert (bracket.seats, bracket.short) == (4, 1)
    assert sorted(person.name for person in bracket.people) == ["Daniel Osei", "Katarína Horváthová", "Li Na"]
    drawn = {line.post.position.code: line for line in page.all_lines}
    assert {code: [person.name for person in line.if_empty] for code, line in drawn.items()} == {
        "OPS-PD-01": ["Katarína Horváthová"],
        "OPS-PD-02": [],
        "OPS-PD-03": ["Li Na"],
        "OPS-PD-04": ["Daniel Osei"],
        "OPS-PM-10": ["Aisha Rahman", "Samuel Adeyemi"],
        "MNT-MM-01": ["Pilar Soto"],
        "HSE-HD-01": [],
    }
    assert {code: (line.counted, line.capacity, line.status) for code, line in drawn.items()} == {
        "OPS-PD-01": (3, 3, "full"),
        "OPS-PD-02": (2, 3, "building"),
        "OPS-PD-03": (2, 3, "building"),
        "OPS-PD-04": (1, 3, "building"),
        "OPS-PM-10": (2, 9, "thin"),
        "MNT-MM-01": (2, 3, "building"),
        "HSE-HD-01": (0, 3, "empty"),
    }


def test_a_person_is_drawn_solid_once(golden, hr):
    page = pool_page(hr, golden.pool)
    drawn = {
        line.post.position.code: [
            [f"{slot.initials} {slot.state}{' elsewhere' if slot.elsewhere else ''}".strip() for slot in group]
            for group in line.slots
        ]
        for line in page.all_lines
    }
    assert drawn == {
        "OPS-PD-01": [["KH mid", "DO now elsewhere", "LN mid elsewhere"]],
        "OPS-PD-02": [["DO now elsewhere", "KH mid elsewhere", "empty"]],
        "OPS-PD-03": [["LN mid", "DO now elsewhere", "ZJ struck"]],
        "OPS-PD-04": [["DO now", "empty", "empty"]],
        "OPS-PM-10": [["AR now", "empty", "empty"], ["SA mid", "empty", "empty"], ["empty", "empty", "empty"]],
        "MNT-MM-01": [["PS mid", "JM far", "ON struck"]],
        "HSE-HD-01": [["NH struck", "empty", "empty"]],
    }


def test_members_are_listed_with_why_they_do_not_count(golden, hr):
    lines = pool_page(hr, golden.pool).members
    assert {line.person.name: line.why_not for line in lines["in_pool"] if not line.counted} == {
        "Mateo Vargas": "stale",
        "Zhang Jun": "on_hold",
        "Oskar Nyström": "stale",
        "Nadia Haddad": "declined",
    }
    assert [len(lines[tab]) for tab in ("in_pool", "screening", "proposed", "exited")] == [11, 0, 0, 0]


def test_one_step_and_one_loss(golden, hr):
    held = PositionFactory(grade="M3")
    IncumbencyFactory(position=held, employee=EmployeeFactory(name="Anjali Kulkarni"))
    IncumbencyFactory(position=PositionFactory(grade="M3"), employee=golden.members["Li Na"].candidate.employee)
    IncumbencyFactory(position=golden.posts["OPS-PD-02"], employee=EmployeeFactory(name="Petr Novotný"))
    golden.posts["OPS-PD-02"].grade = "M4"
    golden.posts["OPS-PD-02"].save()
    suggested = suggestions_for(hr, golden.pool)
    assert [each.person.name for each in suggested.eligible] == ["Anjali Kulkarni"]
    assert {each.person.name: each.rule for each in suggested.filtered_out} == {
        "Li Na": "in_the_pool",
        "Petr Novotný": "holds_a_post",
    }
    page = pool_page(hr, golden.pool)
    admit = next(line for line in steps_of(page, suggested) if line.kind == "admit")
    assert (admit.person.name, admit.step.before, admit.step.after) == ("Anjali Kulkarni", 6, 7)
    reassess = {line.person.name: line.step.after for line in steps_of(page, limit=99) if line.kind == "reassess"}
    assert reassess == {"Mateo Vargas": 7, "Oskar Nyström": 6}
    osei = next(line for line in losses_of(page) if line.person.name == "Daniel Osei")
    assert (osei.loss.before, osei.loss.after) == (6, 5)
    assert [post.position.code for post in osei.left_with_nobody] == ["OPS-PD-04"]


def test_health_and_what_happened_last(golden, hr):
    page = pool_page(hr, golden.pool)
    health = health_of(hr, page)
    assert (round(health.counted_share), health.flow_rate, health.stale, health.members) == (64, 0, 2, 11)
    assert (round(health.ready_now_per_seat, 1), health.counted) == (0.2, (None,) * 11 + (7,))
    assert list(recent_in(hr, golden.pool)) == []


def test_a_head_sees_their_posts_alone_and_never_themselves(golden, head, unit):
    below = golden.posts["OPS-PD-02"]
    below.org_unit = unit
    below.save()
    recompute.recompute_all()
    own = MembershipFactory(
        pool=golden.pool, candidate=CandidateFactory(employee=head.employee, evidence_on=golden.today), place=99
    )
    MembershipPostFactory(membership=own, position=below)
    recompute.recompute_all()
    found = coverage_of_pool(head, golden.pool)
    assert (found.seats, found.capacity, found.members, found.filled, found.partial) == (1, 3, 2, 2, True)
    page = pool_page(head, golden.pool)
    assert [line.post.position.code for line in page.all_lines] == ["OPS-PD-02"]
    assert sorted(person.name for person in page.people.values()) == ["Daniel Osei", "Katarína Horváthová"]
    assert coverage_of_position(head, below).filled == 2
    assert coverage_of_position(head, golden.posts["OPS-PD-01"]) is None
    assert coverage_of_whole(head).seats == coverage_of_unit(head, unit).seats == 1
    assert coverage_of_whole(head).partial


def test_hr_never_meets_themselves(golden, hr):
    alone = coverage_of_pool(hr, golden.pool)
    person = EmployeeFactory(user=hr, name="Priya Raman")
    own = MembershipFactory(
        pool=golden.pool, candidate=CandidateFactory(employee=person, evidence_on=golden.today), place=99
    )
    MembershipPostFactory(membership=own, position=golden.posts["HSE-HD-01"])
    recompute.recompute_all()
    del hr._access
    found = coverage_of_pool(hr, golden.pool)
    assert (found.members, found.filled, found.seats_true, found.partial) == (11, 7, alone.seats_true, False)
    assert coverage_of_position(hr, golden.posts["HSE-HD-01"]).filled == 0
    page = pool_page(hr, golden.pool)
    assert "Priya Raman" not in {person.name for person in page.people.values()}


def test_the_page_costs_the_same_whatever_the_size(golden, hr, django_assert_num_queries):
    pool_page(hr, golden.pool)
    for _ in range(2):
        with django_assert_num_queries(3):
            page = pool_page(hr, golden.pool)
            steps_of(page)
        for number in range(5):
            served = PoolPositionFactory(pool=golden.pool)
            member = MembershipFactory(pool=golden.pool, place=100 + number + served.pk)
            MembershipPostFactory(membership=member, position=served.position)
            IncumbencyFactory(position=served.position)
