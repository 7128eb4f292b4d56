"""Everything the page of one post shows."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from pools.models import EchelonPool, MembershipPost, PoolPosition
from pools.selectors.coverage import coverage_of_position, figures_of_pools
from pools.selectors.figures import Figures
from succession.organisation import formats
from succession.organisation.models import (
    CriticalityRating,
    Incumbency,
    Policy,
    Position,
    Requirement,
    SeatChange,
    User,
)
from succession.organisation.selectors.policies import policy_in_force

from .behind import IN_THE_POOL, TIERS, Behind, Seats, people_behind

SEATS_DRAWN = 3
RANKS = 3
DAYS_A_YEAR = 365.25
AHEAD_YEARS = 1.5
LEAST_YEARS = 4
TICKS = 8


@dataclass(frozen=True)
class Seat:
    """One seat: who sits on it, and who would follow first, second, third."""

    number: int
    holder: Incumbency | None
    acting: Incumbency | None
    followers: list[Behind]
    line: list[dict[str, Any]]

    @property
    def free(self) -> range:
        """The ranks nobody fills."""
        return range(RANKS - len(self.followers))


@dataclass(frozen=True)
class PositionPage:
    """A post as one reader may know it."""

    position: Any
    on: date
    policy: Policy
    seats: Seats
    drawn: list[Seat]
    figures: Figures | None
    tiers: list[tuple[str, list[Behind]]]
    not_counted: list[Behind]
    pool: EchelonPool | None
    pool_figures: Figures | None
    ratings: list[CriticalityRating]
    changes: list[SeatChange]
    ticks: list[tuple[float, str]]
    now: float

    @property
    def counted(self) -> int:
        return sum(len(people) for _tier, people in self.tiers)

    @property
    def shared_posts(self) -> list[str]:
        """Other posts that rest on the people counted here."""
        return sorted({title for _tier, people in self.tiers for each in people for title in each.also})

    @property
    def is_short(self) -> bool:
        """Whether the post is one of several that rest on too few people."""
        sets = self.pool_figures.shared if self.pool_figures else []
        return any(self.position.pk in block["positions"] for block in sets)

    @property
    def pool_struck(self) -> int:
        return self.pool_figures.members - self.pool_figures.filled if self.pool_figures else 0

    @property
    def inputs(self) -> list[tuple[str, str]]:
        """What the cover of the post is worked out from."""
        found = self.figures
        if found is None:
            return []
        return [
            (_("Seats today"), formats.thousands(found.seats)),
            (_("Demand"), formats.thousands(found.demand)),
            (_("Capacity"), formats.thousands(found.capacity)),
            (_("Named"), formats.thousands(found.members)),
            (_("Counted"), formats.thousands(found.filled)),
            (_("Of these ready now"), formats.thousands(found.ready_now)),
        ]


def positions_readable(user: User) -> QuerySet[Position]:
    """Posts whose page the reader may open, with what its head needs."""
    wanted = Requirement.objects.filter(position=OuterRef("pk")).order_by().values("position")
    count = wanted.annotate(n=Count("pk")).values("n")
    return (
        Position.objects.with_succession_for(user)
        .select_related("org_unit", "reports_to", "pool_position__pool")
        .annotate(requirements_count=Coalesce(Subquery(count), 0))
    )


def position_page(user: User, position: Any, *, on: date) -> PositionPage:
    """Some ten statements. `position` comes from `positions_readable`."""
    policy = policy_in_force()
    changes = list(position.seat_changes.order_by("on", "pk"))
    position.seats = max(0, position.base_seats + sum(change.delta for change in changes if change.on <= on))
    history = list(position.incumbencies.select_related("employee").order_by("seat", "starts_on", "pk"))
    current = tuple(each for each in history if each.starts_on <= on and (each.ends_on is None or each.ends_on > on))
    behind = people_behind(user, [position.pk], on=on, policy=policy).get(position.pk, [])
    elsewhere = _elsewhere(user, position, behind)
    behind = [replace(each, also=elsewhere.get(each.candidate.pk, [])) for each in behind]
    counted = [each for each in behind if each.counted]
    served: PoolPosition | None = getattr(position, "pool_position", None)
    pool = served.pool if served else None
    start, end = _reach(history, on)
    return PositionPage(
        position=position,
        on=on,
        policy=policy,
        seats=Seats(position.seats, current),
        drawn=_seats(position, current, history, counted, start, end),
        figures=coverage_of_position(user, position),
        tiers=[(tier, found) for tier in TIERS if (found := [each for each in counted if each.readiness == tier])],
        not_counted=[each for each in behind if not each.counted],
        pool=pool,
        pool_figures=figures_of_pools(user, [pool]).get(pool.pk) if pool else None,
        ratings=list(position.criticality_ratings.select_related("policy", "rated_by").order_by("-version")),
        changes=changes,
        ticks=_ticks(start, end),
        now=_at(on, start, end),
    )


def _elsewhere(user: User, position: Position, behind: list[Behind]) -> dict[int, list[str]]:
    """The other posts each of these people is named for, as far as the reader may see."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = (
        MembershipPost.objects.visible_to(user)
        .filter(
            membership__candidate__in=[each.candidate.pk for each in behind],
            membership__state__in=IN_THE_POOL,
        )
        .exclude(position=position)
        .order_by("position__code")
    )
    for candidate, title in rows.values_list("membership__candidate", "position__title"):
        found[candidate].append(title)
    return found


def _seats(
    position: Any,
    current: tuple[Incumbency, ...],
    history: list[Incumbency],
    counted: list[Behind],
    start: date,
    end: date,
) -> list[Seat]:
    """The first seats; the people behind them spread rank by rank."""
    drawn = []
    for number in range(1, min(position.seats, SEATS_DRAWN) + 1):
        sitting = [each for each in current if each.seat == number]
        drawn.append(
            Seat(
                number=number,
                holder=next((each for each in sitting if not each.acting), None),
                acting=next((each for each in sitting if each.acting), None),
                followers=counted[number - 1 :: position.seats][:RANKS],
                line=[span for each in history if each.seat == number for span in _spans(each, start, end)],
            )
        )
    return drawn


def _spans(each: Incumbency, start: date, end: date) -> list[dict[str, Any]]:
    """A holding on the time line, and what is expected after its leaving."""
    name = each.employee.name if each.employee else _("undisclosed")
    until = each.ends_on or each.expected_leaving_on or end
    fill = "orange" if each.acting else "line" if each.ends_on else "now"
    label = _("%(name)s, acting") % {"name": name} if each.acting else name
    return [{"start": _at(each.starts_on, start, end), "end": _at(until, start, end), "label": label, "fill": fill}]


def _reach(history: list[Incumbency], on: date) -> tuple[date, date]:
    first = min((each.starts_on for each in history), default=on)
    first = min(first, _years_from(on, -LEAST_YEARS))
    return date(max(first.year, on.year - 30), 1, 1), _years_from(on, AHEAD_YEARS)


def _years_from(day: date, years: float) -> date:
    return date.fromordinal(day.toordinal() + round(years * DAYS_A_YEAR))


def _at(day: date, start: date, end: date) -> float:
    return min(max((day - start).days / max((end - start).days, 1), 0.0), 1.0)


def _ticks(start: date, end: date) -> list[tuple[float, str]]:
    step = max(1, -(-(end.year - start.year) // TICKS))
    return [(_at(date(year, 1, 1), start, end), str(year)) for year in range(start.year, end.year + 1, step)]
