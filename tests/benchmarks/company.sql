-- A company of a given size, made inside PostgreSQL in sets. Triggers are off while it is made: constraints still hold.
-- Twenty posts a unit at every size. Pool 1 is alike, too (8 posts, 24 members); the others have their share of both.
SET session_replication_role = replica;
SELECT setseed(0.42);

INSERT INTO organisation_orgunit (id, code, name, parent_id, head_position_id)
SELECT i, 'U' || lpad(i::text, 4, '0'),
       (ARRAY['Operations', 'Finance', 'Engineering', 'Quality', 'Sales', 'Logistics', 'People', 'Research'])[1 + mod(i, 8)]
         || ' ' || lpad(i::text, 4, '0'),
       CASE WHEN i > 1 THEN i / 5 + 1 END, i
FROM generate_series(1, %(units)s) i;

CREATE TEMP TABLE kinds AS
SELECT i AS id, CASE mod(i, 10) WHEN 0 THEN 'reserve' WHEN 6 THEN 'management' WHEN 7 THEN 'management'
                                WHEN 8 THEN 'management' WHEN 9 THEN 'management' ELSE 'key' END AS kind
FROM generate_series(1, %(pools)s) i;

-- The first post of a unit is its head's.
CREATE TEMP TABLE posts AS
SELECT i AS id, 1 + mod(i - 1, %(units)s) AS unit,
       CASE WHEN i BETWEEN %(units)s + 1 AND %(units)s + 8 THEN 1 ELSE 2 + mod(i, %(pools)s - 1) END AS pool
FROM generate_series(1, %(posts)s) i;
CREATE INDEX ON posts (pool, id);

INSERT INTO organisation_position
    (id, code, title, grade, org_unit_id, reports_to_id, position_class, base_seats, criticality)
SELECT p.id, 'P' || lpad(p.id::text, 5, '0'),
       (ARRAY['Head of', 'Manager,', 'Lead,', 'Director of', 'Chief of', 'Deputy,'])[1 + mod(p.id, 6)] || ' '
         || (ARRAY['Assembly', 'Controlling', 'Maintenance', 'Procurement', 'Planning', 'Safety', 'Testing'])[1 + mod(p.id, 7)]
         || ' ' || lpad(p.id::text, 5, '0'),
       'G' || lpad((1 + mod(p.id, 12))::text, 2, '0'), p.unit,
       CASE WHEN p.id > %(units)s THEN p.unit ELSE u.parent_id END,
       CASE k.kind WHEN 'reserve' THEN 'general' ELSE k.kind END,
       CASE WHEN mod(p.id, 20) = 0 THEN 2 ELSE 1 END, 1 + mod(p.id, 40) / 10.0
FROM posts p JOIN kinds k ON k.id = p.pool JOIN organisation_orgunit u ON u.id = p.unit;

INSERT INTO organisation_seatchange (position_id, "on", delta, reason)
SELECT id, CURRENT_DATE + (30 + mod(id, 700))::int, CASE WHEN mod(id, 4) = 0 THEN -1 ELSE 1 END, 'As budgeted'
FROM organisation_position WHERE mod(id, 29) = 0;

-- Everyone of the numbers 1 and 2 modulo 5 may hold a post and is here to stay.
INSERT INTO organisation_employee
    (id, number, name, sort_name, email, org_unit_id, birth_date, hired_on, left_on, mobility,
     willingness, willingness_on, willingness_until)
SELECT i, 'E' || lpad(i::text, 6, '0'), first || ' ' || last, last || ', ' || first, 'e' || i || '@example.org',
       1 + floor(random() * %(units)s)::int, born, hired,
       CASE WHEN mod(i, 5) NOT IN (1, 2) AND random() < 0.08
            THEN greatest(hired, CURRENT_DATE - floor(random() * 700)::int) END,
       '', answer, CASE WHEN answer <> 'not_asked' THEN answered END,
       CASE WHEN answer <> 'not_asked' THEN answered + 365 END
FROM (
    SELECT i, (ARRAY['Amara', 'Chidi', 'Elena', 'Farid', 'Greta', 'Hiro', 'Ines', 'Jonas', 'Keiko', 'Lucía', 'Mateus',
                     'Nadia', 'Oluwaseun', 'Priya', 'Quentin', 'Rosalind', 'Søren', 'Tomasz', 'Yara'])[1 + mod(i, 19)] AS first,
           (ARRAY['Adeyemi', 'Bergström', 'Castellanos', 'Dubois', 'Eriksen', 'Fernández', 'Grünwald', 'Haddad', 'Ivanova',
                  'Jankowski', 'Kobayashi', 'Lindqvist', 'Moreau', 'Nakamura', 'Okafor', 'Papadopoulos', 'Quispe',
                  'Rahman', 'Schneider', 'Thapa', 'Umarov', 'Vasquez', 'Whitfield'])[1 + mod(i * 7, 23)]
             || ' ' || lpad(to_hex(i), 5, '0') AS last,
           born, born + 7305 + floor(random() * (CURRENT_DATE - born - 7305))::int AS hired,
           CASE WHEN roll < 0.06 THEN 'declined' WHEN roll < 0.10 THEN 'not_now' WHEN roll < 0.40 THEN 'not_asked'
                ELSE 'agreed' END AS answer,
           CURRENT_DATE - floor(random() * 450)::int AS answered
    FROM (SELECT i, date '1960-01-01' + floor(random() * 15000)::int AS born, random() AS roll
          FROM generate_series(1, %(people)s) i) drawn
) drawn;

