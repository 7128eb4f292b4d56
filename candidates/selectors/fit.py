"""How well candidates answer what posts require: one with its parts, or all of a set for all of another at once.

Everything starts from what the reader may see; nobody is told how they themselves would do.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import QuerySet

from candidates.fit import (
    STEPS,
    Fit,
    FloatArray,
    IntArray,
    Required,
    fit_matrix,
    fit_of,
    level_table,
    requirement_table,
)
from candidates.models import Candidate, ProfileLevel
from succession.organisation.copied import copied
from succession.organisation.models import Position, Requirement, User

Levels = dict[int, float]
# In thousandths, as whole numbers are read at once.
_LEVELS = """
SELECT candidate_id, competency_id::int4, (level * 1000)::int4
FROM candidates_profilelevel WHERE candidate_id = ANY(%s::bigint[]) AND competency_id = ANY(%s::bigint[])"""
_LEVEL_COLUMNS = {"candidate": "int8", "competency": "int4", "level": "int4"}


def requirements_of(user: User, positions: Collection[int]) -> dict[int, list[Required]]:
    """What posts ask for, of those whose succession the reader may read. One statement."""
    readable = Position.objects.with_succession_for(user).filter(pk__in=positions).order_by().values("pk")
    return _by_post(Requirement.objects.filter(position__in=readable))


def levels_of(user: User, candidates: Collection[int]) -> dict[int, Levels]:
    """The levels of candidates whom the reader may see: candidate -> competency -> level. One statement."""
    rows = ProfileLevel.objects.visible_to(user).filter(candidate__in=candidates)
    found: dict[int, Levels] = defaultdict(dict)
    for candidate, competency, level in rows.values_list("candidate", "competency", "level"):
        found[candidate][competency] = float(level)
    return found


def fit_for(user: User, candidate: int, position: int) -> Fit:
    """Fit of one candidate for one post, with its parts. What the reader may not see counts as not rated, not required."""
    asked = requirements_of(user, [position]).get(position, [])
    return fit_of(levels_of(user, [candidate]).get(candidate, {}), asked)


@dataclass(frozen=True)
class FitTable:
    """Fits of many candidates for many posts: rows by candidate, columns by post; NaN where a post requires nothing."""

    candidates: IntArray
    positions: Sequence[int]
    fits: FloatArray

    @cached_property
    def _rows(self) -> Mapping[int, int]:
        return {pk: row for row, pk in enumerate(self.candidates.tolist())}

    @cached_property
    def _columns(self) -> Mapping[int, int]:
        return {pk: column for column, pk in enumerate(self.positions)}

    def of(self, candidate: int, position: int) -> float | None:
        """The fit in %, None for who or what is not in the table, or a post that requires nothing."""
        row, column = self._rows.get(candidate), self._columns.get(position)
        if row is None or column is None:
            return None
        fit = float(self.fits[row, column])
        return None if np.isnan(fit) else fit


def fits_of(candidates: QuerySet[Candidate], positions: QuerySet[Position]) -> FitTable:
    """Fits of all these candidates for all these posts, in one pass. Give it what the reader may see. Three statements."""
    people = np.sort(np.fromiter(candidates.order_by().values_list("pk", flat=True), np.int64))
    asked = _by_post(Requirement.objects.filter(position__in=positions.order_by().values("pk")))
    posts = sorted(asked)
    skills = np.unique(np.array([one.competency for wanted in asked.values() for one in wanted], np.int64))
    levels = level_table(people, skills, _rated(people, skills))
    return FitTable(people, posts, fit_matrix(levels, requirement_table([asked[pk] for pk in posts], skills)))


def _rated(candidates: IntArray, skills: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    rows = copied(_LEVELS, _LEVEL_COLUMNS, (candidates.tolist(), skills.tolist()))
    return rows["candidate"], rows["competency"], rows["level"] / STEPS


def _by_post(rows: QuerySet[Requirement]) -> dict[int, list[Required]]:
    found: dict[int, list[Required]] = defaultdict(list)
    columns: Any = rows.order_by("position", "competency").values_list(
        "position", "competency", "level", "weight", "must_have"
    )
    for position, *asked in columns:
        found[position].append(Required(*asked))
    return dict(found)
