"""Whether an order by fit lasts: how places move when weights move, what would put one candidate above another.

Those compared answer the same requirements, so the sums they are divided by are equal and only

    lead of A over B = sum(w x (met by A - met by B)), met = min(level, required), unrated 0

decides. The order when weights move is drawn (J. Butler, J. Jia, J. Dyer, "Simulation techniques for the sensitivity
analysis of multi-criteria decision models", Europ. J. Oper. Res. 103 (1997)): each weight is multiplied by a number drawn
evenly from 1 - share to 1 + share, on its
own, with a fixed seed so that the same input gives the same figures. For two candidates the answer is exact: the lead can
turn exactly when share > |lead| / sum(w x |met by A - met by B|).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from candidates.fit import HIGHEST, LOWEST, STEPS, Level, Required, checked, exact, met_steps, steps_of

SHARE = 0.2
DRAWS = 1000
SEED = 20_26
SHOWN_STEP = Fraction(1, 10)  # levels are shown in tenths

Levels: TypeAlias = Mapping[int, Level | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate stands. place: 1 is best; equal fits share a place, and the next are left out (1, 1, 3).

    shares: place -> share of the draws (0-1) in which they stood there, only places met, best first; they sum to 1.
    """

    place: int
    shares: dict[int, float]

    @property
    def holds(self) -> float:
        """Share of the draws in which they keep their place."""
        return self.shares.get(self.place, 0.0)


def ranking_stability(
    candidates: Sequence[Levels],
    requirements: Iterable[Required],
    *,
    share: float = SHARE,
    draws: int = DRAWS,
    seed: int = SEED,
) -> list[Place]:
    """The place of each candidate by fit, aligned with `candidates`, and how it moves when weights move by +- share.

    Raises ValueError as `fit_of`, for a share that is not from 0 to below 1, or fewer than one draw.
    """
    if not 0 <= share < 1:
        raise ValueError("weights move by a share from 0 to below 1")
    if draws < 1:
        raise ValueError("at least one draw")
    asked = checked(requirements)
    met = np.array([[met_steps(levels, one) for one in asked] for levels in candidates], np.float64)
    met = met.reshape(len(candidates), len(asked))
    sums = [
        sum((Fraction(exact(one.weight)) * met_steps(levels, one) for one in asked), Fraction())
        for levels in candidates
    ]
    places = [1 + sum(other > own for other in sums) for own in sums]
    chance = np.random.default_rng(seed)
    weights = np.array([float(one.weight) for one in asked]) * chance.uniform(1 - share, 1 + share, (draws, len(asked)))
    # equal rows must give equal sums, so that those who stand equal do so in every draw: no matrix product
    drawn = np.array([(weights * row).sum(axis=1) for row in met]).reshape(len(candidates), draws)
    return [_place(place, 1 + (drawn > own).sum(axis=0)) for place, own in zip(places, drawn, strict=True)]


