"""Fit of many candidates for many posts beside a plain product of matrices of the same size, on the same data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from django.db import connection, transaction

from candidates.fit import Required, RequirementTable, fit_matrix, fit_of
from candidates.models import Candidate
from candidates.selectors.fit import fits_of
from succession.organisation.models import Position
from tests.benchmarks import product
from tests.benchmarks.clock import in_turn
from tests.benchmarks.ground import SMALL, Ground
from tests.benchmarks.table import Table

PEOPLE, POSTS, SKILLS = 10_000, 50, 30
TIMES, CHECKED = 5, 200
# Made for the measurement and taken back after it; ids apart from those of the company.
FIRST = 900_000_000
_MADE = (
    (
        "DELETE FROM organisation_requirement WHERE position_id IN"
        " (SELECT id FROM organisation_position ORDER BY id LIMIT {posts})"
    ),
    (
        "INSERT INTO organisation_competency (id, code, name, description)"
        " SELECT {first} + n, 'bench ' || n, 'Bench ' || n, '' FROM generate_series(1, {skills}) n"
    ),
    (
        "INSERT INTO organisation_requirement (position_id, competency_id, level, weight, must_have)"
        " SELECT p.id, {first} + n, 1 + (p.id * 7 + n * 3) % 5, 1 + (p.id + n * 2) % 5, false"
        " FROM (SELECT id FROM organisation_position ORDER BY id LIMIT {posts}) p, generate_series(1, {skills}) n"
    ),
    (
        "INSERT INTO candidates_externalperson (id, name, email, source, willingness)"
        " SELECT {first} + n, 'Bench', '', '', 'not_asked' FROM generate_series(1, {people}) n"
    ),
    (
        "INSERT INTO candidates_candidate (id, external_id)"
        " SELECT {first} + n, {first} + n FROM generate_series(1, {people}) n"
    ),
    (
        "INSERT INTO candidates_profilelevel"
        " (candidate_id, competency_id, level, spread, newest_on, fresh_until, computed_at, formula_version)"
        " SELECT {first} + c, {first} + n, 1 + (c * 7919 + n * 104729) % 4001 / 1000.0, 0, now(), now(), now(), 1"
        " FROM generate_series(1, {people}) c, generate_series(1, {skills}) n"
    ),
    "ANALYZE candidates_profilelevel",
)
# What a plain product needs, read as plainly as it can be: whole rows in order, nothing looked up.
_PLAIN = (
    "SELECT level FROM candidates_profilelevel WHERE competency_id > {first} ORDER BY candidate_id, competency_id",
    (
        "SELECT weight * level FROM organisation_requirement WHERE competency_id > {first}"
        " ORDER BY position_id, competency_id"
    ),
)


def measure(ground: Ground, table: Table, *, rounds: int) -> None:
    product.turn_to(ground, SMALL)
    with transaction.atomic():
        _make()
        _tell(table, rounds)
        transaction.set_rollback(True)
    product.turn_to_nothing()


def _make() -> None:
    with connection.cursor() as cursor:
        for statement in _MADE:
            cursor.execute(statement.format(first=FIRST, people=PEOPLE, posts=POSTS, skills=SKILLS))


def _tell(table: Table, rounds: int) -> None:
    levels, asked, weights = _in_memory()
    bare = np.ascontiguousarray((asked * weights).T)
    apart = RequirementTable(asked, weights)
    works: dict[str, Callable[[], object]] = {
        "product": lambda: levels @ bare,
        "fits": lambda: fit_matrix(levels, apart),
        "loaded product": _load_and_multiply,
        "loaded fits": _fits,
    }
    taken = in_turn(works, rounds, warm=2)
    size = f"{PEOPLE:,} people x {POSTS} posts x {SKILLS} competencies"
    table.title(f"Fit of {size}, in one pass")
    for goal, floor, ours in (
        (f"worked out: <= {TIMES} x a plain product of matrices", "product", "fits"),
        (f"loading included: <= {TIMES} x loading and a plain product", "loaded product", "loaded fits"),
    ):
        ratio = taken[ours].median / taken[floor].median
        table.add(
            goal, floor=taken[floor], product=taken[ours], ratio=taken[ours].against(taken[floor]), met=ratio <= TIMES
        )
    strict = taken["loaded fits"].median / taken["product"].median
    table.note(
        f"Loaded fits take {strict:.0f} times a plain product of what is in memory already: nearly all is loading."
    )
    table.add(
        f"{CHECKED} of them equal to the fit of the pair, to the last bit", met=_are_equal(levels, asked, weights)
    )


def _in_memory() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN[0].format(first=FIRST))
        levels = np.array(cursor.fetchall(), np.float64).reshape(PEOPLE, SKILLS)
        cursor.execute(_PLAIN[1].format(first=FIRST).replace("weight * level", "level, weight"))
        asked = np.array(cursor.fetchall(), np.float64).reshape(POSTS, SKILLS, 2)
    return levels, asked[..., 0].copy(), asked[..., 1].copy()


def _load_and_multiply() -> np.ndarray:
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN[0].format(first=FIRST))
        levels = np.array(cursor.fetchall(), np.float64).reshape(PEOPLE, SKILLS)
        cursor.execute(_PLAIN[1].format(first=FIRST))
        asked = np.array(cursor.fetchall(), np.float64).reshape(POSTS, SKILLS)
    return levels @ asked.T


def _fits() -> np.ndarray:
    posts = Position.objects.filter(requirements__competency__gt=FIRST).distinct()
    return fits_of(Candidate.objects.filter(pk__gt=FIRST), posts).fits


def _are_equal(levels: np.ndarray, asked: np.ndarray, weights: np.ndarray) -> bool:
    table = _fits()
    chance = np.random.default_rng(1)
    for person, post in zip(chance.integers(PEOPLE, size=CHECKED), chance.integers(POSTS, size=CHECKED), strict=True):
        wanted = [Required(n, int(asked[post, n]), int(weights[post, n])) for n in range(SKILLS)]
        if fit_of(dict(enumerate(levels[person])), wanted).fit != table[person, post]:
            return False
    return True
