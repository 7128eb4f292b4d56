"""Pools and the posts they serve."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pools.choices import PoolKind
from pools.errors import AlreadyThere
from pools.models import EchelonPool, PoolPosition
from succession.organisation import audit, outbox
from succession.organisation.errors import Invalid
from succession.organisation.models import Employee, Position, User
from succession.organisation.reasons import require_reason

from .doors import lock_pool

HIGHEST_RATIO, LONGEST_HORIZON = 20, 20
CHANGEABLE = frozenset(
    {
        "name",
        "owner",
        "horizon_years",
        "ratio_override",
        "ratio_reason",
        "target_size",
        "levels",
        "minimum_years_in_post",
        "grades",
    }
)


@transaction.atomic
def create_pool(
    *,
    actor: User | None,
    code: str,
    name: str,
    kind: str,
    owner: Employee | None = None,
    horizon_years: int | None = None,
    ratio_override: Any = None,
    ratio_reason: str = "",
    target_size: int | None = None,
    levels: str = "",
    minimum_years_in_post: int = 2,
    grades: str = "",
) -> EchelonPool:
    """Set up a pool. A ratio of its own needs a reason; a reserve pool has a target size instead of a ratio."""
    pool = EchelonPool(
        code=code.strip(),
        name=name.strip(),
        kind=kind,
        owner=owner,
        horizon_years=horizon_years,
        ratio_override=ratio_override,
        ratio_reason=require_reason(ratio_reason, field="ratio_reason") if ratio_override is not None else "",
        target_size=target_size,
        levels=levels,
        minimum_years_in_post=minimum_years_in_post,
        grades=grades,
    )
    _require_sound(pool)
    with audit.acting(actor, "create_pool", reason=pool.ratio_reason):
        pool.save()
    audit.record(
        "create_pool",
        pool,
        actor=actor,
        after={"code": pool.code, "name": pool.name, "kind": pool.kind, "ratio_override": ratio_override},
        reason=pool.ratio_reason,
    )
    outbox.announce("pool_changed", pool=pool.pk)
    return pool


@transaction.atomic
def change_pool(pool: EchelonPool, *, actor: User | None, reason: str = "", **values: Any) -> EchelonPool:
    """Change a pool's settings. Another ratio needs a reason, which stays written on the pool."""
    if unknown := set(values) - CHANGEABLE:
        raise Invalid(_("Not to be changed: %(fields)s.") % {"fields": ", ".join(sorted(unknown))})
    pool = lock_pool(pool.pk)
    if "ratio_override" in values:
        if values["ratio_override"] is None:
            values["ratio_reason"] = ""
        elif values["ratio_override"] != pool.ratio_override:
            values["ratio_reason"] = require_reason(values.get("ratio_reason") or reason, field="ratio_reason")
        reason = reason or values.get("ratio_reason", "")
    before, after = audit.changed(pool, values)
    _require_sound(pool)
    if after:
        with audit.acting(actor, "change_pool", reason=reason):
            pool.save(update_fields=list(after))
        audit.record("change_pool", pool, actor=actor, before=before, after=after, reason=reason)
        outbox.announce("pool_changed", pool=pool.pk)
    return pool


@transaction.atomic
def close_pool(pool: EchelonPool, *, actor: User | None, reason: str) -> EchelonPool:
    """Close a pool from today on: it serves no posts any more and nobody in it counts. Refuses without a reason."""
    reason = require_reason(reason)
    pool = lock_pool(pool.pk)
    before, after = audit.changed(pool, {"closed_on": timezone.localdate()})
    served = list(pool.pool_positions.values_list("position_id", flat=True))
    with audit.acting(actor, "close_pool", reason=reason):
        pool.pool_positions.all().delete()
        pool.save(update_fields=["closed_on"])
    audit.record("close_pool", pool, actor=actor, before={**before, "positions": served}, after=after, reason=reason)
    outbox.announce("pool_changed", pool=pool.pk, positions=served)
    return pool


def serve_position(pool: EchelonPool, position: Position, *, actor: User | None) -> PoolPosition:
    """Let a pool serve a post of its class. Refuses a post of another class and one that another pool serves."""
    return serve_positions(pool, [position], actor=actor)[0]


