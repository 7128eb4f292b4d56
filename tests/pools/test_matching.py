"""True coverage against brute force, the checks of the domain and the golden case."""

from decimal import Decimal
from functools import cache
from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from pools import assignment, matching
from pools.assignment import Rank
from pools.matching import BlockingSet, covered_and_blocking, decompose, max_matching_size, true_coverage

POSTS = "PQRST"
PEOPLE = "abcdef"
SHARED = [(post, person) for post in ("P1", "P2", "P3", "P4") for person in "ABC"] + [
    ("P5", person) for person in "DEF"
]
FIVE = dict.fromkeys(("P1", "P2", "P3", "P4", "P5"), 1)

names = st.sets(st.tuples(st.sampled_from(POSTS), st.sampled_from(PEOPLE)), max_size=11)
seats = st.fixed_dictionaries({post: st.integers(0, 3) for post in POSTS})
ranks = st.builds(Rank, st.integers(0, 2), st.sampled_from([0, 50, Decimal("50.1"), 99.9, 100]))


def brute_matchings(edges, places):
    """Every valid set of names: a person once, a post at most its places."""
    edges = sorted(edges)

    def grow(index, used, left):
        if index == len(edges):
            yield ()
            return
        post, person = edges[index]
        yield from grow(index + 1, used, left)
        if person not in used and left[post]:
            for rest in grow(index + 1, used | {person}, {**left, post: left[post] - 1}):
                yield ((post, person), *rest)

    return grow(0, frozenset(), places)


def brute_size(edges, places):
    """Maximum matching by trying, person after person."""
    posts_of = {}
    for post, person in sorted(edges):
        posts_of.setdefault(person, []).append(post)
    people = sorted(posts_of)

    @cache
    def best(index, left):
        if index == len(people):
            return 0
        found, free = best(index + 1, left), dict(left)
        for post in posts_of[people[index]]:
            if free[post]:
                found = max(found, 1 + best(index + 1, tuple(sorted({**free, post: free[post] - 1}.items()))))
        return found

    return best(0, tuple(sorted(places.items())))


def brute_over_demanded(edges, places):
    """By definition: posts that some maximum matching leaves short = adding a person for it alone raises the figure."""
    size = brute_size(edges, places)
    return {post for post in places if places[post] and brute_size({*edges, (post, "zz")}, places) > size}


def brute_parts(edges, places):
    short = {post for post in brute_over_demanded(edges, places) if any(edge[0] == post for edge in edges)}
    parts = []
    while short:
        part = {min(short)}
        while True:
            people = {person for post, person in edges if post in part}
            grown = {post for post, person in edges if person in people and post in short}
            if grown == part:
                break
            part = grown
        inner = {edge for edge in edges if edge[0] in part}
        missing = sum(places[post] for post in part) - brute_size(inner, {post: places[post] for post in part})
        parts.append(BlockingSet(tuple(sorted(part)), tuple(sorted(people)), missing))
        short -= part
    return tuple(sorted(parts, key=lambda part: part.positions))


@pytest.mark.parametrize(("per_seat", "covered", "places", "short"), [(1, 4, 5, 1), (2, 5, 10, 5), (3, 6, 15, 9)])
def test_four_posts_that_share_three_people_leave_one_empty(per_seat, covered, places, short):
    found = true_coverage(SHARED, FIVE, per_seat)

    assert (found.covered, found.places) == (covered, places)
    assert found.blocking == (BlockingSet(("P1", "P2", "P3", "P4"), ("A", "B", "C"), short),)
    assert found.blocking[0].is_shared
    assert found.nobody == ()


def test_a_post_nobody_is_named_for_stands_apart_from_the_blocking_sets():
    found = true_coverage([("Q", "a"), ("R", "b")], {"P": 2, "Q": 2, "R": 1, "S": 0})

    assert found.blocking == (BlockingSet(("Q",), ("a",), 1),)
    assert found.nobody == ("P",)
    assert found.places - found.covered == 3


def test_a_post_without_seats_takes_nobody_and_lends_nobody():
    found = true_coverage([("P", "a"), ("Q", "a"), ("Q", "b")], {"P": 0, "Q": 1})

    assert (found.covered, found.blocking, found.nobody) == (1, (), ())


