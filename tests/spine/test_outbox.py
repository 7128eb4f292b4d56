"""Announcements: written with the change, never lost by a wake-up, taken once."""

import pytest
from django.db import transaction

from succession.organisation import outbox
from succession.organisation.models import OutboxMessage
from tests.spine.threads import at_once, take_back


@pytest.fixture
def knocks(monkeypatch):
    """What was sent to the broker, instead of sending it."""
    sent = []
    monkeypatch.setattr(outbox.current_app, "send_task", lambda task, **how: sent.append((task, how)))
    monkeypatch.setattr(outbox, "_last_failure", {})
    return sent


@pytest.mark.django_db
def test_a_row_is_written_for_each_consumer_that_follows(settings):
    settings.OUTBOX_CONSUMERS = {
        "one": {"task": "a", "kinds": ["seats_changed"]},
        "two": {"task": "b", "kinds": ["seats_changed", "policy_changed"]},
    }
    outbox.announce("seats_changed", position=7)
    outbox.announce("policy_changed")
    outbox.announce("nobody_follows")
    rows = OutboxMessage.objects.values_list("consumer", "kind", "payload")
    assert list(rows) == [
        ("one", "seats_changed", {"position": 7}),
        ("two", "seats_changed", {"position": 7}),
        ("two", "policy_changed", {}),
    ]


@pytest.mark.django_db
def test_a_bulk_act_writes_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        outbox.announce_many("seats_changed", [{"position": n} for n in range(500)])
    assert OutboxMessage.objects.count() == 500


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_row_and_knocks_nowhere(knocks):
    take_back(lambda: outbox.announce("seats_changed", position=1))
    assert (OutboxMessage.objects.count(), knocks) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_the_wake_up_follows_the_commit_once(knocks):
    with transaction.atomic():
        outbox.announce("seats_changed", position=1)
        outbox.announce("policy_changed")
        assert knocks == []
    assert knocks == [("pools.follow_changes", {"args": (), "retry": False})]


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_that_fails_harms_nothing(monkeypatch):
    calls = []

    def away(*_args, **_how):
        calls.append(1)
        raise ConnectionError

    monkeypatch.setattr(outbox.current_app, "send_task", away)
    monkeypatch.setattr(outbox, "_last_failure", {})
    outbox.announce("seats_changed", position=1)
    assert OutboxMessage.objects.count() == 1
    # A broker that is away is left alone for a while: the next requests do not wait for it.
    for _ in range(50):
        outbox.announce("seats_changed", position=1)
    assert (len(calls), OutboxMessage.objects.count()) == (1, 51)


@pytest.mark.django_db
def test_a_row_is_taken_once():
    outbox.announce("seats_changed", position=1)
    assert [row.payload for row in outbox.take("coverage")] == [{"position": 1}]
    assert outbox.take("coverage") == []


@pytest.mark.django_db(transaction=True)
def test_work_that_fails_leaves_its_rows_standing():
    outbox.announce("seats_changed", position=1)
    assert len(take_back(lambda: outbox.take("coverage"))) == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_take_at_once_share_the_rows_and_do_not_wait():
    outbox.announce_many("seats_changed", [{"position": n} for n in range(100)])

    def drain():
        with transaction.atomic():
            return [row.payload["position"] for row in outbox.take("coverage")]

    first, second = at_once(drain, drain)
    assert sorted(first + second) == list(range(100))
    assert not set(first) & set(second)
    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db
def test_beat_wakes_whoever_has_rows_waiting(knocks):
    assert outbox.drain() == []
    outbox.announce("seats_changed", position=1)
    assert outbox.drain() == ["pools.follow_changes"]
    assert [task for task, _how in knocks] == ["pools.follow_changes"]


@pytest.mark.django_db
def test_rows_of_a_consumer_that_is_no_more_do_no_harm(knocks):
    OutboxMessage.objects.create(consumer="gone", kind="seats_changed")
    assert outbox.drain() == []