INSERT INTO organisation_incumbency
    (position_id, seat, employee_id, starts_on, acting, concurrent, end_reason,
     expected_leaving_on, expected_leaving_source, expected_leaving_note)
SELECT id, seat, holder, CURRENT_DATE - (400 + mod(id, 2000))::int, false, false, '',
       CASE WHEN leaves THEN CURRENT_DATE + (60 + mod(id, 1500))::int END, CASE WHEN leaves THEN 'entered' ELSE '' END, ''
FROM (
    SELECT id, 1 AS seat, 1 + mod(id * 5, %(people)s) AS holder, mod(id, 17) = 0 AS leaves
    FROM organisation_position WHERE id <= %(units)s OR mod(id, 15) <> 0
    UNION ALL
    SELECT id, 2, 2 + mod(id * 5, %(people)s), false FROM organisation_position WHERE base_seats = 2 AND mod(id, 3) = 0
) held;

INSERT INTO pools_echelonpool
    (id, code, name, kind, owner_id, target_size, ratio_override, ratio_reason, levels, minimum_years_in_post, grades)
SELECT id, 'POOL-' || lpad(id::text, 4, '0'), initcap(kind) || ' pool ' || lpad(id::text, 4, '0'), kind,
       1 + mod(id * 5, %(people)s), CASE WHEN kind = 'reserve' THEN %(members)s / %(pools)s END,
       CASE WHEN kind <> 'reserve' AND mod(id, 12) = 3 THEN 2.5 END,
       CASE WHEN kind <> 'reserve' AND mod(id, 12) = 3 THEN 'Seats of a kind that are easy to fill' ELSE '' END,
       CASE WHEN kind = 'reserve' THEN 'First management level' ELSE '' END, 2, ''
FROM kinds;

INSERT INTO pools_poolposition (pool_id, position_id, override_reason)
SELECT p.pool, p.id, '' FROM posts p JOIN kinds k ON k.id = p.pool WHERE k.kind <> 'reserve';

-- Talent is skewed: the square of a draw favours the first numbers, so that the same people stand in several pools.
CREATE TEMP TABLE standing AS
SELECT row_number() OVER (ORDER BY pool, person) AS id, pool, person, random() AS roll, random() AS age
FROM (
    SELECT DISTINCT pool, person FROM (
        SELECT CASE WHEN i <= 24 THEN 1 ELSE 2 + mod(i, %(pools)s - 1) END AS pool,
               CASE WHEN i <= 24 THEN 3 + 5 * i ELSE 1 + floor(power(random(), 2) * (%(people)s - 1))::int END AS person
        FROM generate_series(1, %(members)s) i
    ) draws
) distinct_draws;

INSERT INTO candidates_candidate (id, employee_id, evidence_on)
SELECT person, person, CASE WHEN mod(person, 25) > 0 THEN CURRENT_DATE - mod(person * 37, 900)::int END
FROM standing GROUP BY person;

INSERT INTO pools_membership
    (id, pool_id, candidate_id, state, proposed_on, proposal_reason, admitted_on, place, capacity_at_admission,
     over_capacity_reason, next_screening_on, hold_reason, exited_on, exit_reason, exit_note)
SELECT id, pool, person, state, CURRENT_DATE - 400 - floor(age * 700)::int, 'Proposed by the unit',
       CASE WHEN state IN ('active', 'on_hold', 'exited') THEN CURRENT_DATE - 380 - floor(age * 700)::int END,
       CASE WHEN state = 'active' THEN place END, CASE WHEN state = 'active' THEN place END, '',
       CASE WHEN state IN ('active', 'on_hold') THEN CURRENT_DATE - 20 + floor(age * 380)::int END,
       CASE WHEN state = 'on_hold' THEN 'On parental leave' ELSE '' END,
       CASE WHEN state = 'exited' THEN CURRENT_DATE - floor(age * 360)::int END,
       CASE WHEN state = 'exited' THEN 'screened_out' ELSE '' END, ''
