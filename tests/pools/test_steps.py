"""What one step would do, against matching anew for each step."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pools.coverage_rules import TIERS, MemberRow, NameRow
from pools.matching import max_matching_size
from pools.steps import CandidateRow, Step, loss_of, losses, what_one_step_would_do
from tests.pools.test_coverage_rules import PLANT_LEADERSHIP, POSTS

NOW, SOON, LATER = TIERS
posts, people = st.sampled_from("PQRS"), st.integers(1, 7)
seats = st.fixed_dictionaries({post: st.integers(0, 2) for post in "PQRS"})
named = st.dictionaries(st.tuples(posts, people), st.sampled_from(TIERS), max_size=9)
codes = st.dictionaries(people, st.sampled_from(["", "", "stale", "no_evidence", "declined"]), max_size=7)
proposed = st.dictionaries(st.tuples(posts, st.integers(1, 9)), st.sampled_from([*TIERS, ""]), max_size=8)


def sizes(names, seats):
    """True coverage over all tiers and over those ready now, each matched anew."""
    counted = [name for name in names if name.counted]
    return (
        max_matching_size([(name.post, name.person) for name in counted], seats),
        max_matching_size([(name.post, name.person) for name in counted if name.readiness == NOW], seats),
    )


def done(step, names, readiness):
    """The names after the step."""
    if step.kind in {"admit", "name"}:
        return [*names, NameRow(step.position, step.person, readiness[step.position, step.person])]
    if step.kind == "ready":
        return [
            NameRow(name.post, name.person, NOW) if (name.post, name.person) == (step.position, step.person) else name
            for name in names
        ]
    return [NameRow(n.post, n.person, n.readiness, n.counted or n.person == step.person) for n in names]


@given(named, codes, seats, proposed)
@settings(max_examples=400, deadline=None)
def test_every_step_tells_what_matching_anew_would(name_rows, why, given_seats, candidates):
    names = [NameRow(post, person, tier, not why.get(person)) for (post, person), tier in name_rows.items()]
    members = [MemberRow("pool", person, why.get(person, "")) for person in {*why, *(name.person for name in names)}]
    rows = [CandidateRow(person, post, tier) for (post, person), tier in candidates.items()]
    steps = what_one_step_would_do(names, given_seats, members, rows)
    uncounted, counted = {m.person for m in members if m.why_not}, {m.person for m in members if m.counted}

    for step in steps:
        after = done(step, names, candidates)
        assert (step.before, step.ready_before) == sizes(names, given_seats)
        assert (step.after, step.ready_after) == sizes(after, given_seats)
    assert {(s.kind, s.person) for s in steps if s.kind == "reassess"} == {
        ("reassess", name.person) for name in names if why.get(name.person) in {"stale", "no_evidence"}
    }
    assert {(s.kind, s.position, s.person) for s in steps if s.kind in {"admit", "name"}} == {
        ("name" if person in counted else "admit", post, person)
        for post, person in candidates
        if (post, person) not in name_rows and person not in uncounted
    }
    assert {(s.position, s.person) for s in steps if s.kind == "ready"} == {
        (name.post, name.person) for name in names if name.counted and name.readiness != NOW
    }


@given(named, codes, seats, proposed, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_steps_come_best_first_whatever_the_order_of_the_input(name_rows, why, given_seats, candidates, random):
    names = [NameRow(post, person, tier, not why.get(person)) for (post, person), tier in name_rows.items()]
    members = [MemberRow("pool", person, code) for person, code in why.items()]
    rows = [CandidateRow(person, post, tier) for (post, person), tier in candidates.items()]
    steps = what_one_step_would_do(names, given_seats, members, rows)
    for given_rows in (names, members, rows):
        random.shuffle(given_rows)

    assert what_one_step_would_do(names, given_seats, members, rows) == steps
    assert [step.raises for step in steps] == sorted((step.raises for step in steps), reverse=True)


@given(named, seats)
@settings(max_examples=200, deadline=None)
def test_a_loss_costs_what_matching_without_the_person_tells(name_rows, given_seats):
    names = [NameRow(post, person, tier) for (post, person), tier in name_rows.items()]
    found = losses(names, given_seats)

    for loss in found:
        left = [name for name in names if name.person != loss.person]
        assert (loss.before, loss.ready_before) == sizes(names, given_seats)
        assert (loss.after, loss.ready_after) == sizes(left, given_seats)
        assert loss.left_with_nobody == tuple(
            sorted({n.post for n in names if given_seats[n.post]} - {n.post for n in left})
        )
        assert loss == loss_of(loss.person, names, given_seats)
    assert {loss.person for loss in found} == {name.person for name in names}
    assert [loss.after for loss in found] == sorted(loss.after for loss in found)


def test_what_would_help_plant_leadership():
    candidates = [
        CandidateRow("Mensah", "HSE-HD-01", fit=74),
        CandidateRow("Kulkarni", "OPS-PD-04", fit=Decimal("77.0")),
        CandidateRow("Svoboda", "MNT-MM-01", fit=68),
        CandidateRow("Rahman", "HSE-HD-01", fit=50),
        CandidateRow("Soto", "MNT-MM-01", fit=70),
        CandidateRow("Haddad", "OPS-PD-02", fit=99),
    ]
    steps = what_one_step_would_do(PLANT_LEADERSHIP.names, POSTS, PLANT_LEADERSHIP.members, candidates)

    assert [(s.kind, s.person, s.position, s.after) for s in steps if s.raises] == [
        ("admit", "Kulkarni", "OPS-PD-04", 7),
        ("admit", "Mensah", "HSE-HD-01", 7),
        ("reassess", "Vargas", "OPS-PD-01", 7),
    ]
    assert {(s.kind, s.person, s.before, s.after) for s in steps if s.kind != "ready" and not s.raises} == {
        ("admit", "Svoboda", 6, 6),
        ("name", "Rahman", 6, 6),
        ("reassess", "Nyström", 6, 6),
    }
    assert Step("ready", "Li", "OPS-PD-03", 6, 6, 2, 3) in steps


def test_losing_osei_costs_plant_leadership_one_seat_and_leaves_pune_with_nobody():
    found = loss_of("Osei", PLANT_LEADERSHIP.names, POSTS)

    assert (found.before, found.after, found.ready_before, found.ready_after) == (6, 5, 2, 1)
    assert found.left_with_nobody == ("OPS-PD-04",)
    assert losses(PLANT_LEADERSHIP.names, POSTS)[0] == found
    stranger = loss_of("Vargas", PLANT_LEADERSHIP.names, POSTS)
    assert (stranger.before, stranger.after, stranger.left_with_nobody) == (6, 6, ())


def test_a_post_without_seats_given_is_refused():
    with pytest.raises(ValueError, match="'X' is named but has no seats given"):
        what_one_step_would_do([], {"P": 1}, [], [CandidateRow(1, "X")])
