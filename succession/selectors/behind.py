"""Who stands behind posts, and what keeps them from counting."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from candidates.models import Candidate
from pools.choices import MembershipState, NotCounted, Readiness
from pools.coverage_rules import MemberFacts, why_not_counted
from pools.models import MembershipPost
from succession.organisation.choices import Willingness
from succession.organisation.models import Incumbency, Policy, User
from succession.organisation.selectors.policies import policy_in_force

TIERS = (Readiness.READY_NOW, Readiness.YEARS_1_3, Readiness.YEARS_4_5)
FILLS = dict(zip(TIERS, ("now", "mid", "far"), strict=True))
IN_THE_POOL = (MembershipState.ACTIVE, MembershipState.ON_HOLD)
DAYS_A_MONTH = 365.25 / 12
# The last day of a tier, seen from the decision: after so many days one is expected to be ready.
READY_AFTER = {
    Readiness.READY_NOW: timedelta(0),
    Readiness.YEARS_1_3: timedelta(days=3 * 365),
    Readiness.YEARS_4_5: timedelta(days=5 * 365),
}


@dataclass(frozen=True)
class Behind:
    """One person named for one post."""

    naming: MembershipPost
    candidate: Candidate
    name: str
    why_not: str
    evidence_months: float | None
    willingness: str
    also: list[str] = field(default_factory=list)

    @property
    def counted(self) -> bool:
        return not self.why_not

    @property
    def load(self) -> int:
        """For how many posts they are named, this one included."""
        return 1 + len(self.also)

    @property
    def readiness(self) -> str:
        return self.naming.readiness

    @property
    def fill(self) -> str:
        """The shade of their tier."""
        return FILLS[Readiness(self.readiness)]

    @property
    def external(self) -> bool:
        return self.candidate.employee_id is None

    @property
    def shown_state(self) -> str:
        """The mark for where they stand: nothing for the counted, else why not."""
        return self.naming.membership.state if self.why_not == NotCounted.NOT_ACTIVE else self.why_not

    def is_ready_on(self, day: date) -> bool:
        """Whether their tier has run its course by that day."""
        return self.naming.readiness_on + READY_AFTER[Readiness(self.readiness)] <= day


def people_behind(
    user: User, position_ids: Iterable[int], *, on: date, policy: Policy | None = None
) -> dict[int, list[Behind]]:
    """Everyone named for these posts whom the user may see, best first, by post: ready now before later, fit, name."""
    policy = policy or policy_in_force()
    namings = (
        MembershipPost.objects.visible_to(user)
        .filter(position__in=list(position_ids))
        .exclude(membership__state=MembershipState.EXITED)
        .select_related("membership__candidate__employee", "membership__candidate__external")
        .with_holding(on)
    )
    found: dict[int, list[Behind]] = {}
    for naming in namings:
        found.setdefault(naming.position_id, []).append(_behind(naming, on, policy.evidence_half_life_months))
    return {position: sorted(people, key=_best_first) for position, people in found.items()}


@dataclass(frozen=True)
class Seats:
    """A post's seats of a day: who holds them and how many stand empty."""

    seats: int
    holders: tuple[Incumbency, ...] = field(default=())

    @property
    def permanent(self) -> list[Incumbency]:
        return [holder for holder in self.holders if not holder.acting]

    @property
    def vacant(self) -> int:
        return max(0, self.seats - len({holder.seat for holder in self.permanent}))

    @property
    def leaving_on(self) -> date | None:
        return min((holder.expected_leaving_on for holder in self.holders if holder.expected_leaving_on), default=None)

    @property
    def names(self) -> list[str]:
        return [holder.employee.name for holder in self.permanent if holder.employee]


def seats_of(positions: Iterable[Any], on: date) -> dict[int, Seats]:
    """Who sits on these posts (annotated with `seats`) on a day, by post."""
    known = list(positions)
    holders: dict[int, list[Incumbency]] = {position.pk: [] for position in known}
    held = (
        Incumbency.objects.held_on(on)
        .filter(position__in=list(holders))
        .select_related("employee")
        .order_by("position", "seat", "acting", "pk")
    )
    for incumbency in held:
        holders[incumbency.position_id].append(incumbency)
    return {position.pk: Seats(position.seats, tuple(holders[position.pk])) for position in known}


def _behind(naming: Any, on: date, half_life_months: int) -> Behind:
    membership = naming.membership
    candidate: Candidate = membership.candidate
    person: Any = candidate.person
    facts = MemberFacts(
        state=membership.state,
        left_on=candidate.employee.left_on if candidate.employee else None,
        willingness=person.willingness,
        willingness_until=person.willingness_until,
        evidence_on=candidate.evidence_on,
    )
    why_not = why_not_counted(facts, on, half_life_months)
    if not why_not and naming.holds_post:
        why_not = NotCounted.HOLDS_THE_POST
    answer = person.willingness
    if person.willingness_until is not None and person.willingness_until < on:
        answer = Willingness.NOT_ASKED
    age = (on - candidate.evidence_on).days / DAYS_A_MONTH if candidate.evidence_on else None
    return Behind(naming, candidate, person.name, why_not, age, answer)


def _best_first(behind: Behind) -> tuple:
    return (
        not behind.counted,
        TIERS.index(Readiness(behind.readiness)),
        -(behind.naming.fit or 0),
        behind.name,
        behind.candidate.pk,
    )
