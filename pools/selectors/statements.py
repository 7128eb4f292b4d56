# ruff: noqa: S608 -- statements are put together from this file and from what `visible_to` says; values go as parameters
"""Statements of the pages of pools, written by hand: the query builder takes longer to word them than they take to run.

Rules are not repeated here: what a reader may see comes as conditions from `pools.selectors.reach`.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models

from pools.models import Coverage, EchelonPool, PoolPosition
from pools.selectors.reach import EVERYTHING, Condition
from succession.organisation.models import Policy, Position
from succession.organisation.prepared import Prepared

_HELD = "i.starts_on <= %(today)s AND (i.ends_on IS NULL OR i.ends_on > %(today)s)"

# An open post of the class that its pool serves.
_OPEN = "(p.closed_on IS NULL OR p.closed_on > %(today)s)"
_IN_FORCE = f"""{_OPEN} AND p.position_class = (SELECT kind FROM pools_echelonpool WHERE id = s.pool_id)"""

# What decides whether someone counts, in the order of `coverage_rules.MemberFacts`.
_FACTS = """m.state, w.left_on, coalesce(w.willingness, x.willingness) AS answer,
       CASE WHEN w.id IS NULL THEN x.willingness_until ELSE w.willingness_until END AS answer_until, c.evidence_on"""
_PERSON = """candidates_candidate c ON c.id = m.candidate_id
    LEFT JOIN organisation_employee w ON w.id = c.employee_id
    LEFT JOIN candidates_externalperson x ON x.id = c.external_id AND c.employee_id IS NULL"""


# What the statements ask for themselves, and as what; a condition brings values of its own.
_TYPES = {
    "pool": "bigint",
    "posts": "bigint[]",
    "pools": "bigint[]",
    "own_posts": "bigint[]",
    "employee": "bigint",
    "post": "bigint",
    "today": "date",
    "year": "date",
    "first": "int",
    "with_posts": "text[]",
    "key": "int",
    "management": "int",
    "reserve": "int",
}


# Of the values that conditions bring, by what they are in Python.
_TYPES_OF = {int: "bigint", str: "text", date: "date"}
# A connection holds so many plans of pages of pools, each of so many values; what is asked beyond is planned each time.
KEPT, VALUES = 100, 30
_kept: dict[str, Prepared] = {}


def rows_of(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run it; planned once a connection for readers whose conditions read alike."""
    prepared = _kept.get(statement) or _prepared(statement, values)
    with connection.cursor() as cursor:
        if prepared:
            prepared.execute(cursor, values)
        else:
            cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _prepared(statement: str, values: dict[str, Any]) -> Prepared | None:
    types = {name: _TYPES.get(name) or _TYPES_OF.get(type(value), "") for name, value in values.items()}
    if len(_kept) >= KEPT or len(types) > VALUES or not all(types.values()):
        return None
    _kept[statement] = Prepared(statement, **types)
    return _kept[statement]


@cache
def columns(model: type[models.Model], alias: str) -> str:
    """All columns of a model, in the order in which `from_db` takes them."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


@cache
def names_of(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


def _parted(row: list[Any], first: type[models.Model]) -> tuple[list[Any], list[Any]]:
    """The columns of one model, and those behind them."""
    width = len(names_of(first))
    return row[:width], row[width:]


def pool_with_owner(pool: int, seen: Condition, on: date) -> tuple[list[Any], str | None] | None:
    """An open pool and its owner's name."""
    statement = f"""
SELECT {columns(EchelonPool, "e")}, (SELECT name FROM organisation_employee WHERE id = e.owner_id)
FROM pools_echelonpool e
WHERE e.id = %(pool)s AND (e.closed_on IS NULL OR e.closed_on > %(today)s) AND {seen.sql}"""
    for *found, owner in rows_of(statement, {"pool": pool, "today": on} | seen.values):
        return found, owner
    return None


