"""Impact ratios: four fifths to the person, small groups hidden, Fisher's test against its definition."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from candidates.fairness import Outcome, impacts

outcomes = st.integers(0, 40).flatmap(
    lambda considered: st.builds(Outcome, st.integers(0, considered), st.just(considered))
)
groups = st.dictionaries(st.sampled_from("abcde"), outcomes)


def of(**given):
    return {impact.group: impact for impact in impacts({name: Outcome(*pair) for name, pair in given.items()})}


@pytest.mark.parametrize(("selected", "ratio", "flagged"), [(79, 0.79, True), (80, 0.8, False), (81, 0.81, False)])
def test_four_fifths_is_the_line(selected, ratio, flagged):
    found = of(men=(100, 200), women=(selected, 200))
    assert (found["women"].ratio, found["women"].is_flagged) == (ratio, flagged)
    assert (found["men"].is_reference, found["men"].ratio, found["men"].is_flagged) == (True, 1, False)


def test_exactly_four_fifths_is_not_flagged_where_decimals_would_be():
    """3/7 against 15/28 is 4/5 to the person; as floating numbers it is not."""
    assert of(a=(15, 28), b=(12, 28))["b"].is_flagged is False
    assert of(a=(5, 30), b=(4, 30))["b"].is_flagged is False
    assert of(a=(21, 49), b=(12, 35))["b"].is_flagged is False


def test_small_groups_are_hidden_and_are_no_reference():
    found = of(a=(4, 4), b=(3, 4), c=(10, 20), d=(5, 20), e=(0, 0))
    assert [(one.group, one.is_hidden, one.considered, one.rate) for one in found.values()] == [
        ("a", True, None, None), ("b", True, None, None), ("c", False, 20, 0.5), ("d", False, 20, 0.25),
    ]  # fmt: skip
    assert [one.group for one in found.values() if one.is_reference] == ["c"]


def test_a_single_small_group_cannot_be_worked_out_from_the_total():
    found = of(a=(1, 2), b=(3, 6), c=(10, 20))
    assert [one.group for one in found.values() if one.is_hidden] == ["a", "b"]


def test_nobody_selected_has_no_ratio():
    found = of(a=(0, 20), b=(0, 30))
    assert [(one.ratio, one.is_flagged, one.p_value) for one in found.values()] == [(None, False, None)] * 2
    assert impacts({}) == []


def test_of_equal_rates_the_larger_group_is_the_reference():
    assert of(a=(5, 10), b=(20, 40))["b"].is_reference


def test_numbers_that_cannot_be_are_refused():
    for wrong in (Outcome(3, 2), Outcome(-1, 2)):
        with pytest.raises(ValueError, match="no more than considered"):
            impacts({"a": wrong})


def fisher(own, best):
    """Two-sided by definition: all tables with the same margins that are no more likely."""
    selected, total = own.selected + best.selected, own.considered + best.considered

    def likely(k):
        return Fraction(comb(own.considered, k) * comb(best.considered, selected - k), comb(total, selected))

    possible = range(max(0, selected - best.considered), min(own.considered, selected) + 1)
    seen = likely(own.selected)
    return float(sum(likely(k) for k in possible if likely(k) <= seen))


@given(outcomes, outcomes)
def test_the_p_value_is_fishers(first, second):
    assume(min(first.considered, second.considered) >= 5)
    compared = [one for one in impacts({"a": first, "b": second}) if one.p_value is not None]
    assert len(compared) == bool(first.selected or second.selected)
    for one in compared:
        own, best = (first, second) if one.group == "a" else (second, first)
        assert one.p_value == pytest.approx(fisher(own, best), rel=1e-6)


@given(groups)
def test_ratios_lie_between_0_and_1_and_flags_follow_them(given_groups):
    found = impacts(given_groups)
    assert [one.group for one in found] == sorted(name for name, one in given_groups.items() if one.considered)
    shown = [one for one in found if not one.is_hidden]
    assert sum(one.is_reference for one in shown) == bool(shown)
    best = max((Fraction(one.selected, one.considered) for one in shown), default=Fraction())
    for one in shown:
        assert (one.selected, one.considered) == given_groups[one.group]
        if best:
            assert 0 <= one.ratio <= 1
            assert one.is_flagged == (Fraction(one.selected, one.considered) * 5 < best * 4)
        else:
            assert (one.ratio, one.is_flagged) == (None, False)


@given(groups)
def test_names_of_groups_play_no_part(given_groups):
    renamed = {chr(ord("z") - ord(name) + ord("a")): one for name, one in given_groups.items()}
    sizes = [one.considered for one in given_groups.values()]
    assume(len(set(sizes)) == len(sizes))
    before = {one.group: (one.ratio, one.is_flagged, one.p_value, one.is_hidden) for one in impacts(given_groups)}
    after = {
        chr(ord("z") - ord(one.group) + ord("a")): (one.ratio, one.is_flagged, one.p_value, one.is_hidden)
        for one in impacts(renamed)
    }
    assert after == before
