"""A selection round: who is eligible, who falls out and why, and the screening score of those who remain.

A *must* excludes; a *weighted* criterion scores. With share = how much of a criterion is reached, 0-1,

    score = 100 x sum(weight x share) / sum(weight)

over the weighted criteria: the additive weighting of SMART (W. Edwards, IEEE Trans. Syst. Man Cybern. 7 (1977)). What is
unknown does not meet a must and scores 0, and is marked. Only what a criterion names is looked at. The committee decides;
the order here and the waiting list are what is put before it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

SCORE_VERSION = 1

Number: TypeAlias = int | float | Decimal
Fact: TypeAlias = int | float | Decimal | str | frozenset[str] | None
Facts: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a round asks of one measure (fit, performance, potential, tenure, mobility, willingness, training).

    A number is asked with `at_least`, an answer or a set of answers (places one would move to) with `among`: one of them
    suffices. weight None: a must. Else above 0, and a number scores from 0 at `at_least` to all of it at `full_at`, an
    answer all or nothing.
    """

    measure: str
    at_least: Number | None = None
    among: frozenset[str] | None = None
    weight: Number | None = None
    full_at: Number | None = None

    def __post_init__(self) -> None:
        """ValueError unless it asks one thing; a weighted number has full_at above at_least, a must has none."""
        if (self.at_least is None) == (self.among is None):
            raise ValueError(f"{self.measure}: a criterion asks either for a number or for an answer")
        if self.weight is not None and not 0 < self.weight < float("inf"):
            raise ValueError(f"{self.measure}: a weight is a number above 0")
        if (self.full_at is not None) != (self.weight is not None and self.at_least is not None):
            raise ValueError(f"{self.measure}: a weighted number, and nothing else, says where it scores in full")
        numbers = [one for one in (self.at_least, self.full_at) if one is not None]
        if not all(float("-inf") < one < float("inf") for one in numbers) or (
            len(numbers) > 1 and numbers[0] >= numbers[1]
        ):
            raise ValueError(f"{self.measure}: a number scores upwards, from one number to a greater")

    @property
    def is_must(self) -> bool:
        return self.weight is None


