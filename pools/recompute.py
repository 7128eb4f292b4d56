"""Coverage computed anew, for all pools or a few: read the names, match, write what changed.

One at a time, under a lock of the database: two runs never overwrite each other's figures with older ones.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from pools import sql, statuses, true_figures
from pools.choices import CoverageScope
from pools.coverage_rules import FORMULA_VERSION
from pools.freshness import fresh_from
from pools.models import Coverage
from pools.true_figures import TrueFigures
from succession.organisation.copied import copied
from succession.organisation.models import OrgUnit
from succession.organisation.prepared import Prepared
from succession.organisation.selectors.policies import policy_in_force

LOCK = 4202


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A transaction that sees one state of the data, while no other computes.

    Inside another transaction the lock lasts until that one ends, and it sees what that one sees.
    """
    if connection.in_atomic_block:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def recompute_all(on: date | None = None) -> int:
    """Every post, pool and unit, and the whole. Returns how many rows changed."""
    with one_at_a_time(), planned_for_everything():
        facts = facts_on(on)
        rows = _edges(sql.ALL, facts)
        found = [*true_figures.of_pools(rows), *_of_units(rows)]
        changed = _store(_storing(sql.ALL, units=True), facts, found)
        statuses.keep()
        return changed


def recompute_pools(pools: Collection[int], posts: Collection[int] = (), on: date | None = None) -> int:
    """Some pools with their posts, and single posts that may be in none. The units above are not touched."""
    with one_at_a_time(), _planned_for_a_few():
        facts = facts_on(on) | {"pools": list(pools), "posts": list(posts)}
        changed = _store(_storing(sql.OF_POSTS), facts, []) if posts else 0
        if pools:
            changed += _store(_storing(sql.OF_POOLS), facts, true_figures.of_pools(_edges_of_pools(facts)))
        return changed


def recompute_units(on: date | None = None) -> int:
    """The units and the whole."""
    with one_at_a_time(), planned_for_everything():
        facts = facts_on(on)
        found = _of_units(_edges(sql.ALL, facts))
        changed = _store(_storing(sql.ALL, subjects=False, units=True), facts, found)
        statuses.keep()
        return changed


@contextmanager
def planned_for_everything() -> Iterator[None]:
    """Until the block ends: memory to group in, and no plan that goes through everything row by row.

    Such a plan is right for a few pools only. Chosen for all of them, as after an import before statistics are gathered,
    it takes minutes.
    """
    with _planned({"work_mem": "64MB", "enable_nestloop": "off", "jit": "off"}):
        yield


@contextmanager
def _planned_for_a_few() -> Iterator[None]:
    """Until the block ends: one plan for whichever pools are asked for, kept, that reads no table whole.

    Planning afresh takes longer than computing. Left to itself the kept plan would read the tables of a large
    organisation whole, as it cannot know how few the pools are.
    """
    with _planned({"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "jit": "off"}):
        yield


@contextmanager
def _planned(settings: dict[str, str]) -> Iterator[None]:
    names = list(settings)
    with connection.cursor() as cursor:
        cursor.execute(_READ_PLANNING, [names])
        before = [value for (value,) in cursor.fetchall()]
        cursor.execute(_SET_PLANNING, [names, list(settings.values())])
        yield
        cursor.execute(_SET_PLANNING, [names, before])


_READ_PLANNING = "SELECT current_setting(name) FROM unnest(%s) WITH ORDINALITY AS asked(name, place) ORDER BY place"
_SET_PLANNING = "SELECT set_config(name, value, true) FROM unnest(%s, %s) AS given(name, value)"


def mark_stale(pools: Collection[int] | None, failure: str) -> int:
    """Say that figures could not be computed: the last good ones stay, with the time since which they are old.

    None: every figure; else those of the pools, of their posts, and of all units and the whole, which rest on them.
    """
    rows = Coverage.objects.filter(stale_since__isnull=True)
    if pools is not None:
        summed = Q(scope__in=[CoverageScope.UNIT, CoverageScope.WHOLE])
        rows = rows.filter(Q(pool__in=pools) | Q(position__pool_position__pool__in=pools) | summed)
    return rows.update(stale_since=timezone.now(), failure=failure[:300])


def facts_on(on: date | None) -> dict[str, Any]:
    """What the statements ask for besides the reach."""
    on = on or timezone.localdate()
    policy = policy_in_force()
    return {
        "today": on,
        "now": timezone.now(),
        "policy": policy.pk,
        "formula": FORMULA_VERSION,
        "fresh_from": fresh_from(on, policy.evidence_half_life_months),
        "pools": None,
        "posts": None,
    }


@cache
def _storing(reach: str, *, subjects: bool = True, units: bool = False) -> Prepared:
    return Prepared(sql.store(reach, subjects=subjects, units=units), **sql.types(reach), **sql.STORED_TYPES)


def _store(statement: Prepared, facts: dict[str, Any], found: list[TrueFigures]) -> int:
    columns = list(zip(*found, strict=True)) or [()] * len(TrueFigures._fields)
    matched = {name: list(column) for name, column in zip(sql.FOUND_TYPES, columns, strict=True)}
    with connection.cursor() as cursor:
        statement.execute(cursor, facts | matched)
        return cursor.fetchone()[0]


def _edges(reach: str, facts: dict[str, Any]) -> dict[str, np.ndarray]:
    """The names that count, column by column."""
    return copied(sql.edges(reach), dict.fromkeys(sql.EDGES, "int8"), facts)


@cache
def _reading(reach: str) -> Prepared:
    return Prepared(sql.edges(reach), **sql.types(reach))


def _edges_of_pools(facts: dict[str, Any]) -> dict[str, np.ndarray]:
    """The same of a few pools: planning would take longer than reading, and a copy cannot be prepared."""
    with connection.cursor() as cursor:
        _reading(sql.OF_POOLS).execute(cursor, facts)
        rows = np.array(cursor.fetchall(), np.int64).reshape(-1, len(sql.EDGES))
    return dict(zip(sql.EDGES, rows.T, strict=True))


def _of_units(rows: dict[str, np.ndarray]) -> list[TrueFigures]:
    return true_figures.of_units(rows, dict(OrgUnit.objects.order_by().values_list("pk", "parent_id")))
