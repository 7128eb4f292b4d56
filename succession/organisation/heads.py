"""Who leads a unit: the holder of its head post, else who acts there, else the head of the unit above."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db import connection

from .prepared import Prepared

_HEADS = """
WITH RECURSIVE up(unit_id, parent_id, head_position_id, distance) AS (
    SELECT id, parent_id, head_position_id, 0 FROM organisation_orgunit WHERE id = ANY(%(units)s)
    UNION ALL
    SELECT up.unit_id, u.parent_id, u.head_position_id, up.distance + 1
    FROM up JOIN organisation_orgunit u ON u.id = up.parent_id
)
SELECT DISTINCT ON (p.unit_id) p.unit_id, i.employee_id, e.name
FROM up p
JOIN organisation_incumbency i ON i.position_id = p.head_position_id
JOIN organisation_employee e ON e.id = i.employee_id
WHERE i.starts_on <= %(on)s AND (i.ends_on IS NULL OR i.ends_on > %(on)s)
ORDER BY p.unit_id, p.distance, i.acting, i.seat, i.employee_id
"""
_OF_MANY = Prepared(_HEADS, units="bigint[]", on="date")
# Of one, the plan goes from index to index.
_OF_ONE = Prepared(_HEADS.replace("= ANY(%(units)s)", "= %(unit)s"), unit="bigint", on="date")


class Head(NamedTuple):
    """Who leads a unit."""

    pk: int
    name: str


def heads_of(unit_ids: Collection[int], on: date) -> dict[int, int]:
    """Unit id -> employee id of its head on a day, in one statement; units without anyone above are left out."""
    return {unit: head.pk for unit, head in named_heads_of(unit_ids, on).items()}


def named_heads_of(unit_ids: Collection[int], on: date) -> dict[int, Head]:
    """The same with the name."""
    if not unit_ids:
        return {}
    statement = _OF_ONE if len(unit_ids) == 1 else _OF_MANY
    units = list(unit_ids)
    with connection.cursor() as cursor:
        statement.execute(cursor, {"units": units, "unit": units[0], "on": on})
        return {unit: Head(employee, name) for unit, employee, name in cursor.fetchall()}
