"""Demand and capacity as they stand this moment, from the seats themselves."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.utils import timezone

from pools.capacity import DatedChange, SeatOutlook, capacity, demand, horizon_end, outlook
from pools.choices import PoolKind
from pools.coverage_rules import PostRow
from pools.models import EchelonPool, PoolPosition
from succession.organisation.models import Policy, Position, SeatChange


class PoolFacts(Protocol):
    """What the figures of a pool take of the pool itself."""

    @property
    def pk(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def horizon_years(self) -> int | None: ...
    @property
    def ratio_override(self) -> Decimal | None: ...
    @property
    def target_size(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class PostDemand:
    """A post's part in the demand: its seats of today, what opens and closes within the horizon, the effective figure."""

    position: Position
    pool_position: PoolPosition | None
    seats: int
    planned: int
    closing: int
    computed: int
    demand: int
    ratio: Decimal
    horizon_end: date

    @property
    def is_overridden(self) -> bool:
        return self.pool_position is not None and self.pool_position.demand_override is not None


@dataclass(frozen=True, slots=True)
class Equation:
    """Seats + planned - closing = demand, times ratio = capacity. `overridden` tells how many posts' demand is not computed."""

    seats: int
    planned: int
    closing: int
    demand: int
    ratio: Decimal | None
    capacity: int
    overridden: int
    horizon_years: int
    horizon_end: date
    posts: tuple[PostDemand, ...]


def equation_of(pool: EchelonPool, policy: Policy, *, on: date | None = None) -> Equation:
    """The equation of a pool on a day. Two statements; a reserve pool costs none."""
    on = on or timezone.localdate()
    years = pool.horizon_years or policy.horizon_years
    if pool.kind == PoolKind.RESERVE:
        return Equation(0, 0, 0, 0, None, pool.target_size or 0, 0, years, horizon_end(on, years), ())
    rows = pool.pool_positions.in_force().filter(position__in=Position.objects.open_on(on))
    served = list(rows.select_related("position__org_unit").order_by("position__code"))
    for row in served:
        row.pool = pool
    return sum_up(posts_of(((row.position, row) for row in served), policy, on), pool, policy, on)


def sum_up(posts: Iterable[PostDemand], pool: EchelonPool, policy: Policy, on: date) -> Equation:
    """The equation over some posts of a pool."""
    posts = tuple(posts)
    ratio = pool.ratio_override or policy.ratio
    years = pool.horizon_years or policy.horizon_years
    return Equation(
        seats=sum(post.seats for post in posts),
        planned=sum(post.planned for post in posts),
        closing=sum(post.closing for post in posts),
        demand=sum(post.demand for post in posts),
        ratio=ratio,
        capacity=capacity(ratio, [post.demand for post in posts]),
        overridden=sum(post.is_overridden for post in posts),
        horizon_years=years,
        horizon_end=horizon_end(on, years),
        posts=posts,
    )


def posts_of(
    positions: Iterable[tuple[Position, PoolPosition | None]], policy: Policy, on: date
) -> tuple[PostDemand, ...]:
    """What each post adds to the demand; a post in no pool follows the policy. One statement for the seat changes."""
    pairs = list(positions)
    changes: dict[int, list[DatedChange]] = defaultdict(list)
    rows = SeatChange.objects.filter(position__in=[position.pk for position, _ in pairs]).order_by()
    for position_id, day, delta in rows.values_list("position_id", "on", "delta"):
        changes[position_id].append(DatedChange(day, delta))
    return tuple(post_of(position, row, changes[position.pk], policy, on) for position, row in pairs)


def post_of(
    position: Position, row: PoolPosition | None, changes: list[DatedChange], policy: Policy, on: date
) -> PostDemand:
    """What one post adds to the demand, with its seat changes."""
    pool = row.pool if row else None
    years = (pool.horizon_years if pool else None) or policy.horizon_years
    seen = outlook(position.base_seats, changes, on, years)
    return PostDemand(
        position=position,
        pool_position=row,
        seats=seen.seats,
        planned=seen.planned,
        closing=seen.closing,
        computed=seen.computed,
        demand=demand(seen.seats, seen.planned, seen.closing, row.demand_override if row else None),
        ratio=(pool.ratio_override if pool else None) or policy.ratio,
        horizon_end=horizon_end(on, years),
    )


def part_of(
    pool: PoolFacts,
    position: int,
    base_seats: int,
    override: int | None,
    changes: list[DatedChange],
    policy: Policy,
    on: date,
) -> tuple[PostRow, SeatOutlook]:
    """What a post is to the figures of its pool."""
    seen = outlook(base_seats, changes, on, pool.horizon_years or policy.horizon_years)
    wanted = demand(seen.seats, seen.planned, seen.closing, override)
    return PostRow(position, seen.seats, wanted, pool.pk, pool.ratio_override or policy.ratio), seen
