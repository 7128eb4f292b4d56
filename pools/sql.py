# ruff: noqa: S608 -- statements are put together from this file alone; what people gave arrives as parameters
"""The statements that compute coverage: everything but the matching, set by set, for all pools or for a few.

Each statement stands on the same named queries, so a name counts here exactly when it counts there. `coverage_rules`
says in Python what these say in SQL; a test holds them equal, row by row.
"""

FIGURES = (
    "seats",
    "planned",
    "closing",
    "demand",
    "ratio",
    "capacity",
    "members",
    "filled",
    "ready_now",
    "years_1_3",
    "years_4_5",
    "gap",
    "surplus",
    "names",
    "named_people",
    "overlap",
    "seats_named",
    "seats_counted",
    "seats_true",
    "seats_true_ready_now",
    "blocking",
    "status",
    "formula_version",
    "policy_id",
)
SUBJECT = ("scope", "kind", "position_id", "pool_id", "unit_id")

ALL, OF_POOLS, OF_POSTS = "all", "pools", "posts"
_POST_FILTER = {
    ALL: "",
    OF_POOLS: "AND p.id IN (SELECT position_id FROM pools_poolposition WHERE pool_id = ANY(%(pools)s))",
    OF_POSTS: "AND p.id = ANY(%(posts)s)",
}
_MEMBER_FILTER = {
    ALL: "",
    OF_POOLS: "AND m.pool_id = ANY(%(pools)s)",
    OF_POSTS: "AND m.pool_id IN (SELECT pool_id FROM pools_poolposition WHERE position_id = ANY(%(posts)s))",
}
# What the statements ask for, and as what.
_TYPES = {"today": "date", "policy": "bigint", "fresh_from": "date"}
_REACH_TYPES = {ALL: {}, OF_POOLS: {"pools": "bigint[]"}, OF_POSTS: {"posts": "bigint[]"}}
FOUND_TYPES = {
    "true_scope": "text[]",
    "true_subject": "bigint[]",
    "true_kind": "text[]",
    "true_seats": "int[]",
    "true_ready": "int[]",
    "true_blocking": "text[]",
}
STORED_TYPES = {"now": "timestamptz", "formula": "int", **FOUND_TYPES}


def types(reach: str) -> dict[str, str]:
    """Of the values that reading the names asks for."""
    return _TYPES | _REACH_TYPES[reach]


def facts(reach: str) -> str:
    """Posts, members and names, and those who stand behind each post."""
    return f"{_names(reach)},\n{_BEHIND}"


