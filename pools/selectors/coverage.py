"""How far posts, pools, units and the whole are covered, as one reader may know it.

Who sees everything reads the stored row. Everyone else is computed the same figures over the posts they may see, without
themselves; that is marked partial where posts are left out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from pools.capacity import DatedChange, SeatOutlook
from pools.choices import CoverageScope, PoolKind
from pools.coverage_rules import MemberRow, PostRow
from pools.models import Coverage, CoverageDay, EchelonPool, Membership, PoolPosition
from pools.querysets import CoverageQuerySet
from pools.selectors.demand import PoolFacts, PostDemand, part_of, post_of, posts_of
from pools.selectors.figures import Figures, of_row, of_values, over_posts, over_scope
from pools.selectors.reach import EVERYTHING, among, readable_posts
from pools.selectors.standing import Name, members_of, names_over, scope_of
from pools.selectors.statements import (
    OF_POLICY,
    demands_of_pools,
    names_of,
    pool_with_owner,
    pools_with_others,
    posts_of_pools,
    state_of_pool,
)
from succession.organisation import statements
from succession.organisation.access import Access, access_of
from succession.organisation.models import Employee, OrgUnit, Policy, Position, User
from succession.organisation.querysets import PositionQuerySet
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.statements import from_json


class PoolState(NamedTuple):
    """The policy in force, a pool's stored figures where the reader reads those, and the stored ones of a post asked for."""

    policy: Policy
    figures: Figures | None
    of_post: Figures | None


class Holder(NamedTuple):
    """Who sits on a seat now; without a name the holder is undisclosed."""

    name: str
    employee: int | None
    acting: bool
    leaves_on: date | None


class PostsSeen(NamedTuple):
    """Posts a reader may see of some pools, the pools in which others are kept from them, and who sits on each post."""

    posts: tuple[PostDemand, ...]
    partial: set[int]
    holders: dict[int, list[Holder]]


def coverage_of_pool(user: User, pool: EchelonPool) -> Figures:
    """A pool the reader may see. Two statements from the stored row, four over visible posts."""
    access = access_of(user)
    if reads_stored(access, pool.kind) and not _is_concerned(access, pool):
        row = _stored().filter(pool=pool).first()
        if row:
            return of_row(row)
    return over_visible_posts(user, [pool])[pool.pk]


def figures_of_pools(user: User, pools: Iterable[EchelonPool]) -> dict[int, Figures]:
    """The figures of the pools on a page, by id: one statement for stored ones, three more where some are computed."""
    pools = list(pools)
    to_read = to_be_read(user, pools)
    stored = _stored().filter(pool__in=to_read) if to_read else ()
    found = {row.pool_id: of_row(row) for row in stored if row.pool_id is not None}
    missing = [pool for pool in pools if pool.pk not in found]
    return found | (over_visible_posts(user, missing) if missing else {})


def to_be_read(user: User, pools: Iterable[PoolFacts]) -> set[int]:
    """The pools of which this reader reads the stored figures; the others' are worked out for them."""
    access = access_of(user)
    stored = [pool for pool in pools if reads_stored(access, pool.kind)]
    return {pool.pk for pool in stored} - (_concerned(access, stored) if stored else set())


def pools_for(user: User) -> QuerySet[EchelonPool]:
    """Open pools the reader may see."""
    return EchelonPool.objects.visible_to(user).open_on(timezone.localdate()).select_related("owner")


def pool_seen_by(user: User, pk: int) -> EchelonPool | None:
    """An open pool the reader may see, with its owner's name."""
    seen = among(user, lambda: EchelonPool.objects.visible_to(user), "e.id", "pools")
    found = pool_with_owner(pk, seen, timezone.localdate())
    if found is None:
        return None
    values, owner = found
    pool = EchelonPool.from_db(DEFAULT_DB_ALIAS, names_of(EchelonPool), values)
    if pool.owner_id is not None:
        pool.owner = Employee.from_db(DEFAULT_DB_ALIAS, ("id", "name"), (pool.owner_id, owner))
    return pool


