"""The list of pools: the first of each kind with their figures, and what all of a kind hold together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet
from django.utils import timezone

from pools.choices import PoolKind
from pools.models import Coverage, EchelonPool
from pools.selectors.coverage import over_visible_posts, to_be_read
from pools.selectors.figures import Figures, of_values
from pools.selectors.reach import among, readable_posts, seen_members
from pools.selectors.statements import names_of, pools_by_kind
from succession.organisation.access import access_of
from succession.organisation.models import User

# Each upward and downward, by the columns of a pool `e` and of its figures `c`.
ORDERS = {
    "name": ("e.name", "e.name DESC"),
    "code": ("e.code", "e.code DESC"),
    "gap": ("c.gap DESC NULLS LAST", "c.gap NULLS LAST"),
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


class Owner(NamedTuple):
    name: str


class ListedPool(NamedTuple):
    """What a line says of the pool itself."""

    pk: int
    code: str
    name: str
    kind: str
    owner_id: int | None
    owner: Owner | None
    horizon_years: int | None
    levels: str
    posts_seen: int | None
    moved_up: int | None

    def get_kind_display(self) -> str:
        return str(PoolKind(self.kind).label)


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
    figures: dict[int, Figures]
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
    """So many pools of each kind from the first on. One statement where the figures are stored ones, else four or five.

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
    )
    pools = [EchelonPool.from_db(DEFAULT_DB_ALIAS, names_of(EchelonPool), row[:POOL]) for row in rows]
    return Listing(
        [_listed(pool, *row[POOL:COUNTED]) for pool, row in zip(pools, rows, strict=True)],
        _figures(user, pools, rows, on),
        {pool.kind: Total._make(row[COUNTED:TOTALLED]) for pool, row in zip(pools, rows, strict=True)},
    )


# Where the columns of a row end: those of the pool, what is said besides, the totals; then the figures.
POOL = len(names_of(EchelonPool))
COUNTED = POOL + 3
TOTALLED = COUNTED + len(Total._fields)


def _order(sort: str) -> str:
    upward, downward = ORDERS.get(sort.removeprefix("-"), ORDERS[DEFAULT_ORDER])
    return downward if sort.startswith("-") and sort[1:] in ORDERS else upward


def _listed(pool: EchelonPool, owner: str | None, posts: int | None, moved_up: int | None) -> ListedPool:
    return ListedPool(
        pk=pool.pk,
        code=pool.code,
        name=pool.name,
        kind=pool.kind,
        owner_id=pool.owner_id,
        owner=Owner(owner) if owner is not None else None,
        horizon_years=pool.horizon_years,
        levels=pool.levels,
        posts_seen=posts,
        moved_up=moved_up,
    )


def _figures(user: User, pools: list[EchelonPool], rows: Iterable[tuple[Any, ...]], on: date) -> dict[int, Figures]:
    to_read = to_be_read(user, pools)
    found: dict[int, Figures] = {}
    for pool, row in zip(pools, rows, strict=True):
        version, *values = row[TOTALLED:]
        if version is not None and pool.pk in to_read:
            found[pool.pk] = of_values(dict(zip(names_of(Coverage), values, strict=True)), version, on)
    missing = [pool for pool in pools if pool.pk not in found]
    return found | (over_visible_posts(user, missing) if missing else {})
