# ruff: noqa: S608 -- statements are put together from this file alone; what is asked arrives as parameters
"""Posts as nodes of the map: title, holders, seats and coverage of many in one statement, written out and planned once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from pools.choices import CoverageStatus
from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass
from succession.organisation.models import User
from succession.organisation.prepared import Prepared

NODES_SHOWN = 60
UNFOLDED_AT_FIRST = 3

_DETAILS = """
SELECT o.id, o.title, o.reports_to_id, picked.reports, picked.is_top,
       greatest(o.base_seats + coalesce((SELECT sum(s.delta) FROM organisation_seatchange s
                                         WHERE s.position_id = o.id AND s."on" <= %(today)s), 0), 0)::int,
       held.seats, held.names, held.leaving_on,
       c.id IS NOT NULL, c.status, c.demand, c.capacity, c.members, c.filled, c.ready_now, c.years_1_3, c.years_4_5,
       c.seats, c.seats_counted
FROM picked JOIN organisation_position o ON o.id = picked.id
LEFT JOIN LATERAL (
    SELECT count(DISTINCT i.seat) FILTER (WHERE NOT i.acting)::int AS seats,
           array_agg(e.name ORDER BY i.seat, i.id) FILTER (WHERE NOT i.acting AND e.id IS NOT NULL) AS names,
           min(i.expected_leaving_on) AS leaving_on
    FROM organisation_incumbency i LEFT JOIN organisation_employee e ON e.id = i.employee_id
    WHERE i.position_id = o.id AND i.starts_on <= %(today)s AND (i.ends_on IS NULL OR i.ends_on > %(today)s)
) held ON true
LEFT JOIN pools_coverage c ON c.position_id = o.id AND c.scope = 'position' AND c.kind = o.position_class
ORDER BY picked.is_top DESC, picked.place
"""

_OF_IDS = Prepared(
    "WITH picked AS (SELECT id, reports, false AS is_top, place"
    " FROM unnest(%(ids)s, %(reports)s) WITH ORDINALITY AS given(id, reports, place))" + _DETAILS,
    ids="bigint[]",
    reports="int[]",
    today="date",
)


@cache
def _from_the_top(classes: tuple[str, ...]) -> Prepared:
    """The top and what is unfolded below it, for who sees every post.

    Limits and classes are written in: were they values, no plan would be kept, as it could not tell how few rows there
    will be.
    """
    among = ", ".join(f"'{PositionClass(each).value}'" for each in classes)
    return Prepared(
        f"""
