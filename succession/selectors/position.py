"""Everything the page of one post shows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from pools.models import EchelonPool
from pools.selectors.coverage import coverage_of_position, figures_of_pools, state_of
from pools.selectors.figures import Figures
from succession.organisation import formats
from succession.organisation.access import access_of
from succession.organisation.choices import LeavingSource
from succession.organisation.models import (
    CriticalityRating,
    Incumbency,
    OrgUnit,
    Policy,
    Position,
    Requirement,
    SeatChange,
    User,
)
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.statements import GIVEN, found, from_json, record

from .behind import TIERS, Behind, Seats, people_behind_one, with_fits

SEATS_DRAWN = 3
RANKS = 3
DAYS_A_YEAR = 365.25
AHEAD_YEARS = 1.5
LEAST_YEARS = 4
TICKS = 8
RATINGS = 4
POST = [field.attname for field in Position._meta.concrete_fields]
POOL = [field.attname for field in EchelonPool._meta.concrete_fields]


class Named(NamedTuple):
    name: str


class Change(NamedTuple):
    """A seat change."""

    pk: int
    on: date
    delta: int
    reason: str

    @classmethod
    def of(cls, known: dict[str, Any]) -> "Change":
        return cls(**known | {"on": date.fromisoformat(known["on"])})


class Held(NamedTuple):
    """Who held a seat, and when."""

    pk: int
    seat: int
    employee_id: int | None
    name: str | None
    starts_on: date
    ends_on: date | None
    acting: bool
    expected_leaving_on: date | None
    expected_leaving_source: str
    expected_leaving_note: str

    @classmethod
    def of(cls, known: dict[str, Any]) -> "Held":
        return cls(**known | {name: _day(known[name]) for name in ("starts_on", "ends_on", "expected_leaving_on")})

    @property
    def employee(self) -> Named | None:
        return Named(self.name) if self.name is not None else None

    def get_expected_leaving_source_display(self) -> str:
        return str(dict(LeavingSource.choices).get(self.expected_leaving_source, self.expected_leaving_source))


class Under(NamedTuple):
    criticality_threshold: Decimal


class RatingRead(NamedTuple):
    """One version of the post's criticality."""

    version: int
    scores: dict[str, int]
    score: Decimal
    rated_at: datetime
    reason: str
    threshold: Decimal

    @classmethod
    def of(cls, known: dict[str, Any]) -> "RatingRead":
        at = datetime.fromisoformat(known["rated_at"])
        numbers = {name: Decimal(str(known[name])) for name in ("score", "threshold")}
        return cls(**known | numbers | {"rated_at": at})

    @property
    def policy(self) -> Under:
        return Under(self.threshold)


@dataclass(frozen=True)
class Seat:
    """One seat: who sits on it, and who would follow first, second, third."""

    number: int
    holder: Held | None
    acting: Held | None
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
    ratings: list[RatingRead]
    changes: list[Change]
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
        figures = self.figures
        if figures is None:
            return []
        return [
            (_("Seats today"), formats.thousands(figures.seats)),
            (_("Demand"), formats.thousands(figures.demand)),
            (_("Capacity"), formats.thousands(figures.capacity)),
            (_("Named"), formats.thousands(figures.members)),
            (_("Counted"), formats.thousands(figures.filled)),
            (_("Of these ready now"), formats.thousands(figures.ready_now)),
        ]


def positions_readable(user: User) -> QuerySet[Position]:
    """Posts whose page the reader may open, for what is done on it."""
    return Position.objects.with_succession_for(user).select_related("org_unit", "pool_position__pool")


@dataclass(frozen=True)
class Read:
    """What stands with the post itself: the pool that serves it, who held it, its ratings and seat changes."""

    position: Any
    pool: EchelonPool | None
    changes: list["Change"]
    history: list["Held"]
    ratings: list["RatingRead"]