def coverage_of_position(user: User, position: Position, stored: Figures | None = None) -> Figures | None:
    """A post whose succession the reader may know; None for others, the own seat among them.

    `stored`: its stored figures, if they were read already.
    """
    access = access_of(user)
    if position.pk in access.own_position_ids and not access.is_auditor:
        return None
    if not access.sees_everything and not Position.objects.with_succession_for(user).filter(pk=position.pk).exists():
        return None
    if not _stands_for(access, Q(posts__position=position)):
        stored = stored or _stored_of_position(position.pk)
        if stored:
            return stored
    return next(iter(coverage_of_positions(user, [position]).values()), None)


def coverage_of_positions(user: User, positions: Iterable[Position]) -> dict[int, Figures]:
    """Figures computed now for posts the reader may see, by id; without the reader themselves. Five statements."""
    policy, on = policy_in_force(), timezone.localdate()
    posts = _demands(Position.objects.filter(pk__in=[post.pk for post in positions]), policy, on)
    names = _names_by_post(user, [post.position.pk for post in posts], policy, on)
    return {
        post.position.pk: over_posts(
            CoverageScope.POSITION,
            post.position.position_class,
            [post],
            names[post.position.pk],
            policy,
            on,
            ratio=post.ratio,
        )
        for post in posts
    }


def stored_of_positions(user: User, positions: Iterable[Position]) -> dict[int, Figures]:
    """The stored figures of the posts on a page, by id; posts the reader may not read are left out. One statement."""
    rows = _stored().visible_to(user).of_positions().filter(position__in=[post.pk for post in positions])
    return {row.position_id: of_row(row) for row in rows if row.position_id is not None}


def coverage_of_unit(user: User, unit: OrgUnit, kind: str = PoolKind.KEY) -> Figures:
    """All posts of a class in a unit and below it, whatever pool serves them."""
    if reads_stored(access_of(user), kind):
        row = _stored().filter(unit=unit, kind=kind).first()
        if row:
            return of_row(row)
    visible = Position.objects.with_succession_for(user).filter(org_unit__in=_unit_and_below(unit))
    return _over(CoverageScope.UNIT, kind, visible, user)


def coverage_of_whole(user: User, kind: str = PoolKind.KEY) -> Figures:
    """All posts of a class, in a pool or not; for a head all of theirs."""
    if reads_stored(access_of(user), kind):
        row = _stored().of_the_whole(kind).first()
        if row:
            return of_row(row)
    return _over(CoverageScope.WHOLE, kind, Position.objects.with_succession_for(user), user)


def history(
    user: User,
    *,
    pool: EchelonPool | None = None,
    position: Position | None = None,
    unit: OrgUnit | None = None,
    kind: str = PoolKind.KEY,
) -> QuerySet[CoverageDay]:
    """The days on which the figures of a subject changed, newest first; without a subject, of the whole.

    Only for who reads stored figures: nobody else's past was ever computed.
    """
    days = CoverageDay.objects.visible_to(user).select_related("policy").order_by("-on")
    if pool is not None:
        return days.filter(pool=pool) if not _is_concerned(access_of(user), pool) else days.none()
    if position is not None:
        return days.filter(position=position)
    return days.filter(unit=unit, kind=kind) if unit is not None else days.of_the_whole(kind)


def coverage_on(user: User, day: date, **subject: Any) -> Figures | None:
    """The figures of a subject as a past day ended; None before the first. Subjects as `history`."""
    row = history(user, **subject).filter(on__lte=day).first()
    return of_row(row, as_of=day) if row else None


def _stored() -> CoverageQuerySet:
    return Coverage.objects.select_related("policy")


def _stored_of_position(position_id: int) -> Figures | None:
    names = names_of(Coverage)
    rows = statements.found(
        "stored of a position",
        lambda: Coverage.objects.filter(position=statements.GIVEN).values_list(*names, "policy__version"),
        given=position_id,
    )
    if not rows:
        return None
    *values, version = rows[0]
    return _as_figures((version, values))


