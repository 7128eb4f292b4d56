"""The list of pools: the first of each kind with their figures, and what all of a kind hold together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from pools.choices import CoverageStatus, PoolKind
from pools.models import Coverage, EchelonPool
from pools.selectors.coverage import over_visible_posts, to_be_read
from pools.selectors.figures import Figures
from pools.selectors.reach import among, readable_posts, seen_members
from pools.selectors.statements import SHORTEST_FIRST, pools_by_kind
from succession.organisation.access import access_of
from succession.organisation.models import User

# Each upward and downward, by the columns of a pool `e` and of its figures `c`.
ORDERS = {
    "name": ("e.name", "e.name DESC"),
    "code": ("e.code", "e.code DESC"),
    "gap": (SHORTEST_FIRST, "c.gap NULLS LAST"),
    "counted": ("c.filled NULLS FIRST", "c.filled DESC NULLS LAST"),
}
DEFAULT_ORDER = "gap"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of pools is narrowed to, and how it is sorted; empty means all."""

    q: str = ""
    kind: str = ""
    status: str = ""
    sort: str = DEFAULT_ORDER


class ListedPool(NamedTuple):
    """What a line says of the pool itself; owner: their name."""

    pk: int
    code: str
    name: str
    kind: str
    owner_id: int | None
    owner: str | None
    horizon_years: int | None
    ratio_override: Decimal | None
    target_size: int | None
    levels: str
    posts_seen: int | None
    moved_up: int | None

    def get_kind_display(self) -> str:
        return str(PoolKind(self.kind).label)


class ListedFigures(NamedTuple):
    """What a line says of a pool's figures; `partial` as in `Figures`."""

    seats: int
    demand: int
    capacity: int
    members: int
    filled: int
    ready_now: int
    years_1_3: int
    years_4_5: int
    gap: int
    surplus: int
    seats_true: int
    status: str
    partial: bool = False

    @property
    def status_label(self) -> str:
        return str(CoverageStatus(self.status).label)


class Total(NamedTuple):
    """What all pools of a kind hold together, by their stored figures."""

    pools: int
    filled: int
    capacity: int
    gap: int
    surplus: int


class Listing(NamedTuple):
    """Pools in order, their figures by id, and the totals by kind."""

    pools: list[ListedPool]
    figures: dict[int, ListedFigures]
    totals: dict[str, Total]


def pools_wanted(user: User, wanted: Wanted) -> QuerySet[EchelonPool]:
    """Open pools the reader may see, narrowed; by status for those alone who read all figures as they are stored."""
    found = EchelonPool.objects.visible_to(user)
    if wanted.q:
        found = found.filter(Q(name__icontains=wanted.q) | Q(code__icontains=wanted.q))
    if wanted.kind:
        found = found.of_kind(wanted.kind)
    if wanted.status and access_of(user).sees_everything:
        found = found.filter(pk__in=Coverage.objects.of_pools().filter(status=wanted.status).values("pool"))
    return found


def pools_listed(
    user: User, wanted: Wanted, limits: Mapping[str, int], *, first: int = 0, with_posts: Iterable[str] | None = None
) -> Listing:
    """So many pools of each kind from the first on. One statement where the figures are stored ones, else two or three more.

    Posts are counted for pools of the kinds named, else of all.
    """
    on = timezone.localdate()
    rows = pools_by_kind(
        among(user, lambda: pools_wanted(user, wanted), "e.id", "pools", wanted.q, wanted.kind, wanted.status),
        readable_posts(user, "p.id"),
        seen_members(user, "m.id"),
        _order(wanted.sort),
        {
            "today": on,
            "year": on.replace(month=1, day=1),
            "first": first,
            **{kind: limits.get(kind, 0) for kind in PoolKind.values},
            "with_posts": list(limits) if with_posts is None else list(with_posts),
        },
        ListedFigures._fields[:-1],
    )
    pools = [ListedPool._make(row[:POOL]) for row in rows]
    return Listing(
        pools,
        _figures(user, pools, rows),
        {pool.kind: Total._make(row[POOL:TOTALLED]) for pool, row in zip(pools, rows, strict=True)},
    )


# Where the columns of a row end: those of the pool, the totals; then the figures.
POOL = len(ListedPool._fields)
TOTALLED = POOL + len(Total._fields)


def listed_figures(figures: Figures) -> ListedFigures:
    return ListedFigures(*(getattr(figures, name) for name in ListedFigures._fields))


def _order(sort: str) -> str:
    upward, downward = ORDERS.get(sort.removeprefix("-"), ORDERS[DEFAULT_ORDER])
    return downward if sort.startswith("-") and sort[1:] in ORDERS else upward


def _figures(user: User, pools: list[ListedPool], rows: Iterable[tuple[Any, ...]]) -> dict[int, ListedFigures]:
    to_read = to_be_read(user, pools)
    found: dict[int, ListedFigures] = {}
    for pool, row in zip(pools, rows, strict=True):
        values = row[TOTALLED:]
        if values[0] is not None and pool.pk in to_read:
            found[pool.pk] = ListedFigures(*values)
    missing = [pool for pool in pools if pool.pk not in found]
    computed = over_visible_posts(user, missing) if missing else {}
    return found | {pool: listed_figures(figures) for pool, figures in computed.items()}
