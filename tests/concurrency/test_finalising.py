"""Two people finalise an assessment at once: one wins, the other is told; nothing is rated into what is final."""

import threading
from decimal import Decimal

import pytest

from candidates import services
from candidates.models import Assessment, Rating
from candidates.services import assessments
from candidates.workflow import MoveNotAllowed
from succession.organisation.errors import Refusal
from succession.organisation.models import AuditEvent, OutboxMessage
from tests.candidates.centre import assessor, cells, draft, ready_to_finalise, sheet_of
from tests.factories import RoleAssignmentFactory
from tests.spine.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two():
    return [RoleAssignmentFactory(role="hr_manager", user__name=name).user for name in ("Ada", "Ben")]


def finalised_by(assessment, user):
    return lambda: services.finalise_assessment(assessment, actor=user)


def test_of_two_who_finalise_one_wins_and_the_other_is_told_who(two):
    for _ in range(10):
        assessment = ready_to_finalise()
        found = at_once(*(finalised_by(assessment, user) for user in two))
        refusals = [one for one in found if isinstance(one, Refusal)]
        assert [type(one) for one in refusals] == [MoveNotAllowed]
        assessment.refresh_from_db()
        assert str(assessment.finalised_by) in str(refusals[0])
    events = AuditEvent.objects.filter(verb="finalise_assessment")
    assert events.count() == OutboxMessage.objects.filter(kind="assessment_finalised").count() == 10


def test_without_the_lock_both_would_make_it_final(two, monkeypatch):
    """What the lock is for: both read a draft, and the second writes over the first."""
    together = threading.Barrier(2, timeout=10)

    def read_without_locking(assessment_id):
        found = Assessment.objects.select_related("candidate", "instrument").get(pk=assessment_id)
        together.wait()
        return found

    assessment = ready_to_finalise()
    monkeypatch.setattr(assessments, "lock_assessment", read_without_locking)
    found = at_once(*(finalised_by(assessment, user) for user in two))
    assert [type(one) for one in found] == [Assessment, Assessment]
    assert AuditEvent.objects.filter(verb="finalise_assessment").count() == 2


def test_nothing_is_rated_into_what_becomes_final(two):
    for number in range(5):
        assessment = draft()
        sheet = sheet_of(assessment, user := assessor(f"rater{number}"))
        services.rate(sheet, cells(assessment)[0], Decimal(3), actor=user)
        at_once(
            lambda sheet=sheet, user=user: services.hand_in(sheet, actor=user),
            lambda sheet=sheet, user=user: services.rate(sheet, cells(sheet.assessment)[1], Decimal(5), actor=user),
            finalised_by(assessment, two[0]),
        )
        assessment.refresh_from_db()
        rated = Rating.objects.filter(assignment=sheet).count()
        handed_in = AuditEvent.objects.get(verb="hand_in", object_id=assessment.pk)
        assert handed_in.after["scores"] == rated