def test_nothing_at_all_is_covered_by_nobody():
    for empty in (true_coverage([], {}), true_coverage(np.empty((0, 2), np.int64), np.empty((0, 2), np.int64))):
        assert (empty.covered, dict(empty.assignment), empty.blocking, empty.nobody, empty.places) == (0, {}, (), (), 0)
    assert true_coverage(np.empty((0, 2), np.int64), {4: 2}).nobody == (4,)


@pytest.mark.parametrize(
    ("edges", "given_seats", "per_seat", "rank", "says"),
    [
        ([("P", "a")], {"P": -1}, 1, None, "seats must not be negative"),
        ([("P", "a")], {"Q": 1}, 1, None, "position 'P' is named but has no seats given"),
        ([("P", "a")], {"P": 1}, 0, None, "per_seat must be at least 1"),
        ([("P", "a")], {"P": 1}, 1, {}, r"name \('P', 'a'\) has no rank"),
        ([("P", "a")], {"P": 1}, 1, {("P", "a"): Rank(3, 50)}, "tier 3 is not 0, 1 or 2"),
        ([("P", "a")], {"P": 1}, 1, {("P", "a"): Rank(0, 100.1)}, "fit 100.1 is not between 0 and 100"),
        ([("P", "a")], {"P": 1}, 1, {("P", "a"): Rank(0, float("nan"))}, "fit nan is not between 0 and 100"),
        (np.array([[1, 7]]), np.array([[2, 1]]), 1, None, "position 1 is named"),
        (np.array([[3, 7]]), np.array([[2, 1]]), 1, None, "position 3 is named"),
        (np.array([[1, 7]]), np.array([[1, 1], [1, 2]]), 1, None, "a position is given seats twice"),
        (np.array([[1, 7]]), np.empty((0, 2), np.int64), 1, None, "position 1 is named"),
        (np.array([[10**12, 7], [1, 7]]), np.array([[1, 1]]), 1, None, "position 1000000000000 is named"),
        (np.array([[1.5, 7]]), np.array([[1, 1]]), 1, None, "edge arrays hold integer ids"),
        (np.array([[1, 7]]), np.array([[1, 1]]), 1, np.array([[0, 50], [0, 50]]), "one row per edge"),
        (np.array([[1, 7], [1, 7]]), np.array([[1, 1]]), 1, np.array([[0, 50], [1, 50]]), "has two ranks"),
    ],
)
def test_what_makes_no_sense_is_refused(edges, given_seats, per_seat, rank, says):
    with pytest.raises(ValueError, match=says):
        true_coverage(edges, given_seats, per_seat, rank)


@given(names, seats, st.integers(1, 3))
@settings(max_examples=300, deadline=None)
def test_the_figure_is_the_largest_number_of_distinct_people(edges, given_seats, per_seat):
    places = {post: number * per_seat for post, number in given_seats.items()}
    found = true_coverage(edges, given_seats, per_seat)
    pairs = found.assignment.pairs()

    assert found.covered == brute_size(edges, places) == len(pairs) == max_matching_size(edges, given_seats, per_seat)
    assert set(pairs) <= edges
    assert len({person for _, person in pairs}) == len(pairs)
    assert all(len(people) <= places[post] for post, people in found.assignment.items())


@given(names, seats)
@settings(max_examples=300, deadline=None)
def test_blocking_sets_are_the_posts_some_maximum_matching_leaves_short(edges, given_seats):
    found = true_coverage(edges, given_seats)

    assert found.blocking == brute_parts(edges, given_seats)
    named = {post for post, _ in edges}
    assert set(found.nobody) == {post for post, number in given_seats.items() if number and post not in named}
    missing = sum(part.short for part in found.blocking) + sum(given_seats[post] for post in found.nobody)
    assert missing == found.places - found.covered


@given(names, seats)
@settings(max_examples=400, deadline=None)
def test_with_and_without_arrays_the_figure_and_the_blocking_sets_are_the_same(edges, given_seats):
    # An iterator does not tell how many it holds: arrays are taken.
    expected = true_coverage(iter(edges), given_seats)
    assert true_coverage(edges, given_seats) == expected
    assert covered_and_blocking(edges, given_seats) == (expected.covered, expected.blocking)
    assert max_matching_size(sorted(edges) * 2, given_seats) == expected.covered


