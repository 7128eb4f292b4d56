"""Which readiness the system proposes for a person and a post, and why: a human decides, with a date and a reason.

The tiers are those of ISO 30414: ready now, in 1-3 years, in 4-5 years. The best tier that nothing bars is proposed:

* ready now: the fit reaches its limit, every must-have is met, evidence is fresh, performance is not low.
* 1-3 years: the fit reaches its limit, and no rated must-have is further below than can be made up in that time.
* 4-5 years: the fit reaches its limit.

Willingness plays no part: it decides whether somebody counts, not what they can do. Nothing of a person but what is
named here is looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from candidates.fit import Fit

READY_NOW, YEARS_1_3, YEARS_4_5 = "ready_now", "1_3_years", "4_5_years"
TIERS = (READY_NOW, YEARS_1_3, YEARS_4_5)
LOW_PERFORMANCE = 1
RULES_VERSION = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Fit in % from which a tier is proposed, falling from tier to tier; must_have_gap: most levels below for 1-3 years."""

    ready_now: float = 85
    years_1_3: float = 70
    years_4_5: float = 50
    must_have_gap: float = 1.5

    def __post_init__(self) -> None:
        """ValueError unless 100 >= ready_now >= years_1_3 >= years_4_5 >= 0 and the gap is 0 or more."""
        if not 100 >= self.ready_now >= self.years_1_3 >= self.years_4_5 >= 0 or not self.must_have_gap >= 0:  # noqa: PLR2004 -- per cent
            raise ValueError("limits fall from tier to tier, between 100 and 0")

    def fit_for(self, tier: str) -> float:
        return {READY_NOW: self.ready_now, YEARS_1_3: self.years_1_3, YEARS_4_5: self.years_4_5}[tier]


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact that speaks for a tier or bars it. competency: where it is about one. value against limit: what was measured.

    Codes for: fit_reached (%), must_haves_met, evidence_fresh.
    Codes against: fit_below (%), must_have_unmet (level, None unrated, of required), must_have_far_below (levels below,
    of the most), evidence_stale, performance_low (1-3). Without any proposal: no_requirements, no_evidence.
    """

    code: str
    tier: str | None
    competency: int | None = None
    value: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class ReadinessProposal:
    """readiness: the tier, None when none is proposed. because: what speaks for it. why_not_better: what bars each better
    tier, best tier first; with no readiness, what bars them all.
    """

    readiness: str | None
    because: tuple[Reason, ...]
    why_not_better: tuple[Reason, ...]
    rules_version: int = RULES_VERSION


def propose_readiness(
    fit: Fit, *, is_fresh: bool, performance: int | None = None, limits: Limits = Limits()
) -> ReadinessProposal:
    """What to propose. is_fresh: whether the person's newest evidence is. performance: 1-3 of the last talent review, None
    where there was none, which bars nothing. Raises ValueError for another performance.
    """
    if performance not in {None, 1, 2, 3}:
        raise ValueError("performance is a whole number from 1 to 3")
    if fit.fit is None:
        return ReadinessProposal(None, (), (Reason("no_requirements", None),))
    if len(fit.unrated) == len(fit.parts):
        return ReadinessProposal(None, (), (Reason("no_evidence", None),))
    against: list[Reason] = []
    for tier in TIERS:
        bars = [*_fit_bars(fit.fit, tier, limits), *_other_bars(fit, tier, is_fresh, performance, limits)]
        if not bars:
            return ReadinessProposal(tier, tuple(_because(fit.fit, tier, limits)), tuple(against))
        against += bars
    return ReadinessProposal(None, (), tuple(against))


def _fit_bars(fit: float, tier: str, limits: Limits) -> Iterable[Reason]:
    if fit < limits.fit_for(tier):
        yield Reason("fit_below", tier, value=fit, limit=limits.fit_for(tier))


def _other_bars(fit: Fit, tier: str, is_fresh: bool, performance: int | None, limits: Limits) -> Iterable[Reason]:
    if tier == READY_NOW:
        for part in fit.unmet_must_haves:
            yield Reason("must_have_unmet", tier, part.competency, part.level, part.required)
        if not is_fresh:
            yield Reason("evidence_stale", tier)
        if performance == LOW_PERFORMANCE:
            yield Reason("performance_low", tier, value=performance)
    elif tier == YEARS_1_3:
        for part in fit.unmet_must_haves:
            if not part.is_unrated and part.gap > limits.must_have_gap:
                yield Reason("must_have_far_below", tier, part.competency, part.gap, limits.must_have_gap)


def _because(fit: float, tier: str, limits: Limits) -> Iterable[Reason]:
    yield Reason("fit_reached", tier, value=fit, limit=limits.fit_for(tier))
    if tier == READY_NOW:
        yield Reason("must_haves_met", tier)
        yield Reason("evidence_fresh", tier)
