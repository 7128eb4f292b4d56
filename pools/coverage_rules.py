"""Coverage from plain rows: the figures every screen must agree on, and why a member does not count.

This is the reference: what the database computes for all at once equals it row by row, and a department head's figures
over the posts they may see are computed with it.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from typing import NamedTuple, TypeAlias

from pools.capacity import capacity
from pools.freshness import is_fresh
from pools.matching import max_matching_size

Id: TypeAlias = Hashable

FORMULA_VERSION = 1

READY_NOW, YEARS_1_3, YEARS_4_5 = TIERS = ("ready_now", "1_3_years", "4_5_years")
RANKS, LAST = {tier: rank for rank, tier in enumerate(TIERS)}, len(TIERS) - 1
NOT_NEEDED, EMPTY, THIN, BUILDING, FULL, OVER = ("not_needed", "empty", "thin", "building", "full", "over")


class PostRow(NamedTuple):
    """A post: seats of today, effective demand over the horizon, the pool that serves it (or None) and its ratio."""

    id: Id
    seats: int
    demand: int
    pool: Id | None
    ratio: Decimal


class MemberRow(NamedTuple):
    """A person who stands in a pool (active or on hold); `why_not` is empty for those who count.

    readiness: the best of their posts; told where none of their names in the scope counts, as when they hold that post.
    """

    pool: Id
    person: Id
    why_not: str = ""
    readiness: str = ""

    @property
    def counted(self) -> bool:
        return not self.why_not


class NameRow(NamedTuple):
    """A member named for a post of the pool; counted when the member counts and the naming does."""

    post: Id
    person: Id
    readiness: str
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of posts with the people behind them; `target` is given for a reserve pool, which serves no posts.

    Names for posts outside the scope are left aside.
    """

    posts: tuple[PostRow, ...]
    members: tuple[MemberRow, ...]
    names: tuple[NameRow, ...]
    target: int | None = None

    def narrowed_to(self, posts: Collection[Id]) -> "Scope":
        """The part over these posts: a member stays for a pool in which they are named for one of them."""
        kept = tuple(post for post in self.posts if post.id in posts)
        pool_of = {post.id: post.pool for post in kept}
        names = tuple(name for name in self.names if name.post in pool_of)
        standing = {(pool_of[name.post], name.person) for name in names}
        members = tuple(member for member in self.members if (member.pool, member.person) in standing)
        return Scope(kept, members, names)


@dataclass(frozen=True, slots=True)
class CoverageFigures:
    """The figures of one scope; counts of seats, places, people or names as told.

    members, filled: distinct people, all and counted. ready_now, years_1_3, years_4_5: counted people by their best
    tier over the scope's posts; they add up to `filled` as everyone counted is named for a post. gap, surplus: summed
    over the pools of the scope, posts in no pool standing as one more. names: counted names. overlap: counted names
    per distinct person in them, two places, None without any.
    """

    seats: int
    demand: int
    capacity: int
    members: int
    filled: int
    ready_now: int
    years_1_3: int
    years_4_5: int
    gap: int
    surplus: int
    names: int
    seats_named: int
    seats_counted: int
    seats_true: int
    seats_true_ready_now: int
    overlap: Decimal | None
    status: str


class MemberFacts(NamedTuple):
    """What decides whether a member counts. left_on: the first day the person is no longer here."""

    state: str
    left_on: date | None
    willingness: str
    willingness_until: date | None
    evidence_on: date | None


def why_not_counted(member: MemberFacts, on: date, half_life_months: int) -> str:
    """Why a member does not fill a place on a day; empty when they do. The first that applies is told, in this order:

    on_hold or not_active, left, declined, not_now, no_evidence, stale. An answer past its validity reads as not asked.
    """
    answer = member.willingness
    if member.willingness_until is not None and member.willingness_until < on:
        answer = "not_asked"
    if member.state != "active":
        return "on_hold" if member.state == "on_hold" else "not_active"
    if member.left_on is not None and member.left_on <= on:
        return "left"
    if answer in {"declined", "not_now"}:
        return answer
    if member.evidence_on is None:
        return "no_evidence"
    return "" if is_fresh(member.evidence_on, on, half_life_months) else "stale"