def _as_figures(stored: tuple[int, list[Any]] | None) -> Figures | None:
    """From the version of the policy and the columns of a row."""
    if stored is None:
        return None
    version, values = stored
    return of_values(dict(zip(names_of(Coverage), values, strict=True)), version, timezone.localdate())


def reads_stored(access: Access, kind: str) -> bool:
    """Whether the stored figures of a kind hold nothing that is kept from them."""
    return access.sees_everything or (access.is_committee and kind == PoolKind.KEY)


def _is_concerned(access: Access, pool: EchelonPool) -> bool:
    return bool(_concerned(access, [pool]))


def _concerned(access: Access, pools: Sequence[PoolFacts]) -> set[int]:
    """Pools whose figures hold something about the reader: their own seat, or they themselves. None for auditors."""
    if access.is_auditor or access.employee_id is None:
        return set()
    seat = PoolPosition.objects.filter(pool=OuterRef("pk"), position__in=access.own_position_ids)
    person = Membership.objects.standing().filter(pool=OuterRef("pk"), candidate__employee=access.employee_id)
    own = EchelonPool.objects.filter(Exists(seat) | Exists(person), pk__in=[pool.pk for pool in pools])
    return set(own.order_by().values_list("pk", flat=True))


def _stands_for(access: Access, reach: Q) -> bool:
    if access.is_auditor or access.employee_id is None:
        return False
    return Membership.objects.standing().filter(reach, candidate__employee=access.employee_id).exists()


def _without(user: User) -> int | None:
    access = access_of(user)
    return None if access.is_auditor else access.employee_id


def _demands(positions: PositionQuerySet, policy: Policy, on: date) -> tuple[PostDemand, ...]:
    """Open posts with the pool that serves them. Two statements."""
    rows = list(positions.open_on(on).select_related("pool_position__pool").order_by("code"))
    pairs = [(post, _serving(post)) for post in rows]
    return posts_of(pairs, policy, on)


def _serving(position: Position) -> PoolPosition | None:
    row = getattr(position, "pool_position", None)
    return row if row is not None and row.pool.kind == position.position_class else None


def _names_by_post(user: User, posts: Collection[int], policy: Policy, on: date) -> dict[int, list[Name]]:
    names: dict[int, list[Name]] = defaultdict(list)
    for name in names_over(posts, policy, on, without_employee=_without(user)):
        names[name.post].append(name)
    return names


def _over(scope: str, kind: str, positions: PositionQuerySet, user: User) -> Figures:
    policy, on = policy_in_force(), timezone.localdate()
    posts = _demands(positions.of_class(kind), policy, on)
    names = [
        name
        for found in _names_by_post(user, [post.position.pk for post in posts], policy, on).values()
        for name in found
    ]
    return over_posts(scope, kind, posts, names, policy, on, partial=not access_of(user).sees_everything)


def posts_seen(user: User, pools: Iterable[EchelonPool], policy: Policy, on: date) -> PostsSeen:
    """The open posts of some pools that the reader may see, by code. One statement, two for who may not read all posts."""
    known = {pool.pk: pool for pool in pools}
    readable = readable_posts(user, "p.id")
    posts: list[PostDemand] = []
    holders: dict[int, list[Holder]] = {}
    for served, position, unit, changes, held in posts_of_pools(known, readable, on):
        row = PoolPosition.from_db(DEFAULT_DB_ALIAS, names_of(PoolPosition), served)
        row.pool = known[row.pool_id]
        row.position = Position.from_db(DEFAULT_DB_ALIAS, names_of(Position), position)
        row.position.org_unit = OrgUnit.from_db(DEFAULT_DB_ALIAS, ("id", "name"), (row.position.org_unit_id, unit))
        posts.append(post_of(row.position, row, [DatedChange(*change) for change in changes], policy, on))
        holders[row.position_id] = [Holder(*holder) for holder in held]
    partial = set() if readable == EVERYTHING else pools_with_others(known, readable, on)
    return PostsSeen(tuple(posts), partial, holders)