WITH RECURSIVE above(id, reports_to_id) AS (
    SELECT id, reports_to_id FROM organisation_position WHERE id = %(chosen)s
    UNION
    SELECT p.id, p.reports_to_id FROM organisation_position p JOIN above ON p.id = above.reports_to_id
),
closed AS MATERIALIZED (
    SELECT id, closed_on FROM organisation_position WHERE closed_on IS NOT NULL
),
tops AS MATERIALIZED (
    SELECT p.id, below.reports, row_number() OVER (ORDER BY below.reports DESC, p.code) AS place
    FROM organisation_position p
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS reports FROM organisation_position b
        WHERE b.reports_to_id = p.id AND (b.closed_on IS NULL OR b.closed_on > %(today)s)
          AND b.position_class IN ({among})
    ) below
    WHERE p.id IN (
        SELECT id FROM organisation_position WHERE reports_to_id IS NULL
        UNION ALL
        SELECT b.id FROM closed JOIN organisation_position b ON b.reports_to_id = closed.id
        WHERE closed.closed_on <= %(today)s
    )
      AND (p.closed_on IS NULL OR p.closed_on > %(today)s)
      AND (p.position_class IN ({among}) OR below.reports > 0)
    ORDER BY place LIMIT {NODES_SHOWN + 1}
),
unfolded AS (
    SELECT p.id, below.reports, row_number() OVER (ORDER BY below.reports DESC, p.code) AS place
    FROM organisation_position p
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS reports FROM organisation_position b
        WHERE b.reports_to_id = p.id AND (b.closed_on IS NULL OR b.closed_on > %(today)s)
          AND b.position_class IN ({among})
    ) below
    WHERE p.reports_to_id IN (SELECT id FROM tops WHERE place <= {UNFOLDED_AT_FIRST} UNION SELECT id FROM above)
      AND p.id NOT IN (SELECT id FROM tops)
      AND (p.closed_on IS NULL OR p.closed_on > %(today)s)
      AND (p.position_class IN ({among}) OR below.reports > 0)
    ORDER BY place LIMIT {4 * NODES_SHOWN}
),
picked AS (
    SELECT id, reports, true AS is_top, place FROM tops UNION ALL SELECT id, reports, false, place FROM unfolded
)"""
        + _DETAILS,
        chosen="bigint",
        today="date",
    )


class Post(NamedTuple):
    """As much of a post as its node shows."""

    pk: int
    title: str
    reports_to_id: int | None


class Holding(NamedTuple):
    """Who holds the seats of a post; acting holders leave, too, but fill no seat."""

    seats: int
    filled: int
    names: list[str]
    leaving_on: date | None

    @property
    def vacant(self) -> int:
        return max(0, self.seats - self.filled)


class Cover(NamedTuple):
    """A post's stored figures, as far as its node shows them."""

    status: str
    demand: int
    capacity: int
    members: int
    filled: int
    ready_now: int
    years_1_3: int
    years_4_5: int
    seats: int
    seats_counted: int


@dataclass(slots=True)
class Node:
    """A post in the tree, with those below it that are unfolded."""

    position: Post
    seats: Holding
    coverage: Cover | None
    reports: int
    is_top: bool
    is_own: bool
    colour: str = ""
    level: int = 0
    children: list["Node"] = field(default_factory=list)
    unfolded: bool = False

    @property
    def struck(self) -> int:
        return self.coverage.members - self.coverage.filled if self.coverage else 0

    @property
    def holder(self) -> str:
        names = self.seats.names
        return names[0] if len(names) == 1 and self.seats.seats == 1 else ""

    @property
    def is_vacant(self) -> bool:
        return self.seats.vacant > 0


def nodes_of(user: User, picked: Iterable[tuple[int, int]], on: date) -> dict[int, Node]:
    """Posts the reader sees, by id: (id, how many report to it), in this order."""
    pairs = list(picked)
    facts = {"ids": [pk for pk, _reports in pairs], "reports": [reports for _pk, reports in pairs]}
    return _read(user, _OF_IDS, facts, on)


def nodes_from_the_top(user: User, classes: Iterable[str], on: date, *, chosen: int | None) -> dict[int, Node]:
    """For who sees every post: those at the top, one more than fits, then those below the first and above `chosen`."""
    return _read(user, _from_the_top(tuple(classes)), {"chosen": chosen}, on)


def _read(user: User, statement: Prepared, facts: dict[str, Any], on: date) -> dict[int, Node]:
    access = access_of(user)
    own: frozenset[int] = frozenset() if access.is_auditor else access.own_position_ids
    with connection.cursor() as cursor:
        statement.execute(cursor, {**facts, "today": on})
        return {row[0]: _node(row, own) for row in cursor.fetchall()}


def _node(row: tuple[Any, ...], own: frozenset[int]) -> Node:
    """Of the own seat no cover is told."""
    pk, title, upper, reports, is_top, seats, filled, names, leaving_on, is_covered, *figures = row
    cover = Cover(*figures) if is_covered and pk not in own else None
    return Node(
        position=Post(pk, title, upper),
        seats=Holding(seats, filled, names or [], leaving_on),
        coverage=cover,
        colour=cover.status if cover and cover.status != CoverageStatus.NOT_NEEDED else "",
        reports=reports,
        is_top=is_top,
        is_own=pk in own,
    )
