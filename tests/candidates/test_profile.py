"""Profiles: what weighs how much, freshness by the calendar, and raters of unlike severity."""

from dataclasses import replace
from datetime import date, timedelta
from math import inf, isclose, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.profile import Instrument, Rating, freshness, profile_of
from candidates.severity import FEWEST_COMPARED, Severity, adjusted_ratings, rater_severities
from succession.organisation.months import first_day_within, months_later

ON = date(2026, 11, 16)
CENTRE, FULL_CIRCLE, INTERVIEW = 1, 2, 3
INSTRUMENTS = {
    CENTRE: Instrument(3, 18, {"assessor": 1}),
    FULL_CIRCLE: Instrument(2, 12, {"self": 0, "peer": 2, "report": 1, "superior": 3}),
    INTERVIEW: Instrument(1, 12, {"interviewer": 1}),
}


def rating(instrument, group, level, on=ON, competency=1, assessment=None, rater=1, exercise=0):
    return Rating(assessment or instrument, instrument, competency, group, rater, level, on, exercise)


def level_of(*ratings, instruments=INSTRUMENTS, on=ON):
    return profile_of(ratings, instruments, on)[1].level


days = st.dates(date(2015, 1, 1), date(2030, 12, 31))
past = st.dates(date(2022, 1, 1), ON)
months = st.integers(1, 60)
answers = st.one_of(
    *(
        st.builds(
            Rating,
            st.integers(10 * number, 10 * number + 2),
            st.just(number),
            st.integers(1, 3),
            st.sampled_from(sorted(setting.group_weights)),
            st.integers(1, 4),
            st.integers(10, 50).map(lambda tenths: tenths / 10),
            past,
            st.integers(0, 1),
        )
        for number, setting in INSTRUMENTS.items()
    )
)
many = st.lists(answers, min_size=1, max_size=15)


# --- freshness ----------------------------------------------------------------------------------------------------


@given(days, st.integers(-5, 5), months)
def test_evidence_weighs_half_or_more_exactly_while_it_is_fresh(on, nearly, half_life):
    rated_on = first_day_within(on, half_life) + timedelta(days=nearly)
    assert (freshness(rated_on, on, half_life) >= 1 / 2) == (rated_on >= first_day_within(on, half_life))


@given(days, st.integers(0, 40_000), st.integers(0, 400), months)
def test_older_evidence_never_weighs_more(on, age, more, half_life):
    newer, older = on - timedelta(days=age), on - timedelta(days=age + more)
    assert 0 < freshness(older, on, half_life) <= freshness(newer, on, half_life) <= 1


def test_freshness_halves_with_each_half_life():
    assert freshness(ON, ON, 12) == 1
    assert freshness(date(2025, 11, 16), ON, 12) == 1 / 2
    assert freshness(date(2024, 11, 16), ON, 12) == pytest.approx(1 / 4, rel=0.002)
    assert freshness(date(2025, 11, 15), ON, 12) < 1 / 2


def test_the_end_of_a_month_is_as_the_calendar_has_it():
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert freshness(date(2026, 1, 31), date(2026, 2, 28), 1) >= 1 / 2
    assert freshness(date(2026, 2, 28), date(2026, 3, 31), 1) < 1 / 2


def test_what_is_not_yet_known_weighs_nothing():
    with pytest.raises(ValueError, match="after the day"):
        freshness(ON + timedelta(days=1), ON, 12)
    with pytest.raises(ValueError, match="one month"):
        freshness(ON, ON, 0)
    late = rating(CENTRE, "assessor", 5, on=ON + timedelta(days=1))
    assert profile_of([late], INSTRUMENTS, ON) == {}
    assert level_of(late, rating(INTERVIEW, "interviewer", 2)) == 2


# --- the level ----------------------------------------------------------------------------------------------------


def test_instruments_count_by_their_weight():
    assert level_of(rating(CENTRE, "assessor", 4), rating(INTERVIEW, "interviewer", 2)) == 3.5


def test_evidence_of_one_half_life_ago_counts_half():
    old = rating(INTERVIEW, "interviewer", 5, on=date(2025, 11, 16), assessment=8)
    assert level_of(old, rating(INTERVIEW, "interviewer", 2, assessment=9)) == 3


