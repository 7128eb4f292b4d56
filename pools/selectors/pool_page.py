"""Everything the page of one pool shows of its posts and people, from one reading of the names.

Three statements, whatever the pool's size: policy and stored figures, posts with their seat changes and holders, members
with their names; one more where the figures are computed for a reader who stands in the pool.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from pools.capacity import own_capacity
from pools.choices import CoverageStatus, MembershipState, NotCounted, Readiness
from pools.coverage_rules import TIERS, MemberFacts, status_of, why_not_counted
from pools.models import EchelonPool
from pools.selectors.coverage import Holder, figures_over, posts_seen, state_of
from pools.selectors.demand import Equation, PostDemand, sum_up
from pools.selectors.figures import Figures
from pools.selectors.people import NamedPost, Person, PostName, Standing
from pools.selectors.reach import seen_members, seen_names
from pools.selectors.slots import Drawing, Slot, by_post, draw, slots_of
from pools.selectors.standing import IN_THE_POOL, Name, why_name_not_counted
from pools.selectors.statements import members_of_pool
from succession.organisation.models import Policy, User

TABS = ("in_pool", MembershipState.SCREENING, MembershipState.PROPOSED, MembershipState.EXITED)


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post with what stands behind it. `capacity` is its own: never summed against the pool's."""

    post: PostDemand
    holders: tuple[Holder, ...]
    vacant: int
    slots: list[list[Slot]]
    capacity: int
    named: int
    counted: int
    if_empty: tuple[Person, ...]
    open_seats: int
    status: str

    @property
    def status_label(self) -> str:
        return str(CoverageStatus(self.status).label)