_CONCERNS = """EXISTS (SELECT 1 FROM pools_poolposition WHERE pool_id = %(pool)s AND position_id = ANY(%(own_posts)s))
       OR EXISTS (SELECT 1 FROM pools_membership m JOIN candidates_candidate s ON s.id = m.candidate_id
                  WHERE m.pool_id = %(pool)s AND m.state <> 'exited' AND s.employee_id = %(employee)s)"""
_OF_POST = """LEFT JOIN pools_coverage o ON o.position_id = %(post)s
LEFT JOIN organisation_policy w ON w.id = o.policy_id"""


class StateOfPool(NamedTuple):
    """The policy in force and stored figures, that of the pool and that of a post: the version they follow, and these.

    It concerns someone when it serves one of their posts, or they stand in it.
    """

    policy: list[Any]
    figures: tuple[int, list[Any]] | None
    of_post: tuple[int, list[Any]] | None
    concerns: bool


def state_of_pool(
    pool: int, *, own_posts: Collection[int], employee: int | None, post: int | None = None
) -> StateOfPool:
    """As one reader meets the pool: their posts, and who they are. With the figures of a post, where one is asked for."""
    # What is not asked for is left out: a value of NULL would make the database plan the statement anew each time.
    values: dict[str, Any] = {"pool": pool}
    concerns, of_post, its_columns = "FALSE", "", ""
    if employee is not None:
        concerns, values = _CONCERNS, values | {"own_posts": list(own_posts), "employee": employee}
    if post is not None:
        of_post, its_columns, values = _OF_POST, f", w.version, {columns(Coverage, 'o')}", values | {"post": post}
    statement = f"""
SELECT {concerns}, v.version, {columns(Policy, "p")}, {columns(Coverage, "c")}{its_columns}
FROM organisation_policy p
LEFT JOIN pools_coverage c ON c.pool_id = %(pool)s AND c.scope = 'pool'
LEFT JOIN organisation_policy v ON v.id = c.policy_id
{of_post}
WHERE p.state = 'in_force'"""
    ((concerned, version, *found),) = rows_of(statement, values)
    policy, stored = _parted(found, Policy)
    figures, (version_of_post, *figures_of_post) = _parted(stored, Coverage) if its_columns else (stored, (None,))
    return StateOfPool(
        policy,
        (version, figures) if version is not None else None,
        (version_of_post, figures_of_post) if version_of_post is not None else None,
        concerned,
    )


def posts_of_pools(
    pools: Collection[int], readable: Condition, on: date
) -> Iterator[tuple[list[Any], list[Any], str, Iterable[tuple[date, int]], Iterable[tuple[Any, ...]]]]:
    """Open posts that may be read, of those that pools of their class serve, by code.

    A row each: of the pool's post, of the post, the unit's name, the seat changes (day, delta), who sits there now (name,
    employee, acting, expected leaving), permanent holders first.
    """
    # One pool is asked for by itself: the plan that is kept for any number of them reads all posts.
    is_one = len(pools) == 1
    asked = "= %(pool)s" if is_one else "= ANY(%(pools)s)"
    values: dict[str, Any] = {"pool": next(iter(pools))} if is_one else {"pools": list(pools)}
    statement = f"""
SELECT {columns(PoolPosition, "s")}, {columns(Position, "p")}, u.name, d.days, d.deltas, h.*
FROM pools_poolposition s
JOIN organisation_position p ON p.id = s.position_id
JOIN organisation_orgunit u ON u.id = p.org_unit_id
CROSS JOIN LATERAL (SELECT array_agg("on") AS days, array_agg(delta) AS deltas
                    FROM organisation_seatchange WHERE position_id = p.id) d
CROSS JOIN LATERAL (
    SELECT array_agg(coalesce(w.name, '') ORDER BY i.acting, i.seat), array_agg(i.employee_id ORDER BY i.acting, i.seat),
           array_agg(i.acting ORDER BY i.acting, i.seat), array_agg(i.expected_leaving_on ORDER BY i.acting, i.seat)
    FROM organisation_incumbency i LEFT JOIN organisation_employee w ON w.id = i.employee_id
    WHERE i.position_id = p.id AND {_HELD}) h
WHERE s.pool_id {asked} AND {_IN_FORCE} AND {readable.sql}
ORDER BY p.code"""
    for *found, unit, days, deltas, holders, keys, acting, leaving in rows_of(
        statement, values | {"today": on} | readable.values
    ):
        served, position = _parted(found, PoolPosition)
        held = zip(holders or (), keys or (), acting or (), leaving or (), strict=True)
        yield served, position, unit, zip(days or (), deltas or (), strict=True), held