def test_many_names_are_matched_with_arrays():
    edges = [(post, 7 * post + person) for post in range(20) for person in range(6)]
    assert len(edges) > matching.SMALL
    assert covered_and_blocking(edges, dict.fromkeys(range(20), 7))[0] == 120
    assert len(covered_and_blocking(edges, dict.fromkeys(range(20), 7))[1]) == 20


@given(names, seats)
@settings(max_examples=200, deadline=None)
def test_needed_are_the_people_whose_loss_costs_a_place(edges, given_seats):
    found = decompose(edges, given_seats)
    size = brute_size(edges, given_seats)
    everyone = {person for _, person in edges}

    assert found.short_posts == brute_over_demanded(edges, given_seats)
    assert found.needed_people == {
        person for person in everyone if brute_size({e for e in edges if e[1] != person}, given_seats) < size
    }


@given(names.filter(bool), seats, st.data())
@settings(max_examples=300, deadline=None)
def test_the_drawn_assignment_is_the_best_of_all(edges, given_seats, data):
    rank = {edge: data.draw(ranks, label=str(edge)) for edge in sorted(edges)}

    def worth(pairs):
        tiers = [rank[pair].tier for pair in pairs]
        fit = sum(Decimal(str(rank[pair].fit)) for pair in pairs)
        return -len(pairs), -tiers.count(0), -tiers.count(1), -fit, sorted(pairs)

    found = true_coverage(edges, given_seats, rank=rank)
    best = min(brute_matchings(edges, given_seats), key=worth)

    assert tuple(found.assignment.pairs()) == best
    assert found.blocking == true_coverage(edges, given_seats).blocking
    with patch.object(assignment, "SMALL", 0):
        assert true_coverage(iter(edges), given_seats, rank=rank) == found


@given(names, seats, st.randoms(use_true_random=False), st.data())
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_input_leaves_no_trace(edges, given_seats, random, data):
    rank = {edge: data.draw(ranks, label=str(edge)) for edge in sorted(edges)}
    shuffled, shuffled_seats = sorted(edges) * 2, list(given_seats.items())
    random.shuffle(shuffled)
    random.shuffle(shuffled_seats)

    for drawn in (None, rank):
        assert true_coverage(sorted(edges), given_seats, rank=drawn) == true_coverage(
            shuffled, dict(shuffled_seats), rank=drawn
        )


@given(names, seats, st.sampled_from([1, 10**9]), st.data())
@settings(max_examples=200, deadline=None)
def test_arrays_and_pairs_agree(edges, given_seats, stretch, data):
    post_id = {post: stretch * (index + 3) for index, post in enumerate(POSTS)}
    person_id = {person: stretch * (index - 2) for index, person in enumerate(PEOPLE)}
    pairs = [(post_id[post], person_id[person]) for post, person in sorted(edges)]
    rank = [data.draw(ranks) for _ in pairs]
    by_id = {post_id[post]: number for post, number in given_seats.items()}
    edge_array = np.array(pairs, np.int64).reshape(-1, 2)
    seat_array = np.array(list(by_id.items()), np.int64)
    rank_array = np.array([[tier, float(fit)] for tier, fit in rank]).reshape(-1, 2)

    assert true_coverage(pairs, by_id) == true_coverage(edge_array, seat_array) == true_coverage(edge_array, by_id)
    by_pair = dict(zip(pairs, rank, strict=True))
    assert true_coverage(pairs, by_id, rank=by_pair) == true_coverage(edge_array, seat_array, rank=rank_array)


def solve_densely(edges, rank, forced=()):
    """The best (size, ready now, 1-3 years, fit in tenths) with these names in it, by the Hungarian method in scipy."""
    rows, columns = sorted({post for post, _ in edges}), sorted({person for _, person in edges})
    worth = np.zeros((len(rows), len(columns) + len(rows)), np.int64)
    for post, person in edges:
        tier, fit = rank[post, person]
        value = 10**12 + (tier == 0) * 10**9 + (tier == 1) * 10**6 + fit * 10
        clashes = any((post == taken[0]) != (person == taken[1]) for taken in forced)
        worth[rows.index(post), columns.index(person)] = 0 if clashes else value + ((post, person) in forced) * 10**14
    taken = worth[linear_sum_assignment(worth, maximize=True)].sum()
    return taken - 10**14 * len(forced)