def _names(reach: str) -> str:
    """Posts, members and names as of %(today)s under policy %(policy)s; evidence is fresh from %(fresh_from)s on.

    A name's pool is compared inside a CASE: two equalities that hold together would each thin out the planner's guess,
    which then reckons with a handful of names where there are a hundred thousand.
    """
    return f"""
scoped AS (
    SELECT p.id, p.org_unit_id AS unit_id, p.position_class AS kind, p.base_seats, e.id AS pool_id, pp.demand_override,
           coalesce(e.ratio_override, pol.ratio) AS ratio,
           (%(today)s::date + make_interval(years => coalesce(e.horizon_years, pol.horizon_years)::int))::date AS horizon
    FROM organisation_position p
    JOIN organisation_policy pol ON pol.id = %(policy)s
    LEFT JOIN (pools_poolposition pp JOIN pools_echelonpool e ON e.id = pp.pool_id)
           ON pp.position_id = p.id AND e.kind = p.position_class
    WHERE p.position_class IN ('key', 'management')
      AND (p.closed_on IS NULL OR p.closed_on > %(today)s) {_POST_FILTER[reach]}
),
changed AS (
    SELECT s.id,
           coalesce(sum(c.delta) FILTER (WHERE c."on" <= %(today)s), 0) AS so_far,
           coalesce(sum(c.delta) FILTER (WHERE c."on" > %(today)s AND c.delta > 0), 0) AS planned,
           coalesce(-sum(c.delta) FILTER (WHERE c."on" > %(today)s AND c.delta < 0), 0) AS closing
    FROM scoped s JOIN organisation_seatchange c ON c.position_id = s.id AND c."on" <= s.horizon
    GROUP BY s.id
),
outlook AS (
    SELECT s.id, s.unit_id, s.kind, s.pool_id, s.ratio, s.demand_override,
           greatest(s.base_seats + coalesce(c.so_far, 0), 0)::int AS seats,
           coalesce(c.planned, 0)::int AS planned, coalesce(c.closing, 0)::int AS closing
    FROM scoped s LEFT JOIN changed c USING (id)
),
posts AS (
    SELECT id, unit_id, kind, pool_id, ratio, seats, planned, closing,
           coalesce(demand_override, greatest(seats + planned - closing, 0)) AS demand
    FROM outlook
),
members AS (
    SELECT m.id, m.pool_id, m.candidate_id, c.employee_id,
           m.state = 'active'
           AND (w.left_on IS NULL OR w.left_on > %(today)s)
           AND c.evidence_on IS NOT NULL AND c.evidence_on >= %(fresh_from)s
           AND CASE WHEN c.employee_id IS NOT NULL
                    THEN w.willingness NOT IN ('declined', 'not_now') OR w.willingness_until < %(today)s IS TRUE
                    ELSE x.willingness NOT IN ('declined', 'not_now') OR x.willingness_until < %(today)s IS TRUE
               END AS counted
    FROM pools_membership m
    JOIN candidates_candidate c ON c.id = m.candidate_id
    LEFT JOIN organisation_employee w ON w.id = c.employee_id
    LEFT JOIN candidates_externalperson x ON x.id = c.external_id
    WHERE m.state IN ('active', 'on_hold') {_MEMBER_FILTER[reach]}
),
holders AS (
    SELECT DISTINCT i.position_id, i.employee_id
    FROM posts p JOIN organisation_incumbency i ON i.position_id = p.id
    WHERE p.pool_id IS NOT NULL AND NOT i.acting AND i.employee_id IS NOT NULL
      AND i.starts_on <= %(today)s AND (i.ends_on IS NULL OR i.ends_on > %(today)s)
),
named AS (
    SELECT p.id AS position_id, p.unit_id, p.kind = 'key' AS is_key, p.pool_id, p.seats,
           m.id AS membership_id, m.candidate_id,
           m.counted AND h.position_id IS NULL AS counted,
           CASE n.readiness WHEN 'ready_now' THEN 1 WHEN '1_3_years' THEN 2 ELSE 3 END AS tier
    FROM members m
    JOIN pools_membershippost n ON n.membership_id = m.id
    JOIN posts p ON p.id = n.position_id AND CASE WHEN p.pool_id = m.pool_id THEN TRUE ELSE FALSE END
    LEFT JOIN holders h ON h.position_id = p.id AND h.employee_id = m.employee_id
)"""


# Apart from the names: read by one alone, they are joined as they come and not kept aside.
_BEHIND = """behind AS (
    SELECT position_id, count(*)::int AS members, (count(*) FILTER (WHERE counted))::int AS filled,
           (count(*) FILTER (WHERE counted AND tier = 1))::int AS ready_now,
           (count(*) FILTER (WHERE counted AND tier = 2))::int AS years_1_3,
           (count(*) FILTER (WHERE counted AND tier = 3))::int AS years_4_5,
           coalesce(array_agg(candidate_id ORDER BY candidate_id) FILTER (WHERE counted), '{}') AS people
    FROM named GROUP BY position_id
)"""


_STATUS = """CASE WHEN {demand} = 0 THEN 'not_needed' WHEN {filled} = 0 THEN 'empty' WHEN {filled} < {demand} THEN 'thin'
         WHEN {gap} > 0 THEN 'building' WHEN {surplus} > 0 THEN 'over' ELSE 'full' END"""

