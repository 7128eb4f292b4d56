"""Proposed readiness: the drawn example, the reasons, and that nobody falls back by getting better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.fit import Required, fit_of
from candidates.readiness_proposal import TIERS, Limits, Reason, propose_readiness
from tests.candidates.test_fit import DIRECTOR, of, people, profiles

performances = st.sampled_from([None, 1, 2, 3])


def proposed(levels, requirements=DIRECTOR, **facts):
    return propose_readiness(fit_of(levels, requirements), **{"is_fresh": True, **facts})


def codes(reasons):
    return [(reason.code, reason.tier, reason.competency) for reason in reasons]


@pytest.mark.parametrize(
    ("person", "tier"),
    [
        ("Osei", "ready_now"), ("Horváthová", "1_3_years"), ("Li", "1_3_years"),
        ("Adeyemi", "4_5_years"), ("Vargas", "4_5_years"), ("Dahl", "4_5_years"),
    ],
)  # fmt: skip
def test_the_drawn_example_is_proposed_as_drawn(person, tier):
    assert proposed(of(person)).readiness == tier


def test_reasons_tell_what_bars_each_better_tier():
    adeyemi = proposed(of("Adeyemi"))
    assert codes(adeyemi.because) == [("fit_reached", "4_5_years", None)]
    assert codes(adeyemi.why_not_better) == [
        ("fit_below", "ready_now", None),
        ("must_have_unmet", "ready_now", 3),
        ("must_have_unmet", "ready_now", 1),
        ("must_have_unmet", "ready_now", 2),
        ("must_have_far_below", "1_3_years", 1),
        ("must_have_far_below", "1_3_years", 2),
    ]
    assert adeyemi.why_not_better[-1] == Reason("must_have_far_below", "1_3_years", 2, 2.2, 1.5)


def test_ready_now_says_why():
    osei = proposed(of("Osei"), performance=3)
    assert codes(osei.because) == [
        (code, "ready_now", None) for code in ("fit_reached", "must_haves_met", "evidence_fresh")
    ]
    assert osei.why_not_better == ()


@pytest.mark.parametrize(
    ("facts", "code"), [({"is_fresh": False}, "evidence_stale"), ({"performance": 1}, "performance_low")]
)
def test_stale_evidence_or_low_performance_bars_ready_now(facts, code):
    osei = proposed(of("Osei"), **facts)
    assert (osei.readiness, codes(osei.why_not_better)) == ("1_3_years", [(code, "ready_now", None)])


def test_an_unrated_must_have_bars_ready_now_but_is_not_called_far_below():
    requirements = [Required(1, 4, 5), Required(2, 4, 5), Required(3, 4, 1, must_have=True)]
    found = proposed({1: 4, 2: 4}, requirements)
    assert (found.readiness, codes(found.why_not_better)) == ("1_3_years", [("must_have_unmet", "ready_now", 3)])
    assert found.why_not_better[0].value is None


def test_without_requirements_or_evidence_nothing_is_proposed():
    for levels, requirements, code in (({1: 3}, [], "no_requirements"), ({}, DIRECTOR, "no_evidence")):
        found = proposed(levels, requirements)
        assert (found.readiness, found.because, codes(found.why_not_better)) == (None, (), [(code, None, None)])


def test_too_low_a_fit_proposes_nothing_and_says_so():
    found = proposed({1: 1}, [Required(1, 5)])
    assert found.readiness is None
    assert codes(found.why_not_better) == [("fit_below", tier, None) for tier in TIERS]


@given(people, profiles(), st.booleans(), performances, st.data())
def test_a_higher_rated_level_never_worsens_the_proposal(levels, requirements, is_fresh, performance, data):
    raised = data.draw(st.sampled_from([one.competency for one in requirements if levels.get(one.competency)] or [99]))
    higher = data.draw(st.floats(levels.get(raised) or 1, 5))
    order = [*TIERS, None]
    before, after = (
        order.index(proposed(some, requirements, is_fresh=is_fresh, performance=performance).readiness)
        for some in (levels, {**levels, raised: higher})
    )
    assert after <= before


@given(people, profiles(), st.booleans(), performances)
def test_every_proposal_has_reasons_and_a_version(levels, requirements, is_fresh, performance):
    found = proposed(levels, requirements, is_fresh=is_fresh, performance=performance)
    assert found.because or found.why_not_better
    assert found.rules_version == 1
    better = TIERS[: TIERS.index(found.readiness)] if found.readiness else TIERS
    barred = {reason.tier for reason in found.why_not_better}
    assert barred in (set(better), {None})
    assert {reason.tier for reason in found.because} == ({found.readiness} if found.readiness else set())


def test_limits_fall_from_tier_to_tier():
    for wrong in ({"ready_now": 60}, {"ready_now": 101}, {"years_4_5": -1}, {"must_have_gap": -1}):
        with pytest.raises(ValueError, match="limits fall"):
            Limits(**wrong)
    with pytest.raises(ValueError, match="from 1 to 3"):
        proposed(of("Osei"), performance=4)
