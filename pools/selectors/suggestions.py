"""Who could join a pool: eligible people not yet in it, the rule that made them eligible, and who was left out by which.

Considered are the holders of posts of the pool's grades; of a pool without grades, those who report to its posts or
stand beside them. Who is considered passes the rules in the order of `RULES`; the first that stops them is told.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.choices import PoolKind
from pools.models import EchelonPool, Membership
from pools.selectors.people import Person
from succession.organisation.access import access_of
from succession.organisation.choices import UNWILLING
from succession.organisation.models import Employee, Incumbency, User
from succession.organisation.months import MONTHS_A_YEAR, first_day_within

SHOWN = 200
ELIGIBLE = ""
RULES = {
    "holds_a_post": _("Holds a post that this pool serves"),
    "in_the_pool": _("Is already in the pool"),
    "unwilling": _("Said no, or not now"),
    "too_short_in_post": _("Not long enough in the present post"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Someone who could be proposed, and why: the facts the rules looked at."""

    person: Person
    grade: str
    in_post_since: date


@dataclass(frozen=True, slots=True)
class LeftOut:
    person: Person
    rule: str

    @property
    def rule_label(self) -> str:
        return str(RULES[self.rule])


@dataclass(frozen=True, slots=True)
class Suggestions:
    """At most `SHOWN` people of each; the counts are of all. `rules`: in words, what was asked."""

    eligible: tuple[Suggestion, ...]
    filtered_out: tuple[LeftOut, ...]
    eligible_count: int
    counts: dict[str, int]
    rules: tuple[str, ...]

    @property
    def filtered_out_count(self) -> int:
        return sum(self.counts.values())


def suggestions_for(user: User, pool: EchelonPool, *, on: date | None = None) -> Suggestions:
    """Suggestions over the people the reader may see, without the reader. One statement for all who are considered."""
    on = on or timezone.localdate()
    grades = grades_of(pool)
    rows: Iterable[tuple[Any, ...]] = _considered(user, pool, grades, on).values_list(  # type: ignore[misc]  # annotated
        "employee",
        "employee__candidate",
        "employee__name",
        "position__title",
        "position__grade",
        "starts_on",
        "rule",
    )
    eligible: list[Suggestion] = []
    left_out: list[LeftOut] = []
    counts: Counter[str] = Counter()
    seen: set[int] = set()
    for employee, candidate, name, title, grade, since, rule in rows:
        if employee in seen:
            continue
        seen.add(employee)
        counts[rule] += 1
        person = Person(candidate, employee, name, title)
        if counts[rule] > SHOWN:
            continue
        if rule == ELIGIBLE:
            eligible.append(Suggestion(person, grade, since))
        else:
            left_out.append(LeftOut(person, rule))
    return Suggestions(
        eligible=tuple(eligible),
        filtered_out=tuple(left_out),
        eligible_count=counts.pop(ELIGIBLE, 0),
        counts={rule: counts[rule] for rule in RULES if counts[rule]},
        rules=_in_words(pool, grades),
    )


def grades_of(pool: EchelonPool) -> tuple[str, ...]:
    return tuple(grade.strip() for grade in pool.grades.split(",") if grade.strip())


def _considered(user: User, pool: EchelonPool, grades: tuple[str, ...], on: date) -> QuerySet[Incumbency]:
    """Permanent holders who work here, longest in post first; who holds several posts stands first with the oldest."""
    access = access_of(user)
    held = Incumbency.objects.held_on(on).permanent()
    people = Employee.objects.visible_to(user).employed_on(on)
    if access.employee_id and not access.is_auditor:
        people = people.exclude(pk=access.employee_id)
    near = Q(position__grade__in=grades) if grades else _beside_or_below(pool)
    return (
        held.filter(near, employee__in=people)
        .annotate(rule=_first_rule(pool, held, on))
        .order_by("starts_on", "employee__sort_name", "employee")
    )


def _beside_or_below(pool: EchelonPool) -> Q:
    if pool.kind == PoolKind.RESERVE:
        return Q(position__reports__isnull=True)
    served = pool.pool_positions.values("position")
    beside = pool.pool_positions.filter(position__reports_to__isnull=False).values("position__reports_to")
    return Q(position__reports_to__in=served) | Q(position__reports_to__in=beside)


def _first_rule(pool: EchelonPool, held: QuerySet[Incumbency], on: date) -> Combinable:
    holding = held.filter(employee=OuterRef("employee"), position__pool_position__pool=pool)
    standing = Membership.objects.standing().filter(pool=pool, candidate__employee=OuterRef("employee"))
    latest_start = first_day_within(on, pool.minimum_years_in_post * MONTHS_A_YEAR)
    return Case(
        When(Exists(holding), then=Value("holds_a_post")),
        When(Exists(standing), then=Value("in_the_pool")),
        When(Q(employee__willingness__in=UNWILLING) & ~Q(employee__willingness_until__lt=on), then=Value("unwilling")),
        When(~Q(starts_on__lt=latest_start) & ~Q(starts_on=latest_start), then=Value("too_short_in_post")),
        default=Value(ELIGIBLE),
        output_field=CharField(),
    )


def _in_words(pool: EchelonPool, grades: tuple[str, ...]) -> tuple[str, ...]:
    if grades:
        near = str(_("holds a post of grade %(grades)s") % {"grades": ", ".join(grades)})
    elif pool.kind == PoolKind.RESERVE:
        near = str(_("holds a post to which nobody reports"))
    else:
        near = str(_("reports to a post of this pool, or stands beside one"))
    years = _("%(years)d years in post") % {"years": pool.minimum_years_in_post}
    return near, str(years), str(_("works here")), str(_("not in the pool")), str(_("holds none of its posts"))