# One row a post. A post alone is truly covered as far as it is counted; short of names, it blocks itself.
_OF_POSITIONS = """
of_positions AS (
    SELECT 'position' AS scope, f.kind, f.id AS position_id, NULL::bigint AS pool_id, NULL::bigint AS unit_id,
           f.seats, f.planned, f.closing, f.demand, f.ratio, f.capacity, f.members, f.filled,
           f.ready_now, f.years_1_3, f.years_4_5, greatest(f.capacity - f.filled, 0) AS gap,
           greatest(f.filled - f.capacity, 0) AS surplus, f.filled AS names, f.filled AS named_people,
           CASE WHEN f.filled > 0 THEN 1 ELSE 0 END::numeric(6, 2) AS overlap,
           least(f.seats, f.members) AS seats_named, least(f.seats, f.filled) AS seats_counted,
           least(f.seats, f.filled) AS seats_true, least(f.seats, f.ready_now) AS seats_true_ready_now,
           CASE WHEN f.filled > 0 AND f.filled < f.seats
                THEN jsonb_build_array(jsonb_build_object(
                     'positions', jsonb_build_array(f.id), 'people', to_jsonb(f.people), 'short', f.seats - f.filled))
                ELSE '[]'::jsonb END AS blocking,
           {status} AS status
    FROM (
        SELECT p.*, ceil(p.ratio * p.demand)::int AS capacity, coalesce(b.members, 0) AS members,
               coalesce(b.filled, 0) AS filled, coalesce(b.ready_now, 0) AS ready_now,
               coalesce(b.years_1_3, 0) AS years_1_3, coalesce(b.years_4_5, 0) AS years_4_5, b.people
        FROM posts p LEFT JOIN behind b ON b.position_id = p.id
    ) f
)""".format(
    status=_STATUS.format(
        demand="f.demand",
        filled="f.filled",
        gap="greatest(f.capacity - f.filled, 0)",
        surplus="greatest(f.filled - f.capacity, 0)",
    )
)