# What figures take of the policy in force, in the order in which `from_db` takes it.
OF_POLICY = tuple(
    name
    for name in names_of(Policy)
    if name in {"id", "version", "ratio", "horizon_years", "evidence_half_life_months"}
)


def demands_of_pools(pools: Collection[int], readable: Condition, on: date) -> list[tuple[Any, ...]]:
    """What posts of pools add to their demand, as `posts_of_pools` finds them, with no more than that takes.

    A row each, or one of a pool without: pool, whether it serves posts which may not be read, too, the post, its seats,
    the demand that overrides, the seat changes (days, deltas), then `OF_POLICY`.
    """
    statement = f"""
SELECT asked.id, asked.others, s.position_id, s.base_seats, s.demand_override, s.days, s.deltas,
       {", ".join(f"y.{name}" for name in OF_POLICY)}
FROM (
    SELECT id, EXISTS (SELECT 1 FROM pools_poolposition s JOIN organisation_position p ON p.id = s.position_id
                       WHERE s.pool_id = asked.id AND {_IN_FORCE} AND NOT {readable.sql} OFFSET 0) AS others
    FROM unnest(%(pools)s) AS asked(id) OFFSET 0
) asked
JOIN organisation_policy y ON y.state = 'in_force'
LEFT JOIN LATERAL (
    SELECT s.position_id, p.base_seats, s.demand_override, d.days, d.deltas
    FROM (SELECT s.* FROM pools_poolposition s WHERE s.pool_id = asked.id AND {readable.sql} OFFSET 0) s
    CROSS JOIN LATERAL (SELECT * FROM organisation_position WHERE id = s.position_id OFFSET 0) p
    CROSS JOIN LATERAL (SELECT array_agg("on") AS days, array_agg(delta) AS deltas
                        FROM organisation_seatchange WHERE position_id = p.id) d
    WHERE {_IN_FORCE}
) s ON TRUE"""
    return rows_of(statement, {"pools": list(pools), "today": on} | readable.values)


def pools_with_others(pools: Collection[int], readable: Condition, on: date) -> set[int]:
    """The pools that serve posts which may not be read, too."""
    # Looked for pool by pool until one is found: joined, all posts would be read.
    statement = f"""
SELECT asked.id FROM unnest(%(pools)s) AS asked(id)
WHERE EXISTS (SELECT 1 FROM pools_poolposition s JOIN organisation_position p ON p.id = s.position_id
              WHERE s.pool_id = asked.id AND {_IN_FORCE} AND NOT {readable.sql} OFFSET 0)"""
    return {pool for (pool,) in rows_of(statement, {"pools": list(pools), "today": on} | readable.values)}


def names_over_posts(posts: Iterable[int], without: int | None, on: date) -> list[tuple[Any, ...]]:
    """Names of people in the pool that serves the post, by post and person, with whether they hold that very post."""
    statement = f"""
SELECT n.id, n.position_id, m.pool_id, m.id, m.candidate_id, c.employee_id, n.readiness, n.readiness_on, n.fit,
       (n.position_id, c.employee_id) IN (
           SELECT i.position_id, i.employee_id FROM organisation_incumbency i
           WHERE i.position_id = ANY(%(posts)s) AND NOT i.acting AND i.employee_id IS NOT NULL AND {_HELD}) IS TRUE,
       {_FACTS}
FROM pools_membershippost n
JOIN pools_poolposition s ON s.position_id = n.position_id
JOIN pools_membership m ON m.id = n.membership_id AND m.pool_id = s.pool_id AND m.state IN ('active', 'on_hold')
JOIN {_PERSON}
WHERE n.position_id = ANY(%(posts)s) AND c.employee_id IS DISTINCT FROM %(employee)s
  AND (SELECT kind FROM pools_echelonpool WHERE id = s.pool_id)
    = (SELECT position_class FROM organisation_position WHERE id = s.position_id)
ORDER BY n.position_id, m.candidate_id"""
    return rows_of(statement, {"posts": list(posts), "employee": without, "today": on})


