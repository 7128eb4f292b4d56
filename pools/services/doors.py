"""The one door through which a membership changes its state, and what every act on it does alike."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from candidates.services import refuse_own
from pools.choices import MembershipState
from pools.errors import PoolIsClosed
from pools.models import EchelonPool, Membership
from pools.workflow import require_move
from succession.organisation import audit, outbox
from succession.organisation.models import Policy, User


def lock_pool(pool_id: int) -> EchelonPool:
    """The pool's row, locked: who decides on places waits here. Refuses a closed pool."""
    pool = EchelonPool.objects.select_for_update().get(pk=pool_id)
    if pool.closed_on is not None and pool.closed_on <= timezone.localdate():
        raise PoolIsClosed(_("The pool %(pool)s is closed.") % {"pool": pool})
    return pool


def lock_membership(membership: Membership, *, actor: User | None) -> Membership:
    """The membership's row, locked, with its candidate. Nobody decides about themselves."""
    locked = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("candidate__employee", "candidate__external", "pool")
        .get(pk=membership.pk)
    )
    refuse_own(actor, locked.candidate)
    return locked


def move(
    membership: Membership,
    to: MembershipState,
    *,
    verb: str,
    actor: User | None,
    values: Mapping[str, Any],
    reason: str = "",
) -> Membership:
    """Bring a locked membership into a state: the table is asked, the audit written, the change announced."""
    require_move(membership.state, to)
    return write(membership, verb=verb, actor=actor, values={"state": to, **values}, reason=reason)


def write(
    membership: Membership, *, verb: str, actor: User | None, values: Mapping[str, Any], reason: str = ""
) -> Membership:
    """Set values on a locked membership, with audit and announcement."""
    before, after = audit.changed(membership, values)
    with audit.acting(actor, verb, reason=reason):
        membership.save(update_fields=list(values))
    tell(verb, membership, actor=actor, before=before, after=after, reason=reason)
    return membership


def tell(
    verb: str,
    membership: Membership,
    *,
    actor: User | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Audit an act on a membership and announce that its pool changed."""
    subject = {
        "pool": membership.pool_id,
        "candidate": membership.candidate_id,
        "employee": membership.candidate.employee_id,
    }
    audit.record(verb, membership, actor=actor, before=before, after={**subject, **(after or {})}, reason=reason)
    outbox.announce("membership_changed", pool=membership.pool_id)


def policy_in_force() -> Policy:
    return Policy.objects.get(state="in_force")