# One row an open pool. Everyone in it stands in it, named or not; a member's tier is the best name that counts, else the
# best of their own.
_OF_POOLS = """
served AS (
    SELECT p.pool_id, sum(p.seats)::int AS seats, sum(p.planned)::int AS planned, sum(p.closing)::int AS closing,
           sum(p.demand)::int AS demand, sum(least(p.seats, coalesce(b.members, 0)))::int AS seats_named,
           sum(least(p.seats, coalesce(b.filled, 0)))::int AS seats_counted, sum(coalesce(b.filled, 0))::int AS names
    FROM posts p LEFT JOIN behind b ON b.position_id = p.id
    WHERE p.pool_id IS NOT NULL GROUP BY p.pool_id
),
best AS (
    SELECT membership_id, min(tier) AS tier FROM named WHERE counted GROUP BY membership_id
),
own AS (
    SELECT m.id AS membership_id,
           min(CASE n.readiness WHEN 'ready_now' THEN 1 WHEN '1_3_years' THEN 2 ELSE 3 END) AS tier
    FROM members m JOIN pools_membershippost n ON n.membership_id = m.id
    LEFT JOIN best ON best.membership_id = m.id
    WHERE m.counted AND best.tier IS NULL GROUP BY m.id
),
within AS (
    SELECT m.pool_id, count(*)::int AS members, (count(*) FILTER (WHERE m.counted))::int AS filled,
           (count(*) FILTER (WHERE m.counted AND coalesce(t.tier, o.tier) = 1))::int AS ready_now,
           (count(*) FILTER (WHERE m.counted AND coalesce(t.tier, o.tier) = 2))::int AS years_1_3,
           (count(*) FILTER (WHERE m.counted AND coalesce(t.tier, o.tier) = 3))::int AS years_4_5,
           count(t.membership_id)::int AS named_people
    FROM members m LEFT JOIN best t ON t.membership_id = m.id LEFT JOIN own o ON o.membership_id = m.id
    GROUP BY m.pool_id
),
of_pools AS (
    SELECT 'pool' AS scope, f.kind, NULL::bigint AS position_id, f.id AS pool_id, NULL::bigint AS unit_id,
           f.seats, f.planned, f.closing, f.demand, f.ratio, f.capacity, f.members, f.filled,
           f.ready_now, f.years_1_3, f.years_4_5, greatest(f.capacity - f.filled, 0) AS gap,
           greatest(f.filled - f.capacity, 0) AS surplus, f.names, f.named_people,
           CASE WHEN f.named_people > 0 THEN round(f.names::numeric / f.named_people, 2) ELSE 0 END AS overlap,
           f.seats_named, f.seats_counted, coalesce(t.seats_true, 0) AS seats_true,
           coalesce(t.seats_true_ready_now, 0) AS seats_true_ready_now, coalesce(t.blocking, '[]')::jsonb AS blocking,
           CASE WHEN f.kind = 'reserve'
                THEN CASE WHEN f.filled < f.capacity THEN 'building' WHEN f.filled > f.capacity THEN 'over' ELSE 'full' END
                ELSE {status} END AS status
    FROM (
        SELECT e.id, e.kind, coalesce(s.seats, 0) AS seats, coalesce(s.planned, 0) AS planned,
               coalesce(s.closing, 0) AS closing, coalesce(s.demand, 0) AS demand,
               CASE WHEN e.kind = 'reserve' THEN NULL ELSE coalesce(e.ratio_override, pol.ratio) END AS ratio,
               CASE WHEN e.kind = 'reserve' THEN e.target_size
                    ELSE ceil(coalesce(e.ratio_override, pol.ratio) * coalesce(s.demand, 0))::int END AS capacity,
               coalesce(w.members, 0) AS members, coalesce(w.filled, 0) AS filled,
               coalesce(w.ready_now, 0) AS ready_now, coalesce(w.years_1_3, 0) AS years_1_3,
               coalesce(w.years_4_5, 0) AS years_4_5, coalesce(s.names, 0) AS names,
               coalesce(w.named_people, 0) AS named_people, coalesce(s.seats_named, 0) AS seats_named,
               coalesce(s.seats_counted, 0) AS seats_counted
        FROM pools_echelonpool e
        JOIN organisation_policy pol ON pol.id = %(policy)s
        LEFT JOIN served s ON s.pool_id = e.id
        LEFT JOIN within w ON w.pool_id = e.id
        WHERE (e.closed_on IS NULL OR e.closed_on > %(today)s) {{pools}}
    ) f
    LEFT JOIN matched t ON t.scope = 'pool' AND t.subject = f.id
)""".format(
    status=_STATUS.format(
        demand="f.demand",
        filled="f.filled",
        gap="greatest(f.capacity - f.filled, 0)",
        surplus="greatest(f.filled - f.capacity, 0)",
    )
)

