-- The floor of the recompute: the figures of every post, pool and unit written down by hand for the companies made here,
-- where nobody is external, nothing is closed and no demand is overridden. What matching finds is left as it stands.
WITH RECURSIVE
posts AS (
    SELECT p.id, p.org_unit_id AS unit, p.position_class AS kind, e.id AS pool, coalesce(e.ratio_override, 3) AS ratio,
           greatest(p.base_seats + coalesce(sum(c.delta) FILTER (WHERE c."on" <= CURRENT_DATE), 0), 0)::int AS seats,
           coalesce(sum(c.delta) FILTER (WHERE c."on" > CURRENT_DATE AND c.delta > 0), 0)::int AS planned,
           -coalesce(sum(c.delta) FILTER (WHERE c."on" > CURRENT_DATE AND c.delta < 0), 0)::int AS closing
    FROM organisation_position p
    JOIN pools_poolposition pp ON pp.position_id = p.id
    JOIN pools_echelonpool e ON e.id = pp.pool_id
    LEFT JOIN organisation_seatchange c ON c.position_id = p.id AND c."on" <= CURRENT_DATE + interval '3 years'
    GROUP BY p.id, e.id
),
members AS (
    SELECT m.id, m.pool_id AS pool, m.candidate_id AS person,
           m.state = 'active' AND (e.left_on IS NULL OR e.left_on > CURRENT_DATE) AND c.evidence_on >= %(fresh_from)s
           AND (e.willingness NOT IN ('declined', 'not_now') OR e.willingness_until < CURRENT_DATE) AS counted
    FROM pools_membership m
    JOIN candidates_candidate c ON c.id = m.candidate_id
    JOIN organisation_employee e ON e.id = c.employee_id
    WHERE m.state IN ('active', 'on_hold')
),
names AS (
    SELECT p.id AS post, p.unit, p.kind, m.pool, m.id AS member, m.person, coalesce(m.counted, false) AND i.id IS NULL AS counted,
           CASE n.readiness WHEN 'ready_now' THEN 1 WHEN '1_3_years' THEN 2 ELSE 3 END AS tier
    FROM members m
    JOIN pools_membershippost n ON n.membership_id = m.id
    JOIN posts p ON p.id = n.position_id
    LEFT JOIN organisation_incumbency i ON i.position_id = p.id AND i.employee_id = m.person
),
of_posts AS (
    SELECT p.*, greatest(p.seats + p.planned - p.closing, 0) AS demand, coalesce(n.members, 0) AS members,
           coalesce(n.filled, 0) AS filled, coalesce(n.now, 0) AS now, coalesce(n.soon, 0) AS soon,
           coalesce(n.later, 0) AS later
    FROM posts p LEFT JOIN (
        SELECT post, count(*)::int AS members, (count(*) FILTER (WHERE counted))::int AS filled,
               (count(*) FILTER (WHERE counted AND tier = 1))::int AS now,
               (count(*) FILTER (WHERE counted AND tier = 2))::int AS soon,
               (count(*) FILTER (WHERE counted AND tier = 3))::int AS later
        FROM names GROUP BY post
    ) n ON n.post = p.id
),
best AS (
    SELECT m.id, m.pool, bool_or(m.counted) AS counted, min(n.tier) FILTER (WHERE n.counted) AS tier, min(n.tier) AS own
    FROM members m LEFT JOIN names n ON n.member = m.id GROUP BY m.id, m.pool
),
of_members AS (
    SELECT pool, count(*)::int AS members, (count(*) FILTER (WHERE counted))::int AS filled, count(tier)::int AS people,
           (count(*) FILTER (WHERE counted AND coalesce(tier, own) = 1))::int AS now,
           (count(*) FILTER (WHERE counted AND coalesce(tier, own) = 2))::int AS soon,
           (count(*) FILTER (WHERE counted AND coalesce(tier, own) = 3))::int AS later
    FROM best GROUP BY pool
),
of_pools AS (
    SELECT e.id, e.kind, CASE WHEN e.kind <> 'reserve' THEN coalesce(e.ratio_override, 3) END AS ratio,
           coalesce(sum(p.seats), 0)::int AS seats, coalesce(sum(p.planned), 0)::int AS planned,
           coalesce(sum(p.closing), 0)::int AS closing, coalesce(sum(p.demand), 0)::int AS demand,
           coalesce(e.target_size, ceil(coalesce(e.ratio_override, 3) * coalesce(sum(p.demand), 0)))::int AS capacity,
           coalesce(sum(p.filled), 0)::int AS names, coalesce(sum(least(p.seats, p.members)), 0)::int AS named,
           coalesce(sum(least(p.seats, p.filled)), 0)::int AS counted
    FROM pools_echelonpool e LEFT JOIN of_posts p ON p.pool = e.id GROUP BY e.id
),
up (unit, over) AS (
    SELECT id, id FROM organisation_orgunit
    UNION ALL
    SELECT up.unit, u.parent_id FROM up JOIN organisation_orgunit u ON u.id = up.over WHERE u.parent_id IS NOT NULL
),
reach AS (SELECT unit, over FROM up UNION ALL SELECT id, 0 FROM organisation_orgunit),
places AS (
    SELECT r.over, p.kind, p.pool, sum(p.seats)::int AS seats, sum(p.planned)::int AS planned,
           sum(p.closing)::int AS closing, sum(p.demand)::int AS demand,
           ceil(min(p.ratio) * sum(p.demand))::int AS capacity, sum(p.filled)::int AS names,
           sum(least(p.seats, p.members))::int AS named, sum(least(p.seats, p.filled))::int AS counted
    FROM of_posts p JOIN reach r ON r.unit = p.unit GROUP BY 1, 2, 3
),
standing AS (
    SELECT r.over, n.kind, n.pool, n.person, min(n.tier) FILTER (WHERE n.counted) AS tier
    FROM names n JOIN reach r ON r.unit = n.unit GROUP BY 1, 2, 3, 4
),
people AS (
    SELECT over, kind, count(*)::int AS members, count(tier)::int AS filled, (count(*) FILTER (WHERE tier = 1))::int AS now,
           (count(*) FILTER (WHERE tier = 2))::int AS soon, (count(*) FILTER (WHERE tier = 3))::int AS later
    FROM (SELECT over, kind, person, min(tier) AS tier FROM standing GROUP BY 1, 2, 3) once GROUP BY 1, 2
),
of_units AS (
    SELECT l.over, l.kind, sum(l.seats)::int AS seats, sum(l.planned)::int AS planned, sum(l.closing)::int AS closing,
           sum(l.demand)::int AS demand, sum(l.capacity)::int AS capacity, sum(l.names)::int AS names,
           sum(l.named)::int AS named, sum(l.counted)::int AS counted,
           sum(greatest(l.capacity - coalesce(s.filled, 0), 0))::int AS gap,
           sum(greatest(coalesce(s.filled, 0) - l.capacity, 0))::int AS surplus
    FROM places l
    LEFT JOIN (SELECT over, kind, pool, count(tier)::int AS filled FROM standing GROUP BY 1, 2, 3) s USING (over, kind, pool)
    GROUP BY 1, 2
),
figures AS (
    SELECT 'position' AS scope, kind, id AS position_id, NULL::bigint AS pool_id, NULL::bigint AS unit_id, seats, planned,
           closing, demand, ratio, ceil(ratio * demand)::int AS capacity, members, filled, now, soon, later,
           greatest(ceil(ratio * demand)::int - filled, 0) AS gap, greatest(filled - ceil(ratio * demand)::int, 0) AS surplus,
           filled AS names, filled AS people, least(seats, members) AS named, least(seats, filled) AS counted
    FROM of_posts
    UNION ALL
    SELECT 'pool', kind, NULL, id, NULL, seats, planned, closing, demand, ratio, capacity, coalesce(m.members, 0),
           coalesce(m.filled, 0), coalesce(m.now, 0), coalesce(m.soon, 0), coalesce(m.later, 0),
           greatest(capacity - coalesce(m.filled, 0), 0), greatest(coalesce(m.filled, 0) - capacity, 0), names,
           coalesce(m.people, 0), named, counted
    FROM of_pools p LEFT JOIN of_members m ON m.pool = p.id
    UNION ALL
    SELECT CASE over WHEN 0 THEN 'whole' ELSE 'unit' END, kind, NULL, NULL, nullif(over, 0), seats, planned, closing, demand,
           NULL, capacity, coalesce(members, 0), coalesce(filled, 0), coalesce(now, 0), coalesce(soon, 0),
           coalesce(later, 0), gap, surplus, names, coalesce(filled, 0), named, counted
    FROM of_units LEFT JOIN people USING (over, kind)
),
written AS (
    INSERT INTO pools_coverage AS old (
        scope, kind, position_id, pool_id, unit_id, seats, planned, closing, demand, ratio, capacity, members, filled,
        ready_now, years_1_3, years_4_5, gap, surplus, names, named_people, overlap, seats_named, seats_counted, status,
        seats_true, seats_true_ready_now, blocking, formula_version, policy_id, computed_at, failure)
    SELECT scope, kind, position_id, pool_id, unit_id, seats, planned, closing, demand, ratio, capacity, members, filled,
           now, soon, later, gap, surplus, names, people, coalesce(round(names::numeric / nullif(people, 0), 2), 0), named,
           counted,
           CASE WHEN kind = 'reserve' THEN CASE WHEN gap > 0 THEN 'building' WHEN surplus > 0 THEN 'over' ELSE 'full' END
                WHEN demand = 0 THEN 'not_needed' WHEN filled = 0 THEN 'empty' WHEN filled < demand THEN 'thin'
                WHEN gap > 0 THEN 'building' WHEN surplus > 0 THEN 'over' ELSE 'full' END,
           0, 0, '[]', %(formula)s, %(policy)s, now(), ''
    FROM figures
    ON CONFLICT (scope, kind, position_id, pool_id, unit_id) DO UPDATE SET
        seats = excluded.seats, planned = excluded.planned, closing = excluded.closing, demand = excluded.demand,
        ratio = excluded.ratio, capacity = excluded.capacity, members = excluded.members, filled = excluded.filled,
        ready_now = excluded.ready_now, years_1_3 = excluded.years_1_3, years_4_5 = excluded.years_4_5,
        gap = excluded.gap, surplus = excluded.surplus, names = excluded.names, named_people = excluded.named_people,
        overlap = excluded.overlap, seats_named = excluded.seats_named, seats_counted = excluded.seats_counted,
        status = excluded.status, formula_version = excluded.formula_version, policy_id = excluded.policy_id,
        computed_at = excluded.computed_at, stale_since = NULL, failure = ''
    RETURNING *
)
INSERT INTO pools_coverageday ("on", scope, kind, position_id, pool_id, unit_id, seats, planned, closing, demand, ratio,
    capacity, members, filled, ready_now, years_1_3, years_4_5, gap, surplus, names, named_people, overlap, seats_named,
    seats_counted, status, seats_true, seats_true_ready_now, blocking, formula_version, policy_id, computed_at)
SELECT CURRENT_DATE, scope, kind, position_id, pool_id, unit_id, seats, planned, closing, demand, ratio,
    capacity, members, filled, ready_now, years_1_3, years_4_5, gap, surplus, names, named_people, overlap, seats_named,
    seats_counted, status, seats_true, seats_true_ready_now, blocking, formula_version, policy_id, computed_at
FROM written
ON CONFLICT ("on", scope, kind, position_id, pool_id, unit_id) DO UPDATE SET
    seats = excluded.seats, planned = excluded.planned, closing = excluded.closing, demand = excluded.demand,
    ratio = excluded.ratio, capacity = excluded.capacity, members = excluded.members, filled = excluded.filled,
    ready_now = excluded.ready_now, years_1_3 = excluded.years_1_3, years_4_5 = excluded.years_4_5, gap = excluded.gap,
    surplus = excluded.surplus, names = excluded.names, named_people = excluded.named_people, overlap = excluded.overlap,
    seats_named = excluded.seats_named, seats_counted = excluded.seats_counted, status = excluded.status,
    computed_at = excluded.computed_at