FROM (
    SELECT *, row_number() OVER (PARTITION BY pool, state ORDER BY id) AS place
    FROM (SELECT *, CASE WHEN pool = 1 OR roll < 0.85 THEN 'active' WHEN roll < 0.89 THEN 'on_hold'
                         WHEN roll < 0.92 THEN 'screening' WHEN roll < 0.93 THEN 'proposed' ELSE 'exited' END AS state
          FROM standing) stated
) placed;

-- Each member is named for one post of the pool, every fifth for the next one, too.
INSERT INTO pools_membershippost (membership_id, position_id, readiness, readiness_on, reason, fit)
SELECT id, post, CASE WHEN tier < 0.30 THEN 'ready_now' WHEN tier < 0.72 THEN '1_3_years' ELSE '4_5_years' END,
       CURRENT_DATE - floor(tier * 300)::int, '', round((40 + 59 * tier)::numeric, 1)
FROM (
    SELECT DISTINCT ON (s.id, p.id) s.id, p.id AS post, random() AS tier
    FROM (SELECT *, row_number() OVER (PARTITION BY pool ORDER BY id) AS n FROM standing) s
    JOIN (SELECT *, row_number() OVER (PARTITION BY pool ORDER BY id) - 1 AS nth, count(*) OVER (PARTITION BY pool) AS total
          FROM posts) p ON p.pool = s.pool
    JOIN kinds k ON k.id = s.pool AND k.kind <> 'reserve'
    WHERE p.nth = mod(s.n, p.total) OR mod(s.n, 5) = 0 AND p.nth = mod(s.n + 1, p.total)
) named;

INSERT INTO pools_screening (membership_id, "on", outcome, reason)
SELECT id, admitted_on, 'stays', 'Meets the profile' FROM pools_membership WHERE admitted_on IS NOT NULL;

INSERT INTO organisation_competency (id, code, name, description)
SELECT i, 'C' || i, 'Competency ' || i, '' FROM generate_series(1, 40) i;

INSERT INTO organisation_requirement (position_id, competency_id, level, weight, must_have)
SELECT p.id, 1 + mod(p.id + n, 40), 1 + mod(p.id + n, 5), 1 + mod(n, 5), n = 0
FROM organisation_position p CROSS JOIN generate_series(0, 3) n;

-- Who signs in: HR, the head of two units that have nothing below them, somebody who leads nothing.
INSERT INTO organisation_user
    (id, username, password, name, email, language, theme, shortcuts, is_superuser, is_staff, is_active, date_joined)
SELECT i, (ARRAY['hr', 'head', 'employee'])[i], '!unusable', (ARRAY['Hana Reyes', 'Helmut Adler', 'Emil Pohl'])[i], '', '',
       'auto', true, false, false, true, now()
FROM generate_series(1, 3) i;
INSERT INTO organisation_roleassignment (user_id, role, org_unit_id)
VALUES (1, 'hr_manager', NULL), (2, 'department_head', %(units)s), (2, 'department_head', %(units)s - 1);
UPDATE organisation_employee SET user_id = 2
WHERE id = (SELECT employee_id FROM organisation_incumbency WHERE position_id = %(units)s AND seat = 1);
UPDATE organisation_employee SET user_id = 3
WHERE id = (SELECT min(id) FROM organisation_employee WHERE mod(id, 5) = 3 AND left_on IS NULL);

INSERT INTO organisation_auditevent (at, actor_id, actor_name, verb, content_type_id, object_id, object_label, after, reason)
SELECT now() - interval '1 minute' * i, 1, 'Hana Reyes', 'admit_member', t.id, 1 + mod(i, %(members)s / 2), 'A member', '{}', ''
FROM generate_series(1, %(people)s) i, django_content_type t WHERE t.app_label = 'pools' AND t.model = 'membership';

INSERT INTO organisation_job (task, label, args, state, progress, message, actor_id, cancel_requested, attempts,
                              created_at, sent_at, started_at, ended_at)
SELECT 'pools.recompute_all', 'Recompute every pool', '{}', 'done', 1, '', 1, false, 1,
       now() - interval '1 day' * i, now() - interval '1 day' * i, now() - interval '1 day' * i, now() - interval '1 day' * i
FROM generate_series(1, 200) i;

SELECT setval(pg_get_serial_sequence(t, 'id'), n) FROM (VALUES
    ('organisation_orgunit', %(units)s), ('organisation_position', %(posts)s), ('organisation_employee', %(people)s),
    ('candidates_candidate', %(people)s), ('pools_echelonpool', %(pools)s), ('pools_membership', %(members)s),
    ('organisation_competency', 40), ('organisation_user', 3)) AS made (t, n);
DROP TABLE kinds, posts, standing;
SET session_replication_role = origin;
ANALYZE;
