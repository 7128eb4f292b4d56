"""Who may do what on the ground floor, asked as a permission on the object.

Predicates read `access_of(user)` alone, which is read once a request; rows are asked only for what they already hold.
"""

import rules

from .access import access_of
from .models import CareerGoal, CriticalityRating, Employee, Incumbency, Job, OrgUnit, Position, User


@rules.predicate
def is_hr(user: User) -> bool:
    return access_of(user).is_hr


@rules.predicate
def is_whole_hr(user: User) -> bool:
    return access_of(user).is_whole_hr


@rules.predicate
def is_auditor(user: User) -> bool:
    return access_of(user).is_auditor


@rules.predicate
def is_administrator(user: User) -> bool:
    return access_of(user).is_administrator


@rules.predicate
def has_it_in_reach(user: User, subject: object = None) -> bool:
    """HR for the whole organisation, or for the unit the record belongs to. Without a record: HR at all."""
    access = access_of(user)
    if access.is_whole_hr or subject is None:
        return access.is_hr
    return access.is_hr and _unit_of(subject) in access.hr_unit_ids


@rules.predicate
def is_own_seat(user: User, subject: object = None) -> bool:
    """The post the user sits on, or a holding of it."""
    return _position_of(subject) in access_of(user).own_position_ids


@rules.predicate
def is_oneself(user: User, subject: object = None) -> bool:
    """The person the record is about."""
    own = access_of(user).employee_id
    return own is not None and _employee_of(subject) == own


@rules.predicate
def asked_for_it(user: User, subject: object = None) -> bool:
    """The work was started by the user."""
    return isinstance(subject, Job) and subject.actor_id is not None and subject.actor_id == user.pk


def _unit_of(subject: object) -> int | None:
    if isinstance(subject, OrgUnit):
        return subject.pk
    if isinstance(subject, (Position, Employee)):
        return subject.org_unit_id
    if isinstance(subject, (Incumbency, CriticalityRating)):
        return subject.position.org_unit_id
    return None


def _position_of(subject: object) -> int | None:
    if isinstance(subject, Position):
        return subject.pk
    return getattr(subject, "position_id", None)


def _employee_of(subject: object) -> int | None:
    if isinstance(subject, Employee):
        return subject.pk
    return subject.employee_id if isinstance(subject, (CareerGoal, Incumbency)) else None


decides_for_others = has_it_in_reach & ~is_own_seat & ~is_oneself

PERMISSIONS = {
    # the tree, posts and who holds them
    "organisation.change_unit": has_it_in_reach,
    "organisation.change_position": decides_for_others,
    "organisation.change_seats": decides_for_others,
    "organisation.change_incumbency": decides_for_others,
    "organisation.rate_criticality": decides_for_others,
    "organisation.change_requirements": decides_for_others,
    "organisation.change_competencies": is_whole_hr | is_administrator,
    "organisation.import": is_whole_hr,
    # people
    "organisation.change_employee": decides_for_others,
    "organisation.ask_willingness": decides_for_others,
    "organisation.answer_willingness": is_oneself,
    "organisation.change_goals": is_oneself,
    # what holds everything together
    "organisation.change_policy": is_whole_hr | is_administrator,
    "organisation.assign_roles": is_administrator,
    "organisation.cancel_job": asked_for_it,
    "organisation.view_audit": is_whole_hr | is_auditor,
    "organisation.view_policy": is_hr | is_auditor | is_administrator,
}

for name, predicate in PERMISSIONS.items():
    rules.add_perm(name, predicate)
