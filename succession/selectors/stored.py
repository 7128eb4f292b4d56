# ruff: noqa: S608 -- statements are put together from this file alone; what is asked arrives as parameters
"""The overview of those who read stored figures: the scope in one statement, its weakest pools with their seats in another.

Written out, as every look at the overview asks them: put together anew each time they cost more than they take.
"""

import json
from collections.abc import Container
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from pools.selectors.figures import COUNTS, Figures
from succession.organisation.access import access_of
from succession.organisation.models import User
from succession.organisation.prepared import Prepared

from .scope import OFFERED_UNITS, Scope

POOLS_SHOWN = 12
SEATS_DRAWN = 12
NAMED_AT_MOST = 4
# Of each post: id, title, seats, named seats, counted seats.
Told = tuple[int, str, int, int, int]

_FIGURES = (
    *("scope", "kind", "computed_at", "ratio", "overlap", "status", "formula_version", "stale_since", "failure"),
    *COUNTS,
)
_COLUMNS = ", ".join(f"c.{name}" for name in _FIGURES)

# Limits are written in: were they values, no plan would be kept, as it could not tell how few rows there will be.
# Of the blocking sets the one that tells most; there may be a thousand, and only this one is shown.
_SCOPE = f"""
SELECT {_COLUMNS}, p.version,
       (SELECT d.seats_true FROM pools_coverageday d WHERE {{subject_of_day}} AND d.kind = c.kind AND d."on" <= %(since)s
        ORDER BY d."on" DESC LIMIT 1),
       jsonb_array_length(shared.block -> 'positions'),
       (SELECT array_agg(named.name) FROM (
            SELECT coalesce(w.name, x.name) AS name
            FROM candidates_candidate n
            LEFT JOIN organisation_employee w ON w.id = n.employee_id
            LEFT JOIN candidates_externalperson x ON x.id = n.external_id
            WHERE n.id IN (SELECT person::bigint FROM jsonb_array_elements_text(shared.block -> 'people') person)
              AND n.employee_id IS DISTINCT FROM %(reader)s
            ORDER BY w.sort_name, name, n.id LIMIT {NAMED_AT_MOST + 1}) named),
       (SELECT json_agg(json_build_array(upper.id, upper.name) ORDER BY upper.name, upper.id) FROM (
            SELECT u.id, u.name FROM (
                SELECT id FROM organisation_orgunit WHERE parent_id IS NULL
                UNION ALL
                SELECT below.id FROM organisation_orgunit top JOIN organisation_orgunit below ON below.parent_id = top.id
                WHERE top.parent_id IS NULL
            ) high JOIN organisation_orgunit u ON u.id = high.id
            WHERE u.closed_on IS NULL
            ORDER BY u.name, u.id LIMIT {OFFERED_UNITS}) upper)
FROM pools_coverage c
JOIN organisation_policy p ON p.id = c.policy_id
LEFT JOIN LATERAL (
    SELECT block FROM jsonb_array_elements(c.blocking) block
    WHERE jsonb_array_length(block -> 'positions') > 1
    ORDER BY (block ->> 'short')::int DESC, jsonb_array_length(block -> 'positions') DESC LIMIT 1
) shared ON true
WHERE {{subject}} AND c.kind = %(kind)s
"""
_ASKED = {"kind": "text", "since": "date", "reader": "bigint"}
_WHOLE = Prepared(_SCOPE.format(subject="c.scope = 'whole'", subject_of_day="d.scope = 'whole'"), **_ASKED)
_UNIT = Prepared(
    _SCOPE.format(
        subject="c.scope = 'unit' AND c.unit_id = %(unit)s",
        subject_of_day="d.scope = 'unit' AND d.unit_id = %(unit)s",
    ),
    unit="bigint",
    **_ASKED,
)

