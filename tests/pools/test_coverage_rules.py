"""Figures of a scope from plain rows: the golden case, statuses, sums over pools, and what must always hold."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pools import coverage_rules
from pools.capacity import capacity
from pools.choices import CoverageStatus, NotCounted, Readiness
from pools.coverage_rules import (
    MemberFacts,
    MemberRow,
    NameRow,
    PostRow,
    Scope,
    figures,
    overlap,
    reserve_status,
    status_of,
    why_not_counted,
)

THREE = Decimal(3)
NOW, SOON, LATER = coverage_rules.TIERS

NOT_COUNTED = {"Vargas": "stale", "Zhang": "on_hold", "Nyström": "stale", "Haddad": "declined"}
PEOPLE = ("Osei", "Rahman", "Horváthová", "Li", "Adeyemi", "Soto", "Marek", *NOT_COUNTED)
NAMED = (
    ("OPS-PD-01", "Horváthová", SOON),
    ("OPS-PD-01", "Osei", NOW),
    ("OPS-PD-01", "Li", SOON),
    ("OPS-PD-01", "Vargas", LATER),
    ("OPS-PD-02", "Osei", NOW),
    ("OPS-PD-02", "Horváthová", SOON),
    ("OPS-PD-03", "Li", SOON),
    ("OPS-PD-03", "Osei", NOW),
    ("OPS-PD-03", "Zhang", SOON),
    ("OPS-PD-04", "Osei", NOW),
    ("OPS-PM-10", "Rahman", NOW),
    ("OPS-PM-10", "Adeyemi", SOON),
    ("MNT-MM-01", "Soto", SOON),
    ("MNT-MM-01", "Marek", LATER),
    ("MNT-MM-01", "Nyström", LATER),
    ("HSE-HD-01", "Haddad", SOON),
)
POSTS = {"OPS-PD-01": 1, "OPS-PD-02": 1, "OPS-PD-03": 1, "OPS-PD-04": 1, "OPS-PM-10": 3, "MNT-MM-01": 1, "HSE-HD-01": 1}
PLANT_LEADERSHIP = Scope(
    posts=tuple(PostRow(code, seats, seats, "KP-01", THREE) for code, seats in POSTS.items()),
    members=tuple(MemberRow("KP-01", person, NOT_COUNTED.get(person, "")) for person in PEOPLE),
    names=tuple(NameRow(post, person, tier, person not in NOT_COUNTED) for post, person, tier in NAMED),
)


def test_plant_leadership_is_the_golden_case():
    found = figures(PLANT_LEADERSHIP)

    assert (found.seats, found.demand, found.capacity) == (9, 9, 27)
    assert (found.members, found.filled, found.gap, found.surplus) == (11, 7, 20, 0)
    assert (found.ready_now, found.years_1_3, found.years_4_5) == (2, 4, 1)
    assert (found.seats_named, found.seats_counted, found.seats_true, found.seats_true_ready_now) == (8, 7, 6, 2)
    assert (found.names, found.overlap, found.status) == (12, Decimal("1.71"), "thin")


@pytest.mark.parametrize(
    ("post", "filled", "status"),
    [
        ("OPS-PD-01", 3, "full"),
        ("OPS-PD-02", 2, "building"),
        ("OPS-PD-04", 1, "building"),
        ("OPS-PM-10", 2, "thin"),
        ("HSE-HD-01", 0, "empty"),
    ],
)
def test_each_post_of_plant_leadership_has_the_status_drawn(post, filled, status):
    found = figures(PLANT_LEADERSHIP.narrowed_to({post}))

    assert (found.filled, found.status, found.capacity) == (filled, status, 3 * POSTS[post])


def test_a_part_shows_only_those_named_for_it():
    found = figures(PLANT_LEADERSHIP.narrowed_to({"OPS-PD-04", "HSE-HD-01"}))

    assert (found.members, found.filled, found.seats, found.seats_named, found.seats_true) == (2, 1, 2, 2, 1)


def test_pools_are_summed_group_by_group_and_people_once():
    scope = Scope(
        posts=(
            PostRow("A", 1, 1, "one", Decimal("1.5")),
            PostRow("B", 1, 1, "one", Decimal("1.5")),
            PostRow("C", 1, 1, "two", Decimal(1)),
            PostRow("D", 2, 2, None, THREE),
            PostRow("E", 1, 1, None, THREE),
        ),
        members=(
            MemberRow("one", 1),
            MemberRow("one", 2),
            MemberRow("two", 1),
            MemberRow("two", 2),
            MemberRow("two", 3, "stale"),
        ),
        names=(
            NameRow("A", 1, LATER),
            NameRow("B", 2, SOON),
            NameRow("C", 1, NOW),
            NameRow("C", 2, SOON),
            NameRow("C", 3, NOW, counted=False),
            NameRow("elsewhere", 9, NOW),
        ),
    )
    found = figures(scope)

    assert (found.capacity, found.gap, found.surplus) == (3 + 1 + 9, 1 + 9, 1)
    assert (found.members, found.filled, found.ready_now, found.years_1_3, found.years_4_5) == (3, 2, 1, 1, 0)
    assert (found.seats_named, found.seats_counted, found.seats_true, found.names) == (3, 3, 2, 4)
    assert (found.overlap, found.status) == (Decimal("2.00"), "thin")


def test_a_pool_without_posts_and_a_scope_without_anything_have_figures():
    empty = figures(Scope((), (), ()))
    stranded = figures(Scope((), (MemberRow("one", 1),), ()))

    assert (empty.capacity, empty.gap, empty.seats_true, empty.overlap, empty.status) == (0, 0, 0, None, "not_needed")
    assert (stranded.capacity, stranded.filled, stranded.surplus, stranded.status) == (0, 1, 1, "not_needed")


@pytest.mark.parametrize(
    ("target", "status", "gap", "surplus"), [(3, "building", 1, 0), (2, "full", 0, 0), (1, "over", 0, 1)]
)
def test_a_reserve_is_measured_against_its_target(target, status, gap, surplus):
    members = (MemberRow("R", 1), MemberRow("R", 2), MemberRow("R", 3, "declined"))
    found = figures(Scope((), members, (), target))

    assert (found.members, found.filled, found.capacity) == (3, 2, target)
    assert (found.status, found.gap, found.surplus) == (status, gap, surplus)


def test_what_contradicts_itself_is_refused():
    one, two = PostRow("A", 1, 1, "one", THREE), PostRow("B", 1, 1, "one", Decimal(2))
    with pytest.raises(ValueError, match="different ratios"):
        figures(Scope((one, two), (), ()))
    with pytest.raises(ValueError, match="stands twice"):
        figures(Scope((one, one), (), ()))


@pytest.mark.parametrize(
    ("demand", "filled", "gap", "surplus", "status"),
    [
        (0, 0, 0, 0, "not_needed"),
        (0, 4, 0, 4, "not_needed"),
        (2, 0, 6, 0, "empty"),
        (2, 1, 5, 0, "thin"),
        (2, 2, 4, 0, "building"),
        (2, 6, 0, 0, "full"),
        (2, 7, 0, 1, "over"),
        (4, 9, 1, 2, "building"),
    ],
)
def test_status_follows_demand_then_gap(demand, filled, gap, surplus, status):
    assert status_of(demand, filled, gap, surplus) == status


def test_the_words_are_those_of_the_closed_lists():
    statuses = {getattr(coverage_rules, name) for name in CoverageStatus.names}
    reserve = {reserve_status(1, 0), reserve_status(0, 1), reserve_status(0, 0)}

    assert statuses == set(CoverageStatus.values)
    assert reserve == {"building", "over", "full"}
    assert tuple(Readiness.values) == coverage_rules.TIERS


def test_overlap_is_rounded_half_up():
    names = [NameRow(f"P{index}", index % 8, NOW) for index in range(9)]

    assert overlap(names) == Decimal("1.13")  # 9 / 8 = 1.125
    assert overlap([]) is None


COUNTING = MemberFacts("active", None, "agreed", date(2027, 1, 1), date(2026, 1, 1))
TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"state": "on_hold", "left_on": TODAY, "willingness": "declined", "evidence_on": None}, "on_hold"),
        ({"state": "screening", "left_on": TODAY}, "not_active"),
        ({"left_on": TODAY, "willingness": "declined"}, "left"),
        ({"left_on": date(2026, 11, 17)}, ""),
        ({"willingness": "declined", "evidence_on": None}, "declined"),
        ({"willingness": "not_now", "evidence_on": date(2020, 1, 1)}, "not_now"),
        ({"willingness": "declined", "willingness_until": TODAY}, "declined"),
        ({"willingness": "declined", "willingness_until": date(2026, 11, 15)}, ""),
        ({"willingness": "declined", "willingness_until": None}, "declined"),
        ({"willingness": "asked"}, ""),
        ({"evidence_on": None}, "no_evidence"),
        ({"evidence_on": date(2024, 11, 16)}, ""),
        ({"evidence_on": date(2024, 11, 15)}, "stale"),
    ],
)
def test_the_first_reason_not_to_count_is_told(changes, code):
    assert why_not_counted(COUNTING._replace(**changes), TODAY, 24) == code
    assert not code or code in NotCounted.values


posts = st.lists(
    st.builds(PostRow, st.sampled_from("PQRST"), st.integers(0, 3), st.integers(0, 3), st.sampled_from([1, 2, None]),
              st.just(Decimal("2.5"))),
    max_size=5, unique_by=lambda post: post.id,
)  # fmt: skip
named = st.sets(
    st.tuples(st.sampled_from("PQRST"), st.integers(1, 6), st.sampled_from(coverage_rules.TIERS)), max_size=14
)


@given(
    posts, named, st.dictionaries(st.tuples(st.sampled_from([1, 2]), st.integers(1, 6)), st.sampled_from(["", "stale"]))
)
@settings(max_examples=300, deadline=None)
def test_figures_hold_together(post_rows, name_rows, why):
    pool_of = {post.id: post.pool for post in post_rows}
    names = tuple(
        NameRow(post, person, tier, counted=why.get((pool_of[post], person), "") == "")
        for post, person, tier in sorted(
            {(post, person): (post, person, tier) for post, person, tier in sorted(name_rows)}.values()
        )
        if pool_of.get(post)
    )
    standing = {(pool_of[name.post], name.person) for name in names}
    members = tuple(MemberRow(pool, person, why.get((pool, person), "")) for pool, person in sorted(standing))
    scope = Scope(tuple(post_rows), members, names)
    found = figures(scope)

    assert (
        0 <= found.seats_true_ready_now <= found.seats_true <= found.seats_counted <= found.seats_named <= found.seats
    )
    assert found.seats_true <= found.filled <= found.members
    assert found.ready_now + found.years_1_3 + found.years_4_5 == found.filled
    assert found.capacity == sum(
        capacity(Decimal("2.5"), [post.demand for post in post_rows if post.pool == pool]) for pool in (1, 2, None)
    )
    assert found.gap - found.surplus + sum(member.counted for member in members) == found.capacity
    assert figures(scope.narrowed_to(set(pool_of))) == found
    parts = [figures(scope.narrowed_to({post.id})) for post in post_rows]
    assert (found.seats_named, found.seats_counted) == (
        sum(part.seats_named for part in parts), sum(part.seats_counted for part in parts)
    )  # fmt: skip
