"""What is done with pools: one transaction each, audited under its own name, announced so that coverage follows.

`actor` is keyword-only and None for the system. A reason has at least 20 characters where it is given without a default.

Pools
    create_pool(*, actor, code, name, kind, owner=None, horizon_years=None, ratio_override=None, ratio_reason="",
                target_size=None, levels="", minimum_years_in_post=2, grades="") -> EchelonPool
    change_pool(pool, *, actor, reason="", **values) -> EchelonPool           another ratio needs a reason
    close_pool(pool, *, actor, reason) -> EchelonPool
    serve_position(pool, position, *, actor) -> PoolPosition
    serve_positions(pool, positions, *, actor) -> [PoolPosition]
    stop_serving_position(pool, position, *, actor, reason="") -> EchelonPool
    override_demand(pool, position, demand | None, *, actor, reason="") -> PoolPosition   a figure needs a reason

Members
    propose_member(pool, candidate, *, actor, posts=[Naming(position, readiness, reason)], reason) -> Membership
    propose_from_suggestion(pool, employee, *, actor, position=None, readiness="", reason) -> Membership
    start_screening(membership, *, actor, reason="") -> Membership
    admit_member(membership, *, actor, over_capacity_reason="") -> Membership
    screen_member(membership, *, actor, outcome, reason, next_screening_on=None) -> Membership
    hold_member(membership, *, actor, reason) -> Membership
    resume_member(membership, *, actor, over_capacity_reason="", reason="") -> Membership
    exit_member(membership, *, actor, exit_reason, reason) -> Membership
    move_up(membership, pool, *, actor, posts=(), reason) -> Membership       the new one; the old one has left
    screen_members / hold_members / exit_members(memberships, *, actor, …) -> [Membership]   all or none

Names for posts
    name_for_post(membership, position, *, actor, readiness, reason) -> MembershipPost
    change_readiness(membership_post, *, actor, readiness, reason) -> MembershipPost
    remove_name(membership_post, *, actor, reason) -> Membership

Figures
    ask_to_recompute(pool | None, *, actor) -> Job                            None: every pool

Refusals (pools.errors, pools.workflow): PoolIsFull, PoolIsClosed, AlreadyThere, NoPostNamed, NominationNeeded,
MoveNotAllowed; organisation's Invalid(field) and NeedsReason. The own candidacy: PermissionDenied.
Permissions are named after the services: `user.has_perm("pools.admit_member", membership)`; for bulk acts ask each.
"""

from pools.workflow import MoveNotAllowed

from .bulk import exit_members, hold_members, screen_members
from .figures import ask_to_recompute
from .memberships import (
    admit_member,
    exit_member,
    hold_member,
    move_up,
    propose_from_suggestion,
    propose_member,
    resume_member,
    screen_member,
    start_screening,
)
from .namings import Naming, change_readiness, name_for_post, remove_name
from .pools import (
    change_pool,
    close_pool,
    create_pool,
    override_demand,
    serve_position,
    serve_positions,
    stop_serving_position,
    take_out_posts_of_another_class,
)

__all__ = [
    "MoveNotAllowed",
    "Naming",
    "admit_member",
    "ask_to_recompute",
    "change_pool",
    "change_readiness",
    "close_pool",
    "create_pool",
    "exit_member",
    "exit_members",
    "hold_member",
    "hold_members",
    "move_up",
    "name_for_post",
    "override_demand",
    "propose_from_suggestion",
    "propose_member",
    "remove_name",
    "resume_member",
    "screen_member",
    "screen_members",
    "serve_position",
    "serve_positions",
    "start_screening",
    "stop_serving_position",
    "take_out_posts_of_another_class",
]
