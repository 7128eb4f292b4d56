"""Fit against its definition, the drawn example, and the table against the single pair."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.fit import Required, RequirementTable, fit_matrix, fit_of, level_table, requirement_table

# Plant Director, Tarnfield: (required, weight, must-have) of eight competencies, and the levels of those considered.
DIRECTOR = [
    Required(number, *row)
    for number, row in enumerate(
        [(4, 5, True), (4, 4, True), (5, 5, True), (4, 4), (4, 3), (3, 3), (3, 2), (3, 2)],
        start=1,
    )
]
LEVELS = {
    "Osei": [4.0, 4.0, 5.0, 3.5, 3.6, 2.0, 1.5, 3.0],
    "Horváthová": [3.2, 2.6, 4.2, 3.6, 4.4, 2.4, 2.0, 3.2],
    "Li": [3.4, 3.6, 4.0, 3.2, 3.8, None, 3.0, 3.0],
    "Adeyemi": [2.4, 1.8, 4.4, 3.4, 3.4, 2.6, 3.0, 2.5],
    "Vargas": [2.2, 2.0, 3.6, 2.6, 3.0, 1.8, 2.4, 2.2],
    "Dahl": [4.0, 4.0, None, 3.5, 3.0, None, 3.0, None],
}
STRONG = 1e-9


def of(person):
    return dict(enumerate(LEVELS[person], start=1))


whole_weights = st.integers(1, 5)
any_weights = st.one_of(
    whole_weights, st.fractions(Fraction(1, 50), 50), st.floats(0.01, 50), st.decimals("0.01", 50, places=2)
)
a_level = st.one_of(st.none(), st.integers(1000, 5000).map(lambda steps: steps / 1000))


@st.composite
def profiles(draw, weights=any_weights, fewest=1):
    """What a post requires of up to eight competencies."""
    competencies = draw(st.lists(st.integers(1, 8), unique=True, min_size=fewest))
    return [Required(one, draw(st.integers(1, 5)), draw(weights), draw(st.booleans())) for one in competencies]


people = st.dictionaries(st.integers(1, 8), a_level)


@pytest.mark.parametrize(
    ("person", "shown"), [("Osei", 92), ("Horváthová", 83), ("Li", 80), ("Adeyemi", 76), ("Vargas", 65), ("Dahl", 59)]
)
def test_the_drawn_example_has_its_figures(person, shown):
    assert round(fit_of(of(person), DIRECTOR).fit) == shown


def test_parts_tell_where_the_points_are():
    fit = fit_of(of("Horváthová"), DIRECTOR)
    assert [part.competency for part in fit.unmet_must_haves] == [3, 1, 2]
    assert [part.competency for part in fit.parts] == [3, 1, 2, 4, 5, 6, 7, 8]
    budget = fit.parts[2]
    assert (budget.level, budget.required, budget.gap, budget.weight) == (2.6, 4, 1.4, 4)
    assert budget.contribution == pytest.approx(100 * 10.4 / 110)
    assert fit.fit == pytest.approx(100 * 91 / 110)


def test_an_unrated_must_have_is_unmet_and_marked():
    fit = fit_of(of("Dahl"), DIRECTOR)
    assert [(part.competency, part.is_unrated, part.gap) for part in fit.unmet_must_haves] == [(3, True, 5)]
    assert [part.competency for part in fit.unrated] == [3, 6, 8]
    assert [part.contribution for part in fit.unrated] == [0, 0, 0]


def test_a_must_have_just_met_is_met():
    assert fit_of({1: 4}, [Required(1, 4, 1, must_have=True)]).unmet_must_haves == ()
    assert len(fit_of({1: 3.999}, [Required(1, 4, 1, must_have=True)]).unmet_must_haves) == 1


def test_a_post_that_requires_nothing_has_no_fit():
    fit = fit_of({1: 3}, [])
    assert (fit.fit, fit.gap, fit.parts) == (None, None, ())


@given(people, profiles())
def test_fit_is_the_formula(levels, requirements):
    whole = sum(Fraction(one.weight) * one.level for one in requirements)
    met = sum(
        Fraction(one.weight) * min(Fraction(str(levels.get(one.competency) or 0)), one.level) for one in requirements
    )
    assert fit_of(levels, requirements).fit == 100 * float(met / whole)


@given(people, profiles())
def test_fit_stays_between_0_and_100_and_its_parts_add_up(levels, requirements):
    fit = fit_of(levels, requirements)
    assert 0 <= fit.fit <= 100
    assert fit.fit + fit.gap == 100
    assert math.isclose(sum(part.contribution for part in fit.parts), fit.fit, abs_tol=STRONG)
    assert math.isclose(sum(part.possible for part in fit.parts), 100)
    assert math.isclose(sum(part.missing for part in fit.parts), fit.gap, abs_tol=STRONG)
    assert all(0 <= part.contribution <= part.possible for part in fit.parts)
    assert all((part.gap > 0) == (part.contribution < part.possible) for part in fit.parts)


@given(people, profiles(), st.data())
def test_a_higher_level_never_lowers_the_fit_and_raises_it_up_to_what_is_required(levels, requirements, data):
    raised = data.draw(st.sampled_from(requirements))
    before = levels.get(raised.competency)
    after = data.draw(st.integers(round((before or 1) * 1000), 5000)) / 1000
    old, new = fit_of(levels, requirements).fit, fit_of({**levels, raised.competency: after}, requirements).fit
    assert new >= old
    assert (new > old) == (min(after, raised.level) > min(before or 0, raised.level))


@given(people, profiles(), st.randoms(use_true_random=False))
def test_the_order_of_competencies_plays_no_part(levels, requirements, chance):
    shuffled = list(requirements)
    chance.shuffle(shuffled)
    turned = dict(reversed(levels.items()))
    assert fit_of(turned, shuffled) == fit_of(levels, requirements)


@given(people, profiles(), st.fractions(Fraction(1, 1000), 1000))
def test_only_the_ratio_of_weights_counts(levels, requirements, factor):
    scaled = [Required(one.competency, one.level, Fraction(one.weight) * factor, one.must_have) for one in requirements]
    assert fit_of(levels, scaled).fit == fit_of(levels, requirements).fit


@given(people, profiles(), st.data())
def test_unrated_counts_nothing(levels, requirements, data):
    forgotten = data.draw(st.sampled_from(requirements)).competency
    missing = {one: level for one, level in levels.items() if one != forgotten}
    fit = fit_of({**levels, forgotten: None}, requirements)
    assert fit == fit_of(missing, requirements)
    part = next(part for part in fit.parts if part.competency == forgotten)
    assert (part.is_unrated, part.contribution, part.gap) == (True, 0, part.required)


@given(people, profiles(), st.integers(9, 12), a_level)
def test_what_the_post_does_not_ask_plays_no_part(levels, requirements, other, level):
    assert fit_of({**levels, other: level}, requirements) == fit_of(levels, requirements)


@given(people, profiles())
def test_unmet_must_haves_come_first(levels, requirements):
    parts = fit_of(levels, requirements).parts
    unmet = [part.is_unmet_must_have for part in parts]
    assert unmet == sorted(unmet, reverse=True)
    assert {part.competency for part in parts} == {one.competency for one in requirements}


@pytest.mark.parametrize("level", [0, 0.9, 5.1, -1, math.nan, math.inf, Decimal(6)])
def test_a_level_out_of_range_is_refused(level):
    with pytest.raises(ValueError, match="between 1 and 5"):
        fit_of({1: level}, [Required(1, 3)])


@pytest.mark.parametrize("weight", [0, -1, math.nan, math.inf, Decimal("NaN"), Decimal("Infinity")])
def test_a_weight_that_is_none_is_refused(weight):
    with pytest.raises(ValueError, match="a weight"):
        fit_of({1: 3}, [Required(1, 3, weight)])


def test_requirements_that_contradict_are_refused():
    with pytest.raises(ValueError, match="required twice"):
        fit_of({}, [Required(1, 3), Required(2, 3), Required(1, 4)])
    for level in (0, 6, 2.5):
        with pytest.raises(ValueError, match="whole number from 1 to 5"):
            fit_of({}, [Required(1, level)])


# --- the table ----------------------------------------------------------------------------------------------------


@given(st.lists(people, max_size=6), st.lists(profiles(weights=whole_weights, fewest=0), max_size=5))
def test_the_table_equals_the_single_pair_to_the_last_bit(candidates, posts):
    columns = np.arange(1, 9)
    rows = [(row, one, level) for row, levels in enumerate(candidates) for one, level in levels.items()]
    rated = tuple(np.array([row[column] for row in rows], kind) for column, kind in enumerate((int, int, float)))
    levels = level_table(np.arange(len(candidates)), columns, rated)
    fits = fit_matrix(levels, requirement_table(posts, columns))
    single = [[fit_of(levels, requirements).fit for requirements in posts] for levels in candidates]
    assert fits.shape == (len(candidates), len(posts))
    assert [[None if math.isnan(fit) else fit for fit in row] for row in fits.tolist()] == single


@given(people, profiles())
def test_the_table_takes_other_weights_too(levels, requirements):
    columns = np.arange(1, 9)
    row = np.array([[levels.get(one) or math.nan for one in columns.tolist()]])
    fit = fit_matrix(row, requirement_table([requirements], columns))[0, 0]
    assert math.isclose(fit, fit_of(levels, requirements).fit, abs_tol=STRONG)
    assert 0 <= fit <= 100 + STRONG


def test_ten_thousand_candidates_by_fifty_posts_agree_with_the_single_pair():
    chance = np.random.default_rng(7)
    levels = chance.integers(1000, 5001, (10_000, 30)) / 1000
    levels[chance.random(levels.shape) < 0.2] = np.nan
    required, weights = chance.integers(1, 6, (50, 30)), chance.integers(1, 6, (50, 30))
    fits = fit_matrix(levels, RequirementTable(required.astype(float), weights.astype(float)))
    posts = [
        [Required(*row) for row in zip(range(30), asked, weighed, strict=True)]
        for asked, weighed in zip(required.tolist(), weights.tolist(), strict=True)
    ]
    for candidate in [*chance.integers(0, 10_000, 5).tolist(), 511, 512, 9_999]:
        rated = {one: None if math.isnan(level) else level for one, level in enumerate(levels[candidate].tolist())}
        assert fits[candidate].tolist() == [fit_of(rated, requirements).fit for requirements in posts]


def test_levels_are_read_in_thousandths_by_both():
    fine = {1: 3.14159, 2: 2.0004}
    requirements = [Required(1, 4, 3), Required(2, 5, 2)]
    rounded = fit_of({1: 3.142, 2: 2.0}, requirements).fit
    table = requirement_table([requirements], np.array([1, 2]))
    assert fit_of(fine, requirements).fit == rounded
    assert fit_matrix(np.array([[3.14159, 2.0004]]), table).tolist() == [[rounded]]


def test_rows_no_post_asks_for_are_left_out_of_the_table():
    rated = (np.array([10, 10, 30, 20]), np.array([1, 9, 2, 1]), np.array([3.0, 4.0, 5.0, 2.0]))
    levels = level_table(np.array([10, 20]), np.array([1, 2]), rated)
    assert np.array_equal(levels, [[3, np.nan], [2, np.nan]], equal_nan=True)


def test_tables_of_nothing_have_their_shape():
    nothing = requirement_table([[], []], np.arange(3))
    assert np.isnan(fit_matrix(np.full((1, 3), 2.0), nothing)).tolist() == [[True, True]]
    assert fit_matrix(np.empty((0, 3)), nothing).shape == (0, 2)
    assert fit_matrix(np.empty((4, 0)), requirement_table([], np.empty(0, int))).shape == (4, 0)


def test_tables_that_do_not_go_together_are_refused():
    table = requirement_table([[Required(1, 3)]], np.array([1]))
    for levels, said in (
        (np.zeros((1, 1)), "between 1 and 5"),
        (np.ones((1, 2)), "same compet"),
        (np.ones(1), "two dim"),
    ):
        with pytest.raises(ValueError, match=said):
            fit_matrix(levels, table)
    for required, weight, said in (
        (2.5, 1, "whole number"),
        (6, 1, "whole number"),
        (3, 0, "above 0"),
        (3, np.nan, "above"),
    ):
        with pytest.raises(ValueError, match=said):
            fit_matrix(
                np.ones((1, 1)), RequirementTable(np.full((1, 1), float(required)), np.full((1, 1), float(weight)))
            )
    with pytest.raises(ValueError, match="no column"):
        requirement_table([[Required(2, 3)]], np.array([1]))
