"""How severe raters are, estimated from what they said of the same: shown beside the raw levels, applied only when asked.

The additive model of D. N. M. de Gruijter, "Two simple models for rater effects", Applied Psychological Measurement 8
(1984): rating = what was rated - severity of the rater + error, fitted by least squares. *The same* is one competency in
one exercise of one assessment, seen by raters of one group: unlike views (a peer's, a superior's) are not severity.

Severities are drawn towards 0 as though each rater had given `SHRINKAGE` more ratings without any deviation (ridge
regression: A. E. Hoerl, R. W. Kennard, Technometrics 12 (1970)), so that few ratings never say much, and the solution is
unique where raters have nothing in common.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from candidates.profile import HIGHEST, LOWEST, Rating

METHOD = "additive_least_squares"  # named wherever an adjusted level is shown
METHOD_VERSION = 1
SHRINKAGE = 5.0  # ratings
FEWEST_COMPARED = 5  # of a rater, below which nothing is said

Target: TypeAlias = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class Severity:
    """A rater against those who rated the same. severity: levels by which they rate lower (above 0: severe, below: mild).

    None while fewer than five of their ratings could be compared. compared: how many could.
    """

    rater: int
    severity: float | None
    compared: int


def rater_severities(ratings: Iterable[Rating]) -> dict[int, Severity]:
    """Severity of every rater, in order of rater. Only ratings of what at least two raters rated are compared.

    ratings: of many candidates; of a corrected assessment only the newest version. Time grows with the cube of the
    number of raters compared: 1,000 raters take about a second.
    """
    known = list(ratings)
    by_target: dict[Target, list[Rating]] = defaultdict(list)
    for rating in known:
        by_target[rating.assessment, rating.competency, rating.exercise, rating.group].append(rating)
    shared = [found for found in by_target.values() if len({rating.rater for rating in found}) > 1]
    compared: dict[int, int] = defaultdict(int)
    for found in shared:
        for rating in found:
            compared[rating.rater] += 1
    estimated = _least_squares(shared, sorted(compared))
    return {
        rater: Severity(rater, estimated[rater] if compared[rater] >= FEWEST_COMPARED else None, compared[rater])
        for rater in sorted({rating.rater for rating in known})
    }


def _least_squares(shared: list[list[Rating]], raters: list[int]) -> dict[int, float]:
    """Severity of each rater: the normal equations with what was rated eliminated, plus the ridge."""
    place = {rater: index for index, rater in enumerate(raters)}
    equations = np.eye(len(raters)) * SHRINKAGE
    lower = np.zeros(len(raters))
    for found in sorted(shared, key=_target_order):
        who = np.array([place[rating.rater] for rating in found])
        levels = np.array([rating.level for rating in found])
        np.add.at(equations, (who, who), 1)
        np.subtract.at(equations, (who[:, None], who[None, :]), 1 / len(found))
        np.add.at(lower, who, levels.mean() - levels)
    solved = np.linalg.solve(equations, lower) if raters else lower
    return {rater: float(solved[index]) for rater, index in place.items()}


def _target_order(found: list[Rating]) -> Target:
    first = found[0]
    return (first.assessment, first.competency, first.exercise, first.group)


def adjusted_ratings(ratings: Iterable[Rating], severities: Mapping[int, Severity]) -> list[Rating]:
    """The ratings as though all raters were equally severe, kept within 1-5; derive a profile from each and show both.

    A rater without an estimate keeps what they said.
    """
    return [replace(rating, level=_adjusted(rating, severities.get(rating.rater))) for rating in ratings]


def _adjusted(rating: Rating, severity: Severity | None) -> float:
    if severity is None or severity.severity is None:
        return rating.level
    return min(max(rating.level + severity.severity, LOWEST), HIGHEST)