def test_rater_groups_share_what_their_assessment_counts():
    asked = [rating(FULL_CIRCLE, "peer", 2, rater=rater) for rater in range(8)] + [rating(FULL_CIRCLE, "superior", 4)]
    assert level_of(*asked) == 3.2
    # eight peers and a superior together count as one assessment of weight 2
    assert level_of(*asked, rating(CENTRE, "assessor", 4.2)) == pytest.approx((2 * 3.2 + 3 * 4.2) / 5)


def test_a_group_of_weight_0_is_shown_and_counts_nothing():
    own = rating(FULL_CIRCLE, "self", 5)
    level = profile_of([own, rating(FULL_CIRCLE, "peer", 3)], INSTRUMENTS, ON)[1]
    assert (level.level, level.spread.highest) == (3, 5)
    assert [(piece.group, piece.level, piece.share) for piece in level.evidence] == [("peer", 3, 1), ("self", 5, 0)]
    alone = profile_of([own], INSTRUMENTS, ON)[1]
    assert (alone.level, alone.newest_on, alone.is_fresh) == (None, None, False)
    assert [piece.level for piece in alone.evidence] == [5]


def test_stale_evidence_counts_less_and_says_so():
    level = profile_of([rating(INTERVIEW, "interviewer", 4, on=date(2025, 11, 15))], INSTRUMENTS, ON)[1]
    assert (level.level, level.newest_on, level.is_fresh) == (4, date(2025, 11, 15), False)


def test_spread_tells_how_far_raters_agree():
    cells = [rating(CENTRE, "assessor", level, rater=rater) for rater, level in enumerate((2, 4, 3))]
    spread = profile_of(cells, INSTRUMENTS, ON)[1].spread
    assert (spread.lowest, spread.highest, spread.width) == (2, 4, 2)
    assert spread.deviation == pytest.approx((2 / 3) ** 0.5)


@given(many)
def test_a_level_lies_among_the_evidence_and_its_shares_sum_to_1(ratings):
    for level in profile_of(ratings, INSTRUMENTS, ON).values():
        counted = [piece for piece in level.evidence if piece.share]
        assert isclose(sum(piece.share for piece in counted), 1) or not counted
        assert (level.level is None) == (not counted)
        if counted:
            lowest, highest = (edge(piece.level for piece in counted) for edge in (min, max))
            assert lowest - 0.0005 <= level.level <= highest + 0.0005
            assert isclose(level.level, sum(piece.share * piece.level for piece in counted), abs_tol=0.000501)
        assert sum(piece.ratings for piece in level.evidence) == sum(
            one.competency == level.competency for one in ratings
        )


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_ratings_plays_no_part(ratings, chance):
    shuffled = list(ratings)
    chance.shuffle(shuffled)
    assert profile_of(shuffled, INSTRUMENTS, ON) == profile_of(ratings, INSTRUMENTS, ON)


@given(many, st.sampled_from([1 / 4, 1 / 2, 2, 8]))
def test_only_the_ratio_of_weights_counts(ratings, factor):
    scaled = {
        number: Instrument(
            setting.weight * factor,
            setting.half_life_months,
            {group: weight * factor for group, weight in setting.group_weights.items()},
        )
        for number, setting in INSTRUMENTS.items()
    }
    assert profile_of(ratings, scaled, ON) == profile_of(ratings, INSTRUMENTS, ON)


@given(many, st.integers(0, 14), st.floats(1, 5))
def test_a_higher_rating_never_lowers_the_level(ratings, index, higher):
    one = ratings[index % len(ratings)]
    raised = list(ratings)
    raised[index % len(ratings)] = replace(one, level=max(one.level, higher))
    before, after = (profile_of(some, INSTRUMENTS, ON)[one.competency].level for some in (ratings, raised))
    assert (before is None) == (after is None)
    assert before is None or after >= before


@given(past, past, st.integers(1, 5), st.integers(1, 5))
def test_newer_evidence_weighs_more_than_older_of_the_same_kind(first, second, one, other):
    level = profile_of(
        [
            rating(INTERVIEW, "interviewer", one, on=first, assessment=1),
            rating(INTERVIEW, "interviewer", other, on=second, assessment=2),
        ],
        INSTRUMENTS,
        ON,
    )[1]
    newest, oldest = level.evidence
    assert newest.on >= oldest.on
    assert newest.share >= oldest.share
    assert (newest.share > oldest.share) == (newest.on > oldest.on)


