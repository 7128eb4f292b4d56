"""The nine-box of the talent review: performance x potential, and whether groups are rated unlike.

Cells are numbered as the keys that move people: 1-3 the row of high potential, 7-9 that of low; within a row from low to
high performance. Labels belong to the organisation and stand elsewhere.

The check asks whether a group's potential is rated unlike the others' **at equal performance**: the mean score test of
N. Mantel, "Chi-square tests with one degree of freedom; extensions of the Mantel-Haenszel procedure", J. Am. Stat. Assoc.
58 (1963), and, since every group is asked, the step-down of S. Holm, Scand. J. Statist. 6 (1979). It never says why.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import erfc, sqrt
from typing import NamedTuple, TypeAlias

from candidates.small_numbers import hidden_groups

LOWEST, HIGHEST = 1, 3
SCALE = range(LOWEST, HIGHEST + 1)
FEWEST_TOLD = 30  # people on either side, below which a difference is not called one
SIGNIFICANCE = 0.05
CHECK_VERSION = 1

Table: TypeAlias = dict[int, float]


class Standing(NamedTuple):
    """One person's place: performance 1-3, potential 1-3."""

    performance: int
    potential: int


def cell_of(performance: int, potential: int) -> int:
    """The cell, 1-9. Raises ValueError unless both are a whole number from 1 to 3."""
    if performance not in SCALE or potential not in SCALE:
        raise ValueError("performance and potential are whole numbers from 1 to 3")
    return (HIGHEST - potential) * HIGHEST + performance


def standing_of(cell: int) -> Standing:
    """What a cell stands for. Raises ValueError unless it is 1-9."""
    if cell not in range(1, HIGHEST**2 + 1):
        raise ValueError("cells are numbered from 1 to 9")
    row, column = divmod(cell - 1, HIGHEST)
    return Standing(performance=column + 1, potential=HIGHEST - row)


def cell_counts(standings: Iterable[Standing]) -> dict[int, int]:
    """People in each cell, 1-9, empty ones included. Raises ValueError as `cell_of`."""
    counted = Counter(cell_of(*standing) for standing in standings)
    return {cell: counted[cell] for cell in range(1, HIGHEST**2 + 1)}


@dataclass(frozen=True, slots=True)
class GroupSpread:
    """How one group (a unit, a grade, a rater) is spread, against all others.

    verdict: hidden (too few people to be shown: then no figure is given), too_few (no difference is called one), differs,
    in_line. people: how many; None when hidden. performance, potential: value 1-3 -> share of the group, 0-1.
    difference: mean potential less that of the others at equal performance, -2 to 2, each level of performance weighing
    n x others / all (Mantel and Haenszel's weights); None where nobody can be compared.
    p_value: of that difference, two-sided, corrected for the number of groups told (Holm); None unless they are told.
    """

    group: str
    verdict: str
    people: int | None = None
    performance: Table | None = None
    potential: Table | None = None
    difference: float | None = None
    p_value: float | None = None


def group_spreads(groups: Mapping[str, Sequence[Standing]]) -> list[GroupSpread]:
    """Every group with people against all others, in order of group. A person stands in one group.

    Raises ValueError as `cell_of`.
    """
    counts = {group: Counter(standings) for group, standings in groups.items() if standings}
    for standing in {one for counted in counts.values() for one in counted}:
        cell_of(*standing)
    whole = sum(counts.values(), Counter[Standing]())
    hidden = hidden_groups({group: counted.total() for group, counted in counts.items()})
    shown = {group: counted for group, counted in sorted(counts.items()) if group not in hidden}
    compared = {group: _compare(counted, whole) for group, counted in shown.items()}
    told = {
        group: p_value
        for group, (_, p_value, fewest) in compared.items()
        if p_value is not None and fewest >= FEWEST_TOLD
    }
    corrected = holm(told)
    spreads = [GroupSpread(group, "hidden") for group in hidden]
    for group, counted in shown.items():
        spreads.append(_spread(group, counted, compared[group][0], corrected.get(group)))
    return sorted(spreads, key=lambda spread: spread.group)


def _spread(group: str, counted: Counter[Standing], difference: float | None, p_value: float | None) -> GroupSpread:
    verdict = "too_few"
    if p_value is not None:
        verdict = "differs" if p_value < SIGNIFICANCE else "in_line"
    return GroupSpread(group, verdict, counted.total(), _shares(counted, 0), _shares(counted, 1), difference, p_value)


def _shares(counted: Counter[Standing], axis: int) -> Table:
    people = counted.total()
    return {value: sum(n for one, n in counted.items() if one[axis] == value) / people for value in SCALE}


def _compare(own: Counter[Standing], whole: Counter[Standing]) -> tuple[float | None, float | None, int]:
    """Difference at equal performance, its p-value, and the fewer of the people compared on either side.

    Strata of performance without anyone on one side compare nobody. A variance of 0 (all rated alike) is no difference.
    """
    above = variance = compared = Fraction()
    mine = theirs = 0
    for performance in SCALE:
        inside, around = (_stratum(counted, performance) for counted in (own, whole))
        n, total = sum(inside.values()), sum(around.values())
        if not 0 < n < total:
            continue
        mean = Fraction(sum(value * people for value, people in around.items()), total)
        scatter = sum((people * (value - mean) ** 2 for value, people in around.items()), Fraction()) / total
        above += sum(value * people for value, people in inside.items()) - n * mean
        variance += scatter * Fraction(n * (total - n), total - 1)
        compared += Fraction(n * (total - n), total)
        mine, theirs = mine + n, theirs + total - n
    if not mine:
        return None, None, 0
    p_value = erfc(abs(float(above)) / sqrt(2 * variance)) if variance else 1.0
    return float(above / compared), p_value, min(mine, theirs)


def _stratum(counted: Counter[Standing], performance: int) -> dict[int, int]:
    return {one.potential: people for one, people in counted.items() if one.performance == performance}


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values corrected for their number, step-down; never smaller than given, never above 1."""
    corrected: dict[str, float] = {}
    reached = 0.0
    for done, group in enumerate(sorted(p_values, key=lambda group: (p_values[group], group))):
        reached = max(reached, min(1.0, (len(p_values) - done) * p_values[group]))
        corrected[group] = reached
    return corrected