def figures(scope: Scope, *, seats_true: int | None = None) -> CoverageFigures:
    """All figures of a scope; `seats_true` where it is known already.

    Raises ValueError when posts of one pool bring different ratios, or a post comes twice.
    """
    if len({post.id for post in scope.posts}) != len(scope.posts):
        raise ValueError("a post stands twice in the scope")
    seats = {post.id: post.seats for post in scope.posts}
    names = [name for name in scope.names if name.post in seats]
    counted = [name for name in names if name.counted]
    pairs = _pairs(counted)
    demand = sum(post.demand for post in scope.posts)
    filled = len({member.person for member in scope.members if member.counted})
    groups = list(_groups(scope))
    gap = sum(max(0, places - people) for places, people in groups)
    surplus = sum(max(0, people - places) for places, people in groups)
    tiers = _tiers(scope.members, counted)
    return CoverageFigures(
        seats=sum(seats.values()),
        demand=demand,
        capacity=sum(places for places, _ in groups),
        members=len({member.person for member in scope.members}),
        filled=filled,
        ready_now=tiers[READY_NOW],
        years_1_3=tiers[YEARS_1_3],
        years_4_5=tiers[YEARS_4_5],
        gap=gap,
        surplus=surplus,
        names=len(pairs),
        seats_named=_seats_behind(_pairs(names), seats),
        seats_counted=_seats_behind(pairs, seats),
        seats_true=max_matching_size(pairs, seats) if seats_true is None else seats_true,
        seats_true_ready_now=max_matching_size(_pairs(n for n in counted if n.readiness == READY_NOW), seats),
        overlap=overlap(counted),
        status=status_of(demand, filled, gap, surplus) if scope.target is None else reserve_status(gap, surplus),
    )


def status_of(demand: int, filled: int, gap: int, surplus: int) -> str:
    """not_needed (no demand), empty (nobody), thin (fewer than the demand), building (a gap), over (a surplus), full."""
    if demand == 0:
        return NOT_NEEDED
    if filled == 0:
        return EMPTY
    return THIN if filled < demand else reserve_status(gap, surplus)


def reserve_status(gap: int, surplus: int) -> str:
    """building, over or full. A scope of several pools builds as long as one of them has a gap."""
    if gap:
        return BUILDING
    return OVER if surplus else FULL


def overlap(names: Iterable[NameRow]) -> Decimal | None:
    """Names per distinct person in them, two places, half up; None without names."""
    pairs = _pairs(names)
    if not pairs:
        return None
    people = len({person for _, person in pairs})
    return (Decimal(len(pairs)) / people).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _groups(scope: Scope) -> Iterator[tuple[int, int]]:
    """(capacity, counted people) of each pool in the scope; posts in no pool are one group, with nobody in it."""
    demands: dict[Id | None, list[int]] = {}
    ratios: dict[Id | None, Decimal] = {}
    for post in scope.posts:
        demands.setdefault(post.pool, []).append(post.demand)
        if ratios.setdefault(post.pool, post.ratio) != post.ratio:
            raise ValueError(f"posts of pool {post.pool!r} bring different ratios")
    people: dict[Id | None, set[Id]] = {}
    for member in scope.members:
        people.setdefault(member.pool, set())
        if member.counted:
            people[member.pool].add(member.person)
    if scope.target is not None:
        yield scope.target, len(set().union(*people.values()))
        return
    for pool in {**demands, **people}:
        places = capacity(ratios[pool], demands[pool]) if pool in demands else 0
        yield places, len(people.get(pool, ()))


def _pairs(names: Iterable[NameRow]) -> set[tuple[Id, Id]]:
    return {(name.post, name.person) for name in names}


def _tiers(members: Iterable[MemberRow], counted: Iterable[NameRow]) -> Counter[str]:
    """Distinct people by the best tier they are named with, else by their own."""
    best: dict[Id, int] = {}
    for name in counted:
        best[name.person] = min(best.get(name.person, LAST), RANKS[name.readiness])
    own: dict[Id, int] = {}
    for member in members:
        if member.counted and member.readiness and member.person not in best:
            own[member.person] = min(own.get(member.person, LAST), RANKS[member.readiness])
    return Counter(TIERS[rank] for rank in chain(best.values(), own.values()))


def _seats_behind(pairs: Iterable[tuple[Id, Id]], seats: dict[Id, int]) -> int:
    """Sum over the posts of min(seats, people named)."""
    named = Counter(post for post, _ in pairs)
    return sum(min(seats[post], people) for post, people in named.items())
