"""The recompute beside one raw upsert, true coverage beside the bare matching, both against the plain loop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from unittest import mock

import numpy as np
from django.db import connection
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from pools import matching, recompute, sql, true_figures
from pools.coverage_rules import FORMULA_VERSION
from pools.freshness import fresh_from
from pools.models import Coverage
from succession.localservers.postgres import SUPERUSER
from succession.organisation.selectors.policies import policy_in_force
from tests.benchmarks import product
from tests.benchmarks.clock import Times, in_turn, timed
from tests.benchmarks.ground import SMALL, Ground, Size
from tests.benchmarks.table import Table
from tests.pools.organisations import figures_by_plain_loop

RECOMPUTE, SLOPE, ONE_POOL_SECONDS, MATCHING = 1.3, 1.15, 0.010, 1.5
ONE_POOL = 1
COLUMNS = (*sql.SUBJECT, *sql.FIGURES, "computed_at")
_UPSERT = Path(__file__).with_name("upsert.sql").read_text()
# The figures of the whole and of pools at the end of the last twelve months, as they stand today.
_A_YEAR_OF_DAYS = f"""
INSERT INTO pools_coverageday ("on", {", ".join(COLUMNS)})
SELECT (date_trunc('month', CURRENT_DATE) - make_interval(months => n))::date - 1, {", ".join(COLUMNS)}
FROM pools_coverage CROSS JOIN generate_series(0, 11) n WHERE scope IN ('whole', 'pool')"""
# The names that count, for the companies made here.
_NAMES = """
SELECT n.position_id, m.candidate_id, p.base_seats + coalesce((
    SELECT sum(delta) FROM organisation_seatchange s WHERE s.position_id = p.id AND s."on" <= CURRENT_DATE), 0)
FROM pools_membershippost n
JOIN pools_membership m ON m.id = n.membership_id AND m.state = 'active'
JOIN organisation_position p ON p.id = n.position_id
JOIN candidates_candidate c ON c.id = m.candidate_id AND c.evidence_on >= '{fresh_from}'
JOIN organisation_employee e ON e.id = c.employee_id AND (e.left_on IS NULL OR e.left_on > CURRENT_DATE)
     AND (e.willingness NOT IN ('declined', 'not_now') OR e.willingness_until < CURRENT_DATE)