def _place(place: int, drawn: "np.ndarray[tuple[int], np.dtype[np.int_]]") -> Place:
    met, times = np.unique(drawn, return_counts=True)
    return Place(place, dict(zip(met.tolist(), (times / len(drawn)).tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class Lead:
    """How far A leads B. points: fit of A less fit of B, in points; below 0 when B leads.

    turns_at: the smallest share by which weights, each on its own, must move for the two to stand equal; beyond it the
    lead can turn. None when no share below 1 does it: one is nowhere below the other, or they meet everything alike.
    """

    points: float
    turns_at: float | None

    def can_turn(self, share: float = SHARE) -> bool:
        return self.turns_at is not None and self.turns_at < share


def lead_of(first: Levels, second: Levels, requirements: Iterable[Required]) -> Lead:
    """How far the first leads the second for a post; errors as `fit_of`, and ValueError where nothing is required."""
    asked = _something(requirements)
    leads = [Fraction(_lead(first, second, one)) for one in asked]
    whole = sum((Fraction(exact(one.weight)) * one.level * STEPS for one in asked), Fraction())
    lead, moved = sum(leads, Fraction()), sum((abs(one) for one in leads), Fraction())
    turns_at = abs(lead) / moved if moved else Fraction(1)
    return Lead(100 * float(lead / whole), float(turns_at) if turns_at < 1 else None)


def _something(requirements: Iterable[Required]) -> list[Required]:
    asked = checked(requirements)
    if not asked:
        raise ValueError("a post that requires nothing ranks nobody")
    return asked


def _lead(first: Levels, second: Levels, one: Required) -> int | Fraction:
    return exact(one.weight) * (met_steps(first, one) - met_steps(second, one))


@dataclass(frozen=True, slots=True)
class Lift:
    """A competency raised. level: as it is, None when unrated. to: where it must come to, 1-5."""

    competency: int
    level: float | None
    to: float


@dataclass(frozen=True, slots=True)
class OtherWeight:
    """A weight under which the order turns, all others as they are. needed: the weight at which the two stand equal.

    is_raised: whether the order turns above it (else below it).
    """

    competency: int
    weight: float
    needed: float
    is_raised: bool


@dataclass(frozen=True, slots=True)
class PutAbove:
    """What would put B above A. Empty throughout when B stands above A already.

    alone: each competency that suffices alone, with the lowest level that does; smallest rise first.
    by_must_haves: B's unmet must-haves at their required levels, when meeting all of them suffices; else empty.
    fewest: the fewest competencies that suffice when raised to what is required; empty when not even all do.
    weights: single weights within 1-5 that turn the order.
    """

    is_above: bool
    alone: tuple[Lift, ...] = ()
    by_must_haves: tuple[Lift, ...] = ()
    fewest: tuple[Lift, ...] = ()
    weights: tuple[OtherWeight, ...] = ()


def what_would_put_above(
    lower: Levels, upper: Levels, requirements: Iterable[Required], *, step: Fraction | int = SHOWN_STEP
) -> PutAbove:
    """What B (`lower`) would need to have a greater fit than A (`upper`), A's levels being what they are.

    step: rises are told in whole steps of a level, up (1/10 as levels are shown; 1 for ratings). Equal is not above.

    Raises ValueError as `lead_of`, and for a step that is not above 0.
    """
    asked = _something(requirements)
    if step <= 0:
        raise ValueError("a step is above 0")
    behind = sum(_lead(upper, lower, one) for one in asked)
    if behind < 0:
        return PutAbove(is_above=True)
    gains = {one.competency: exact(one.weight) * (one.level * STEPS - met_steps(lower, one)) for one in asked}
    open_musts = [one for one in asked if one.must_have and gains[one.competency]]
    return PutAbove(
        is_above=False,
        alone=_alone(lower, asked, behind, Fraction(step)),
        by_must_haves=_met(lower, open_musts) if sum(gains[one.competency] for one in open_musts) > behind else (),
        fewest=_fewest(lower, asked, gains, behind),
        weights=_other_weights(lower, upper, asked, behind),
    )


def _alone(lower: Levels, asked: list[Required], behind: int | Fraction, step: Fraction) -> tuple[Lift, ...]:
    lifts = []
    for one in asked:
        just = (met_steps(lower, one) + Fraction(behind) / exact(one.weight)) / STEPS  # the two would stand equal
        to = max(Fraction(LOWEST), (just // step + 1) * step)
        to = Fraction(one.level) if just < one.level < to else to
        if to <= one.level:
            lifts.append(_lift(lower, one, float(to)))
    return tuple(sorted(lifts, key=lambda lift: (lift.to - (lift.level or 0), lift.competency)))


def _fewest(
    lower: Levels, asked: list[Required], gains: Mapping[int, int | Fraction], behind: int | Fraction
) -> tuple[Lift, ...]:
    """Gains add up, so the greatest first are the fewest."""
    chosen: list[Required] = []
    gained: int | Fraction = 0
    for one in sorted(asked, key=lambda one: (-gains[one.competency], one.competency)):
        if gained > behind or not gains[one.competency]:
            break
        gained += gains[one.competency]
        chosen.append(one)
    return _met(lower, chosen) if gained > behind else ()


def _other_weights(
    lower: Levels, upper: Levels, asked: list[Required], behind: int | Fraction
) -> tuple[OtherWeight, ...]:
    found = []
    for one in asked:
        ahead = met_steps(lower, one) - met_steps(upper, one)
        if not ahead:
            continue
        needed = exact(one.weight) + Fraction(behind) / ahead
        if LOWEST <= needed <= HIGHEST:
            found.append(OtherWeight(one.competency, float(one.weight), float(needed), ahead > 0))
    return tuple(sorted(found, key=lambda other: (abs(other.needed - other.weight), other.competency)))


def _met(lower: Levels, asked: list[Required]) -> tuple[Lift, ...]:
    return tuple(_lift(lower, one, float(one.level)) for one in asked)


def _lift(lower: Levels, one: Required, to: float) -> Lift:
    steps = steps_of(lower, one.competency)
    return Lift(one.competency, None if steps is None else steps / STEPS, to)
