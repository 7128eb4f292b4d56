"""How an order by fit lasts: drawn weights against the exact bound, and what turns an order against fit itself."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from candidates.fit import Required, fit_of
from candidates.stability import lead_of, ranking_stability, what_would_put_above
from tests.candidates.test_fit import DIRECTOR, of, people, profiles, whole_weights

THREE = [of("Osei"), of("Horváthová"), of("Li")]
posts = profiles(weights=whole_weights)
rated = st.fixed_dictionaries(dict.fromkeys(range(1, 9), st.integers(10, 50).map(lambda tenths: tenths / 10)))
long_posts = profiles(weights=whole_weights, fewest=4)
groups = st.lists(people, min_size=1, max_size=4)


def with_lifts(levels, lifts, less=0.0):
    return {**levels, **{lift.competency: lift.to - less for lift in lifts}}


def fit(levels, requirements):
    return fit_of(levels, requirements).fit


# --- places under moving weights ----------------------------------------------------------------------------------


def test_the_drawn_example_keeps_its_order():
    first, second, third = ranking_stability(THREE, DIRECTOR)
    assert [one.place for one in (first, second, third)] == [1, 2, 3]
    assert (first.holds, second.holds, third.holds) == (1, 1, 1)
    _, second, third = ranking_stability(THREE, DIRECTOR, share=0.5)
    assert 0.85 < second.holds < 1
    assert second.shares == {2: second.holds, 3: pytest.approx(1 - second.holds)}
    assert third.holds == second.holds


@given(groups, posts)
@settings(max_examples=50)
def test_shares_sum_to_1_and_places_follow_the_fit(candidates, requirements):
    fits = [fit(levels, requirements) for levels in candidates]
    for own, place in zip(fits, ranking_stability(candidates, requirements, draws=40), strict=True):
        assert place.place == 1 + sum(other > own for other in fits)
        assert sum(place.shares.values()) == pytest.approx(1)
        assert set(place.shares) <= set(range(1, len(candidates) + 1))
        assert list(place.shares) == sorted(place.shares)


@given(groups, posts)
@settings(max_examples=50)
def test_weights_that_do_not_move_keep_every_place(candidates, requirements):
    assert all(place.holds == 1 for place in ranking_stability(candidates, requirements, share=0, draws=3))


@given(groups, posts, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_people_and_competencies_plays_no_part(candidates, requirements, chance):
    before = ranking_stability(candidates, requirements, draws=40)
    order, shuffled = list(range(len(candidates))), list(requirements)
    chance.shuffle(order)
    chance.shuffle(shuffled)
    after = ranking_stability([candidates[index] for index in order], shuffled, draws=40)
    assert after == [before[index] for index in order]


@given(people, people, posts, st.sampled_from([0.1, 0.2, 0.5]))
@settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_lead_that_cannot_turn_turns_in_no_draw(first, second, requirements, share):
    lead = lead_of(first, second, requirements)
    assume(lead.points > 0 and not lead.can_turn(share))
    ahead, behind = ranking_stability([first, second], requirements, share=share, draws=200)
    if lead.turns_at is None or lead.turns_at > share:
        assert (ahead.shares, behind.shares) == ({1: 1.0}, {2: 1.0})


@given(rated, rated, long_posts)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_a_lead_turns_just_beyond_the_share_that_turns_it(first, second, requirements):
    """The weights that speak most against the lead, moved to the bound: equal there, turned just beyond."""
    if lead_of(first, second, requirements).points < 0:
        first, second = second, first
    lead = lead_of(first, second, requirements)
    assume(lead.points > 0 and lead.turns_at is not None)

    def moved(share):
        return [
            Required(
                one.competency,
                one.level,
                one.weight * (1 - share if single_lead(one, first, second) > 0 else 1 + share),
            )
            for one in requirements
        ]

    beyond, within = (moved(Fraction(lead.turns_at) + nudge) for nudge in (Fraction(1, 10**6), -Fraction(1, 10**6)))
    if lead.turns_at + 1e-6 < 1:
        assert fit(first, beyond) < fit(second, beyond)
    assert fit(first, within) > fit(second, within)


def single_lead(one, first, second):
    return fit(first, [one]) - fit(second, [one])


def test_who_is_nowhere_below_leads_under_all_weights():
    lead = lead_of({1: 4, 2: 3}, {1: 3, 2: 3}, [Required(1, 4), Required(2, 4)])
    assert (lead.points, lead.turns_at, lead.can_turn(0.99)) == (12.5, None, False)
    assert lead_of({1: 4}, {1: 5}, [Required(1, 4)]).turns_at is None


def test_the_lead_is_the_difference_of_fits():
    lead = lead_of(of("Osei"), of("Li"), DIRECTOR)
    assert lead.points == pytest.approx(fit(of("Osei"), DIRECTOR) - fit(of("Li"), DIRECTOR))
    assert lead_of(of("Li"), of("Osei"), DIRECTOR).points == pytest.approx(-lead.points)
    assert not lead.can_turn()
    assert lead_of(of("Horváthová"), of("Li"), DIRECTOR).can_turn()


def test_equal_people_share_a_place_in_every_draw():
    places = ranking_stability([of("Li"), of("Osei"), of("Li")], DIRECTOR, draws=50)
    assert [one.place for one in places] == [2, 1, 2]
    assert places[0] == places[2]


def test_the_same_input_gives_the_same_figures():
    assert ranking_stability(THREE, DIRECTOR) == ranking_stability(THREE, DIRECTOR)
    one, other = (ranking_stability(THREE, DIRECTOR, share=0.5, seed=seed) for seed in (1, 2))
    assert one != other


def test_a_post_that_requires_nothing_ranks_nobody():
    assert [one.place for one in ranking_stability(THREE, [])] == [1, 1, 1]
    assert ranking_stability([], DIRECTOR) == []
    for asked in (lead_of, what_would_put_above):
        with pytest.raises(ValueError, match="ranks nobody"):
            asked({}, {}, [])


@pytest.mark.parametrize("wrong", [{"share": 1}, {"share": -0.1}, {"draws": 0}])
def test_draws_that_are_none_are_refused(wrong):
    with pytest.raises(ValueError, match=r"share|draw"):
        ranking_stability(THREE, DIRECTOR, **wrong)


# --- what would put B above A -------------------------------------------------------------------------------------


def test_the_drawn_example_says_what_would_change_the_order():
    """Horváthová passes Osei once all three must-haves are met; Li passes Horváthová with labour relations from 2 on."""
    katarina = what_would_put_above(of("Horváthová"), of("Osei"), DIRECTOR)
    assert katarina.alone == ()
    assert {lift.competency: lift.to for lift in katarina.by_must_haves} == {1: 4, 2: 4, 3: 5}
    assert {lift.competency for lift in katarina.fewest} == {1, 2, 3}
    li_na = what_would_put_above(of("Li"), of("Horváthová"), DIRECTOR, step=1)
    labour = next(lift for lift in li_na.alone if lift.competency == 6)
    assert (labour.level, labour.to) == (None, 2)


def test_who_stands_above_needs_nothing():
    assert what_would_put_above(of("Osei"), of("Li"), DIRECTOR).is_above
    assert what_would_put_above(of("Osei"), of("Li"), DIRECTOR).alone == ()


def test_nobody_stands_above_a_full_fit():
    nothing = what_would_put_above({1: 2}, {1: 4}, [Required(1, 4, must_have=True)])
    assert (nothing.is_above, nothing.alone, nothing.by_must_haves, nothing.fewest) == (False, (), (), ())


def test_equal_is_not_above():
    equal = what_would_put_above({1: 3}, {1: 3}, [Required(1, 4)])
    assert [(lift.level, lift.to) for lift in equal.alone] == [(3, 3.1)]


def test_a_rise_ends_where_the_requirement_ends():
    """Above 3.95 suffices and 4.0 is the next tenth; with whole steps from 3.5 on, 4 as well."""
    asked = [Required(1, 4), Required(2, 4)]
    for step in (Fraction(1, 10), 1, 3):
        found = what_would_put_above({1: 3.5, 2: 3}, {1: 3.95, 2: 3}, asked, step=step)
        assert next(lift.to for lift in found.alone if lift.competency == 1) == 4


@given(people, people, posts, st.sampled_from([Fraction(1, 10), Fraction(1), Fraction(1, 1000)]))
@settings(max_examples=200)
def test_what_is_said_to_put_above_does_and_less_does_not(lower, upper, requirements, step):
    found = what_would_put_above(lower, upper, requirements, step=step)
    target = fit(upper, requirements)
    assert found.is_above == (fit(lower, requirements) > target)
    for lift in found.alone:
        assert fit(with_lifts(lower, [lift]), requirements) > target
        less = lift.to - float(step)
        if less >= max(1, lift.level or 1):
            assert fit(with_lifts(lower, [lift], float(step)), requirements) <= target
    for lifts in (found.by_must_haves, found.fewest):
        assert not lifts or fit(with_lifts(lower, lifts), requirements) > target
    if found.fewest:
        assert fit(with_lifts(lower, found.fewest[:-1]), requirements) <= target


@given(people, people, posts)
@settings(max_examples=200)
def test_all_that_suffices_is_said(lower, upper, requirements):
    """Against trying: every single competency met, all unmet must-haves met, everything met."""
    target = fit(upper, requirements)
    assume(fit(lower, requirements) <= target)
    found = what_would_put_above(lower, upper, requirements)
    tried = {one.competency for one in requirements if fit({**lower, one.competency: one.level}, requirements) > target}
    assert {lift.competency for lift in found.alone} == tried
    musts = {part.competency: part.required for part in fit_of(lower, requirements).unmet_must_haves}
    assert bool(found.by_must_haves) == (fit({**lower, **musts}, requirements) > target)
    assert bool(found.fewest) == (target < 100)
    assert (len(found.fewest) == 1) == bool(tried)


@given(people, people, posts)
@settings(max_examples=200)
def test_a_weight_said_to_turn_the_order_turns_it(lower, upper, requirements):
    for other in what_would_put_above(lower, upper, requirements).weights:
        needed = Fraction(other.needed).limit_denominator(10**9)
        nudge = Fraction(1, 10**6) if other.is_raised else -Fraction(1, 10**6)
        for weight, turned in ((needed + nudge, True), (needed - nudge, False)):
            changed = [
                Required(one.competency, one.level, weight if one.competency == other.competency else one.weight)
                for one in requirements
            ]
            assert (fit(lower, changed) > fit(upper, changed)) == turned
