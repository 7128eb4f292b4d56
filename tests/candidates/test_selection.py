"""Selection rounds: who falls out and why, scores and their parts, places and the line."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.selection import Criterion, Entry, propose_admission, screen

FIT = Criterion("fit", at_least=65)
WILLING = Criterion("willingness", among=frozenset({"agreed", "asked", "not_asked"}))
PLACES = Criterion("mobility", among=frozenset({"Brno", "Pune"}))
ROUND = [
    FIT,
    WILLING,
    Criterion("fit", at_least=50, full_at=100, weight=3),
    Criterion("potential", at_least=1, full_at=3, weight=1),
]

numbers = st.one_of(st.none(), st.integers(0, 100), st.floats(0, 100), st.decimals(0, 100, places=1))
weighted = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.integers(0, 50), st.integers(51, 100), st.integers(1, 9)), min_size=1
)
facts = st.dictionaries(st.sampled_from("abcd"), numbers)
crowds = st.dictionaries(st.integers(1, 20), facts, max_size=6)


def criteria_of(asked, factor=1):
    return [
        Criterion(measure, at_least=low, full_at=high, weight=weight * factor)
        for measure, (low, high, weight) in asked.items()
    ]


def test_who_falls_out_is_told_with_every_reason():
    found = screen(
        {
            1: {"fit": 70, "willingness": "agreed", "potential": 2},
            2: {"fit": Decimal("64.9"), "willingness": "declined"},
            3: {"willingness": "agreed"},
        },
        ROUND,
    )
    assert [entry.candidate for entry in found.entries] == [1]
    told = {one: [(fall.measure, fall.rule, fall.fact) for fall in falls] for one, falls in found.fallen_out.items()}
    assert told == {
        2: [("fit", "below", Decimal("64.9")), ("willingness", "not_among", "declined")],
        3: [("fit", "unknown", None)],
    }
    assert found.by_rule == {("fit", "below"): 1, ("willingness", "not_among"): 1, ("fit", "unknown"): 1}
    assert (found.considered, found.score_version) == (3, 1)


def test_the_score_has_parts():
    (entry,) = screen({1: {"fit": 75, "willingness": "agreed", "potential": 3}}, ROUND).entries
    assert [(part.measure, part.share, part.possible, part.points) for part in entry.parts] == [
        ("fit", 0.5, 75, 37.5),
        ("potential", 1, 25, 25),
    ]
    assert (entry.score, entry.rank) == (62.5, 1)


def test_a_limit_reached_is_met():
    assert screen({1: {"fit": 65}, 2: {"fit": 64.999}}, [FIT]).fallen_out.keys() == {2}


def test_one_of_several_answers_suffices():
    crowd = {
        1: {"mobility": frozenset({"Pune", "Oslo"})},
        2: {"mobility": frozenset({"Oslo"})},
        3: {"mobility": frozenset()},
    }
    assert screen(crowd, [PLACES]).fallen_out.keys() == {2, 3}
    scored = screen(crowd, [Criterion("mobility", among=frozenset({"Pune"}), weight=1)])
    assert [(entry.candidate, entry.score) for entry in scored.entries] == [(1, 100), (2, 0), (3, 0)]


def test_unknown_scores_nothing_and_is_marked():
    (entry,) = screen({1: {}}, [Criterion("fit", at_least=50, full_at=100, weight=3)]).entries
    assert (entry.score, entry.parts[0].is_unknown) == (0, True)


def test_equal_scores_share_a_rank_and_without_weights_all_do():
    weights = [Criterion("fit", at_least=0, full_at=100, weight=1)]
    crowd = {5: {"fit": 70}, 2: {"fit": 70}, 9: {"fit": 90}, 1: {"fit": 10}}
    assert [(one.candidate, one.rank) for one in screen(crowd, weights).entries] == [(9, 1), (2, 2), (5, 2), (1, 4)]
    assert [(one.candidate, one.rank, one.score) for one in screen(crowd, [FIT]).entries] == [
        (2, 1, None), (5, 1, None), (9, 1, None),
    ]  # fmt: skip


@given(crowds, weighted)
def test_scores_stay_between_0_and_100_and_parts_add_up(crowd, asked):
    for entry in screen(crowd, criteria_of(asked)).entries:
        assert 0 <= entry.score <= 100
        assert math.isclose(sum(part.points for part in entry.parts), entry.score, abs_tol=1e-9)
        assert math.isclose(sum(part.possible for part in entry.parts), 100)


@given(crowds, weighted, st.fractions(Fraction(1, 100), 100))
def test_only_the_ratio_of_weights_counts(crowd, asked, factor):
    factor = Decimal(factor.numerator) / Decimal(2 ** (factor.denominator % 8))
    before, after = (screen(crowd, criteria_of(asked, one)) for one in (1, factor))
    assert [(one.candidate, one.rank) for one in after.entries] == [(one.candidate, one.rank) for one in before.entries]
    assert [one.score for one in after.entries] == pytest.approx([one.score for one in before.entries])


@given(crowds, weighted, st.data())
def test_a_better_fact_never_lowers_score_or_rank(crowd, asked, data):
    if not crowd:
        return
    candidate, measure = data.draw(st.sampled_from(sorted(crowd))), data.draw(st.sampled_from(sorted(asked)))
    better = data.draw(st.integers(math.ceil(crowd[candidate].get(measure) or 0), 100))
    improved = {**crowd, candidate: {**crowd[candidate], measure: better}}
    before, after = (
        next(one for one in screen(some, criteria_of(asked)).entries if one.candidate == candidate)
        for some in (crowd, improved)
    )
    assert after.score >= before.score
    assert after.rank <= before.rank


@given(crowds, st.integers(0, 100))
def test_everybody_is_eligible_or_falls_out_with_a_reason(crowd, limit):
    found = screen(crowd, [Criterion("a", at_least=limit), Criterion("b", at_least=limit)])
    eligible = {entry.candidate for entry in found.entries}
    assert eligible | found.fallen_out.keys() == crowd.keys()
    assert not eligible & found.fallen_out.keys()
    assert all(found.fallen_out.values())
    for candidate, known in crowd.items():
        met = all(known.get(measure) is not None and known[measure] >= limit for measure in "ab")
        assert met == (candidate in eligible)


@given(crowds, weighted, st.text(min_size=1))
def test_what_no_criterion_names_plays_no_part(crowd, asked, anything):
    """Gender, age or name handed in beside the facts change neither score nor order."""
    with_more = {
        one: {**known, "gender": anything, "age": 50 + one, "name": anything[::-1]} for one, known in crowd.items()
    }
    assert screen(with_more, criteria_of(asked)) == screen(crowd, criteria_of(asked))


def test_places_are_filled_by_rank_and_the_others_wait():
    entries = [Entry(candidate, None, rank, ()) for candidate, rank in ((4, 1), (7, 2), (3, 2), (8, 4))]
    for free, admitted, waiting, tied in (
        (2, (4, 3), (7, 8), (3, 7)),
        (3, (4, 3, 7), (8,), ()),
        (9, (4, 3, 7, 8), (), ()),
        (0, (), (4, 3, 7, 8), ()),
        (-2, (), (4, 3, 7, 8), ()),
    ):
        found = propose_admission(reversed(entries), free)
        assert (found.admitted, found.waiting, found.tied_at_the_line) == (admitted, waiting, tied)


@pytest.mark.parametrize(
    "wrong",
    [
        {}, {"at_least": 1, "among": frozenset("a")}, {"at_least": 1, "weight": 0, "full_at": 2}, {"at_least": 1, "full_at": 2},
        {"at_least": 1, "weight": 1}, {"at_least": 2, "weight": 1, "full_at": 2}, {"at_least": math.nan},
        {"among": frozenset("a"), "weight": math.nan}, {"among": frozenset("a"), "weight": 1, "full_at": 2},
    ],
)  # fmt: skip
def test_a_criterion_that_asks_nothing_clear_is_refused(wrong):
    with pytest.raises(ValueError, match="fit:"):
        Criterion("fit", **wrong)


def test_facts_of_another_kind_are_refused():
    for criterion, fact in ((FIT, "high"), (FIT, frozenset()), (PLACES, 3)):
        with pytest.raises(TypeError, match="was asked"):
            screen({1: {criterion.measure: fact}}, [criterion])
    with pytest.raises(ValueError, match="is no number"):
        screen({1: {"fit": math.nan}}, [FIT])
    with pytest.raises(ValueError, match="asked once"):
        screen({}, [FIT, FIT])
