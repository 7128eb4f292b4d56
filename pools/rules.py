"""Who may do what with pools. Nobody decides about themselves.

Objects: a pool, a membership, or none for acts that make a pool.
"""

import rules

from succession.organisation.access import access_of
from succession.organisation.models import User

from .models import EchelonPool, Membership
from .selectors.people import Standing


@rules.predicate
def is_hr(user: User) -> bool:
    """HR for the whole organisation."""
    return access_of(user).is_whole_hr


@rules.predicate
def is_about_themselves(user: User, subject: EchelonPool | Membership | Standing | None) -> bool:
    own = access_of(user).employee_id
    if own is None or not isinstance(subject, Membership | Standing):
        return False
    return own == (subject.employee_id if isinstance(subject, Standing) else subject.candidate.employee_id)


can_keep_pools = is_hr
can_decide_on_member = is_hr & ~is_about_themselves

for _act in ("create_pool", "change_pool", "serve_position", "override_demand", "recompute_pool", "exceed_capacity"):
    rules.add_perm(f"pools.{_act}", can_keep_pools)

for _act in (
    "propose_member",
    "start_screening",
    "admit_member",
    "screen_member",
    "hold_member",
    "resume_member",
    "exit_member",
    "move_up",
    "name_for_post",
    "change_readiness",
    "remove_name",
    "record_evidence",
):
    rules.add_perm(f"pools.{_act}", can_decide_on_member)
