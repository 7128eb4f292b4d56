"""The competency profile of a candidate: levels derived from final assessments, never typed.

A *piece of evidence* is what one rater group said of one competency in one assessment: the mean of its ratings, over
raters and exercises. With

    weight = instrument weight x (group weight / sum of the weights of the groups that answered) x freshness
    level  = sum(weight x mean of the piece) / sum(weight)

an assessment counts once, however many were asked and however many groups answered. Freshness halves with each half-life
of the instrument: 2 ^ -(age / half-life), the forgetting curve of exponential smoothing (R. G. Brown, "Statistical
Forecasting for Inventory Control", 1959). It is 1/2 or more exactly as long as the evidence is fresh, by the calendar.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import fsum, sqrt
from typing import TypeAlias

from succession.organisation.months import first_day_within

LOWEST, HIGHEST = 1, 5
PLACES = 3  # a level is kept to thousandths
FAINTEST = 2.0**-60  # what is older than 60 half-lives weighs alike, so that it still weighs something
FORMULA_VERSION = 1

GroupKey: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Instrument:
    """How an instrument counts. weight: 0 or more, against other instruments. half_life_months: 1 or more.

    group_weights: rater group -> 0 or more, against the other groups; a group of weight 0 is shown and counts nothing.
    """

    weight: float
    half_life_months: int
    group_weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Rating:
    """What one rater said of one competency in a final assessment: 1-5, on a day; exercise 0 where there are none."""

    assessment: int
    instrument: int
    competency: int
    group: str
    rater: int
    level: float
    on: date
    exercise: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """One rater group in one assessment. level: mean of its ratings. freshness: above 0, at most 1, 1/2 at the half-life.

    share: of the derived level, 0-1; over the pieces of a level they sum to 1, or are all 0 where nothing counts.
    """

    assessment: int
    instrument: int
    group: str
    on: date
    level: float
    ratings: int
    freshness: float
    share: float

    @property
    def is_fresh(self) -> bool:
        return self.freshness >= 1 / 2


@dataclass(frozen=True, slots=True)
class Spread:
    """How far raters agree: the lowest and the highest single rating, and their standard deviation (population), levels."""

    lowest: float
    highest: float
    deviation: float

    @property
    def width(self) -> float:
        return self.highest - self.lowest


@dataclass(frozen=True, slots=True)
class ProfileLevel:
    """One competency. level: 1-5 in thousandths, None where nothing counts, which is *unrated*.

    spread: over all single ratings, those of weight 0 included. newest_on: of the evidence that counts.
    evidence: newest first, then by instrument, assessment and group.
    """

    competency: int
    level: float | None
    spread: Spread
    newest_on: date | None
    evidence: tuple[Evidence, ...]

    @property
    def is_fresh(self) -> bool:
        """Whether any evidence that counts is fresh."""
        return any(piece.is_fresh for piece in self.evidence if piece.share)


def freshness(rated_on: date, on: date, half_life_months: int) -> float:
    """What evidence of a day still weighs on another: 1 on the day itself, 1/2 at the half-life, never 0.

    The half-life in days is what the calendar makes of the months before `on`, so that evidence is fresh (`is_fresh`
    elsewhere: rated_on + half-life >= on) exactly when this is 1/2 or more. Older evidence never weighs more.

    Raises ValueError for evidence from after `on` or a half-life below 1 month.
    """
    if rated_on > on:
        raise ValueError("evidence from after the day weighs nothing yet")
    if half_life_months < 1:
        raise ValueError("a half-life is at least one month")
    half_life = (on - first_day_within(on, half_life_months)).days
    return float(max(FAINTEST, 2.0 ** -((on - rated_on).days / half_life)))


def profile_of(ratings: Iterable[Rating], instruments: Mapping[int, Instrument], on: date) -> dict[int, ProfileLevel]:
    """The profile of one candidate as it stood on a day: competency -> level with its evidence; in order of competency.

    ratings: of that candidate, from final assessments, of a corrected one only the newest version. Those dated after
    `on` are not known yet and left out. A competency without any rating is missing: unrated.

    Raises ValueError for a level that is not 1-5, a negative weight, an instrument or a rater group without a setting.
    """
    pieces: dict[int, dict[GroupKey, list[Rating]]] = {}
    for rating in ratings:
        if not LOWEST <= rating.level <= HIGHEST:
            raise ValueError(f"assessment {rating.assessment}: a rating lies between 1 and 5")
        if rating.on <= on:
            key = (rating.assessment, rating.instrument, rating.group)
            pieces.setdefault(rating.competency, {}).setdefault(key, []).append(rating)
    return {one: _level(one, pieces[one], instruments, on) for one in sorted(pieces)}


def _level(
    competency: int, pieces: Mapping[GroupKey, list[Rating]], instruments: Mapping[int, Instrument], on: date
) -> ProfileLevel:
    group_sums: dict[int, float] = {}
    for assessment, instrument, group in sorted(pieces):
        weight = group_weight(instruments, instrument, group)
        group_sums[assessment] = group_sums.get(assessment, 0) + weight
    weighed = [_weighed(key, found, instruments, group_sums[key[0]], on) for key, found in pieces.items()]
    total = fsum(weight for _, weight in weighed)
    evidence = [
        _evidence(key, pieces[key], instruments, on, weight / total if total else 0.0) for key, weight in weighed
    ]
    evidence.sort(key=lambda piece: (-piece.on.toordinal(), piece.instrument, piece.assessment, piece.group))
    counted = [piece for piece in evidence if piece.share]
    level = fsum(piece.share * piece.level for piece in counted) if counted else None
    return ProfileLevel(
        competency,
        None if level is None else min(max(round(level, PLACES), LOWEST), HIGHEST),
        spread_of([rating.level for found in pieces.values() for rating in found]),
        max((piece.on for piece in counted), default=None),
        tuple(evidence),
    )


def _weighed(
    key: GroupKey, found: list[Rating], instruments: Mapping[int, Instrument], group_sum: float, on: date
) -> tuple[GroupKey, float]:
    _, instrument, group = key
    share = group_weight(instruments, instrument, group) / group_sum if group_sum else 0.0
    setting = instruments[instrument]
    return key, setting.weight * share * freshness(newest(found), on, setting.half_life_months)


def _evidence(
    key: GroupKey, found: list[Rating], instruments: Mapping[int, Instrument], on: date, share: float
) -> Evidence:
    assessment, instrument, group = key
    rated_on = newest(found)
    return Evidence(
        assessment=assessment,
        instrument=instrument,
        group=group,
        on=rated_on,
        level=fsum(rating.level for rating in found) / len(found),
        ratings=len(found),
        freshness=freshness(rated_on, on, instruments[instrument].half_life_months),
        share=share,
    )


def group_weight(instruments: Mapping[int, Instrument], instrument: int, group: str) -> float:
    """ValueError when there is no setting, or a weight in it is not a finite number of 0 or more."""
    try:
        setting = instruments[instrument]
        weight = setting.group_weights[group]
    except KeyError:
        raise ValueError(f"instrument {instrument}: no setting for the rater group {group!r}") from None
    if not all(0 <= one < float("inf") for one in (setting.weight, weight)):
        raise ValueError(f"instrument {instrument}: a weight is a number of 0 or more")
    return weight


def newest(found: Iterable[Rating]) -> date:
    """The day a piece of evidence is dated by: its newest rating."""
    return max(rating.on for rating in found)


def spread_of(levels: list[float]) -> Spread:
    """How far at least one rating spread. ValueError for none."""
    if not levels:
        raise ValueError("no ratings, no spread")
    mean = fsum(levels) / len(levels)
    return Spread(min(levels), max(levels), sqrt(fsum((level - mean) ** 2 for level in levels) / len(levels)))