@pytest.mark.parametrize("level", [0, 5.5, -1, nan, inf])
def test_a_rating_out_of_range_is_refused(level):
    with pytest.raises(ValueError, match="between 1 and 5"):
        level_of(rating(CENTRE, "assessor", level))


def test_settings_that_are_missing_or_none_are_refused():
    with pytest.raises(ValueError, match="no setting"):
        level_of(rating(9, "assessor", 3))
    with pytest.raises(ValueError, match="no setting"):
        level_of(rating(CENTRE, "peer", 3))
    for weight in (-1, nan, inf):
        with pytest.raises(ValueError, match="0 or more"):
            level_of(rating(CENTRE, "assessor", 3), instruments={CENTRE: Instrument(1, 12, {"assessor": weight})})


# --- severity -----------------------------------------------------------------------------------------------------


def seen_by(*severities, targets=40):
    """Raters of known severity rate the same targets."""
    return [
        rating(CENTRE, "assessor", 3 + (target % 3) / 2 - severity, rater=rater, assessment=target)
        for target in range(1, targets + 1)
        for rater, severity in enumerate(severities)
    ]


def test_a_severe_rater_is_told_from_a_mild_one():
    found = rater_severities(seen_by(0.5, 0, -0.5))
    assert [round(one.severity, 1) for one in found.values()] == [0.4, 0, -0.4]
    assert [one.compared for one in found.values()] == [40, 40, 40]
    many_more = rater_severities(seen_by(0.5, 0, -0.5, targets=2000))
    assert [one.severity for one in many_more.values()] == pytest.approx([0.5, 0, -0.5], abs=0.005)


def test_severity_is_told_through_others_where_raters_never_met():
    """2 is compared with 1, and 1 with 0: 0 and 2 never rate the same."""
    first = seen_by(0.6, 0, targets=400)
    second = [
        rating(CENTRE, "assessor", 3 - severity, rater=rater, assessment=1000 + target)
        for target in range(400)
        for rater, severity in ((1, 0), (2, -0.6))
    ]
    found = rater_severities(first + second)
    assert found[0].severity - found[2].severity == pytest.approx(1.2, abs=0.03)


def test_few_ratings_say_nothing():
    few = rater_severities(seen_by(1, 0, targets=FEWEST_COMPARED - 1))
    assert [(one.severity, one.compared) for one in few.values()] == [(None, 4), (None, 4)]
    enough = rater_severities(seen_by(1, 0, targets=FEWEST_COMPARED))
    assert 0 < enough[0].severity < 0.5  # drawn towards 0


def test_unlike_views_are_not_severity():
    """A superior who rates lower than peers is no severe rater; neither is one who rates other people."""
    asked = [
        rating(FULL_CIRCLE, group, level, rater=rater, assessment=person)
        for person in range(20)
        for rater, group, level in ((1, "superior", 2), (2, "peer", 4))
    ]
    assert rater_severities(asked) == {1: Severity(1, None, 0), 2: Severity(2, None, 0)}
    assert rater_severities([]) == {}


@given(many)
def test_severities_of_those_compared_balance_and_stay_within_the_scale(ratings):
    found = rater_severities(ratings)
    assert list(found) == sorted({one.rater for one in ratings})
    assert all(abs(one.severity) <= 4 for one in found.values() if one.severity is not None)


def test_adjusted_stands_beside_raw():
    ratings = seen_by(0.5, -0.5)
    adjusted = adjusted_ratings(ratings, rater_severities(ratings))
    before, after = ([one.level for one in some if one.assessment == 1] for some in (ratings, adjusted))
    assert before == [3, 4]
    assert after == pytest.approx([3.5, 3.5], abs=0.06)
    assert [one.rater for one in adjusted] == [one.rater for one in ratings]


def test_adjusted_ratings_stay_on_the_scale_and_without_an_estimate_unchanged():
    one = rating(CENTRE, "assessor", 4.8)
    levels = [adjusted_ratings([one], {1: Severity(1, severity, 9)})[0].level for severity in (None, 0.5, -0.3, -9)]
    assert levels == [4.8, 5, 4.5, 1]
    assert adjusted_ratings([one], {}) == [one]
