"""The nine-box: cells as the keys number them, and groups rated unlike at equal performance."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.ninebox import Standing, cell_counts, cell_of, group_spreads, holm, standing_of
from candidates.small_numbers import SMALLEST_SHOWN, hidden_groups

standings = st.builds(Standing, st.integers(1, 3), st.integers(1, 3))
review = st.dictionaries(st.sampled_from("abcdef"), st.lists(standings, max_size=12))


def test_cells_are_numbered_as_the_keys():
    """1 uneven talent, 3 future leader, 5 core contributor, 7 rethink role, 9 strong contributor."""
    rows = [[cell_of(performance, potential) for performance in (1, 2, 3)] for potential in (3, 2, 1)]
    assert rows == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert [standing_of(cell) for cell in range(1, 10)] == [Standing(x, y) for y in (3, 2, 1) for x in (1, 2, 3)]


@pytest.mark.parametrize("wrong", [(0, 1), (1, 0), (4, 1), (1, 4), (1.5, 2)])
def test_a_standing_off_the_board_is_refused(wrong):
    with pytest.raises(ValueError, match="from 1 to 3"):
        cell_of(*wrong)
    for cell in (0, 10, 2.5):
        with pytest.raises(ValueError, match="from 1 to 9"):
            standing_of(cell)


@given(st.lists(standings))
def test_every_person_stands_in_one_cell(people):
    counted = cell_counts(people)
    assert list(counted) == list(range(1, 10))
    assert sum(counted.values()) == len(people)
    assert all(counted[cell_of(*one)] == people.count(one) for one in people)


# --- small numbers ------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 12)))
def test_groups_under_5_are_hidden_and_cannot_be_worked_out(sizes):
    hidden = hidden_groups(sizes)
    people = sum(sizes[group] for group in hidden)
    assert all(group in hidden for group, size in sizes.items() if 0 < size < SMALLEST_SHOWN)
    assert people == 0 or people >= SMALLEST_SHOWN or hidden == {group for group, size in sizes.items() if size}
    assert hidden or all(size == 0 or size >= SMALLEST_SHOWN for size in sizes.values())


def test_no_more_is_hidden_than_must_be():
    assert hidden_groups({"a": 4, "b": 5, "c": 9, "d": 0}) == {"a", "b"}
    assert hidden_groups({"a": 3, "b": 2, "c": 9}) == {"a", "b"}
    assert hidden_groups({"a": 5, "b": 9}) == frozenset()
    with pytest.raises(ValueError, match="negative"):
        hidden_groups({"a": -1})


@given(review)
def test_of_a_hidden_group_no_figure_is_given(groups):
    spreads = group_spreads(groups)
    hidden = hidden_groups({group: len(people) for group, people in groups.items()})
    assert [spread.group for spread in spreads] == sorted(group for group, people in groups.items() if people)
    for spread in spreads:
        figures = (spread.people, spread.performance, spread.potential, spread.difference, spread.p_value)
        assert (spread.verdict == "hidden") == (spread.group in hidden)
        if spread.verdict == "hidden":
            assert figures == (None,) * 5
        else:
            people = groups[spread.group]
            assert spread.people == len(people)
            assert sum(spread.potential.values()) == pytest.approx(1)
            assert spread.performance[2] == pytest.approx(sum(one.performance == 2 for one in people) / len(people))


# --- differences --------------------------------------------------------------------------------------------------


def board(*rows):
    """(performance, potential, how many)"""
    return [Standing(performance, potential) for performance, potential, many in rows for _ in range(many)]


def test_a_group_rated_higher_at_equal_performance_differs():
    brno = board((2, 3, 24), (2, 2, 8), (3, 3, 8))
    tarnfield = board((2, 2, 24), (2, 1, 8), (3, 3, 8))
    first, second = group_spreads({"Brno": brno, "Tarnfield": tarnfield})
    assert (first.verdict, second.verdict) == ("differs", "differs")
    assert first.difference == pytest.approx(32 * 1 / 40)  # one level at performance 2, none at performance 3
    assert second.difference == pytest.approx(-first.difference)
    assert first.p_value < 0.001


def test_few_people_are_never_called_different():
    """9 and 14, as drawn: the difference is shown, no verdict is."""
    first, second = group_spreads({"Brno": board((2, 3, 9)), "Tarnfield": board((2, 2, 14))})
    assert (first.verdict, first.people, first.difference, first.p_value) == ("too_few", 9, 1, None)
    assert (second.verdict, second.people) == ("too_few", 14)


def test_better_performers_with_more_potential_are_no_difference():
    high, low = board((3, 3, 40)), board((1, 1, 40))
    spreads = group_spreads({"a": high + low[:20], "b": high[:20] + low})
    assert [(one.verdict, one.difference) for one in spreads] == [("in_line", 0), ("in_line", 0)]
    apart = group_spreads({"a": high, "b": low})
    assert [(one.verdict, one.difference) for one in apart] == [("too_few", None), ("too_few", None)]


def test_the_p_value_is_that_of_shuffling_people_within_equal_performance():
    chance = np.random.default_rng(0)
    rows = chance.integers((0, 1, 1), (2, 4, 4), (120, 3)).tolist()
    people = [(side, Standing(x, max(y, 1 + side * (y + x) % 2))) for side, x, y in rows]
    groups = {name: [one for side, one in people if side == index] for index, name in enumerate("ab")}
    found = group_spreads(groups)[0]
    side = np.array([index for index, _ in people])
    performance, potential = (np.array(column) for column in zip(*(one for _, one in people), strict=True))

    def weigh(own, other):
        return len(own) * len(other) / (len(own) + len(other))

    def gap(labels):
        total = 0.0
        for value in (1, 2, 3):
            own, other = (potential[(performance == value) & (labels == index)] for index in (0, 1))
            total += weigh(own, other) * (own.mean() - other.mean())
        return total

    seen = gap(side)
    sides = [[np.flatnonzero((performance == value) & (side == index)) for index in (0, 1)] for value in (1, 2, 3)]
    assert found.difference == pytest.approx(seen / sum(weigh(own, other) for own, other in sides))
    drawn = []
    for _ in range(2000):
        shuffled = side.copy()
        for value in (1, 2, 3):
            where = np.flatnonzero(performance == value)
            shuffled[where] = chance.permutation(side[where])
        drawn.append(abs(gap(shuffled)) >= abs(seen) - 1e-9)
    assert 0.05 < found.p_value < 0.5
    assert found.p_value / 2 == pytest.approx(np.mean(drawn), abs=4 * sqrt(0.25 / 2000))


def test_asking_many_groups_corrects_what_is_called_different():
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1, "b": 1}


@given(review)
def test_all_rated_alike_differ_in_nothing(groups):
    alike = {group: [Standing(one.performance, 2) for one in people] for group, people in groups.items()}
    assert {spread.difference for spread in group_spreads(alike)} <= {None, 0}


@given(st.lists(st.tuples(st.sampled_from("ab"), standings), min_size=12, max_size=40))
@settings(max_examples=50)
def test_two_groups_differ_by_the_same_from_each_other(people):
    groups = {name: [one for group, one in people if group == name] for name in "ab"}
    first, second = [*group_spreads(groups), None][:2]
    if second and first.difference is not None:
        assert first.difference == -second.difference