def read_post(user: User, pk: int) -> Read | None:
    """A post whose page the reader may open. One statement."""
    lines = found(("post", access_of(user)), lambda: _reading(user), given=pk)
    if not lines:
        return None
    own, (unit, upper, wanted, changes, history, ratings), served = _parted(lines[0])
    position: Any = record(Position, POST, own)
    position.org_unit = record(OrgUnit, ["id", "name"], (position.org_unit_id, unit))
    if position.reports_to_id:
        position.reports_to = record(Position, ["id", "title"], (position.reports_to_id, upper))
    position.requirements_count = wanted
    return Read(
        position,
        record(EchelonPool, POOL, served) if served[0] is not None else None,
        [Change.of(from_json(each)) for each in changes],
        [Held.of(from_json(each)) for each in history],
        [RatingRead.of(from_json(each)) for each in ratings],
    )


def _reading(user: User) -> QuerySet[Any, Any]:
    here = OuterRef("pk")
    changes = SeatChange.objects.filter(position=here).order_by("on", "pk")
    history = Incumbency.objects.filter(position=here).order_by("seat", "starts_on", "pk")
    ratings = CriticalityRating.objects.filter(position=here).order_by("-version")[:RATINGS]
    wanted = Requirement.objects.filter(position=here).order_by().values("position").annotate(n=Count("pk"))
    return (
        Position.objects.with_succession_for(user)
        .filter(pk=GIVEN)
        .values_list(
            *POST,
            "org_unit__name",
            "reports_to__title",
            Coalesce(Subquery(wanted.values("n")), 0),
            ArraySubquery(changes.values(json=_json_of(Change))),
            ArraySubquery(history.values(json=_json_of(Held, name="employee__name"))),
            ArraySubquery(ratings.values(json=_json_of(RatingRead, threshold="policy__criticality_threshold"))),
            *(f"pool_position__pool__{name}" for name in POOL),
        )
    )


def _parted(line: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
    return line[: len(POST)], line[len(POST) : -len(POOL)], line[-len(POOL) :]


def _json_of(model: Any, **elsewhere: str) -> JSONObject:
    return JSONObject(**{name: elsewhere.get(name, name) for name in model._fields})


def position_page(user: User, read: Read, *, on: date) -> PositionPage:
    """Everything the page shows; `read` comes from `read_post`. Two statements more for those who read stored figures."""
    position, pool, history = read.position, read.pool, read.history
    state = state_of(user, pool, position.pk) if pool else None
    policy = state.policy if state else policy_in_force()
    pool_figures = state.figures if state else None
    if pool and pool_figures is None:
        pool_figures = figures_of_pools(user, [pool]).get(pool.pk)
    position.seats = max(0, position.base_seats + sum(change.delta for change in read.changes if change.on <= on))
    current = tuple(each for each in history if each.starts_on <= on and (each.ends_on is None or each.ends_on > on))
    behind = with_fits(user, position.pk, people_behind_one(user, position.pk, on=on, policy=policy))
    counted = [each for each in behind if each.counted]
    start, end = _reach(history, on)
    return PositionPage(
        position=position,
        on=on,
        policy=policy,
        seats=Seats(position.seats, current),
        drawn=_seats(position, current, history, counted, start, end),
        figures=coverage_of_position(user, position, stored=state.of_post if state else None),
        tiers=[(tier, people) for tier in TIERS if (people := [each for each in counted if each.readiness == tier])],
        not_counted=[each for each in behind if not each.counted],
        pool=pool,
        pool_figures=pool_figures,
        ratings=read.ratings,
        changes=read.changes,
        ticks=_ticks(start, end),
        now=_at(on, start, end),
    )


def _seats(
    position: Any,
    current: tuple[Held, ...],
    history: list[Held],
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


def _spans(each: Held, start: date, end: date) -> list[dict[str, Any]]:
    """A holding on the time line, and what is expected after its leaving."""
    name = each.employee.name if each.employee else _("undisclosed")
    until = each.ends_on or each.expected_leaving_on or end
    fill = "orange" if each.acting else "line" if each.ends_on else "now"
    label = _("%(name)s, acting") % {"name": name} if each.acting else name
    return [{"start": _at(each.starts_on, start, end), "end": _at(until, start, end), "label": label, "fill": fill}]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _reach(history: list[Held], on: date) -> tuple[date, date]:
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