# One row a unit and class, and one for the whole (the unit 0). People are counted once each; places pool by pool, a post
# in no pool apart, so that rounding up and being short happen where they happen.
_OF_UNITS = """
above(unit_id, over_id) AS (
    SELECT id, id FROM organisation_orgunit
    UNION
    SELECT above.unit_id, u.parent_id FROM above JOIN organisation_orgunit u ON u.id = above.over_id
    WHERE u.parent_id IS NOT NULL
),
reach AS (
    SELECT unit_id, over_id FROM above UNION ALL SELECT id, 0 FROM organisation_orgunit
),
places AS (
    SELECT r.over_id, p.kind, p.pool_id, CASE WHEN p.pool_id IS NULL THEN p.id END AS alone,
           sum(p.seats)::int AS seats, sum(p.planned)::int AS planned, sum(p.closing)::int AS closing,
           sum(p.demand)::int AS demand, ceil(min(p.ratio) * sum(p.demand))::int AS capacity,
           sum(least(p.seats, coalesce(b.members, 0)))::int AS seats_named,
           sum(least(p.seats, coalesce(b.filled, 0)))::int AS seats_counted, sum(coalesce(b.filled, 0))::int AS names
    FROM posts p JOIN reach r ON r.unit_id = p.unit_id LEFT JOIN behind b ON b.position_id = p.id
    GROUP BY 1, 2, 3, 4
),
standing AS (
    SELECT r.over_id, n.pool_id, n.is_key, n.candidate_id, min(n.tier) FILTER (WHERE n.counted) AS tier
    FROM named n JOIN reach r ON r.unit_id = n.unit_id
    GROUP BY 1, 2, 3, 4
),
in_pool AS (
    SELECT over_id, pool_id, count(tier)::int AS filled FROM standing GROUP BY 1, 2
),
people AS (
    SELECT over_id, CASE WHEN is_key THEN 'key' ELSE 'management' END AS kind,
           count(*)::int AS members, count(tier)::int AS filled,
           (count(*) FILTER (WHERE tier = 1))::int AS ready_now, (count(*) FILTER (WHERE tier = 2))::int AS years_1_3,
           (count(*) FILTER (WHERE tier = 3))::int AS years_4_5
    FROM (SELECT over_id, is_key, candidate_id, min(tier) AS tier FROM standing GROUP BY 1, 2, 3) once
    GROUP BY over_id, is_key
),
summed AS (
    SELECT s.over_id, s.kind, sum(s.seats)::int AS seats, sum(s.planned)::int AS planned, sum(s.closing)::int AS closing,
           sum(s.demand)::int AS demand, sum(s.capacity)::int AS capacity, sum(s.names)::int AS names,
           sum(s.seats_named)::int AS seats_named, sum(s.seats_counted)::int AS seats_counted,
           sum(greatest(s.capacity - coalesce(i.filled, 0), 0))::int AS gap,
           sum(greatest(coalesce(i.filled, 0) - s.capacity, 0))::int AS surplus
    FROM places s LEFT JOIN in_pool i ON i.over_id = s.over_id AND i.pool_id = s.pool_id
    GROUP BY 1, 2
),
subjects AS (
    SELECT over_id, kind FROM summed UNION SELECT 0, k FROM unnest(ARRAY['key', 'management']) k
),
of_units AS (
    SELECT CASE f.over_id WHEN 0 THEN 'whole' ELSE 'unit' END AS scope, f.kind, NULL::bigint AS position_id,
           NULL::bigint AS pool_id, nullif(f.over_id, 0) AS unit_id, f.seats, f.planned, f.closing, f.demand,
           NULL::numeric AS ratio, f.capacity, f.members, f.filled, f.ready_now, f.years_1_3, f.years_4_5, f.gap,
           f.surplus, f.names, f.filled AS named_people,
           CASE WHEN f.filled > 0 THEN round(f.names::numeric / f.filled, 2) ELSE 0 END AS overlap,
           f.seats_named, f.seats_counted, coalesce(t.seats_true, 0) AS seats_true,
           coalesce(t.seats_true_ready_now, 0) AS seats_true_ready_now, coalesce(t.blocking, '[]')::jsonb AS blocking,
           {status} AS status
    FROM (
        SELECT q.over_id, q.kind, coalesce(s.seats, 0) AS seats, coalesce(s.planned, 0) AS planned,
               coalesce(s.closing, 0) AS closing, coalesce(s.demand, 0) AS demand, coalesce(s.capacity, 0) AS capacity,
               coalesce(s.names, 0) AS names, coalesce(s.seats_named, 0) AS seats_named,
               coalesce(s.seats_counted, 0) AS seats_counted, coalesce(s.gap, 0) AS gap,
               coalesce(s.surplus, 0) AS surplus, coalesce(p.members, 0) AS members, coalesce(p.filled, 0) AS filled,
               coalesce(p.ready_now, 0) AS ready_now, coalesce(p.years_1_3, 0) AS years_1_3,
               coalesce(p.years_4_5, 0) AS years_4_5
        FROM subjects q LEFT JOIN summed s USING (over_id, kind) LEFT JOIN people p USING (over_id, kind)
    ) f
    LEFT JOIN matched t ON t.scope = 'unit' AND t.subject = f.over_id AND t.kind = f.kind
)""".format(status=_STATUS.format(demand="f.demand", filled="f.filled", gap="f.gap", surplus="f.surplus"))

_MATCHED = """
matched AS (
    SELECT * FROM unnest(%(true_scope)s::text[], %(true_subject)s::bigint[], %(true_kind)s::text[], %(true_seats)s::int[],
                         %(true_ready)s::int[], %(true_blocking)s::text[])
        AS t(scope, subject, kind, seats_true, seats_true_ready_now, blocking)
)"""

