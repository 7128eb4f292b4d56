"""The list of posts, and what a page of it needs besides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from pools.choices import CoverageStatus
from pools.models import Coverage, PoolPosition
from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass
from succession.organisation.models import Incumbency, Position, User
from succession.organisation.selectors.units import unit_and_below

from .behind import Seats, seats_of

SORTS = {
    "title": ("title", "pk"),
    "code": ("code",),
    "unit": ("org_unit__name", "title", "pk"),
    "grade": ("grade", "title", "pk"),
    "criticality": (F("criticality").asc(nulls_first=True), "code"),
}
DEFAULT_SORT = "code"
WEAK = (CoverageStatus.EMPTY, CoverageStatus.THIN)


@dataclass(frozen=True)
class Filters:
    """What a list of posts is narrowed to; empty means all."""

    q: str = ""
    position_class: str = ""
    unit: int | None = None
    status: str = ""
    vacant: bool = False
    sort: str = DEFAULT_SORT


@dataclass(frozen=True)
class PostRow:
    """One post of the list."""

    position: Position
    seats: Seats
    coverage: Coverage | None
    pool: PoolPosition | None
    is_own: bool = False

    @property
    def struck(self) -> int:
        return self.coverage.members - self.coverage.filled if self.coverage else 0


def posts(user: User, filters: Filters, *, on: date) -> QuerySet[Position]:
    """Posts the user may see, narrowed and in a stable order."""
    found: Any = Position.objects.visible_to(user).open_on(on).select_related("org_unit")
    if filters.position_class in PositionClass.values:
        found = found.of_class(filters.position_class)
    if filters.unit:
        found = found.filter(org_unit__in=unit_and_below(filters.unit))
    if filters.q:
        found = found.filter(Q(title__icontains=filters.q) | Q(code__icontains=filters.q))
    if filters.status:
        statuses = WEAK if filters.status == "weak" else [filters.status]
        stored = Coverage.objects.visible_to(user).of_positions()
        found = found.filter(Exists(stored.filter(position=OuterRef("pk"), status__in=statuses)))
    if filters.vacant:
        found = _with_held_seats(found.with_seats(on), on).filter(held_seats__lt=F("seats"))
    return found.order_by(*_order(filters.sort))


def rows_of(user: User, positions: Iterable[Position], *, on: date) -> list[PostRow]:
    """Holders and coverage of some posts; three statements however many there are."""
    page: list[Any] = list(positions)
    known: dict[int, Any] = {
        position.pk: position for position in Position.objects.filter(pk__in=[p.pk for p in page]).with_seats(on)
    }
    for position in page:
        position.seats = known[position.pk].seats
    seated = seats_of(page, on)
    stored = Coverage.objects.visible_to(user).of_positions().filter(position__in=list(known))
    coverage = {row.position_id: row for row in stored}
    served = PoolPosition.objects.visible_to(user).filter(position__in=list(known)).select_related("pool")
    pools = {row.position_id: row for row in served}
    access = access_of(user)
    own: frozenset[int] = frozenset() if access.is_auditor else access.own_position_ids
    return [
        PostRow(position, seated[position.pk], coverage.get(position.pk), pools.get(position.pk), position.pk in own)
        for position in page
    ]


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
