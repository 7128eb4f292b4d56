"""People who are considered: registered once, and evidence about them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from candidates import services
from candidates.models import Candidate
from succession.organisation.errors import Invalid
from succession.organisation.models import AuditEvent
from tests.factories import CandidateFactory, EmployeeFactory

pytestmark = pytest.mark.django_db


def test_an_external_person_is_registered_with_source_and_consent(hr):
    candidate = services.register_external("  Søren Dahl ", actor=hr, source="Head hunter")
    assert (str(candidate), candidate.external.source, candidate.employee) == ("Søren Dahl", "Head hunter", None)
    with pytest.raises(Invalid):
        services.register_external(" ", actor=hr)
    assert AuditEvent.objects.get(verb="register_external").actor == hr


def test_an_employee_is_one_candidate(hr):
    employee = EmployeeFactory()
    first = services.ensure_candidate(employee, actor=hr)
    assert services.ensure_candidate(employee, actor=hr) == first
    assert Candidate.objects.count() == AuditEvent.objects.filter(verb="ensure_candidate").count() == 1


def test_nobody_records_their_own_evidence(hr):
    own = CandidateFactory(employee=EmployeeFactory(user=hr), evidence_on=None)
    with pytest.raises(PermissionDenied):
        services.record_evidence(own, timezone.localdate(), actor=hr)
    own.refresh_from_db()
    assert own.evidence_on is None
    with pytest.raises(Invalid):
        services.record_evidence(CandidateFactory(), timezone.localdate() + timedelta(days=1), actor=hr)


def test_who_left_is_not_considered_any_more(hr):
    gone = EmployeeFactory(left_on=timezone.localdate())
    with pytest.raises(Invalid):
        services.ensure_candidate(gone, actor=hr)
    assert not Candidate.objects.exists()


@pytest.mark.parametrize("permission", ["candidates.register_candidate", "candidates.record_evidence"])
def test_only_hr_for_the_whole_organisation_writes(permission, hr, head, committee, auditor, employee_user):
    candidate = CandidateFactory()
    allowed = [user for user in (hr, head, committee, auditor, employee_user) if user.has_perm(permission, candidate)]
    assert allowed == [hr]


def test_nobody_may_write_about_themselves(hr):
    own = CandidateFactory(employee=EmployeeFactory(user=hr))
    assert not hr.has_perm("candidates.record_evidence", own)