# The seats of a pool are told one by one where they are few.
_POOLS = f"""
WITH c AS (
    SELECT stored.*, e.code, e.name,
           CASE WHEN stored.seats = 0 THEN 2.0 ELSE stored.seats_true::float / stored.seats END AS share
    FROM pools_coverage stored JOIN pools_echelonpool e ON e.id = stored.pool_id
    WHERE stored.scope = 'pool' AND stored.kind = %(kind)s AND e.closed_on IS NULL {{within}}
    ORDER BY share, stored.seats DESC, e.code LIMIT {POOLS_SHOWN}
)
SELECT {_COLUMNS}, p.version, c.pool_id, c.code, c.name, c.blocking,
       CASE WHEN c.seats <= {SEATS_DRAWN} THEN (
            SELECT json_agg(json_build_array(o.id, o.title, coalesce(f.seats, 0), coalesce(f.seats_named, 0),
                                             coalesce(f.seats_counted, 0)) ORDER BY o.code)
            FROM pools_poolposition s JOIN organisation_position o ON o.id = s.position_id
            LEFT JOIN pools_coverage f ON f.position_id = o.id AND f.scope = 'position' AND f.kind = c.kind
            WHERE s.pool_id = c.pool_id) END
FROM c JOIN organisation_policy p ON p.id = c.policy_id
ORDER BY c.share, c.seats DESC, c.code
"""
# Pools whose figures hold something about a reader: their own seat, or they themselves.
_CONCERNING = Prepared(
    """
SELECT s.pool_id FROM pools_poolposition s WHERE s.position_id = ANY(%(own)s)
UNION ALL
SELECT m.pool_id FROM pools_membership m JOIN candidates_candidate n ON n.id = m.candidate_id
WHERE n.employee_id = %(reader)s AND m.state <> 'exited'
""",
    reader="bigint",
    own="bigint[]",
)
_ALL_POOLS = Prepared(_POOLS.format(within=""), kind="text")
_ONE_POOL = Prepared(_POOLS.format(within="AND e.id = %(pool)s"), pool="bigint", kind="text")
_POOLS_OF_UNITS = Prepared(
    _POOLS.format(
        within="AND e.id IN (SELECT s.pool_id FROM pools_poolposition s JOIN organisation_position o"
        " ON o.id = s.position_id WHERE o.org_unit_id = ANY(%(units)s))"
    ),
    units="bigint[]",
    kind="text",
)


class ScopeTold(NamedTuple):
    """The stored figures of a scope, with what its headline and its filter tell.

    `sharing`: names of people on whom several posts rest, of the set that is shortest of them; `upper`: units to choose
    from.
    """

    row: Figures
    seats_before: int | None
    shared_posts: int
    sharing: list[str]
    upper: list[tuple[int, str]]


class Pool(NamedTuple):
    """As much of a pool as its figures are told with."""

    pk: int
    code: str
    name: str


class PoolTold(NamedTuple):
    """A pool's stored figures; `concerns_reader`: they tell of the reader, who must be left out."""

    pool: Pool
    row: Figures
    concerns_reader: bool
    posts: list[Told]


def scope_told(user: User, scope: Scope, *, since: date) -> ScopeTold | None:
    """For readers who see everything; nothing where nothing was computed yet."""
    facts = {
        "kind": scope.kind,
        "unit": scope.unit.pk if scope.unit else None,
        "since": since,
        "reader": _reader(user),
    }
    with connection.cursor() as cursor:
        (_UNIT if scope.unit else _WHOLE).execute(cursor, facts)
        found = cursor.fetchone()
    if found is None:
        return None
    *figures, version, before, posts, names, upper = found
    units = [(pk, name) for pk, name in upper or ()]
    return ScopeTold(_figures(figures, version), before, posts or 0, names or [], units)


def weakest_pools(user: User, scope: Scope) -> list[PoolTold]:
    """The open pools of a scope, the smallest truly covered share first; for readers of stored figures of that kind."""
    facts = {"kind": scope.kind, "units": list(scope.unit_ids), "pool": scope.pool.pk if scope.pool else None}
    statement = _ONE_POOL if scope.pool else _POOLS_OF_UNITS if scope.unit else _ALL_POOLS
    access, reader = access_of(user), _reader(user)
    own = access.own_position_ids if reader is not None else frozenset()
    with connection.cursor() as cursor:
        concerning: set[int] = set()
        if reader is not None:
            _CONCERNING.execute(cursor, {"reader": reader, "own": list(own)})
            concerning = {pool for (pool,) in cursor.fetchall()}
        statement.execute(cursor, facts)
        return [_pool(row, concerning, own) for row in cursor.fetchall()]


def _pool(row: tuple[Any, ...], concerning: Container[int], own: Container[int]) -> PoolTold:
    *figures, version, pk, code, name, blocking, posts = row
    told = [tuple(post) for post in posts or () if post[0] not in own]
    return PoolTold(Pool(pk, code, name), _figures(figures, version, json.loads(blocking)), pk in concerning, told)


def _figures(values: list[Any], version: int, blocking: list[dict[str, Any]] | None = None) -> Figures:
    named = dict(zip(_FIGURES, values, strict=True))
    if not named["named_people"]:
        named["overlap"] = None
    return Figures(as_of=timezone.localdate(), policy_version=version, blocking=blocking or [], **named)


def _reader(user: User) -> int | None:
    """Whose standing is left out: their own, except of auditors."""
    access = access_of(user)
    return None if access.is_auditor else access.employee_id
