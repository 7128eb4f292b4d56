"""The posts a member is named for, and how ready they are for each."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pools.choices import MembershipState, PoolKind, Readiness
from pools.errors import AlreadyThere, NominationNeeded, NoPostNamed
from pools.models import Membership, MembershipPost, PoolPosition
from pools.workflow import MoveNotAllowed
from succession.organisation import audit
from succession.organisation.errors import Invalid
from succession.organisation.models import Policy, Position, User
from succession.organisation.reasons import require_reason

from .doors import lock_membership, lock_pool, policy_in_force, tell


class Naming(NamedTuple):
    """A post someone is named for, how ready they are for it, and why."""

    position: Position
    readiness: str
    reason: str


@transaction.atomic
def name_for_post(
    membership: Membership, position: Position, *, actor: User | None, readiness: str, reason: str
) -> MembershipPost:
    """Name someone in a pool for one of its posts.

    Refuses where the policy asks for a nomination, posts the pool does not serve, a name that stands already.
    """
    reason = require_reason(reason)
    require_naming_allowed(policy_in_force())
    lock_pool(membership.pool_id)
    membership = lock_membership(membership, actor=actor)
    _require_standing(membership)
    with audit.acting(actor, "name_for_post", reason=reason):
        (name,) = add_names(membership, [Naming(position, readiness, reason)])
    after = {"position": position.pk, "readiness": readiness}
    tell("name_for_post", membership, actor=actor, after=after, reason=reason)
    return name


@transaction.atomic
def change_readiness(name: MembershipPost, *, actor: User | None, readiness: str, reason: str) -> MembershipPost:
    """Decide anew how ready a member is for a post. Refuses as `name_for_post`."""
    reason = require_reason(reason)
    require_naming_allowed(policy_in_force())
    membership = lock_membership(name.membership, actor=actor)
    _require_standing(membership)
    _require_readiness(readiness)
    name = MembershipPost.objects.select_for_update().get(pk=name.pk)
    values = {"readiness": readiness, "readiness_on": timezone.localdate(), "reason": reason}
    before, after = audit.changed(name, values)
    with audit.acting(actor, "change_readiness", reason=reason):
        name.save(update_fields=list(values))
    told = {"position": name.position_id, **after}
    tell("change_readiness", membership, actor=actor, before=before, after=told, reason=reason)
    return name


@transaction.atomic
def remove_name(name: MembershipPost, *, actor: User | None, reason: str) -> Membership:
    """Name someone no longer for a post. Refuses the last name of an active member of a key or management pool."""
    reason = require_reason(reason)
    require_naming_allowed(policy_in_force())
    membership = lock_membership(name.membership, actor=actor)
    _require_standing(membership)
    is_last = not membership.posts.exclude(pk=name.pk).exists()
    if is_last and membership.state == MembershipState.ACTIVE and membership.pool.kind != PoolKind.RESERVE:
        raise NoPostNamed(_("A member is named for at least one post. Take them out of the pool instead."))
    before = {"position": name.position_id, "readiness": name.readiness}
    with audit.acting(actor, "remove_name", reason=reason):
        name.delete()
    tell("remove_name", membership, actor=actor, before=before, reason=reason)
    return membership


def add_names(membership: Membership, namings: Sequence[Naming]) -> list[MembershipPost]:
    """Write names for posts that the pool serves; the caller has locked the pool and tells of it."""
    namings = [Naming(*naming) for naming in namings]
    if not namings:
        return []
    _require_served(membership, [naming.position for naming in namings])
    for naming in namings:
        _require_readiness(naming.readiness)
    rows = [
        MembershipPost(
            membership=membership,
            position=naming.position,
            readiness=naming.readiness,
            reason=require_reason(naming.reason),
        )
        for naming in namings
    ]
    try:
        with transaction.atomic():
            return MembershipPost.objects.bulk_create(rows)
    except IntegrityError as clash:
        raise AlreadyThere(_("%(name)s is already named for this post.") % {"name": membership.candidate}) from clash


def require_naming_allowed(policy: Policy) -> None:
    if policy.nomination_required:
        raise NominationNeeded(
            _("The policy asks for an approved nomination before a person is named for a post. Nominate them instead.")
        )


def _require_served(membership: Membership, positions: Iterable[Position]) -> None:
    if membership.pool.kind == PoolKind.RESERVE:
        raise Invalid(_("A reserve pool serves levels, not posts."), field="position")
    positions = list(positions)
    served = set(
        PoolPosition.objects.in_force()
        .filter(pool=membership.pool_id, position__in=positions)
        .values_list("position_id", flat=True)
    )
    for position in positions:
        if position.pk not in served:
            raise Invalid(_("This pool does not serve %(post)s.") % {"post": position.title}, field="position")


def _require_readiness(readiness: str) -> None:
    if readiness not in Readiness.values:
        raise Invalid(
            _("Readiness “%(value)s” is not in the list. Choose one of three.") % {"value": readiness},
            field="readiness",
        )


def _require_standing(membership: Membership) -> None:
    if membership.state == MembershipState.EXITED:
        raise MoveNotAllowed(_("%(name)s is no longer in this pool.") % {"name": membership.candidate})