def state_of(user: User, pool: EchelonPool, post: int | None = None) -> PoolState:
    """What a pool's figures start from, and the stored ones of one of its posts. One statement."""
    access = access_of(user)
    is_met = not access.is_auditor and access.employee_id is not None
    own_posts, employee = (access.own_position_ids, access.employee_id) if is_met else ((), None)
    found = state_of_pool(pool.pk, own_posts=own_posts, employee=employee, post=post)
    policy = Policy.from_db(DEFAULT_DB_ALIAS, names_of(Policy), found.policy)
    policy.criticality_weights = from_json(policy.criticality_weights)
    is_read = not found.concerns and reads_stored(access, pool.kind)
    return PoolState(policy, _as_figures(found.figures) if is_read else None, _as_figures(found.of_post))


def figures_over(
    user: User, pool: EchelonPool, seen: PostsSeen, names: list[Name], policy: Policy, on: date
) -> Figures:
    """The figures of one pool over the posts seen of it, and the names for them."""
    is_reserve = pool.kind == PoolKind.RESERVE
    return over_posts(
        CoverageScope.POOL,
        pool.kind,
        seen.posts,
        names,
        policy,
        on,
        members=_members_as_read(user, pool, policy, on),
        ratio=None if is_reserve else pool.ratio_override or policy.ratio,
        target=pool.target_size if is_reserve else None,
        partial=pool.pk in seen.partial,
    )


def over_visible_posts(user: User, pools: Sequence[PoolFacts]) -> dict[int, Figures]:
    """Pools computed over the posts the reader may see, and marked partial where that is not all of them."""
    on = timezone.localdate()
    known = {pool.pk: pool for pool in pools}
    rows = demands_of_pools(known, readable_posts(user, "s.position_id"), on)
    policy = Policy.from_db(DEFAULT_DB_ALIAS, OF_POLICY, rows[0][-len(OF_POLICY) :]) if rows else policy_in_force()
    posts: dict[int, list[tuple[PostRow, SeatOutlook]]] = {pool: [] for pool in known}
    partial = set()
    for key, others, position, seats, override, days, deltas, *_ in rows:
        if others:
            partial.add(key)
        if position is not None:
            changes = [DatedChange(*change) for change in zip(days or (), deltas or (), strict=True)]
            posts[key].append(part_of(known[key], position, seats, override, changes, policy, on))
    keys: list[Any] = [post.id for found in posts.values() for post, _ in found]
    names = _names_by_post(user, keys, policy, on)
    return {
        pool.pk: _over_part(user, pool, posts[pool.pk], names, policy, on, partial=pool.pk in partial) for pool in pools
    }


def _over_part(
    user: User,
    pool: PoolFacts,
    posts: list[tuple[PostRow, SeatOutlook]],
    names: Mapping[Any, list[Name]],
    policy: Policy,
    on: date,
    *,
    partial: bool,
) -> Figures:
    is_reserve = pool.kind == PoolKind.RESERVE
    own = [name for post, _ in posts for name in names.get(post.id, ())]
    return over_scope(
        CoverageScope.POOL,
        pool.kind,
        scope_of(tuple(post for post, _ in posts), own, _members_as_read(user, pool, policy, on)),
        policy,
        on,
        planned=sum(seen.planned for _, seen in posts),
        closing=sum(seen.closing for _, seen in posts),
        ratio=None if is_reserve else pool.ratio_override or policy.ratio,
        target=pool.target_size if is_reserve else None,
        partial=partial,
    )


def _members_as_read(user: User, pool: PoolFacts, policy: Policy, on: date) -> tuple[MemberRow, ...] | None:
    """Everyone in a pool for who reads all of its kind; others know of those with a name for a post of theirs."""
    if not reads_stored(access_of(user), pool.kind):
        return None
    return members_of(pool.pk, policy, on, without_employee=_without(user))


def _unit_and_below(unit: OrgUnit) -> list[int]:
    rows = OrgUnit.objects.raw(
        "WITH RECURSIVE below(id) AS (SELECT %s::bigint UNION SELECT u.id FROM organisation_orgunit u"
        " JOIN below ON u.parent_id = below.id) SELECT id FROM below",
        [unit.pk],
    )
    return [row.pk for row in rows]
