"""How well a candidate's competency profile answers what a post requires: one pair with its parts, or whole tables.

    fit = sum(w x min(level, required)) / sum(w x required), in %

over the competencies the post requires; w is the weight of the requirement. More than required is worth no more, what is
unrated counts 0 and is marked. The gap is what is missing to 100. The additive weighting is that of SMART (W. Edwards, "How
to use multiattribute utility measurement for social decisionmaking", IEEE Trans. Syst. Man Cybern. 7 (1977)), each value
capped at what is required.

Levels are read in thousandths, the steps in which profiles are derived. With whole weights every sum is then a whole
number below 2^53, and the table gives the same figures as the single pair to the last bit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

LOWEST, HIGHEST = 1, 5
STEPS = 1000  # a level is read in thousandths
ROWS_AT_ONCE = 256  # of a table; keeps what is worked on within the processor's cache
EXACT_IN_SINGLE = 2**24  # whole numbers up to it are exact in single precision
FORMULA_VERSION = 1

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.integer[Any]]
Level: TypeAlias = int | float | Decimal
Weight: TypeAlias = int | float | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Required:
    """A competency that a post requires, by its id, at a level of 1-5, with a weight above 0 (1-5 as HR sets it)."""

    competency: int
    level: int
    weight: Weight = 1
    must_have: bool = False


@dataclass(frozen=True, slots=True)
class FitPart:
    """What one required competency does to the fit.

    level: 1-5, None when unrated. possible, contribution, missing: in points of the fit's 100; possible = contribution +
    missing, and over all parts they sum to 100, the fit and the gap. gap: levels to the required one, 0 when met; the
    whole required level when unrated. `possible` is the width of its column in the fit strip.
    """

    competency: int
    required: int
    level: float | None
    weight: float
    must_have: bool
    possible: float
    contribution: float
    gap: float

    @property
    def missing(self) -> float:
        return self.possible - self.contribution

    @property
    def is_unrated(self) -> bool:
        return self.level is None

    @property
    def is_unmet_must_have(self) -> bool:
        return self.must_have and self.gap > 0


@dataclass(frozen=True, slots=True)
class Fit:
    """fit: 0-100, None when the post requires nothing, which is unknown and not 0. gap: 100 - fit, None likewise.

    parts: unmet must-haves first, then by what they could give (widest first), then by competency.
    """

    fit: float | None
    gap: float | None
    parts: tuple[FitPart, ...]

    @property
    def unmet_must_haves(self) -> tuple[FitPart, ...]:
        return tuple(part for part in self.parts if part.is_unmet_must_have)

    @property
    def unrated(self) -> tuple[FitPart, ...]:
        return tuple(part for part in self.parts if part.is_unrated)


def fit_of(levels: Mapping[int, Level | None], requirements: Iterable[Required]) -> Fit:
    """Fit of one candidate for one post.

    levels: competency -> level 1-5; missing or None is unrated; what the post does not require is not looked at.

    Raises ValueError for a level that is not 1-5 (NaN included), a required level that is not a whole 1-5, a weight that
    is not a finite number above 0, or a competency required twice.
    """
    asked = checked(requirements)
    if not asked:
        return Fit(None, None, ())
    whole = sum(exact(required.weight) * required.level * STEPS for required in asked)
    met = sum(exact(required.weight) * met_steps(levels, required) for required in asked)
    fit = 100 * float(Fraction(met, 1) / whole)
    parts = sorted((_part(levels, required, whole) for required in asked), key=_strip_order)
    return Fit(fit, 100 - fit, tuple(parts))


def _part(levels: Mapping[int, Level | None], required: Required, whole: int | Fraction) -> FitPart:
    weight, steps, wanted = exact(required.weight), steps_of(levels, required.competency), required.level * STEPS
    met = met_steps(levels, required)
    return FitPart(
        competency=required.competency,
        required=required.level,
        level=None if steps is None else steps / STEPS,
        weight=float(required.weight),
        must_have=required.must_have,
        possible=100 * float(Fraction(weight * wanted) / whole),
        contribution=100 * float(Fraction(weight * met) / whole),
        gap=(wanted - met) / STEPS,
    )


def _strip_order(part: FitPart) -> tuple[bool, float, int]:
    return (not part.is_unmet_must_have, -part.possible, part.competency)


def checked(requirements: Iterable[Required]) -> list[Required]:
    """The requirements by competency; errors as `fit_of`."""
    asked = sorted(requirements, key=lambda required: required.competency)
    for before, after in pairwise(asked):
        if before.competency == after.competency:
            raise ValueError(f"competency {after.competency} is required twice")
    for required in asked:
        if required.level not in range(LOWEST, HIGHEST + 1):
            raise ValueError(f"competency {required.competency}: a required level is a whole number from 1 to 5")
        exact(required.weight)
    return asked


def exact(weight: Weight) -> int | Fraction:
    """A weight without rounding. ValueError unless it is a finite number above 0."""
    if isinstance(weight, int):
        read: int | Fraction = weight
    else:
        try:
            read = Fraction(weight)
        except (ValueError, OverflowError):
            raise ValueError("a weight is a finite number") from None
    if read <= 0:
        raise ValueError("a weight is above 0")
    return read


def steps_of(levels: Mapping[int, Level | None], competency: int) -> int | None:
    """A candidate's level in thousandths, None when unrated. ValueError unless it is 1-5."""
    level = levels.get(competency)
    if level is None:
        return None
    if not LOWEST <= level <= HIGHEST:
        raise ValueError(f"competency {competency}: a level lies between 1 and 5")
    return round(float(level) * STEPS)