WHERE NOT EXISTS (SELECT 1 FROM organisation_incumbency i
                  WHERE i.position_id = n.position_id AND i.employee_id = e.id)"""


def fill(ground: Ground, size: Size) -> None:
    """See that the figures which pages read are there, and whole."""
    product.turn_to(ground, size)
    if not Coverage.objects.exists() or Coverage.objects.filter(stale_since__isnull=False).exists():
        recompute.recompute_all()
    with connection.cursor() as cursor:
        cursor.execute('SELECT count(*) FROM pools_coverageday WHERE "on" < CURRENT_DATE')
        if cursor.fetchone() == (0,):
            cursor.execute(_A_YEAR_OF_DAYS)


def measure(ground: Ground, sizes: tuple[Size, ...], table: Table, *, rounds: int) -> None:
    """`rounds` for the small company, fewer for those where a round takes seconds."""
    times: dict[str, dict[Size, Times]] = {"upsert": {}, "recompute": {}, "apart": {}, "one pool": {}}
    matched: dict[Size, tuple[Times, Times, int, int]] = {}
    for size in sizes:
        product.turn_to(ground, size)
        recompute.recompute_all()
        turns = max(3, rounds // (1 + 2 * sizes.index(size)))
        for name, taken in _recompute(ground, size, turns).items():
            times[name][size] = taken
        matched[size] = _matching(turns)
    _tell_recompute(times, sizes, table)
    _tell_matching(matched[sizes[-1]], sizes[-1], table)
    _tell_equality(ground, table)


# --- recompute ------------------------------------------------------------------------------------------------------
def _recompute(ground: Ground, size: Size, rounds: int) -> dict[str, Times]:
    """Everything is written anew by both: figures that did not change would be left alone by the product."""
    apart: list[float] = []

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, _facts())

    def whole() -> None:
        with _matching_apart() as spent:
            duration = timed(recompute.recompute_all)
        apart.append(duration - sum(spent))

    taken: dict[str, list[float]] = {"upsert": [], "recompute": []}
    for turn in range(rounds + 1):
        for name, work in (("upsert", raw), ("recompute", whole)):
            _let_all_be_written(ground, size)
            duration = timed(work)
            if turn:
                taken[name].append(duration)
    raw()
    changed = recompute.recompute_all()
    if changed:
        raise ValueError(f"{changed} rows of the upsert are not those of the product")
    one = in_turn({"one pool": lambda: recompute.recompute_pools([ONE_POOL])}, rounds * 4, warm=2)
    return {
        "upsert": Times(tuple(taken["upsert"])),
        "recompute": Times(tuple(taken["recompute"])),
        "apart": Times(tuple(apart[1:])),
        "one pool": one["one pool"],
    }


def _facts() -> dict[str, object]:
    policy = policy_in_force()
    from django.utils import timezone

    today = timezone.localdate()
    return {
        "fresh_from": fresh_from(today, policy.evidence_half_life_months),
        "policy": policy.pk,
        "formula": FORMULA_VERSION,
    }


def _let_all_be_written(ground: Ground, size: Size) -> None:
    """Every row is old, and no dead one lies in the way."""
    Coverage.objects.update(stale_since="2026-01-01T00:00Z")
    with ground.postgres.connect(SUPERUSER, ground.database(size)) as superuser, superuser.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE pools_coverage, pools_coverageday")


@contextmanager
def _matching_apart() -> Iterator[list[float]]:
    """Seconds spent in reading the names and matching them."""
    spent: list[float] = []

    def watched(function: Callable) -> Callable:
        def inner(*arguments, **named):
            begun = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                spent.append(time.perf_counter() - begun)

        return inner

    with (
        mock.patch.object(recompute, "_edges", watched(recompute._edges)),
        mock.patch.object(true_figures, "of_pools", watched(true_figures.of_pools)),
        mock.patch.object(true_figures, "of_units", watched(true_figures.of_units)),
    ):
        yield spent


def _tell_recompute(times: dict[str, dict[Size, Times]], sizes: tuple[Size, ...], table: Table) -> None:
    table.title("Recompute of every post, pool and unit, matching apart, beside one raw upsert of the same rows")
    for size in sizes:
        raw, apart = times["upsert"][size], times["apart"][size]
        table.add(
            f"all pools at {size}: ≤ {RECOMPUTE} × the upsert",
            floor=raw,
            product=apart,
            ratio=apart.against(raw),
            met=apart.median <= RECOMPUTE * raw.median,
        )
        table.note(f"with the matching {times['recompute'][size]}")
    for before, after in pairwise(sizes):
        slope = math.log(times["apart"][after].median / times["apart"][before].median) / math.log(
            after.members / before.members
        )
        table.add(
            f"growth from {before.name} to {after.name}: slope ≤ {SLOPE}",
            floor=times["apart"][before],
            product=times["apart"][after],
            ratio=f"{slope:.2f}",
            met=slope <= SLOPE,
        )
    for size in sizes:
        one = times["one pool"][size]
        table.add(
            f"one pool at {size}: ≤ {ONE_POOL_SECONDS * 1000:g} ms",
            product=one,
            ratio=f"least {one.least * 1000:.1f} ms",
            met=one.least <= ONE_POOL_SECONDS,
        )


# --- true coverage ----------------------------------------------------------------------------------------------------
def _matching(rounds: int) -> tuple[Times, Times, int, int]:
    """(bare, product, figure of the one, figure of the other), the figures being those of all posts together."""
    statement = _NAMES.format(**_facts())
    found: dict[str, int] = {}

    def bare() -> None:
        buffer = BytesIO()
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT csv)", buffer)
        rows = np.loadtxt(BytesIO(buffer.getvalue()), delimiter=",", dtype=np.int64, ndmin=2)
        places, post = np.unique(rows[:, 0], return_inverse=True)
        people, person = np.unique(rows[:, 1], return_inverse=True)
        second = rows[:, 2] > 1
        post = np.concatenate((post, post[second] + len(places)))
        person = np.concatenate((person, person[second]))
        graph = csr_matrix((np.ones(len(post), np.int8), (post, person)), shape=(2 * len(places), len(people)))
        found["bare"] = int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())

    def whole() -> None:
        rows = recompute._edges(sql.ALL, recompute.facts_on(None))
        edges = np.column_stack((rows["position"], rows["candidate"]))
        known, first = np.unique(rows["position"], return_index=True)
        found["product"] = matching.true_coverage(edges, np.column_stack((known, rows["seats"][first]))).covered

    taken = in_turn({"bare": bare, "product": whole}, rounds)
    return taken["bare"], taken["product"], found["bare"], found["product"]


def _tell_matching(matched: tuple[Times, Times, int, int], size: Size, table: Table) -> None:
    bare, whole, figure, same = matched
    table.title("True coverage of the whole: figure and blocking sets, beside fetch + build + scipy's matching")
    table.add(
        f"the whole at {size}: ≤ {MATCHING} × the bare matching",
        floor=bare,
        product=whole,
        ratio=whole.against(bare),
        met=whole.median <= MATCHING * bare.median,
    )
    table.add("the same figure", floor=figure, product=same, met=figure == same)


# --- equality -----------------------------------------------------------------------------------------------------------
def _tell_equality(ground: Ground, table: Table) -> None:
    from django.utils import timezone

    product.turn_to(ground, SMALL)
    today = timezone.localdate()
    computed = timed(recompute.recompute_all)
    begun = time.perf_counter()
    expected = figures_by_plain_loop(today)
    looped = time.perf_counter() - begun
    rows = {(row.scope, row.kind, row.position_id or row.pool_id or row.unit_id): row for row in Coverage.objects.all()}
    equal = sum(_equal(rows.get(subject), figures) for subject, figures in expected.items())
    table.add(
        f"equal row by row to the plain loop at {SMALL}",
        floor=f"{len(expected)} rows",
        product=f"{equal} equal",
        met=equal == len(expected) == len(rows),
    )
    table.note(f"the plain loop took {looped / computed:.0f} × the time")


def _equal(row: Coverage | None, figures: dict[str, object]) -> bool:
    if row is None:
        return False
    seen = {name: getattr(row, name) for name in figures}
    seen["blocking"] = sorted((block["positions"], block["people"], block["short"]) for block in row.blocking)
    return seen == figures
