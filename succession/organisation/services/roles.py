"""Who has which role, for the whole organisation or for a unit."""

from django.db import transaction
from django.utils.translation import gettext as _

from succession.organisation import audit
from succession.organisation.choices import Role
from succession.organisation.constraints import explained
from succession.organisation.errors import Invalid
from succession.organisation.models import OrgUnit, RoleAssignment, User


@explained()
@transaction.atomic
def assign_role(
    user: User, role: str, *, actor: User | None, org_unit: OrgUnit | None = None, reason: str = ""
) -> RoleAssignment:
    """Give someone a role; without a unit it holds for the whole organisation.

    Refuses an unknown role, the role of employee (it follows from being one), a head without a unit, and the same again.
    """
    if role == Role.EMPLOYEE or role not in Role.values:
        raise Invalid(_("Choose a role that can be given."), field="role")
    with audit.acting(actor, "assign_role", reason=reason):
        assignment = RoleAssignment.objects.create(user=user, role=role, org_unit=org_unit)
    audit.record("assign_role", user, actor=actor, after=_plain(assignment), reason=reason)
    return assignment


@transaction.atomic
def remove_role(assignment: RoleAssignment, *, actor: User | None, reason: str = "") -> None:
    """Take a role from someone; it is gone with their next request."""
    before = _plain(assignment)
    with audit.acting(actor, "remove_role", reason=reason):
        assignment.delete()
    audit.record("remove_role", assignment.user, actor=actor, before=before, reason=reason)


def _plain(assignment: RoleAssignment) -> dict[str, object]:
    return {"role": assignment.role, "org_unit": assignment.org_unit_id}