@dataclass(frozen=True, slots=True)
class FallOut:
    """A must that somebody does not meet. rule: unknown, below (a number) or not_among (an answer). fact: what was found."""

    measure: str
    rule: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What a weighted criterion adds: share reached, 0-1; points of 100, at most `possible`. Parts sum to the score."""

    measure: str
    fact: Fact
    share: float
    possible: float
    points: float

    @property
    def is_unknown(self) -> bool:
        return self.fact is None


@dataclass(frozen=True, slots=True)
class Entry:
    """An eligible candidate. score: 0-100, None when nothing is weighted. rank: 1 is best; equal scores share a rank."""

    candidate: int
    score: float | None
    rank: int
    parts: tuple[ScorePart, ...]


@dataclass(frozen=True, slots=True)
class Screening:
    """entries: eligible, by rank, then by candidate. fallen_out: candidate -> every must not met, in the order asked.

    by_rule: (measure, rule) -> how many fell out by it; who fails two musts is counted in both. `considered` is the whole.
    """

    entries: tuple[Entry, ...]
    fallen_out: dict[int, tuple[FallOut, ...]]
    by_rule: dict[tuple[str, str], int]
    score_version: int = SCORE_VERSION

    @property
    def considered(self) -> int:
        return len(self.entries) + len(self.fallen_out)


def screen(candidates: Mapping[int, Facts], criteria: Iterable[Criterion]) -> Screening:
    """Screen candidates (id -> measure -> fact; a missing fact is unknown) by the criteria of a round.

    Raises ValueError when two musts or two weights name one measure, or for a number that is none (NaN); TypeError for a
    fact of another kind than its criterion asks.
    """
    asked = list(criteria)
    if len({(one.measure, one.is_must) for one in asked}) < len(asked):
        raise ValueError("a measure is asked once as a must and once with a weight")
    musts, weighted = ([one for one in asked if one.is_must == kind] for kind in (True, False))
    scored: list[tuple[Fraction | None, Entry]] = []
    fallen_out: dict[int, tuple[FallOut, ...]] = {}
    for candidate in sorted(candidates):
        facts = candidates[candidate]
        unmet = tuple(
            FallOut(one.measure, rule, facts.get(one.measure)) for one in musts if (rule := _rule(one, facts))
        )
        if unmet:
            fallen_out[candidate] = unmet
        else:
            scored.append(_scored(candidate, weighted, facts))
    by_rule = Counter((fall.measure, fall.rule) for unmet in fallen_out.values() for fall in unmet)
    return Screening(_ranked(scored), fallen_out, dict(by_rule))


def _rule(must: Criterion, facts: Facts) -> str:
    """The rule by which somebody falls out; empty when the must is met."""
    fact = facts.get(must.measure)
    if fact is None:
        return "unknown"
    if must.among is not None:
        return "" if _answers(must, fact) & must.among else "not_among"
    return "" if _number(must, fact) >= _number(must, must.at_least) else "below"


def _scored(candidate: int, weighted: list[Criterion], facts: Facts) -> tuple[Fraction | None, Entry]:
    """The exact score, and the entry still without a rank."""
    whole = sum(_number(one, one.weight) for one in weighted)
    shares = [(one, _share(one, facts.get(one.measure)), _number(one, one.weight) / (whole or 1)) for one in weighted]
    parts = tuple(
        ScorePart(one.measure, facts.get(one.measure), float(share), 100 * float(weight), 100 * float(weight * share))
        for one, share, weight in shares
    )
    if not shares:
        return None, Entry(candidate, None, 0, ())
    score = sum((weight * share for _, share, weight in shares), Fraction())
    return score, Entry(candidate, 100 * float(score), 0, parts)


def _share(one: Criterion, fact: Fact) -> Fraction:
    if fact is None:
        return Fraction(0)
    if one.among is not None:
        return Fraction(bool(_answers(one, fact) & one.among))
    low, high = _number(one, one.at_least), _number(one, one.full_at)
    return min(max((_number(one, fact) - low) / (high - low), Fraction(0)), Fraction(1))


def _ranked(scored: list[tuple[Fraction | None, Entry]]) -> tuple[Entry, ...]:
    """By score, best first, then by candidate; without scores all share the first rank."""
    in_order = sorted(scored, key=lambda pair: (-(pair[0] or 0), pair[1].candidate))
    entries: list[Entry] = []
    for place, (score, entry) in enumerate(in_order, start=1):
        is_tied = place > 1 and score == in_order[place - 2][0]
        entries.append(replace(entry, rank=entries[-1].rank if is_tied else place))
    return tuple(entries)


def _answers(one: Criterion, fact: Fact) -> frozenset[str]:
    if isinstance(fact, str):
        return frozenset((fact,))
    if isinstance(fact, frozenset):
        return fact
    raise TypeError(f"{one.measure}: an answer was asked, {fact!r} is none")


def _number(one: Criterion, fact: Fact) -> Fraction:
    if not isinstance(fact, int | float | Decimal):
        raise TypeError(f"{one.measure}: a number was asked, {fact!r} is none")
    try:
        return Fraction(fact)
    except (ValueError, OverflowError):
        raise ValueError(f"{one.measure}: {fact!r} is no number") from None


@dataclass(frozen=True, slots=True)
class Admission:
    """A proposal to the committee. admitted and waiting: candidates in order. tied_at_the_line: those of one rank of whom
    some are admitted and others wait only by order of id; the committee must decide between them.
    """

    admitted: tuple[int, ...]
    waiting: tuple[int, ...]
    tied_at_the_line: tuple[int, ...]


def propose_admission(entries: Iterable[Entry], free_places: int) -> Admission:
    """Fill the free places of a pool by rank; the others wait. Below 0 (a pool that is over) reads as none free."""
    in_order = sorted(entries, key=lambda entry: (entry.rank, entry.candidate))
    places = max(0, free_places)
    admitted, waiting = in_order[:places], in_order[places:]
    line = admitted[-1].rank if admitted and waiting and admitted[-1].rank == waiting[0].rank else None
    return Admission(
        admitted=tuple(entry.candidate for entry in admitted),
        waiting=tuple(entry.candidate for entry in waiting),
        tied_at_the_line=tuple(entry.candidate for entry in in_order if entry.rank == line),
    )