@pytest.mark.parametrize("seed", range(12))
def test_long_chains_of_moves_are_drawn_best(seed):
    random = np.random.default_rng(seed)
    edges = sorted({(int(post), int(person)) for post, person in random.integers(0, [18, 16], (60, 2))})
    rank = {edge: Rank(int(random.integers(3)), int(random.choice([40, 41, 90]))) for edge in edges}
    drawn = true_coverage(edges, dict.fromkeys(range(18), 1), rank=rank).assignment.pairs()

    best, forced = solve_densely(edges, rank), []
    for pair in edges:
        if solve_densely(edges, rank, [*forced, pair]) == best:
            forced.append(pair)
    assert drawn == forced


def test_whole_numbers_hold_where_floats_would_round():
    """Two chains of 60 posts that differ by a tenth of a per cent; ready-now digits stand far above it."""
    chain = [(post, person) for post in range(60) for person in (post, post + 1)]
    level = {pair: Rank(0 if pair[1] % 2 else 1, 50) for pair in chain}
    seats_of_chain = dict.fromkeys(range(60), 1)
    for lifted in (0, 31, 59):
        rank = {**level, (lifted, lifted + 1): Rank(level[lifted, lifted + 1].tier, 50.1)}
        assert (lifted, lifted + 1) in true_coverage(chain, seats_of_chain, rank=rank).assignment.pairs()


def test_every_pair_of_posts_with_one_person_shares_one_blocking_set():
    crowd = [(post, "a") for post in range(6)]
    found = true_coverage(crowd, dict.fromkeys(range(6), 1))

    assert found.blocking == (BlockingSet(tuple(range(6)), ("a",), 5),)
    assert all(
        max_matching_size([(post, "a") for post in pair], dict.fromkeys(pair, 1)) == 1
        for pair in combinations(range(6), 2)
    )


GOLDEN_SEATS = {
    "OPS-PD-01": 1, "OPS-PD-02": 1, "OPS-PD-03": 1, "OPS-PD-04": 1, "OPS-PM-10": 3, "MNT-MM-01": 1, "HSE-HD-01": 1,
}  # fmt: skip
GOLDEN_RANKS = {
    ("OPS-PD-01", "Osei"): Rank(0, 92),
    ("OPS-PD-01", "Horváthová"): Rank(1, 83),
    ("OPS-PD-01", "Li"): Rank(1, 80),
    ("OPS-PD-02", "Osei"): Rank(0, 84),
    ("OPS-PD-02", "Horváthová"): Rank(1, 78),
    ("OPS-PD-03", "Li"): Rank(1, 81),
    ("OPS-PD-03", "Osei"): Rank(0, 85),
    ("OPS-PD-04", "Osei"): Rank(0, 90),
    ("OPS-PM-10", "Rahman"): Rank(0, 85),
    ("OPS-PM-10", "Adeyemi"): Rank(1, 76),
    ("MNT-MM-01", "Soto"): Rank(1, 74),
    ("MNT-MM-01", "Marek"): Rank(2, 60),
}


def test_plant_leadership_fills_six_of_nine_seats():
    found = true_coverage(list(GOLDEN_RANKS), GOLDEN_SEATS, rank=GOLDEN_RANKS)

    assert (found.covered, found.places, found.nobody) == (6, 9, ("HSE-HD-01",))
    assert found.blocking == (
        BlockingSet(("OPS-PD-01", "OPS-PD-02", "OPS-PD-03", "OPS-PD-04"), ("Horváthová", "Li", "Osei"), 1),
        BlockingSet(("OPS-PM-10",), ("Adeyemi", "Rahman"), 1),
    )
    assert dict(found.assignment) == {
        "MNT-MM-01": ("Soto",),
        "OPS-PD-01": ("Horváthová",),
        "OPS-PD-03": ("Li",),
        "OPS-PD-04": ("Osei",),
        "OPS-PM-10": ("Adeyemi", "Rahman"),
    }


def test_plant_leadership_gains_by_kulkarni_and_loses_by_osei():
    edges = list(GOLDEN_RANKS)

    assert max_matching_size([*edges, ("OPS-PD-04", "Kulkarni")], GOLDEN_SEATS) == 7
    assert max_matching_size([edge for edge in edges if edge[1] != "Osei"], GOLDEN_SEATS) == 5
    assert "Osei" in decompose(edges, GOLDEN_SEATS).needed_people
    assert "Soto" not in decompose(edges, GOLDEN_SEATS).needed_people
