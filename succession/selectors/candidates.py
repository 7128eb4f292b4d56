"""The list of candidates: who is considered, where they stand, on what evidence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from candidates.models import Candidate, ProfileLevel
from pools.choices import PoolKind, Readiness
from pools.freshness import fresh_from
from pools.models import Membership, MembershipPost
from succession.organisation.access import access_of
from succession.organisation.listed import Joined, Listed
from succession.organisation.models import User
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.selectors.units import unit_and_below

INSIDE, OUTSIDE = "inside", "outside"
NO_POOL = "none"
FRESH, STALE, NONE = "fresh", "stale", "none"
SORTS = ("name", "unit", "evidence")
DEFAULT_SORT = "name"
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty means all."""

    q: str = ""
    unit: int | None = None
    category: str = ""
    readiness: str = ""
    willingness: str = ""
    evidence: str = ""
    where: str = ""
    mobility: str = ""
    competency: int | None = None
    level: int = 1


class CandidateRow(NamedTuple):
    """One candidate of the list."""

    pk: int
    employee_id: int | None
    name: str
    unit: str | None
    source: str | None
    willingness: str
    evidence_on: date | None
    kinds: list[str]
    readiness: str
    rated: int

    @property
    def is_external(self) -> bool:
        return self.employee_id is None

    def evidence_months(self, on: date) -> float | None:
        return None if self.evidence_on is None else (on - self.evidence_on).days / DAYS_A_MONTH


def find_candidates(user: User, wanted: Wanted, *, on: date, sort: str = "") -> Listed | Joined:
    """The candidates the reader may see, narrowed and in order, as `CandidateRow`."""
    units = tuple(unit_and_below(wanted.unit)) if wanted.unit is not None else None
    sort = sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT
    half_life = policy_in_force().evidence_half_life_months

    def listed(part: str, narrow: Callable[[QuerySet[Candidate]], QuerySet[Candidate]]) -> Listed:
        return Listed(
            key=("candidates", part, access_of(user), wanted, units, on, sort, half_life),
            rows=lambda: narrow(_narrowed(user, wanted, units, fresh_from(on, half_life), on)).order_by(*_order(sort)),
            columns=lambda: _columns(user),
            make=_row,
        )

    if sort.removeprefix("-") == "evidence":
        return listed("", lambda people: people)
    # Led by an index over the names of employees: over both kinds of people at once all would be sorted.
    inside = listed(INSIDE, lambda people: people.filter(employee__sort_name__isnull=False))
    outside = listed(OUTSIDE, lambda people: people.filter(employee__isnull=True))
    return Joined(outside, inside) if sort.startswith("-") else Joined(inside, outside)


def _order(sort: str) -> list[Any]:
    is_down, name = sort.startswith("-"), sort.removeprefix("-")
    if name == "evidence":
        evidence = F("evidence_on")
        return [evidence.desc(nulls_last=True) if is_down else evidence.asc(nulls_first=True), "pk"]
    fields = ["employee__org_unit__name", "employee__sort_name"] if name == "unit" else ["employee__sort_name"]
    return [f"{'-' if is_down else ''}{field}" for field in [*fields, "external__name"]] + ["pk"]


def _narrowed(user: User, wanted: Wanted, units: tuple[int, ...] | None, fresh: date, on: date) -> QuerySet[Candidate]:
    people: Any = Candidate.objects.visible_to(user).with_willingness(on)
    here = Q(employee__isnull=False)
    if wanted.q:
        named = Q(employee__name__ilike=wanted.q) | Q(employee__number=wanted.q)
        people = people.filter(named | Q(external__name__ilike=wanted.q))
    if units is not None:
        people = people.filter(employee__org_unit__in=units)
    if wanted.where:
        people = people.filter(here if wanted.where == INSIDE else ~here)
    if wanted.willingness:
        people = people.filter(current_willingness=wanted.willingness)
    if wanted.mobility:
        people = people.filter(employee__mobility__icontains=wanted.mobility)
    if wanted.evidence:
        people = people.filter(_evidence(wanted.evidence, fresh))
    return _rated(_standing(people, user, wanted), wanted)


def _evidence(asked: str, fresh: date) -> Q:
    if asked == NONE:
        return Q(evidence_on__isnull=True)
    return Q(evidence_on__gte=fresh) if asked == FRESH else Q(evidence_on__lt=fresh)


def _standing(people: Any, user: User, wanted: Wanted) -> Any:
    standing = Membership.objects.visible_to(user).standing().filter(candidate=OuterRef("pk"))
    if wanted.category == NO_POOL:
        people = people.filter(~Exists(standing))
    elif wanted.category:
        people = people.filter(Exists(standing.filter(pool__kind=wanted.category)))
    if wanted.readiness:
        people = people.filter(Exists(_names(user).filter(readiness=wanted.readiness)))
    return people


def _rated(people: Any, wanted: Wanted) -> Any:
    if wanted.competency is None:
        return people
    levels = ProfileLevel.objects.filter(candidate=OuterRef("pk"))
    return people.filter(Exists(levels.filter(competency=wanted.competency, level__gte=wanted.level)))


def _names(user: User) -> Any:
    standing = MembershipPost.objects.visible_to(user).filter(membership__candidate=OuterRef("pk"))
    return standing.exclude(membership__state="exited")


def _columns(user: User) -> list[Any]:
    standing = Membership.objects.visible_to(user).standing().filter(candidate=OuterRef("pk"))
    levels = ProfileLevel.objects.filter(candidate=OuterRef("pk")).order_by().values("candidate")
    return [
        "pk",
        "employee_id",
        Coalesce("employee__name", "external__name"),
        "employee__org_unit__name",
        "external__source",
        "current_willingness",
        "evidence_on",
        ArraySubquery(standing.order_by().values("pool__kind").distinct()),
        ArraySubquery(_names(user).order_by().values("readiness").distinct()),
        Coalesce(Subquery(levels.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
    ]


def _row(line: tuple[Any, ...]) -> CandidateRow:
    *facts, kinds, tiers, rated = line
    known = [kind for kind in PoolKind.values if kind in kinds]
    best = next((tier for tier in Readiness.values if tier in tiers), "")
    return CandidateRow._make((*facts, known, best, rated))