_STORE = """
stored AS (
    INSERT INTO pools_coverage AS old ({columns}, computed_at, stale_since, failure)
    SELECT {columns}, %(now)s, NULL, '' FROM (
        SELECT found.*, %(formula)s::int AS formula_version, %(policy)s::bigint AS policy_id FROM ({found}) found
    ) new
    ON CONFLICT ({subject}) DO UPDATE SET {assignments}, computed_at = excluded.computed_at, stale_since = NULL, failure = ''
    WHERE ({old}) IS DISTINCT FROM ({excluded}) OR old.stale_since IS NOT NULL
    RETURNING {columns}, computed_at
),
kept AS (
    INSERT INTO pools_coverageday ("on", {columns}, computed_at)
    SELECT %(today)s, {columns}, computed_at FROM stored
    ON CONFLICT ("on", {subject}) DO UPDATE SET {assignments}, computed_at = excluded.computed_at
)
SELECT count(*) FROM stored"""


# Rows of subjects that are no more: closed posts and pools, posts of another class, units without such posts.
_FORGET_POSITIONS = """
gone_positions AS (
    DELETE FROM pools_coverage c USING organisation_position p
    WHERE c.scope = 'position' AND c.position_id = p.id AND (p.position_class <> c.kind OR p.closed_on <= %(today)s)
      {posts}
)"""
_FORGET_POOLS = """
gone_pools AS (
    DELETE FROM pools_coverage c USING pools_echelonpool e
    WHERE c.scope = 'pool' AND c.pool_id = e.id AND e.closed_on <= %(today)s {pools}
)"""
_FORGET_UNITS = """
gone_units AS (
    DELETE FROM pools_coverage c
    WHERE c.scope = 'unit' AND NOT EXISTS (SELECT 1 FROM summed s WHERE s.over_id = c.unit_id AND s.kind = c.kind)
)"""
_OPEN_POOLS = {ALL: "", OF_POOLS: "AND e.id = ANY(%(pools)s)"}


def store(reach: str, *, subjects: bool = True, units: bool = False) -> str:
    """Compute and write: with `subjects` the posts and pools of the reach, with `units` the units and the whole.

    Units are sums over everything, so they go with the reach `ALL` alone. Rows whose figures did not change are left
    alone, `computed_at` included. Answers how many were written.
    """
    parts, sources = [facts(reach), _MATCHED], []
    if subjects:
        parts += [_OF_POSITIONS, _FORGET_POSITIONS.format(posts=_POST_FILTER[reach])]
        sources.append("of_positions")
        if reach in _OPEN_POOLS:
            pools = _OPEN_POOLS[reach]
            parts += [_OF_POOLS.format(pools=pools), _FORGET_POOLS.format(pools=pools)]
            sources.append("of_pools")
    if units:
        parts += [_OF_UNITS, _FORGET_UNITS]
        sources.append("of_units")
    parts.append(_writing(sources))
    return "WITH RECURSIVE" + ",".join(parts)


def _writing(sources: list[str]) -> str:
    return _STORE.format(
        columns=", ".join([*SUBJECT, *FIGURES]),
        subject=", ".join(SUBJECT),
        found=" UNION ALL ".join(f"SELECT * FROM {source}" for source in sources),
        assignments=", ".join(f"{name} = excluded.{name}" for name in FIGURES),
        old=", ".join(f"old.{name}" for name in FIGURES),
        excluded=", ".join(f"excluded.{name}" for name in FIGURES),
    )


# What the matching needs: a row a name that counts, whole numbers only, for a copy in binary.
EDGES = ("position", "seats", "unit", "pool", "is_key", "membership", "candidate", "tier")


def edges(reach: str) -> str:
    return f"""
WITH {_names(reach)}
SELECT position_id, seats::bigint, unit_id, pool_id, is_key::int::bigint, membership_id, candidate_id, tier::bigint
FROM named
WHERE counted AND seats > 0"""
