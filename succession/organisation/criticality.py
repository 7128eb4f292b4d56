"""How critical a post is: factors scored 1-5, weighted, and whether it is proposed as a key post.

score = sum(weight x score) / sum(weight), between 1.00 and 5.00. The additive weighting is that of SMART (W. Edwards,
"How to use multiattribute utility measurement for social decisionmaking", IEEE Trans. Syst. Man Cybern. 7 (1977)).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeAlias

LOWEST, HIGHEST = 1, 5
PLACES = 100  # the score is kept to hundredths

Weight: TypeAlias = Decimal | int | float | str


class InvalidScores(ValueError):
    """Scores or weights that make no score; `problems` tells the code of each factor's fault.

    Codes: unknown_factor, missing_score, not_a_level (a whole number 1-5), not_a_weight (a number, 0 or more),
    and under the empty key no_weight (all weights are 0).
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(", ".join(f"{factor or 'all'}: {code}" for factor, code in sorted(self.problems.items())))


@dataclass(frozen=True, slots=True)
class Criticality:
    """score: 1.00-5.00, two places, half up. shares: what each weighted factor adds to it, unrounded to two places, so
    that they sum to the score before rounding. is_proposed_key: the score as shown reaches the threshold.
    """

    score: Decimal
    shares: dict[str, Fraction]
    is_proposed_key: bool


def criticality(scores: Mapping[str, int], weights: Mapping[str, Weight], threshold: Decimal) -> Criticality:
    """Weigh the scores. A factor of weight 0 may stay unscored; one without a weight must not be scored.

    Raises InvalidScores with every fault at once. Weights may come as JSON numbers or text; they are read as decimals.
    """
    read = {factor: _weight(weight) for factor, weight in weights.items()}
    if problems := _problems(scores, read):
        raise InvalidScores(problems)
    parts = {factor: weight for factor, weight in read.items() if weight}
    total = sum(parts.values(), Fraction())
    shares = {factor: weight * scores[factor] / total for factor, weight in parts.items()}
    score = _hundredths(sum(shares.values(), Fraction()))
    return Criticality(score, shares, score >= threshold)


def _problems(scores: Mapping[str, int], weights: Mapping[str, Fraction | None]) -> dict[str, str]:
    problems: dict[str, str] = {}
    for factor, weight in weights.items():
        if weight is None:
            problems[factor] = "not_a_weight"
        elif weight and factor not in scores:
            problems[factor] = "missing_score"
    for factor, score in scores.items():
        if factor not in weights:
            problems[factor] = "unknown_factor"
        elif type(score) is not int or not LOWEST <= score <= HIGHEST:
            problems[factor] = "not_a_level"
    if not any(weights.values()) and not problems:
        problems[""] = "no_weight"
    return problems


def _weight(weight: Weight) -> Fraction | None:
    """The weight as an exact number, or None when it is none or below 0."""
    if isinstance(weight, bool):
        return None
    try:
        number = Decimal(str(weight))
    except InvalidOperation:
        return None
    return Fraction(number) if number.is_finite() and number >= 0 else None


def _hundredths(value: Fraction) -> Decimal:
    """Two places, half up, without a step over binary or rounded decimals."""
    return (Decimal((2 * PLACES * value + 1) // 2) / PLACES).quantize(Decimal("0.01"), ROUND_HALF_UP)
