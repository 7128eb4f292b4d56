"""Everything the page of one pool shows of its posts and people, from one reading of the names.

Statements, whatever the pool's size: policy, posts, seat changes, members, their posts, names, holders, titles, the stored
figures, and one that looks whether the reader stands in the pool.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from pools.capacity import own_capacity
from pools.choices import CoverageStatus, MembershipState, NotCounted, Readiness
from pools.coverage_rules import TIERS, status_of
from pools.freshness import fresh_from
from pools.models import EchelonPool, Membership, MembershipPost
from pools.selectors.coverage import coverage_of_pool, posts_seen
from pools.selectors.demand import Equation, PostDemand, sum_up
from pools.selectors.figures import Figures
from pools.selectors.people import Person, person_of, titles_of
from pools.selectors.slots import Drawing, Slot, by_post, draw, slots_of
from pools.selectors.standing import IN_THE_POOL, Name, names_over
from succession.organisation.access import access_of
from succession.organisation.models import Incumbency, Policy, User
from succession.organisation.selectors.policies import policy_in_force

TABS = ("in_pool", MembershipState.SCREENING, MembershipState.PROPOSED, MembershipState.EXITED)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who sits on a seat now; without a name the holder is undisclosed."""

    name: str
    employee: int | None
    acting: bool
    leaves_on: date | None


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

    membership: Membership
    person: Person
    posts: tuple[MembershipPost, ...]
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
    policy, on = policy_in_force(), timezone.localdate()
    access = access_of(user)
    without = None if access.is_auditor else access.employee_id
    posts = posts_seen(user, [pool], policy, on).posts
    memberships = _memberships(user, pool, policy, on)
    names = names_over([post.position.pk for post in posts], policy, on, without_employee=without)
    titles = titles_of((membership.candidate.employee_id for membership in memberships), on)
    people = {each.candidate_id: person_of(each.candidate, titles) for each in memberships}
    drawing = draw(posts, names)
    lines = _post_lines(posts, names, drawing, people, _holders(posts, on))
    brackets = _brackets(lines, drawing, people)
    bracketed = {line.post.position.pk for bracket in brackets for line in bracket.lines}
    return PoolPage(
        pool=pool,
        figures=coverage_of_pool(user, pool),
        equation=sum_up(posts, pool, policy, on),
        brackets=brackets,
        lines=tuple(line for key, line in lines.items() if key not in bracketed),
        members=_by_tab(memberships, people, on),
        names=tuple(names),
        people=people,
        policy=policy,
        on=on,
    )


def _memberships(user: User, pool: EchelonPool, policy: Policy, on: date) -> list[Membership]:
    posts = MembershipPost.objects.visible_to(user).select_related("position").order_by("position__code")
    rows = (
        Membership.objects.visible_to(user)
        .filter(pool=pool)
        .with_why_not_counted(on, fresh_from=fresh_from(on, policy.evidence_half_life_months))
        .select_related("candidate__employee", "candidate__external")
        .prefetch_related(Prefetch("posts", posts, to_attr="visible_posts"))
        .order_by("candidate__employee__sort_name", "candidate__external__name", "pk")
    )
    return list(rows)


def _by_tab(memberships: Iterable[Membership], people: Mapping[int, Person], on: date) -> dict[str, list[MemberLine]]:
    found: dict[str, list[MemberLine]] = {str(tab): [] for tab in TABS}
    for membership in memberships:
        tab = "in_pool" if membership.state in IN_THE_POOL else str(membership.state)
        found[tab].append(_member_line(membership, people, on))
    found["in_pool"].sort(key=lambda line: (not line.counted, _tier(line.readiness)))
    found[MembershipState.EXITED].sort(key=lambda line: line.membership.exited_on or on, reverse=True)
    return found


def _member_line(membership: Membership, people: Mapping[int, Person], on: date) -> MemberLine:
    posts = tuple(membership.visible_posts)  # type: ignore[attr-defined]  # prefetched
    due = membership.next_screening_on
    return MemberLine(
        membership=membership,
        person=people[membership.candidate_id],
        posts=posts,
        readiness=min((post.readiness for post in posts), key=_tier, default=""),
        why_not=membership.why_not_counted,  # type: ignore[attr-defined]  # annotated
        is_due=membership.state == MembershipState.ACTIVE and due is not None and due <= on,
    )


def _tier(readiness: str) -> int:
    return TIERS.index(readiness) if readiness else len(TIERS)


def _holders(posts: Iterable[PostDemand], on: date) -> dict[int, list[Holder]]:
    found: dict[int, list[Holder]] = defaultdict(list)
    held = Incumbency.objects.held_on(on).filter(position__in=[post.position.pk for post in posts])
    for seat in held.select_related("employee").order_by("acting", "seat"):
        name = seat.employee.name if seat.employee else ""
        found[seat.position_id].append(Holder(name, seat.employee_id, seat.acting, seat.expected_leaving_on))
    return found


def _post_lines(
    posts: Iterable[PostDemand],
    names: Iterable[Name],
    drawing: Drawing,
    people: Mapping[int, Person],
    holders: Mapping[int, list[Holder]],
) -> dict[int, PostLine]:
    behind = by_post(names)
    return {
        post.position.pk: _post_line(post, behind[post.position.pk], drawing, people, holders.get(post.position.pk, []))
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
