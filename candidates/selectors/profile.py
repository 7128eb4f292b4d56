"""A candidate's profile as it is kept, each level with the evidence behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from candidates import profile
from candidates.evidence import as_ratings, ratings_in, read_instruments, settings_of
from candidates.models import Assessment, Candidate, Instrument, ProfileLevel
from succession.organisation.access import access_of
from succession.organisation.models import User
from succession.organisation.statements import GIVEN, found


@dataclass(frozen=True, slots=True)
class Piece:
    """What one group of raters said in one assessment. share: of the level, 0-1; freshness: 1 on the day, 1/2 at the half-life."""

    assessment: int
    instrument: str
    kind: str
    group: str
    on: date
    level: float
    ratings: int
    freshness: float
    is_fresh: bool
    share: float


@dataclass(frozen=True, slots=True)
class LevelRead:
    """One competency of a profile."""

    competency: int
    name: str
    level: float
    spread: float
    newest_on: date
    fresh_until: date
    computed_at: datetime
    formula_version: int
    evidence: tuple[Piece, ...] = ()

    def is_fresh(self, on: date) -> bool:
        return on < self.fresh_until


def read_profile(user: User, candidate: int, *, on: date) -> list[LevelRead]:
    """The rated competencies of someone the reader may see, best first, with their evidence. Four statements.

    Who sees a candidate sees all their final assessments, so all the evidence of a level is told or none.
    """
    rows = found(("profile", access_of(user)), lambda: _levels(user), candidate)
    if not rows:
        return []
    pieces = _evidence(user, candidate, on)
    return [_level(row, pieces) for row in rows]


def _levels(user: User) -> Any:
    rows = ProfileLevel.objects.visible_to(user).filter(candidate=GIVEN).order_by("-level", "competency__name", "pk")
    return rows.values_list(
        "competency",
        "competency__name",
        "level",
        "spread",
        "newest_on",
        "fresh_until",
        "computed_at",
        "formula_version",
    )


def _level(row: tuple[Any, ...], pieces: dict[int, tuple[Piece, ...]]) -> LevelRead:
    competency, name, level, spread, newest_on, fresh_until, computed_at, version = row
    evidence = pieces.get(competency, ())
    return LevelRead(
        competency, name, float(level), float(spread), newest_on, fresh_until, computed_at, version, evidence
    )


def _ratings(user: User) -> Any:
    seen = Candidate.objects.visible_to(user).filter(pk=GIVEN).order_by().values("pk")
    return ratings_in(Assessment.objects.current().filter(candidate__in=seen))


def _evidence(user: User, candidate: int, on: date) -> dict[int, tuple[Piece, ...]]:
    rows = found(("evidence", access_of(user)), lambda: _ratings(user), candidate)
    instruments = read_instruments({row[2] for row in rows})
    ratings = as_ratings(rows, instruments).get(candidate, [])
    groups = {(pk, group.code): group.name for pk, each in instruments.items() for group in each.rater_groups.all()}
    levels = profile.profile_of(ratings, settings_of(instruments), on)
    return {pk: tuple(_pieces(level.evidence, instruments, groups)) for pk, level in levels.items()}


def _pieces(
    evidence: Iterable[profile.Evidence], instruments: dict[int, Instrument], groups: dict[tuple[int, str], str]
) -> Iterable[Piece]:
    for each in evidence:
        tool = instruments[each.instrument]
        yield Piece(
            assessment=each.assessment,
            instrument=tool.name,
            kind=tool.kind,
            group=groups[each.instrument, each.group],
            on=each.on,
            level=each.level,
            ratings=each.ratings,
            freshness=each.freshness,
            is_fresh=each.is_fresh,
            share=each.share,
        )
