"""Small organisations drawn at random, degenerate ones among them, and their figures by a plain loop."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from candidates.models import Candidate, ExternalPerson
from pools import coverage_rules, matching
from pools.capacity import DatedChange, demand, outlook
from pools.coverage_rules import MemberFacts, MemberRow, NameRow, PostRow, Scope, why_not_counted
from pools.models import EchelonPool, Membership, MembershipPost, PoolPosition
from succession.organisation.models import Employee, Incumbency, OrgUnit, Policy, Position, SeatChange

TODAY = date(2026, 11, 22)
READINESS = ("ready_now", "1_3_years", "4_5_years")
CLASSES = ("key", "key", "management", "general")
STATES = ("active", "active", "active", "active", "on_hold", "proposed", "screening", "exited")


class Draw:
    """Makes organisations side by side in one database: they share nobody and nothing but the policy."""

    def __init__(self, seed):
        self.random = Random(seed)
        self.made = defaultdict(list)

    def organisation(self, number, *, posts=8, people=9, pools=4, units=4):
        rnd = self.random
        n = rnd.randint
        self.tree(number, n(1, units))
        own = [self.add(Position, self.post(number, k)) for k in range(n(0, posts))]
        served = [self.add(EchelonPool, self.pool(number, k)) for k in range(n(0, pools))]
        staff = [self.add(Candidate, self.candidate(number, k)) for k in range(n(0, people))]
        self.serve(own, [pool for pool in served if pool.kind != "reserve"])
        for post in own:
            self.seat_changes(post)
            self.holders(post, staff)
        for pool in served:
            self.members(pool, staff, own)

    def add(self, model, row):
        self.made[model].append(row)
        return row

    def tree(self, number, size):
        self.units = []
        for k in range(size):
            parent = self.random.choice(self.units) if k else None
            self.units.append(self.add(OrgUnit, OrgUnit(code=f"U{number}-{k}", name=f"Unit {k}", parent=parent)))

    def post(self, number, k):
        rnd = self.random
        return Position(
            code=f"P{number}-{k:03}",
            title=f"Post {k}",
            org_unit=rnd.choice(self.units),
            position_class=rnd.choice(CLASSES),
            base_seats=rnd.choice((0, 1, 1, 1, 1, 2, 3)),
            closed_on=rnd.choice((None,) * 8 + (TODAY, TODAY + timedelta(1))),
        )

    def pool(self, number, k):
        rnd = self.random
        kind = rnd.choice(("key", "key", "management", "reserve"))
        own_ratio = rnd.choice((None, None, Decimal("2.50"), Decimal("3.30"), Decimal("0.10"), Decimal(1)))
        return EchelonPool(
            code=f"K{number}-{k}",
            name=f"Pool {k}",
            kind=kind,
            horizon_years=rnd.choice((None, None, 1, 5)),
            ratio_override=own_ratio if kind != "reserve" else None,
            ratio_reason="Asked for by the board." if own_ratio and kind != "reserve" else "",
            target_size=rnd.randint(0, 4) if kind == "reserve" else None,
        )

    def candidate(self, number, k):
        rnd = self.random
        answer = rnd.choice(("not_asked", "asked", "agreed", "agreed", "agreed", "not_now", "declined"))
        until = rnd.choice((None, None, TODAY - timedelta(1), TODAY, TODAY + timedelta(90)))
        given = {
            "name": f"Person {k}",
            "willingness": answer,
            "willingness_on": TODAY - timedelta(400),
            "willingness_until": until,
        }
        evidence = rnd.choice(
            (None, date(2024, 11, 21), date(2024, 11, 22), date(2024, 11, 23), TODAY, TODAY, TODAY, TODAY)
        )
        if rnd.random() < 0.15:
            return Candidate(external=self.add(ExternalPerson, ExternalPerson(**given)), evidence_on=evidence)
        left = rnd.choice((None,) * 8 + (TODAY, TODAY + timedelta(1)))
        employee = Employee(number=f"E{number}-{k}", left_on=left, **given)
        return Candidate(employee=self.add(Employee, employee), evidence_on=evidence)

    def serve(self, posts, pools):
        for post in posts:
            fitting = [pool for pool in pools if pool.kind == post.position_class]
            if fitting and self.random.random() < 0.85:
                override = self.random.choice((None, None, None, None, 0, 2))
                self.add(
                    PoolPosition,
                    PoolPosition(
                        pool=self.random.choice(fitting),
                        position=post,
                        demand_override=override,
                        override_reason="Known better." if override is not None else "",
                    ),
                )

    def seat_changes(self, post):
        for _ in range(self.random.choice((0, 0, 1, 2))):
            on = self.random.choice(
                (
                    TODAY - timedelta(9),
                    TODAY,
                    TODAY + timedelta(1),
                    date(2027, 11, 22),
                    date(2027, 11, 23),
                    date(2031, 1, 1),
                )
            )
            delta = self.random.choice((-2, -1, 1, 2))
            self.add(SeatChange, SeatChange(position=post, on=on, delta=delta, reason="Planned."))

    def holders(self, post, staff):
        inside = [candidate.employee for candidate in staff if candidate.employee]
        if inside and self.random.random() < 0.5:
            self.add(
                Incumbency,
                Incumbency(
                    position=post,
                    employee=self.random.choice(inside),
                    starts_on=self.random.choice((date(2020, 1, 1), TODAY, TODAY + timedelta(1))),
                    ends_on=self.random.choice((None, None, None, TODAY + timedelta(1))),
                    acting=self.random.random() < 0.2,
                    concurrent=True,
                ),
            )

    def members(self, pool, staff, posts):
        place = 0
        for candidate in staff:
            if self.random.random() < 0.6:
                place += 1
                membership = self.add(Membership, self.member(pool, candidate, place))
                for post in posts if pool.kind != "reserve" else ():
                    if self.random.random() < 0.5:
                        readiness = self.random.choice(READINESS)
                        self.add(
                            MembershipPost, MembershipPost(membership=membership, position=post, readiness=readiness)
                        )

    def member(self, pool, candidate, place):
        state = self.random.choice(STATES)
        is_active, is_out = state == "active", state == "exited"
        return Membership(
            pool=pool,
            candidate=candidate,
            state=state,
            place=place if is_active else None,
            capacity_at_admission=1000 if is_active else None,
            admitted_on=date(2025, 1, 1) if is_active else None,
            next_screening_on=date(2027, 1, 1) if is_active else None,
            exited_on=TODAY if is_out else None,
            exit_reason="withdrawn" if is_out else "",
        )

    def save(self):
        for model in (
            OrgUnit,
            Position,
            SeatChange,
            Employee,
            ExternalPerson,
            Candidate,
            Incumbency,
            EchelonPool,
            PoolPosition,
            Membership,
            MembershipPost,
        ):
            if model is OrgUnit:
                self.save_tree()
            else:
                model.objects.bulk_create(self.made[model], batch_size=2000)

    def save_tree(self):
        waiting = self.made[OrgUnit]
        while waiting:
            ready = [unit for unit in waiting if unit.parent is None or unit.parent.pk]
            for unit in ready:
                unit.parent = unit.parent
            OrgUnit.objects.bulk_create(ready)
            waiting = [unit for unit in waiting if not unit.pk]


def figures_by_plain_loop(on):
    """(scope, kind, subject) -> figures, of every subject: no statement but one `all()` a table."""
    policy = Policy.objects.get(state="in_force")
    posts, demands, units = _posts(policy, on)
    names, members = _people(policy, on, posts)
    found = {}
    for post in posts.values():
        found["position", post.kind, post.key] = _figures([post], names, demands)
    for kind in ("key", "management"):
        found["whole", kind, None] = _figures([post for post in posts.values() if post.kind == kind], names, demands)
        below = defaultdict(list)
        for post in posts.values():
            unit = post.unit
            while post.kind == kind and unit is not None:
                below[unit].append(post)
                unit = units[unit]
        for unit, own in below.items():
            found["unit", kind, unit] = _figures(own, names, demands)
    for pool in EchelonPool.objects.all():
        served = [post for post in posts.values() if post.pool == pool.pk]
        target = pool.target_size if pool.kind == "reserve" else None
        found["pool", pool.kind, pool.pk] = _figures(served, names, demands, members[pool.pk], target)
    return found


class _Post:
    def __init__(self, position, pool, demand, ratio):
        self.key, self.kind, self.unit = position.pk, position.position_class, position.org_unit_id
        self.pool = pool
        self.row = PostRow(position.pk, demand["seats"], demand["demand"], pool or ("alone", position.pk), ratio)


def _posts(policy, on):
    changes = defaultdict(list)
    for change in SeatChange.objects.all():
        changes[change.position_id].append(DatedChange(change.on, change.delta))
    serving = {row.position_id: row for row in PoolPosition.objects.select_related("pool").all()}
    posts, demands = {}, {}
    for position in Position.objects.all():
        is_open = position.closed_on is None or position.closed_on > on
        if position.position_class == "general" or not is_open:
            continue
        row = serving.get(position.pk)
        if row is not None and row.pool.kind != position.position_class:
            row = None
        pool = row.pool if row else None
        years = (pool.horizon_years if pool else None) or policy.horizon_years
        ahead = outlook(position.base_seats, changes[position.pk], on, years)
        wanted = demand(ahead.seats, ahead.planned, ahead.closing, row.demand_override if row else None)
        demands[position.pk] = {
            "seats": ahead.seats,
            "planned": ahead.planned,
            "closing": ahead.closing,
            "demand": wanted,
        }
        ratio = (pool.ratio_override if pool else None) or policy.ratio
        posts[position.pk] = _Post(position, pool.pk if pool else None, demands[position.pk], ratio)
    return posts, demands, {unit.pk: unit.parent_id for unit in OrgUnit.objects.all()}


def _people(policy, on, posts):
    holding = {
        (seat.position_id, seat.employee_id)
        for seat in Incumbency.objects.all()
        if not seat.acting and seat.employee_id and seat.starts_on <= on and (not seat.ends_on or seat.ends_on > on)
    }
    rows = defaultdict(list)
    for name in MembershipPost.objects.all():
        rows[name.membership_id].append(name)
    names, members = [], defaultdict(list)
    for membership in Membership.objects.select_related("candidate__employee", "candidate__external").all():
        if membership.state not in {"active", "on_hold"}:
            continue
        candidate = membership.candidate
        person = candidate.employee or candidate.external
        left = candidate.employee.left_on if candidate.employee else None
        facts = MemberFacts(membership.state, left, person.willingness, person.willingness_until, candidate.evidence_on)
        why = why_not_counted(facts, on, policy.evidence_half_life_months)
        own = [name.readiness for name in rows[membership.pk]]
        best = min(own, key=READINESS.index) if own else ""
        members[membership.pool_id].append(MemberRow(membership.pool_id, candidate.pk, why, best))
        for name in rows[membership.pk]:
            post = posts.get(name.position_id)
            if post and post.pool == membership.pool_id:
                counts = not why and (name.position_id, candidate.employee_id) not in holding
                names.append((post, NameRow(name.position_id, candidate.pk, name.readiness, counts)))
    return names, members


def _figures(posts, names, demands, members=None, target=None):
    keys = {post.key for post in posts}
    here = [(post, name) for post, name in names if post.key in keys]
    if members is None:
        counted = defaultdict(bool)
        for post, name in here:
            counted[post.pool, name.person] |= name.counted
        members = [MemberRow(pool, person, "" if ok else "no") for (pool, person), ok in counted.items()]
    scope = Scope(tuple(post.row for post in posts), tuple(members), tuple(name for _, name in here), target)
    found = coverage_rules.figures(scope)
    edges = [(name.post, name.person) for _, name in here if name.counted]
    blocking = matching.true_coverage(edges, {post.key: post.row.seats for post in posts}).blocking
    parts = {key: sum(demands[post.key][key] for post in posts) for key in ("planned", "closing")}
    plain = {name: getattr(found, name) for name in found.__slots__ if name != "overlap"}
    return (
        plain
        | parts
        | {
            "overlap": found.overlap or Decimal(0),
            "named_people": len({person for _, person in edges}),
            "blocking": sorted((list(block.positions), list(block.people), block.short) for block in blocking),
        }
    )