@transaction.atomic
def serve_positions(pool: EchelonPool, positions: Iterable[Position], *, actor: User | None) -> list[PoolPosition]:
    """The same for several posts: all or none."""
    pool = lock_pool(pool.pk)
    positions = list(positions)
    if pool.kind == PoolKind.RESERVE:
        raise Invalid(_("A reserve pool serves levels, not posts."), field="position")
    for position in positions:
        if position.position_class != pool.kind:
            raise Invalid(
                _("%(post)s is a %(class)s; this pool serves another class.")
                % {"post": position.title, "class": position.get_position_class_display()},
                field="position",
            )
    taken = PoolPosition.objects.filter(position__in=positions).select_related("position", "pool").first()
    if taken:
        raise _already_served(taken)
    with audit.acting(actor, "serve_position"):
        try:
            with transaction.atomic():
                rows = PoolPosition.objects.bulk_create(
                    [PoolPosition(pool=pool, position=position) for position in positions]
                )
        except IntegrityError as clash:
            raise AlreadyThere(_("Another pool has just begun to serve one of these posts.")) from clash
    for row in rows:
        audit.record("serve_position", pool, actor=actor, after={"position": row.position_id})
    outbox.announce("pool_changed", pool=pool.pk)
    return rows


@transaction.atomic
def stop_serving_position(
    pool: EchelonPool, position: Position, *, actor: User | None, reason: str = ""
) -> EchelonPool:
    """Take a post out of a pool: names for it stay written down but no longer count."""
    pool = lock_pool(pool.pk)
    row = pool.pool_positions.filter(position=position).first()
    if row is None:
        raise Invalid(_("This pool does not serve %(post)s.") % {"post": position.title}, field="position")
    _take_out(row, actor=actor, reason=reason)
    return pool


@transaction.atomic
def take_out_posts_of_another_class(position_ids: Iterable[int]) -> list[int]:
    """Posts whose class no longer fits the pool that serves them leave it. Returns the pools they left."""
    rows = PoolPosition.objects.filter(position__in=list(position_ids)).exclude(pk__in=PoolPosition.objects.in_force())
    left = []
    for row in rows.select_related("pool", "position").select_for_update(of=("self",)):
        _take_out(row, actor=None, reason=_("The post is no longer of the class that this pool serves."))
        left.append(row.pool_id)
    return left


@transaction.atomic
def override_demand(
    pool: EchelonPool, position: Position, demand: int | None, *, actor: User | None, reason: str = ""
) -> PoolPosition:
    """Put another figure in place of a post's computed demand, with a reason; None takes it back."""
    reason = require_reason(reason) if demand is not None else reason.strip()
    if demand is not None and demand < 0:
        raise Invalid(_("Demand is 0 or more."), field="demand")
    pool = lock_pool(pool.pk)
    row = PoolPosition.objects.select_for_update().filter(pool=pool, position=position).first()
    if row is None:
        raise Invalid(_("This pool does not serve %(post)s.") % {"post": position.title}, field="position")
    override_reason = reason if demand is not None else ""
    before, after = audit.changed(row, {"demand_override": demand, "override_reason": override_reason})
    if after:
        with audit.acting(actor, "override_demand", reason=reason):
            row.save(update_fields=["demand_override", "override_reason"])
        told = {"position": position.pk, **after}
        audit.record("override_demand", pool, actor=actor, before=before, after=told, reason=reason)
        outbox.announce("pool_changed", pool=pool.pk)
    return row


def _take_out(row: PoolPosition, *, actor: User | None, reason: str) -> None:
    with audit.acting(actor, "stop_serving_position", reason=reason):
        row.delete()
    before = {"position": row.position_id, "demand_override": row.demand_override}
    audit.record("stop_serving_position", row.pool, actor=actor, before=before, reason=reason)
    outbox.announce("pool_changed", pool=row.pool_id, position=row.position_id)


def _already_served(row: PoolPosition) -> AlreadyThere:
    return AlreadyThere(
        _("%(post)s is already served by the pool %(pool)s.") % {"post": row.position.title, "pool": row.pool}
    )


def _require_sound(pool: EchelonPool) -> None:
    """Say in words what the database would refuse without."""
    if not pool.code or not pool.name:
        raise Invalid(_("A pool has a code and a name."), field="name" if pool.code else "code")
    if EchelonPool.objects.filter(code=pool.code).exclude(pk=pool.pk).exists():
        raise Invalid(_("Another pool has this code."), field="code")
    if pool.kind not in PoolKind.values:
        raise Invalid(_("A pool is a key, management or reserve pool."), field="kind")
    if pool.kind == PoolKind.RESERVE and (pool.target_size is None or pool.ratio_override is not None):
        raise Invalid(_("A reserve pool has a target size and no ratio."), field="target_size")
    if pool.kind != PoolKind.RESERVE and pool.target_size is not None:
        raise Invalid(_("Only a reserve pool has a target size."), field="target_size")
    if pool.ratio_override is not None and not 0 < pool.ratio_override <= HIGHEST_RATIO:
        raise Invalid(_("A ratio lies above 0 and at most at 20."), field="ratio_override")
    if pool.horizon_years is not None and not 1 <= pool.horizon_years <= LONGEST_HORIZON:
        raise Invalid(_("A horizon is 1 to 20 years."), field="horizon_years")
