"""What a head is responsible for, read as leanly as the arithmetic allows: their open posts and who is named for them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet

from pools.capacity import DatedChange
from pools.choices import CoverageScope
from pools.models import PoolPosition
from pools.selectors.demand import PostDemand, post_of
from pools.selectors.figures import Figures, over_posts
from pools.selectors.standing import Name, names_over
from succession.organisation.access import access_of
from succession.organisation.models import Policy, Position, SeatChange, User
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.statements import found

from .scope import Scope
from .stored import Told


class OwnPool(NamedTuple):
    """As much of a pool as demand and its line of figures take."""

    pk: int
    code: str
    name: str
    horizon_years: int | None
    ratio_override: Decimal | None


class OwnPost(NamedTuple):
    """As much of a post as demand and its seats take."""

    pk: int
    title: str
    base_seats: int


class Serving(NamedTuple):
    """That a pool serves a post."""

    pool: OwnPool
    demand_override: int | None

    @property
    def pool_id(self) -> int:
        return self.pool.pk


class OwnFigures(NamedTuple):
    """Of some posts: the pool that serves them, how far they are covered, and each by itself. Without pool: of all."""

    pool: OwnPool
    row: Figures
    posts: list[Told]


def over_own(user: User, scope: Scope, on: date) -> tuple[Figures, list[OwnFigures]]:
    """Figures over the scope's posts as the reader may know them: without their own seat, without themselves.

    Three statements; of all posts, and of those of each pool.
    """
    policy = policy_in_force()
    posts = _posts(user, scope, policy, on)
    behind: dict[int, list[Name]] = defaultdict(list)
    keys = [post.position.pk for post in posts]
    for name in names_over(keys, policy, on, without_employee=access_of(user).employee_id):
        behind[name.post].append(name)
    figures = partial(_figures, kind=scope.kind, behind=behind, policy=policy, on=on)
    served: dict[Any, list[PostDemand]] = defaultdict(list)
    for post in posts:
        if post.pool_position:
            served[post.pool_position.pool].append(post)
    pools = [
        OwnFigures(
            pool,
            figures(CoverageScope.POOL, own, ratio=own[0].ratio),
            [_told(post, behind[post.position.pk]) for post in own],
        )
        for pool, own in served.items()
    ]
    return figures(CoverageScope.WHOLE, posts), pools


def _figures(
    scope: str,
    posts: list[PostDemand],
    *,
    kind: str,
    behind: dict[int, list[Name]],
    policy: Policy,
    on: date,
    ratio: Decimal | None = None,
) -> Figures:
    names = [name for post in posts for name in behind[post.position.pk]]
    return over_posts(scope, kind, posts, names, policy, on, ratio=ratio, partial=True)


def _told(post: PostDemand, names: Iterable[Name]) -> Told:
    here = list(names)
    counted = min(post.seats, sum(name.counted for name in here))
    return post.position.pk, post.position.title, post.seats, min(post.seats, len(here)), counted


def _posts(user: User, scope: Scope, policy: Policy, on: date) -> list[PostDemand]:
    asked = ("posts of a head", access_of(user), scope.kind, scope.unit_ids, on)
    return [_post(row, policy, on) for row in found(asked, partial(_rows, user, scope, on))]


def _rows(user: User, scope: Scope, on: date) -> QuerySet[Any, Any]:
    changes = SeatChange.objects.filter(position=OuterRef("pk")).order_by("pk")
    return (
        scope.posts(user)
        .open_on(on)
        .order_by("code")
        .values_list(
            *("pk", "title", "base_seats", F("position_class"), "pool_position__pool__kind"),
            *("pool_position__pool", "pool_position__pool__code", "pool_position__pool__name"),
            *("pool_position__pool__horizon_years", "pool_position__pool__ratio_override"),
            "pool_position__demand_override",
            ArraySubquery(changes.values("on")),
            ArraySubquery(changes.values("delta")),
        )
    )


def _post(row: tuple[Any, ...], policy: Policy, on: date) -> PostDemand:
    pk, title, seats, kind, pool_kind, *pool, override, days, deltas = row
    serving = Serving(OwnPool(*pool), override) if pool_kind == kind else None
    changes = [DatedChange(day, delta) for day, delta in zip(days, deltas, strict=True)]
    post = cast("Position", OwnPost(pk, title, seats))
    return post_of(post, cast("PoolPosition | None", serving), changes, policy, on)
