"""Criticality: bounds, scale, order, the threshold as shown, and every fault told."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from succession.organisation.criticality import InvalidScores, criticality

FACTORS = ("impact", "replacement", "scarcity", "knowledge", "time")
HALF = Decimal("3.50")
levels = st.fixed_dictionaries({factor: st.integers(1, 5) for factor in FACTORS})
weights = st.fixed_dictionaries(
    {factor: st.decimals(0, 10, places=2) for factor in FACTORS},
).filter(lambda drawn: any(drawn.values()))


def test_a_score_is_the_weighted_mean():
    found = criticality({"a": 5, "b": 2, "c": 1}, {"a": 3, "b": 1, "c": 0}, HALF)

    assert (found.score, found.is_proposed_key) == (Decimal("4.25"), True)
    assert found.shares == {"a": Fraction(15, 4), "b": Fraction(1, 2)}
    assert str(criticality({"a": 4}, {"a": 1}, HALF).score) == "4.00"


@pytest.mark.parametrize(("scores", "score", "proposed"), [((4, 4, 3), "3.67", True), ((4, 3, 3), "3.33", False)])
def test_a_post_is_proposed_as_key_from_the_threshold_on(scores, score, proposed):
    found = criticality(dict(zip("abc", scores, strict=True)), dict.fromkeys("abc", 1), HALF)

    assert (str(found.score), found.is_proposed_key) == (score, proposed)


def test_the_score_as_shown_meets_the_threshold():
    scores, equal = {"a": 3, "b": 4}, {"a": 1, "b": 1}

    assert criticality(scores, equal, HALF).is_proposed_key
    assert not criticality(scores, equal, Decimal("3.51")).is_proposed_key
    rounded_up = criticality(scores, {"a": "0.505", "b": "0.495"}, HALF)  # 3.495
    assert (rounded_up.score, rounded_up.is_proposed_key) == (HALF, True)


def test_weights_of_tenths_add_up_exactly():
    assert criticality(dict.fromkeys("abc", 5), dict.fromkeys("abc", 0.1), HALF).score == Decimal(5)
    assert criticality({"a": 1, "b": 2}, {"a": 0.7, "b": 0.1}, HALF).score == Decimal("1.13")  # 1.125


@given(levels, weights)
def test_a_score_lies_between_its_lowest_and_highest_factor(scores, drawn):
    found = criticality(scores, drawn, HALF)
    weighed = [scores[factor] for factor in FACTORS if drawn[factor]]

    assert min(weighed) <= found.score <= max(weighed)
    assert Decimal(1) <= found.score <= Decimal(5)
    assert found.score.as_tuple().exponent == -2
    assert abs(sum(found.shares.values()) - Fraction(found.score)) <= Fraction(1, 200)


@given(levels, weights, st.decimals(Decimal("0.01"), 1000, places=2))
def test_only_the_proportion_of_weights_matters(scores, drawn, scale):
    scaled = {factor: weight * scale for factor, weight in drawn.items()}

    assert criticality(scores, scaled, HALF) == criticality(scores, drawn, HALF)


@given(levels, weights, st.sampled_from(FACTORS))
def test_a_higher_factor_never_lowers_the_score(scores, drawn, factor):
    raised = {**scores, factor: min(5, scores[factor] + 1)}

    assert criticality(raised, drawn, HALF).score >= criticality(scores, drawn, HALF).score


@pytest.mark.parametrize(
    ("scores", "drawn", "problems"),
    [
        ({}, {"a": 1}, {"a": "missing_score"}),
        ({"a": 1}, {"a": 1, "b": 0}, None),
        ({"a": 0}, {"a": 1}, {"a": "not_a_level"}),
        ({"a": 6, "b": True}, {"a": 1, "b": 1}, {"a": "not_a_level", "b": "not_a_level"}),
        ({"a": 2.5, "b": "3", "c": None}, dict.fromkeys("abc", 1), dict.fromkeys("abc", "not_a_level")),
        ({"a": 1, "x": 2}, {"a": 1}, {"x": "unknown_factor"}),
        ({"a": 1}, {"a": -1}, {"a": "not_a_weight"}),
        ({"a": 1, "b": 1}, {"a": "much", "b": float("inf")}, {"a": "not_a_weight", "b": "not_a_weight"}),
        ({"a": 1, "b": 1}, {"a": True, "b": float("nan")}, {"a": "not_a_weight", "b": "not_a_weight"}),
        ({"a": 1}, {"a": 0}, {"": "no_weight"}),
        ({}, {}, {"": "no_weight"}),
    ],
)
def test_every_fault_is_told_at_once(scores, drawn, problems):
    if problems is None:
        assert criticality(scores, drawn, HALF).score == Decimal("1.00")
        return
    with pytest.raises(InvalidScores) as refused:
        criticality(scores, drawn, HALF)

    assert refused.value.problems == problems
