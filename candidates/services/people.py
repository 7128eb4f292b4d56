"""Who is considered, and since when something is known of them."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from candidates.models import Candidate, ExternalPerson
from succession.organisation import audit, outbox
from succession.organisation.access import access_of
from succession.organisation.errors import Invalid
from succession.organisation.models import Employee, User


def refuse_own(actor: User | None, candidate: Candidate) -> None:
    """Nobody decides about themselves: 403, whatever the roles."""
    own = access_of(actor).employee_id if actor else None
    if own is not None and candidate.employee_id == own:
        raise PermissionDenied


@transaction.atomic
def ensure_candidate(employee: Employee, *, actor: User | None) -> Candidate:
    """The candidate record of an employee, made when there is none yet. Refuses who no longer works here."""
    known = Candidate.objects.filter(employee=employee).first()
    if known:
        return known
    if employee.left_on is not None and employee.left_on <= timezone.localdate():
        raise Invalid(_("%(name)s no longer works here.") % {"name": employee.name}, field="employee")
    with audit.acting(actor, "ensure_candidate"):
        candidate, is_new = Candidate.objects.get_or_create(employee=employee)
    if is_new:
        audit.record("ensure_candidate", candidate, actor=actor, after={"employee": employee.pk})
    return candidate


@transaction.atomic
def register_external(
    name: str,
    *,
    actor: User | None,
    email: str = "",
    source: str = "",
    consent_on: date | None = None,
    retain_until: date | None = None,
) -> Candidate:
    """Register someone outside as a candidate. Refuses an empty name."""
    name = name.strip()
    if not name:
        raise Invalid(_("Give a name."), field="name")
    if consent_on and retain_until and retain_until < consent_on:
        raise Invalid(_("The day until which data are kept lies before the consent."), field="retain_until")
    with audit.acting(actor, "register_external"):
        person = ExternalPerson.objects.create(
            name=name, email=email, source=source, consent_on=consent_on, retain_until=retain_until
        )
        candidate = Candidate.objects.create(external=person)
    audit.record("register_external", candidate, actor=actor, after={"external": person.pk, "source": source})
    return candidate


@transaction.atomic
def record_evidence(candidate: Candidate, on: date, *, actor: User | None, reason: str = "") -> Candidate:
    """Write down the day of the newest evidence about a person. Refuses a day to come and the own record."""
    refuse_own(actor, candidate)
    if on > timezone.localdate():
        raise Invalid(_("Evidence cannot lie in the future."), field="on")
    candidate = Candidate.objects.select_for_update().get(pk=candidate.pk)
    before, after = audit.changed(candidate, {"evidence_on": on})
    if after:
        with audit.acting(actor, "record_evidence", reason=reason):
            candidate.save(update_fields=list(after))
        subject = {"employee": candidate.employee_id}
        audit.record("record_evidence", candidate, actor=actor, before=before, after=after | subject, reason=reason)
        outbox.announce("evidence_changed", candidate=candidate.pk)
    return candidate
