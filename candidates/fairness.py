"""Whether a selection works out unlike for groups of people: impact ratio and Fisher's exact test.

The impact ratio is the selection rate of a group ÷ that of the group selected most often; below four fifths it is
evidence of adverse impact: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D (1978). The p-value beside
it is that of R. A. Fisher's exact test, two-sided, as `scipy.stats.fisher_exact`. A flag asks for a look, it proves nothing.

Whether attributes may be looked at at all is decided before anything comes here: nothing of this enters a score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from scipy.stats import fisher_exact

from candidates.small_numbers import hidden_groups

FOUR_FIFTHS = Fraction(4, 5)
METHOD = "four_fifths_and_fisher_exact"
METHOD_VERSION = 1


class Outcome(NamedTuple):
    """People of a group: how many were selected of how many considered."""

    selected: int
    considered: int


@dataclass(frozen=True, slots=True)
class Impact:
    """One group. is_hidden: too few people to be shown; then no figure is given.

    rate: selected ÷ considered. is_reference: the group selected most often, which the others are measured against.
    ratio: rate ÷ that of the reference, 0-1; None when nobody was selected anywhere. is_flagged: ratio below 4/5, exactly.
    p_value: of this group against the reference; None for the reference itself and without a ratio.
    """

    group: str
    is_hidden: bool
    considered: int | None = None
    selected: int | None = None
    rate: float | None = None
    is_reference: bool = False
    ratio: float | None = None
    is_flagged: bool = False
    p_value: float | None = None


def impacts(groups: Mapping[str, Outcome]) -> list[Impact]:
    """Every group with people, in order of group. Hidden groups are no reference; of equal rates the larger group is.

    Raises ValueError when more are selected than considered, or a number is negative.
    """
    for group, outcome in groups.items():
        if not 0 <= outcome.selected <= outcome.considered:
            raise ValueError(f"{group}: selected are 0 or more, and no more than considered")
    hidden = hidden_groups({group: outcome.considered for group, outcome in groups.items()})
    shown = {group: one for group, one in sorted(groups.items()) if one.considered and group not in hidden}
    found = [Impact(group, is_hidden=True) for group in hidden]
    if shown:
        best = max(shown, key=lambda group: (_rate(shown[group]), shown[group].considered))
        found += [_impact(group, shown[group], shown[best], group == best) for group in shown]
    return sorted(found, key=lambda impact: impact.group)


def _rate(outcome: Outcome) -> Fraction:
    return Fraction(outcome.selected, outcome.considered)


def _impact(group: str, own: Outcome, best: Outcome, is_reference: bool) -> Impact:
    ratio = _rate(own) / _rate(best) if best.selected else None
    is_compared = ratio is not None and not is_reference
    return Impact(
        group=group,
        is_hidden=False,
        considered=own.considered,
        selected=own.selected,
        rate=float(_rate(own)),
        is_reference=is_reference,
        ratio=None if ratio is None else float(ratio),
        is_flagged=ratio is not None and ratio < FOUR_FIFTHS,
        p_value=_fisher(own, best) if is_compared else None,
    )


def _fisher(own: Outcome, best: Outcome) -> float:
    table = [[own.selected, own.considered - own.selected], [best.selected, best.considered - best.selected]]
    return float(fisher_exact(table).pvalue)