def met_steps(levels: Mapping[int, Level | None], required: Required) -> int:
    """Thousandths of a level that count: no more than required, 0 when unrated."""
    return min(steps_of(levels, required.competency) or 0, required.level * STEPS)


@dataclass(frozen=True, slots=True)
class RequirementTable:
    """What many posts require. required, weights: shape (posts, competencies); required 0 where nothing is asked."""

    required: FloatArray
    weights: FloatArray


def fit_matrix(levels: FloatArray, table: RequirementTable) -> FloatArray:
    """Fit of every candidate for every post, in %: shape (candidates, posts); NaN for a post that requires nothing.

    levels: shape (candidates, competencies), 1-5, NaN where unrated; the columns are those of the table.

    Required levels are whole, so min(level, required) is taken once for each of them, not for each post; the weighted
    sums over all of them are one matrix product.

    Raises ValueError for shapes that do not go together, a level or a required level out of range, a weight that is
    not finite and above 0 where something is required.
    """
    _check(levels, table)
    asked = [level for level in range(LOWEST, HIGHEST + 1) if (table.required == level).any()] or [LOWEST]
    whole = (table.weights * table.required).sum(axis=1) * STEPS
    kind = _exact_kind(table.weights, whole)
    weights = np.concatenate([np.where(table.required == level, table.weights, 0).T for level in asked]).astype(kind)
    caps = (np.array(asked)[:, None] * STEPS).astype(kind)
    fits = np.empty((len(levels), len(table.required)))
    at_once = min(len(levels), ROWS_AT_ONCE)
    # Room is taken once: taking it anew for each part would cost more than what is worked out in it.
    steps, scaled = np.empty((at_once, levels.shape[1]), kind), np.empty((at_once, levels.shape[1]))
    met, sums = np.empty((at_once, *caps.shape[:1], levels.shape[1]), kind), np.empty((at_once, len(whole)), kind)
    with np.errstate(invalid="ignore"):  # 0 of 0 is the NaN promised
        for start in range(0, len(levels), ROWS_AT_ONCE):
            rows = levels[start : start + ROWS_AT_ONCE]
            part = slice(len(rows))
            np.rint(np.multiply(rows, STEPS, out=scaled[part]), out=scaled[part])
            np.fmax(scaled[part], 0, out=scaled[part])  # unrated counts 0
            steps[part] = scaled[part]
            np.minimum(steps[part, None, :], caps, out=met[part])
            np.matmul(met[part].reshape(len(rows), len(weights)), weights, out=sums[part])
            np.divide(sums[part], whole, out=fits[start : start + ROWS_AT_ONCE])
    fits *= 100
    return fits


def _exact_kind(weights: FloatArray, whole: FloatArray) -> type[np.floating[Any]]:
    """Single precision where every sum is a whole number it holds exactly: half the work, the same figures."""
    is_whole = (weights == np.rint(weights)).all() and whole.max(initial=0) <= EXACT_IN_SINGLE
    return np.float32 if is_whole else np.float64


def _check(levels: FloatArray, table: RequirementTable) -> None:
    if levels.ndim != 2 or table.required.ndim != 2:  # noqa: PLR2004 -- rows and columns
        raise ValueError("levels and requirements are tables of two dimensions")
    if table.required.shape != table.weights.shape or levels.shape[1] != table.required.shape[1]:
        raise ValueError("levels, requirements and weights must have the same competencies")
    lowest, highest = (
        np.fmin.reduce(levels, axis=None, initial=HIGHEST),
        np.fmax.reduce(levels, axis=None, initial=LOWEST),
    )
    if lowest < LOWEST or highest > HIGHEST:
        raise ValueError("a level lies between 1 and 5")
    if not np.isin(table.required, range(HIGHEST + 1)).all():
        raise ValueError("a required level is a whole number from 1 to 5, 0 where nothing is asked")
    weights = table.weights[table.required > 0]
    if not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError("a weight is a finite number above 0")


def level_table(
    candidates: IntArray, competencies: IntArray, rated: tuple[IntArray, IntArray, FloatArray]
) -> FloatArray:
    """Spread rows (candidate, competency, level) over a table for `fit_matrix`, NaN where there is none.

    candidates, competencies: sorted ids without repetition; they order rows and columns. rated: three arrays of one
    length. A row of a competency outside the columns is left out, as no post asks for it; so is one of another candidate.
    """
    levels = np.full((len(candidates), len(competencies)), np.nan)
    row, is_row = _places(candidates, rated[0])
    column, is_column = _places(competencies, rated[1])
    kept = is_row & is_column
    levels[row[kept], column[kept]] = rated[2][kept]
    return levels


def requirement_table(posts: Sequence[Iterable[Required]], competencies: IntArray) -> RequirementTable:
    """Requirements of many posts, one row each in the order given; competencies as in `level_table`.

    Raises ValueError as `fit_of`, and for a required competency that has no column.
    """
    required = np.zeros((len(posts), len(competencies)))
    weights = np.zeros((len(posts), len(competencies)))
    for row, requirements in enumerate(posts):
        asked = checked(requirements)
        column, is_column = _places(competencies, np.array([one.competency for one in asked], np.int64))
        if not is_column.all():
            raise ValueError("a required competency has no column")
        required[row, column] = [one.level for one in asked]
        weights[row, column] = [float(one.weight) for one in asked]
    return RequirementTable(required, weights)


def _places(ids: IntArray, wanted: IntArray) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Where each wanted id stands among sorted ids, and whether it is there at all."""
    if not len(ids):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    place = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return place, ids[place] == wanted
