"""Who leads a unit: the holder of its head post, else who acts there, else the head of the unit above."""

from collections.abc import Collection
from datetime import date

from django.db import connection

_HEADS = """
WITH RECURSIVE up(unit_id, at_id, distance) AS (
    SELECT id, id, 0 FROM organisation_orgunit WHERE id = ANY(%(units)s)
    UNION ALL
    SELECT up.unit_id, u.parent_id, up.distance + 1
    FROM up JOIN organisation_orgunit u ON u.id = up.at_id
    WHERE u.parent_id IS NOT NULL
),
posts AS (
    SELECT up.unit_id, up.distance, u.head_position_id FROM up JOIN organisation_orgunit u ON u.id = up.at_id
    WHERE u.head_position_id IS NOT NULL
)
SELECT DISTINCT ON (p.unit_id) p.unit_id, i.employee_id
FROM posts p JOIN organisation_incumbency i ON i.position_id = p.head_position_id
WHERE i.employee_id IS NOT NULL AND i.starts_on <= %(on)s AND (i.ends_on IS NULL OR i.ends_on > %(on)s)
ORDER BY p.unit_id, p.distance, i.acting, i.seat, i.employee_id
"""


def heads_of(unit_ids: Collection[int], on: date) -> dict[int, int]:
    """Unit id -> employee id of its head on a day, in one statement; units without anyone above are left out."""
    if not unit_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, {"units": list(unit_ids), "on": on})
        return dict(cursor.fetchall())