@dataclass(frozen=True, slots=True)
class Bracket:
    """Posts that together rest on too few people: so many seats share so many people, `short` stay empty."""

    lines: tuple[PostLine, ...]
    people: tuple[Person, ...]
    seats: int
    short: int


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Someone in the pool or on the way into or out of it; why_not is empty for those who count."""

    membership: Standing
    person: Person
    posts: tuple[NamedPost, ...]
    readiness: str
    why_not: str
    is_due: bool

    @property
    def counted(self) -> bool:
        return not self.why_not

    @property
    def why_not_label(self) -> str:
        return str(NotCounted(self.why_not).label) if self.why_not else ""

    @property
    def readiness_label(self) -> str:
        return str(Readiness(self.readiness).label) if self.readiness else ""


class Member(NamedTuple):
    """Someone in the pool as read: where they stand, why they do not count, what they are named for."""

    standing: Standing
    person: Person
    why_not: str
    posts: list[NamedPost]


@dataclass(frozen=True, slots=True)
class PoolPage:
    """What one reader sees of a pool. `lines`: posts in no bracket. `members`: by tab of `TABS`, each in name order."""

    pool: EchelonPool
    figures: Figures
    equation: Equation
    brackets: tuple[Bracket, ...]
    lines: tuple[PostLine, ...]
    members: dict[str, list[MemberLine]]
    names: tuple[Name, ...]
    people: dict[int, Person]
    policy: Policy
    on: date

    @property
    def all_lines(self) -> list[PostLine]:
        return [*(line for bracket in self.brackets for line in bracket.lines), *self.lines]

    @property
    def drawn_people(self) -> int:
        return len({name.candidate for name in self.names if name.counted})

    @property
    def drawn_names(self) -> int:
        return sum(name.counted for name in self.names)


def pool_page(user: User, pool: EchelonPool) -> PoolPage:
    """The page of a pool the reader may see, over the posts they may see and without themselves."""
    on = timezone.localdate()
    policy, stored, _of_post = state_of(user, pool)
    seen = posts_seen(user, [pool], policy, on)
    members = _members(user, pool, policy, on)
    names = _names(pool, members, seen.holders)
    people = {member.standing.candidate_id: member.person for member in members}
    drawing = draw(seen.posts, names)
    lines = _post_lines(seen.posts, names, drawing, people, seen.holders)
    brackets = _brackets(lines, drawing, people)
    bracketed = {line.post.position.pk for bracket in brackets for line in bracket.lines}
    return PoolPage(
        pool=pool,
        figures=stored or figures_over(user, pool, seen, names, policy, on),
        equation=sum_up(seen.posts, pool, policy, on),
        brackets=brackets,
        lines=tuple(line for key, line in lines.items() if key not in bracketed),
        members=_by_tab(members, on),
        names=tuple(names),
        people=people,
        policy=policy,
        on=on,
    )


def _members(user: User, pool: EchelonPool, policy: Policy, on: date) -> list[Member]:
    """Everyone who stands or stood in the pool, whom the reader may see, with the names they may see. One statement."""
    found: dict[int, Member] = {}
    for row in members_of_pool(pool.pk, seen_members(user, "m.id"), seen_names(user, "n.id"), on):
        member = found.get(row[0])
        if member is None:
            standing, (name, title) = Standing._make(row[:9]), row[9:11]
            why = why_not_counted(MemberFacts(*row[11:16]), on, policy.evidence_half_life_months)
            person = Person(standing.candidate_id, standing.employee_id, name, title)
            member = found[row[0]] = Member(standing, person, why, [])
        key, post, code, title, readiness, decided, fit = row[16:]
        if key is not None:
            member.posts.append(NamedPost(key, PostName(post, code, title), readiness, decided, fit))
    return list(found.values())


def _names(pool: EchelonPool, members: Iterable[Member], holders: Mapping[int, list[Holder]]) -> list[Name]:
    """The names that stand behind the posts of the page: `holders` has a place for each of them."""
    found = []
    for standing, _, why, posts in members:
        if standing.state not in IN_THE_POOL:
            continue
        for named in posts:
            post, seats = named.position.pk, holders.get(named.position.pk)
            if seats is None:
                continue
            holds = any(seat.employee == standing.employee_id for seat in seats if seat.employee and not seat.acting)
            found.append(
                Name(
                    id=named.pk,
                    post=post,
                    pool=pool.pk,
                    membership=standing.pk,
                    candidate=standing.candidate_id,
                    employee=standing.employee_id,
                    readiness=named.readiness,
                    readiness_on=named.readiness_on,
                    fit=float(named.fit or 0),
                    why_not=why_name_not_counted(why, holds=holds),
                )
            )
    return sorted(found, key=lambda name: (name.post, name.candidate))


def _by_tab(members: Iterable[Member], on: date) -> dict[str, list[MemberLine]]:
    found: dict[str, list[MemberLine]] = {str(tab): [] for tab in TABS}
    for member in members:
        state = member.standing.state
        found["in_pool" if state in IN_THE_POOL else state].append(_member_line(member, on))
    found["in_pool"].sort(key=lambda line: (not line.counted, _tier(line.readiness)))
    found[MembershipState.EXITED].sort(key=lambda line: line.membership.exited_on or on, reverse=True)
    return found


def _member_line(member: Member, on: date) -> MemberLine:
    due = member.standing.next_screening_on
    return MemberLine(
        membership=member.standing,
        person=member.person,
        posts=tuple(member.posts),
        readiness=min((post.readiness for post in member.posts), key=_tier, default=""),
        why_not=member.why_not,
        is_due=member.standing.state == MembershipState.ACTIVE and due is not None and due <= on,
    )


def _tier(readiness: str) -> int:
    return TIERS.index(readiness) if readiness else len(TIERS)


def _post_lines(
    posts: Iterable[PostDemand],
    names: Iterable[Name],
    drawing: Drawing,
    people: Mapping[int, Person],
    holders: Mapping[int, list[Holder]],
) -> dict[int, PostLine]:
    behind = by_post(names)
    return {
        post.position.pk: _post_line(post, behind[post.position.pk], drawing, people, holders[post.position.pk])
        for post in posts
    }


def _post_line(
    post: PostDemand, names: list[Name], drawing: Drawing, people: Mapping[int, Person], holders: list[Holder]
) -> PostLine:
    counted = sum(name.counted for name in names)
    capacity = own_capacity(post.ratio, post.demand)
    taking = drawing.taking(post)
    permanent = sum(not holder.acting for holder in holders)
    return PostLine(
        post=post,
        holders=tuple(holders),
        vacant=max(0, post.seats - permanent),
        slots=slots_of(post, capacity, names, drawing, people),
        capacity=capacity,
        named=len(names),
        counted=counted,
        if_empty=tuple(people[person] for person in taking),
        open_seats=post.seats - len(taking),
        status=status_of(post.demand, counted, max(0, capacity - counted), max(0, counted - capacity)),
    )


def _brackets(lines: Mapping[int, PostLine], drawing: Drawing, people: Mapping[int, Person]) -> tuple[Bracket, ...]:
    return tuple(
        Bracket(
            lines=tuple(lines[key[1]] for key in block.positions),
            people=tuple(people[person] for person in block.people),
            seats=sum(lines[key[1]].post.seats for key in block.positions),
            short=block.short,
        )
        for block in drawing.matched.blocking
        if block.is_shared
    )
