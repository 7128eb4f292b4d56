"""Who holds which seat: what the services promise and what they refuse."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from succession.organisation.errors import Invalid, NeedsReason, Refusal
from succession.organisation.models import AuditEvent, Incumbency, OutboxMessage, Policy
from succession.organisation.services import employees, incumbencies
from tests.factories import EmployeeFactory, IncumbencyFactory, PositionFactory, SeatChangeFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REASON = "Agreed with the unit's head in writing."


def test_someone_takes_the_lowest_free_seat(hr):
    post = PositionFactory(base_seats=3)
    IncumbencyFactory(position=post, seat=1)
    IncumbencyFactory(position=post, seat=3)
    person = EmployeeFactory()
    held = incumbencies.start_incumbency(post, person, from_=TODAY, actor=hr)
    assert (held.seat, held.employee, held.starts_on) == (2, person, TODAY)
    person.refresh_from_db()
    assert person.org_unit == post.org_unit
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.object_id, event.after["employee"]) == (
        "start_incumbency",
        hr,
        post.pk,
        person.pk,
    )
    assert OutboxMessage.objects.get().payload == {"position": post.pk, "employee": person.pk}


def test_a_holder_may_be_undisclosed(hr):
    post = PositionFactory()
    held = incumbencies.start_incumbency(post, None, from_=TODAY, actor=hr)
    assert (held.seat, held.employee) == (1, None)


def test_a_post_that_is_full_takes_nobody(hr):
    held = IncumbencyFactory()
    with pytest.raises(Refusal, match="Every seat of this post is held"):
        incumbencies.start_incumbency(held.position, EmployeeFactory(), from_=TODAY, actor=hr)
    assert Incumbency.objects.count() == 1
    assert not AuditEvent.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_seats_are_those_of_the_day(hr):
    held = IncumbencyFactory()
    SeatChangeFactory(position=held.position, on=date(2050, 1, 1), delta=1)
    later = incumbencies.start_incumbency(held.position, EmployeeFactory(), from_=date(2050, 1, 1), actor=hr)
    assert later.seat == 2


def test_a_seat_that_is_not_authorised_is_refused(hr):
    with pytest.raises(Refusal, match="This post has 1 seat on that day"):
        incumbencies.start_incumbency(PositionFactory(), EmployeeFactory(), from_=TODAY, seat=2, actor=hr)


def test_a_seat_that_is_held_is_refused_in_the_words_of_the_constraint(hr):
    held = IncumbencyFactory()
    with pytest.raises(Refusal, match="This seat already has a holder in that time") as refusal:
        incumbencies.start_incumbency(held.position, EmployeeFactory(), from_=TODAY, seat=1, actor=hr)
    assert refusal.value.code == "seat_has_one_permanent_holder_a_day"


def test_a_second_permanent_post_must_be_said(hr):
    person = IncumbencyFactory().employee
    second = PositionFactory()
    with pytest.raises(Refusal, match="already holds a permanent post"):
        incumbencies.start_incumbency(second, person, from_=TODAY, actor=hr)
    assert incumbencies.start_incumbency(second, person, from_=TODAY, concurrent=True, actor=hr).concurrent


def test_who_has_left_takes_no_seat(hr):
    gone = EmployeeFactory(left_on=TODAY)
    with pytest.raises(Refusal, match="no longer works here"):
        incumbencies.start_incumbency(PositionFactory(), gone, from_=TODAY, actor=hr)


def test_a_closed_post_takes_nobody(hr):
    with pytest.raises(Refusal, match="This post is closed"):
        incumbencies.start_incumbency(PositionFactory(closed_on=TODAY), None, from_=TODAY, actor=hr)


def test_a_holding_ends_with_a_reason(hr):
    held = IncumbencyFactory()
    with pytest.raises(NeedsReason):
        incumbencies.end_incumbency(held, TODAY, reason="Retired.", actor=hr)
    held = incumbencies.end_incumbency(held, TODAY, reason=REASON, actor=hr)
    assert (held.ends_on, held.end_reason) == (TODAY, REASON)
    assert not Incumbency.objects.held_on(TODAY).exists()
    event = AuditEvent.objects.get()
    assert (event.verb, event.reason, event.before["ends_on"], event.after["ends_on"]) == (
        "end_incumbency",
        REASON,
        None,
        TODAY.isoformat(),
    )
    with pytest.raises(Refusal, match="already ended"):
        incumbencies.end_incumbency(held, TODAY, reason=REASON, actor=hr)


def test_a_holding_does_not_end_before_it_begins(hr):
    held = IncumbencyFactory(starts_on=TODAY)
    with pytest.raises(Invalid, match="before the beginning"):
        incumbencies.end_incumbency(held, TODAY - timedelta(days=1), reason=REASON, actor=hr)


def test_an_expected_leaving_names_its_source_and_can_be_taken_back(hr):
    held = IncumbencyFactory()
    day = TODAY + timedelta(days=100)
    held = incumbencies.set_expected_leaving(held, day, note="Said so in May.", actor=hr)
    assert (held.expected_leaving_on, held.expected_leaving_source) == (day, "entered")
    held = incumbencies.set_expected_leaving(held, None, actor=hr)
    assert (held.expected_leaving_on, held.expected_leaving_source, held.expected_leaving_note) == (None, "", "")
    assert AuditEvent.objects.filter(verb="set_expected_leaving").count() == 2


def test_leaving_is_derived_from_age_only_where_the_policy_says_so(hr):
    held = IncumbencyFactory(employee__birth_date=date(1980, 2, 29))
    told = IncumbencyFactory(
        employee__birth_date=date(1980, 1, 1),
        expected_leaving_on=date(2030, 1, 1),
        expected_leaving_source="entered",
    )
    with pytest.raises(Refusal, match="does not allow"):
        incumbencies.derive_leaving_from_age(actor=hr)
    with pytest.raises(Refusal, match="does not allow"):
        incumbencies.set_expected_leaving(held, date(2045, 3, 1), source="derived_from_age", actor=hr)
    Policy.objects.update(retirement_age=65)
    assert incumbencies.derive_leaving_from_age(actor=hr) == 1
    held.refresh_from_db()
    told.refresh_from_db()
    assert (held.expected_leaving_on, held.expected_leaving_source) == (date(2045, 3, 1), "derived_from_age")
    assert told.expected_leaving_on == date(2030, 1, 1)


def test_who_leaves_frees_every_seat_and_does_not_take_the_next(hr):
    person = EmployeeFactory()
    now = IncumbencyFactory(employee=person)
    beside = IncumbencyFactory(employee=person, concurrent=True)
    later = IncumbencyFactory(employee=person, concurrent=True, starts_on=TODAY + timedelta(days=50))
    person = employees.mark_left(person, TODAY, reason=REASON, actor=hr)
    assert person.left_on == TODAY
    ends = dict(Incumbency.objects.values_list("pk", "ends_on"))
    assert ends == {now.pk: TODAY, beside.pk: TODAY, later.pk: later.starts_on}
    assert sorted(OutboxMessage.objects.values_list("kind", flat=True)) == [
        "incumbency_changed",
        "incumbency_changed",
        "incumbency_changed",
        "person_changed",
    ]
    with pytest.raises(Refusal, match="already left"):
        employees.mark_left(person, TODAY, reason=REASON, actor=hr)
    person = employees.reinstate(person, reason=REASON, actor=hr)
    assert person.left_on is None
    assert not Incumbency.objects.held_on(TODAY).exists()
