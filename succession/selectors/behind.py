"""Who stands behind posts, and what keeps them from counting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, When

from candidates.fit import Required, fit_of
from candidates.models import ProfileLevel
from pools.choices import MembershipState, NotCounted, Readiness
from pools.coverage_rules import MemberFacts, why_not_counted
from pools.models import MembershipPost
from succession.organisation.access import access_of
from succession.organisation.choices import Willingness
from succession.organisation.models import Incumbency, Policy, Requirement, User
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.statements import GIVEN, found

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


class Standing(NamedTuple):
    """A membership as far as a post asks for it."""

    state: str


class Naming(NamedTuple):
    """That someone is named for a post, and how ready they are for it."""

    pk: int
    membership_id: int
    position_id: int
    readiness: str
    readiness_on: date
    fit: float | Decimal | None
    membership: Standing


class Who(NamedTuple):
    """The candidate."""

    pk: int
    employee_id: int | None


@dataclass(frozen=True)
class Behind:
    """One person named for one post."""

    naming: Naming
    candidate: Who
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
    rows = _namings(user, on).filter(position__in=list(position_ids)).values_list(*COLUMNS)
    by_post: dict[int, list[Behind]] = {}
    for row in rows:
        behind = _behind(row, on, policy.evidence_half_life_months)
        by_post.setdefault(behind.naming.position_id, []).append(behind)
    return {position: sorted(people, key=_best_first) for position, people in by_post.items()}


def people_behind_one(user: User, position_id: int, *, on: date, policy: Policy) -> list[Behind]:
    """The same for one post, each with the other posts they are named for, as far as the reader may see."""
    lines = found(("behind", access_of(user), on), lambda: _namings_with_others(user, on), given=position_id)
    people = (_behind(values, on, policy.evidence_half_life_months, also) for *values, also in lines)
    return sorted(people, key=_best_first)


def with_fits(user: User, position_id: int, people: list[Behind]) -> list[Behind]:
    """The same people, best first, with how well they answer the post: by the very functions their own pages use.

    Nothing is said of whom the reader may not see as a candidate, nor of who was rated in nothing the post requires.
    """
    if not people or not access_of(user).sees_candidates:
        return people
    wanted = found(("required by", access_of(user)), _required, given=position_id)
    asked = [Required(*each) for each in wanted]
    levels: dict[int, dict[int, float]] = {}
    for candidate, competency, level in found(("levels behind", access_of(user)), lambda: _levels(user), position_id):
        levels.setdefault(candidate, {})[competency] = float(level)
    judged = [_judged(each, levels.get(each.candidate.pk), asked) for each in people]
    return sorted(judged, key=_best_first)


def _judged(behind: Behind, levels: dict[int, float] | None, asked: list[Required]) -> Behind:
    fit = fit_of(levels, asked).fit if levels and asked else None
    return replace(behind, naming=behind.naming._replace(fit=fit))


def _required() -> Any:
    asked = Requirement.objects.filter(position=GIVEN).order_by("competency")
    return asked.values_list("competency", "level", "weight", "must_have")


def _levels(user: User) -> Any:
    named = MembershipPost.objects.visible_to(user).filter(position=GIVEN).values("membership__candidate")
    asked = Requirement.objects.filter(position=GIVEN).order_by().values("competency")
    levels: Any = ProfileLevel.objects.visible_to(user).filter(candidate__in=named, competency__in=asked)
    return levels.values_list("candidate", "competency", "level")


def _namings(user: User, on: date) -> Any:
    namings: Any = MembershipPost.objects.visible_to(user)
    return namings.exclude(membership__state=MembershipState.EXITED).with_holding(on).order_by()


def _namings_with_others(user: User, on: date) -> Any:
    others = (
        MembershipPost.objects.visible_to(user)
        .filter(membership__candidate=OuterRef("membership__candidate"), membership__state__in=IN_THE_POOL)
        .exclude(position=GIVEN)
        .order_by("position__code")
        .values("position__title")
    )
    return _namings(user, on).filter(position=GIVEN).values_list(*COLUMNS, ArraySubquery(others))


class _Row(NamedTuple):
    """A naming as it is read, in the order of `COLUMNS`."""

    pk: int
    membership_id: int
    position_id: int
    readiness: str
    readiness_on: date
    fit: Decimal | None
    state: str
    candidate_id: int
    evidence_on: date | None
    employee_id: int | None
    left_on: date | None
    name: str
    willingness: str
    willingness_until: date | None
    holds_post: bool


def _of_person(name: str) -> Case:
    """Of the employee, once they are one, else of the external person."""
    employee = "membership__candidate__employee"
    return Case(
        When(**{f"{employee}__isnull": False}, then=F(f"{employee}__{name}")),
        default=F(f"membership__candidate__external__{name}"),
    )


COLUMNS = (
    "pk",
    "membership_id",
    "position_id",
    "readiness",
    "readiness_on",
    "fit",
    "membership__state",
    "membership__candidate_id",
    "membership__candidate__evidence_on",
    "membership__candidate__employee_id",
    "membership__candidate__employee__left_on",
    _of_person("name"),
    _of_person("willingness"),
    _of_person("willingness_until"),
    "holds_post",
)


@dataclass(frozen=True)
class Seats:
    """A post's seats of a day: who holds them and how many stand empty."""

    seats: int
    holders: tuple[Any, ...] = field(default=())

    @property
    def permanent(self) -> list[Any]:
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


def _behind(row: Sequence[Any], on: date, half_life_months: int, also: Sequence[str] = ()) -> Behind:
    each = _Row(*row)
    facts = MemberFacts(
        state=each.state,
        left_on=each.left_on,
        willingness=each.willingness,
        willingness_until=each.willingness_until,
        evidence_on=each.evidence_on,
    )
    why_not = why_not_counted(facts, on, half_life_months)
    if not why_not and each.holds_post:
        why_not = NotCounted.HOLDS_THE_POST
    answer = each.willingness
    if each.willingness_until is not None and each.willingness_until < on:
        answer = Willingness.NOT_ASKED
    return Behind(
        naming=Naming(
            each.pk,
            each.membership_id,
            each.position_id,
            each.readiness,
            each.readiness_on,
            each.fit,
            Standing(each.state),
        ),
        candidate=Who(each.candidate_id, each.employee_id),
        name=each.name,
        why_not=why_not,
        evidence_months=(on - each.evidence_on).days / DAYS_A_MONTH if each.evidence_on else None,
        willingness=answer,
        also=list(also),
    )


def _best_first(behind: Behind) -> tuple:
    return (
        not behind.counted,
        TIERS.index(Readiness(behind.readiness)),
        -(behind.naming.fit or 0),
        behind.name,
        behind.candidate.pk,
    )