def members_of_pool(pool: int, seen: Condition, named: Condition, on: date) -> list[tuple[Any, ...]]:
    """Everyone who stands or stood in a pool, by name: a row for each post they are named for, or one without.

    First the columns of `people.Standing`, then name, title, the facts, then those of a name.
    """
    statement = f"""
WITH members AS MATERIALIZED (
    SELECT m.id, m.candidate_id, c.employee_id, m.proposed_on, m.admitted_on, m.next_screening_on, m.exited_on,
           m.exit_reason, coalesce(w.name, x.name) AS name, w.sort_name, {_FACTS},
           (SELECT o.title FROM organisation_incumbency i JOIN organisation_position o ON o.id = i.position_id
            WHERE i.employee_id = c.employee_id AND NOT i.acting AND {_HELD} ORDER BY o.code LIMIT 1) AS title
    FROM pools_membership m JOIN {_PERSON}
    WHERE m.pool_id = %(pool)s AND {seen.sql}
)
SELECT m.id, m.state, m.candidate_id, m.employee_id, m.proposed_on, m.admitted_on, m.next_screening_on, m.exited_on,
       m.exit_reason, m.name, coalesce(m.title, ''), m.state, m.left_on, m.answer, m.answer_until, m.evidence_on,
       n.id, o.id, o.code, o.title, n.readiness, n.readiness_on, n.fit
FROM members m
LEFT JOIN (pools_membershippost n JOIN organisation_position o ON o.id = n.position_id)
       ON n.membership_id = m.id AND {named.sql}
ORDER BY m.sort_name, m.name, m.id, o.code"""
    return rows_of(statement, {"pool": pool, "today": on} | seen.values | named.values)


# Pools in an order that figures alone do not give: all that are found are read with theirs, summed up and sorted.
_SORTED = """
found AS MATERIALIZED (
    SELECT e.id, e.kind, e.code, e.name, c.id AS stored, c.filled, c.capacity, c.gap, c.surplus
    FROM pools_echelonpool e
    LEFT JOIN {figures} ON c.pool_id = e.id AND c.pool_id IS NOT NULL AND c.scope = 'pool'
    WHERE (e.closed_on IS NULL OR e.closed_on > %(today)s) AND {pools}
),
total AS (
    SELECT kind, count(*) AS pools, coalesce(sum(filled), 0) AS filled, coalesce(sum(capacity), 0) AS capacity,
           coalesce(sum(gap), 0) AS gap, coalesce(sum(surplus), 0) AS surplus
    FROM found GROUP BY kind
),
listed AS (
    SELECT t.kind, l.* FROM total t CROSS JOIN LATERAL (
        SELECT e.id, e.stored FROM found e CROSS JOIN LATERAL (SELECT e.filled, e.gap) c
        WHERE e.kind = t.kind ORDER BY {order}, e.code OFFSET %(first)s LIMIT {limit}
    ) l
)"""

