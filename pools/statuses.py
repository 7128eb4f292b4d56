"""How many posts stand at each status, kept with the figures of the whole: no page counts a whole organisation."""

from django.db import connection

_KEEP = """
UPDATE pools_coverage whole SET post_statuses = counted.posts
FROM (
    SELECT w.id, coalesce(jsonb_object_agg(s.status, s.posts) FILTER (WHERE s.status IS NOT NULL), '{}') AS posts
    FROM pools_coverage w
    LEFT JOIN (SELECT kind, status, count(*) AS posts FROM pools_coverage WHERE scope = 'position' GROUP BY kind, status) s
           ON s.kind = w.kind
    WHERE w.scope = 'whole' GROUP BY w.id
) counted
WHERE whole.id = counted.id AND whole.post_statuses IS DISTINCT FROM counted.posts
"""


def keep() -> None:
    """Count anew, once the posts were computed."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP)
