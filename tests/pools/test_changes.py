"""Changes are gathered, followed once, and seen soon."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from candidates.services import record_evidence
from pools import changes, recompute, services, tasks
from pools.models import Coverage, MembershipPost
from succession.organisation import outbox
from succession.organisation.models import OutboxMessage, Policy
from tests.factories import CandidateFactory, PoolPositionFactory
from tests.pools.organisations import Draw

REASON = "Led two plants through their start-up."


def admitted(served, candidate=None):
    proposed = services.propose_member(
        served.pool,
        candidate or CandidateFactory(evidence_on=timezone.localdate()),
        actor=None,
        posts=[services.Naming(served.position, "ready_now", REASON)],
        reason=REASON,
    )
    services.start_screening(proposed, actor=None)
    return services.admit_member(proposed, actor=None)


def figures(served):
    row = Coverage.objects.get(pool=served.pool)
    return row.filled, row.seats_true, row.status


@pytest.mark.django_db
def test_an_admission_is_followed_in_post_pool_unit_and_whole():
    served = PoolPositionFactory()
    admitted(served)
    assert changes.follow() == 1
    assert figures(served) == (1, 1, "building")
    assert set(Coverage.objects.filter(kind="key").values_list("scope", "filled", "seats_true")) == {
        ("position", 1, 1),
        ("pool", 1, 1),
        ("unit", 1, 1),
        ("whole", 1, 1),
    }
    assert not OutboxMessage.objects.exists()
    assert changes.follow() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("membership_changed", lambda served, member: {"pool": served.pool_id}),
        ("seats_changed", lambda served, member: {"position": served.position_id}),
        ("position_changed", lambda served, member: {"positions": [served.position_id]}),
        ("person_changed", lambda served, member: {"employee": member.candidate.employee_id}),
        ("evidence_changed", lambda served, member: {"candidate": member.candidate_id}),
        ("policy_changed", lambda served, member: {"policy": Policy.objects.get().pk}),
        ("person_changed", lambda served, member: {"all": True}),
    ],
    ids=["membership", "seats", "position", "person", "evidence", "policy", "import"],
)
def test_every_kind_of_change_reaches_the_pool(kind, payload):
    served = PoolPositionFactory()
    member = admitted(served)
    changes.follow()
    MembershipPost.objects.update(readiness="1_3_years")
    outbox.announce(kind, **payload(served, member))
    changes.follow()
    row = Coverage.objects.get(pool=served.pool)
    assert (row.ready_now, row.years_1_3, row.seats_true_ready_now) == (0, 1, 0)


@pytest.mark.django_db
def test_evidence_that_is_recorded_makes_a_member_count():
    served = PoolPositionFactory()
    member = admitted(served, CandidateFactory(evidence_on=None))
    changes.follow()
    assert figures(served) == (0, 0, "empty")
    record_evidence(member.candidate, timezone.localdate(), actor=None)
    changes.follow()
    assert figures(served) == (1, 1, "building")


@pytest.mark.django_db
def test_a_post_of_another_class_leaves_its_pool():
    served = PoolPositionFactory()
    member = admitted(served)
    changes.follow()
    served.position.position_class = "general"
    served.position.save()
    outbox.announce("position_changed", position=served.position_id)
    changes.follow()
    assert not served.pool.pool_positions.exists()
    assert figures(served) == (1, 0, "not_needed")
    assert not Coverage.objects.filter(position=served.position_id).exists()
    assert member.posts.count() == 1


@pytest.mark.django_db
def test_a_failure_leaves_the_work_standing_and_the_figures_marked(monkeypatch):
    served = PoolPositionFactory()
    admitted(served)
    changes.follow()
    outbox.announce("membership_changed", pool=served.pool_id)

    def fail(*given, **named):
        raise RuntimeError("secret of a person")

    with monkeypatch.context() as broken:
        broken.setattr(recompute, "recompute_pools", fail)
        with pytest.raises(RuntimeError):
            changes.follow()
    row = Coverage.objects.get(pool=served.pool)
    assert row.stale_since is not None
    assert "RuntimeError" in row.failure
    assert "secret" not in row.failure
    assert (row.filled, OutboxMessage.objects.count()) == (1, 1)
    assert changes.follow() == 1
    row.refresh_from_db()
    assert (row.stale_since, row.failure) == (None, "")


@pytest.mark.django_db(transaction=True)
def test_a_burst_is_computed_a_few_times_and_its_last_change_seen_within_two_seconds():
    draw = Draw(seed=21)
    draw.organisation(1, posts=40, people=40, pools=5, units=6)
    draw.save()
    recompute.recompute_all()
    served = PoolPositionFactory()
    computed = []

    def drain(until):
        try:
            while not until.is_set():
                computed.append(changes.follow())
                time.sleep(0.01)
            computed.append(changes.follow())
        finally:
            connection.close()

    done = threading.Event()
    worker = threading.Thread(target=drain, args=(done,))
    worker.start()
    try:
        for _ in range(1000):
            with transaction.atomic():
                outbox.announce("pool_changed", pool=served.pool_id)
        admitted(served)
        began = time.monotonic()
        while time.monotonic() - began < 5:
            row = Coverage.objects.filter(pool=served.pool).first()
            if row and row.filled == 1:
                break
            time.sleep(0.02)
        seen_after = time.monotonic() - began
    finally:
        done.set()
        worker.join()
    assert sum(computed) <= 5
    assert seen_after < 2


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_compute_once():
    served = PoolPositionFactory()
    admitted(served)
    computed = []

    def drain():
        try:
            computed.append(changes.follow())
        finally:
            connection.close()

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(computed) == 1
    assert figures(served) == (1, 1, "building")


@pytest.mark.django_db(transaction=True)
def test_recompute_now_is_a_job_that_names_its_pool(hr):
    served = PoolPositionFactory()
    admitted(served)
    job = services.ask_to_recompute(served.pool, actor=hr)
    tasks.recompute_pool(job.pk)
    job.refresh_from_db()
    assert (job.state, job.kind, job.progress, job.result["pool"]) == ("done", "recompute_pool", 1.0, served.pool_id)
    assert figures(served) == (1, 1, "building")
    assert Coverage.objects.get(scope="whole", kind="key").seats_true == 1
    again = services.ask_to_recompute(None, actor=hr)
    tasks.recompute_all(again.pk)
    again.refresh_from_db()
    assert (again.state, again.result) == ("done", {"changed": 0})


@pytest.mark.django_db(transaction=True)
def test_a_task_delivered_twice_and_at_once_leaves_one_computation():
    served = PoolPositionFactory()
    admitted(served)
    changes.follow()
    first = list(Coverage.objects.order_by("pk").values_list("pk", "computed_at"))
    for task in (tasks.follow_changes, tasks.recompute_for_today, tasks.recompute_for_today):
        task()
    assert list(Coverage.objects.order_by("pk").values_list("pk", "computed_at")) == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("task", "place", "name"),
    [("follow_changes", changes, "follow"), ("recompute_for_today", recompute, "recompute_all")],
)
def test_the_limit_of_pages_does_not_stop_what_a_large_organisation_needs(task, place, name, monkeypatch, settings):
    limits = []

    def look():
        with connection.cursor() as cursor:
            cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'")
            limits.append(cursor.fetchone()[0])

    look()
    monkeypatch.setattr(place, name, look)
    getattr(tasks, task)()
    look()
    assert limits[1] == settings.LONG_STATEMENT_TIMEOUT_MS
    assert limits[0] == limits[2] < limits[1]