# All pools, the shortest first: an index has their figures in this order. Pools without figures follow; they are looked
# for when those before them end.
_SHORTEST = """
total AS (
    SELECT kind, o.pools, coalesce(f.figured, 0) AS figured, coalesce(f.filled, 0) AS filled,
           coalesce(f.capacity, 0) AS capacity, coalesce(f.gap, 0) AS gap, coalesce(f.surplus, 0) AS surplus
    FROM (
        SELECT kind, count(*) AS pools FROM pools_echelonpool e
        WHERE e.closed_on IS NULL OR e.closed_on > %(today)s GROUP BY kind
    ) o LEFT JOIN (
        SELECT kind, count(*) AS figured, sum(filled) AS filled, sum(capacity) AS capacity, sum(gap) AS gap,
               sum(surplus) AS surplus
        FROM pools_coverage
        WHERE scope = 'pool' AND pool_id NOT IN (SELECT id FROM pools_echelonpool WHERE closed_on <= %(today)s)
        GROUP BY kind
    ) f USING (kind)
),
listed AS (
    SELECT t.kind, l.id, l.stored FROM total t CROSS JOIN LATERAL (
        (SELECT e.id, c.id AS stored, c.gap, e.code
         FROM pools_coverage c JOIN pools_echelonpool e ON e.id = c.pool_id
         WHERE c.scope = 'pool' AND c.kind = t.kind AND (e.closed_on IS NULL OR e.closed_on > %(today)s)
         ORDER BY c.gap DESC, e.code LIMIT %(first)s + {limit})
        UNION ALL
        SELECT e.id, NULL, NULL, e.code FROM pools_echelonpool e
        WHERE t.figured < %(first)s + {limit} AND e.kind = t.kind AND (e.closed_on IS NULL OR e.closed_on > %(today)s)
          AND NOT EXISTS (SELECT 1 FROM pools_coverage c WHERE c.scope = 'pool' AND c.pool_id = e.id)
        ORDER BY gap DESC NULLS LAST, code OFFSET %(first)s LIMIT {limit}
    ) l
)"""
_LIMIT = "CASE t.kind WHEN 'key' THEN %(key)s WHEN 'management' THEN %(management)s ELSE %(reserve)s END"
SHORTEST_FIRST = "c.gap DESC NULLS LAST"


def _listed_by_kind(pools: Condition, order: str) -> str:
    if pools == EVERYTHING and order == SHORTEST_FIRST:
        return _SHORTEST.format(limit=_LIMIT)
    # Of all pools the figures are read in one go; of a few, one by one.
    of_all = "(SELECT * FROM pools_coverage WHERE scope = 'pool' OFFSET 0) c"
    figures = of_all if pools == EVERYTHING else "pools_coverage c"
    return _SORTED.format(figures=figures, pools=pools.sql, order=order, limit=_LIMIT)


def pools_by_kind(
    pools: Condition, posts: Condition, members: Condition, order: str, values: dict[str, Any], figures: Iterable[str]
) -> list[tuple[Any, ...]]:
    """The first pools of each kind, so many of each as `values` say, `order` by the columns of `e` (pool) and `c` (figures).

    A row each: of the pool, with its owner's name, at last the posts it serves (of the kinds `with_posts`) and people moved
    up since `year` (of reserve pools); what all pools of the kind hold together (pools, filled, capacity, gap, surplus);
    then those of its figures that are named.
    """
    statement = f"""
WITH {_listed_by_kind(pools, order)}
SELECT e.id, e.code, e.name, e.kind, e.owner_id, (SELECT name FROM organisation_employee WHERE id = e.owner_id),
       e.horizon_years, e.ratio_override, e.target_size, e.levels,
       CASE WHEN e.kind = ANY(%(with_posts)s) THEN
           (SELECT count(*) FROM pools_poolposition s JOIN organisation_position p ON p.id = s.position_id
            WHERE s.pool_id = e.id AND {_OPEN} AND p.position_class = e.kind AND {posts.sql}) END,
       CASE WHEN e.kind = 'reserve' THEN
           (SELECT count(*) FROM pools_membership m
            WHERE m.pool_id = e.id AND m.state = 'exited' AND m.exit_reason = 'moved_up' AND m.exited_on >= %(year)s
              AND {members.sql}) END,
       t.pools, t.filled, t.capacity, t.gap, t.surplus, {", ".join(f"c.{name}" for name in figures)}
FROM total t
JOIN listed l ON l.kind = t.kind
-- One by one: how few they are is known here, not there.
CROSS JOIN LATERAL (SELECT * FROM pools_echelonpool WHERE id = l.id OFFSET 0) e
LEFT JOIN LATERAL (SELECT * FROM pools_coverage WHERE id = l.stored OFFSET 0) c ON TRUE
ORDER BY t.kind, {order}, e.code"""
    return rows_of(statement, values | pools.values | posts.values | members.values)
