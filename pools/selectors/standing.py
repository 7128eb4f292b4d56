"""Who is named for a set of posts, as plain rows for the arithmetic: one statement, whatever the number of posts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Case, Min, When

from pools.choices import MembershipState, NotCounted
from pools.coverage_rules import (
    TIERS,
    MemberFacts,
    MemberRow,
    NameRow,
    PostRow,
    Scope,
    why_not_counted,
)
from pools.models import Membership
from pools.selectors.demand import PostDemand
from pools.selectors.statements import names_over_posts
from succession.organisation.models import Policy

IN_THE_POOL = (MembershipState.ACTIVE, MembershipState.ON_HOLD)


class Name(NamedTuple):
    """A member named for a post of their pool; why_not is empty where the name counts."""

    id: int
    post: int
    pool: int
    membership: int
    candidate: int
    employee: int | None
    readiness: str
    readiness_on: date
    fit: float
    why_not: str

    @property
    def counted(self) -> bool:
        return not self.why_not


def names_over(posts: Collection[int], policy: Policy, on: date, *, without_employee: int | None = None) -> list[Name]:
    """Names of people who stand in the pool that serves the post, active or on hold, by post and person."""
    half_life = policy.evidence_half_life_months
    found = []
    for key, post, pool, membership, candidate, employee, readiness, decided, fit, holds, *facts in names_over_posts(
        posts, without_employee, on
    ):
        why = why_name_not_counted(why_not_counted(MemberFacts(*facts), on, half_life), holds=holds)
        found.append(Name(key, post, pool, membership, candidate, employee, readiness, decided, float(fit or 0), why))
    return found


def why_name_not_counted(why_not: str, *, holds: bool) -> str:
    """Why a name does not count: as the member does not, or as they sit on that very post."""
    return why_not or (NotCounted.HOLDS_THE_POST.value if holds else "")


def members_of(pool_id: int, policy: Policy, on: date, *, without_employee: int | None = None) -> tuple[MemberRow, ...]:
    """Everyone in a pool, active or on hold, named or not; their own tier is the best of all their posts."""
    rows = (
        Membership.objects.filter(pool=pool_id, state__in=IN_THE_POOL)
        .annotate(best=Min(Case(*(When(posts__readiness=tier, then=rank) for rank, tier in enumerate(TIERS)))))
        .order_by()
    )
    if without_employee is not None:
        rows = rows.exclude(candidate__employee=without_employee)
    half_life = policy.evidence_half_life_months
    return tuple(
        MemberRow(
            pool_id,
            candidate,
            _why(facts, employee, on, half_life),
            "" if best is None else TIERS[best],
        )
        for candidate, employee, best, *facts in rows.values_list("candidate", "candidate__employee", "best", *_FACTS)
    )


def scope_over(posts: Iterable[PostDemand], names: Iterable[Name], members: Iterable[MemberRow] | None = None) -> Scope:
    """The posts with the people named for them. Without `members`, those count who have a name here that counts."""
    rows = tuple(
        PostRow(
            id=post.position.pk,
            seats=post.seats,
            demand=post.demand,
            pool=post.pool_position.pool_id if post.pool_position else None,
            ratio=post.ratio,
        )
        for post in posts
    )
    return scope_of(rows, names, members)


def scope_of(rows: tuple[PostRow, ...], names: Iterable[Name], members: Iterable[MemberRow] | None = None) -> Scope:
    """As `scope_over`, from rows that are there already."""
    within = {row.id for row in rows}
    here = [name for name in names if name.post in within]
    return Scope(
        posts=_unserved_apart(rows),
        members=tuple(members) if members is not None else _members_named(here),
        names=tuple(NameRow(name.post, name.candidate, name.readiness, name.counted) for name in here),
    )


def _unserved_apart(rows: tuple[PostRow, ...]) -> tuple[PostRow, ...]:
    """A post in no pool is a group of its own: its capacity is never summed with that of others before rounding."""
    return tuple(row if row.pool is not None else row_of_its_own(row) for row in rows)


def row_of_its_own(row: PostRow) -> PostRow:
    return PostRow(id=row.id, seats=row.seats, demand=row.demand, pool=("post", row.id), ratio=row.ratio)


def _members_named(names: Iterable[Name]) -> tuple[MemberRow, ...]:
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for name in names:
        found[name.pool, name.candidate].append(name.why_not)
    return tuple(MemberRow(pool, person, min(whys)) for (pool, person), whys in found.items())


_FACTS = (
    "state",
    "candidate__evidence_on",
    "candidate__employee__left_on",
    "candidate__employee__willingness",
    "candidate__employee__willingness_until",
    "candidate__external__willingness",
    "candidate__external__willingness_until",
)


def _why(facts: list, employee: int | None, on: date, half_life_months: int) -> str:
    state, evidence_on, left_on, inside, inside_until, outside, outside_until = facts
    answer, until = (inside, inside_until) if employee is not None else (outside, outside_until)
    return why_not_counted(MemberFacts(state, left_on, answer, until, evidence_on), on, half_life_months)
