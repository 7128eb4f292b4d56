"""Who may do what with candidates. Nobody writes about themselves."""

import rules

from succession.organisation.access import access_of
from succession.organisation.models import User

from .models import Candidate


@rules.predicate
def is_hr(user: User) -> bool:
    """HR for the whole organisation."""
    return access_of(user).is_whole_hr


@rules.predicate
def is_about_themselves(user: User, candidate: Candidate | None) -> bool:
    own = access_of(user).employee_id
    return candidate is not None and own is not None and candidate.employee_id == own


rules.add_perm("candidates.register_candidate", is_hr)
rules.add_perm("candidates.record_evidence", is_hr & ~is_about_themselves)
