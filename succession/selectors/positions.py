"""The list of posts: one statement a page, holders and coverage with it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from pools.choices import CoverageStatus
from pools.models import Coverage, PoolPosition
from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass
from succession.organisation.listed import Listed
from succession.organisation.models import Incumbency, Position, User
from succession.organisation.selectors.units import unit_and_below
from succession.organisation.statements import from_json

SORTS = {
    "title": ("title", "pk"),
    "code": ("code",),
    "unit": ("org_unit__name", "title", "pk"),
    "grade": ("grade", "title", "pk"),
    "criticality": (F("criticality").asc(nulls_first=True), "code"),
}
DEFAULT_SORT = "code"
WEAK = (CoverageStatus.EMPTY, CoverageStatus.THIN)
COVERAGE = ("demand", "capacity", "members", "filled", "ready_now", "years_1_3", "years_4_5", "status")


@dataclass(frozen=True)
class Filters:
    """What a list of posts is narrowed to; empty means all."""

    q: str = ""
    position_class: str = ""
    unit: int | None = None
    status: str = ""
    vacant: bool = False
    sort: str = DEFAULT_SORT


class Unit(NamedTuple):
    name: str


class Post(NamedTuple):
    """What a line says of the post itself."""

    pk: int
    code: str
    title: str
    grade: str
    position_class: str
    criticality: Decimal | None
    org_unit: Unit

    def get_position_class_display(self) -> str:
        return str(PositionClass(self.position_class).label)


class SeatsHeld(NamedTuple):
    """The seats of a post today: how many, how many of them empty, who holds them, and when the first of these leaves."""

    seats: int
    vacant: int
    names: list[str]
    leaving_on: date | None


class Cover(NamedTuple):
    """How far a post is covered."""

    demand: int
    capacity: int
    members: int
    filled: int
    ready_now: int
    years_1_3: int
    years_4_5: int
    status: str

    @property
    def status_label(self) -> str:
        return str(CoverageStatus(self.status).label)


class PostRow(NamedTuple):
    """One post of the list."""

    position: Post
    seats: SeatsHeld
    coverage: Cover | None
    pool: str
    is_own: bool

    @property
    def struck(self) -> int:
        return self.coverage.members - self.coverage.filled if self.coverage else 0


def posts(user: User, filters: Filters, *, on: date, with_pools: bool = False) -> Listed:
    """Posts the user may see, narrowed and in a stable order, as `PostRow`."""
    access = access_of(user)
    own: frozenset[int] = frozenset() if access.is_auditor else access.own_position_ids
    units = tuple(unit_and_below(filters.unit)) if filters.unit else None
    return Listed(
        key=("posts", access, filters, units, on, with_pools),
        rows=lambda: _narrowed(user, filters, units, on).with_seats(on).order_by(*_order(filters.sort)),
        columns=lambda: _columns(user, on, with_pools=with_pools),
        make=lambda line: _row(line, own),
    )


def _narrowed(user: User, filters: Filters, units: tuple[int, ...] | None, on: date) -> Any:
    found: Any = Position.objects.visible_to(user).open_on(on)
    if filters.position_class in PositionClass.values:
        found = found.of_class(filters.position_class)
    if units is not None:
        found = found.filter(org_unit__in=units)
    if filters.q:
        found = found.filter(Q(title__ilike=filters.q) | Q(code__ilike=filters.q))
    if filters.status:
        statuses = WEAK if filters.status == "weak" else [filters.status]
        stored = Coverage.objects.visible_to(user).of_positions()
        found = found.filter(Exists(stored.filter(position=OuterRef("pk"), status__in=statuses)))
    if filters.vacant:
        found = _with_held_seats(found.with_seats(on), on).filter(held_seats__lt=F("seats"))
    return found


def _columns(user: User, on: date, *, with_pools: bool) -> list[Any]:
    holders = Incumbency.objects.held_on(on).filter(position=OuterRef("pk")).order_by().values("position")
    permanent = Q(acting=False)
    held = JSONObject(
        seats=Count("seat", distinct=True, filter=permanent),
        leaving_on=Min("expected_leaving_on"),
        names=ArrayAgg("employee__name", filter=permanent & Q(employee__isnull=False), order_by=("seat", "pk")),
    )
    stored = Coverage.objects.visible_to(user).of_positions().filter(position=OuterRef("pk")).order_by()
    served = PoolPosition.objects.visible_to(user).filter(position=OuterRef("pk"))
    return [
        "pk",
        "code",
        "title",
        "grade",
        "position_class",
        "criticality",
        "org_unit__name",
        "seats",
        Subquery(holders.annotate(held=held).values("held")),
        Subquery(stored.values(found=JSONObject(**{name: name for name in COVERAGE}))[:1]),
        *([Subquery(served.values("pool__name")[:1])] if with_pools else []),
    ]


def _row(line: tuple[Any, ...], own: frozenset[int]) -> PostRow:
    pk, code, title, grade, position_class, criticality, unit, seats, held, coverage, *pool = line
    return PostRow(
        Post(pk, code, title, grade, position_class, criticality, Unit(unit)),
        _seats(seats, held),
        Cover(**from_json(coverage)) if coverage else None,
        (pool[0] or "") if pool else "",
        pk in own,
    )


def _seats(seats: int, held: str | None) -> SeatsHeld:
    if held is None:
        return SeatsHeld(seats, seats, [], None)
    known = from_json(held)
    leaving_on = date.fromisoformat(known["leaving_on"]) if known["leaving_on"] else None
    return SeatsHeld(seats, max(0, seats - known["seats"]), known["names"] or [], leaving_on)


def _with_held_seats(positions: Any, on: date) -> Any:
    held = (
        Incumbency.objects.held_on(on)
        .permanent()
        .filter(position=OuterRef("pk"))
        .order_by()
        .values("position")
        .annotate(held=Count("seat", distinct=True))
        .values("held")
    )
    return positions.annotate(held_seats=Coalesce(Subquery(held, output_field=IntegerField()), 0))


def _order(sort: str) -> list[Any]:
    name = sort.removeprefix("-")
    order = list(SORTS.get(name, SORTS[DEFAULT_SORT]))
    if sort.startswith("-") and name in SORTS:
        first = F("criticality").desc(nulls_last=True) if name == "criticality" else f"-{order[0]}"
        return [first, *order[1:]]
    return order
