"""Long work: run once however often it is delivered, seen from outside, stopped, found again when lost."""

import threading
from datetime import timedelta

import pytest
from celery import shared_task
from django.db import connection, transaction
from django.utils import timezone

from succession.organisation import jobs, outbox
from succession.organisation.errors import Refusal
from succession.organisation.jobs import LOCK_SPACE, MAX_ATTEMPTS, JobTask
from succession.organisation.models import AuditEvent, Competency, Heartbeat, Job
from tests.factories import UserFactory
from tests.spine.threads import at_once, take_back, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
BETWEEN: dict[str, threading.Event] = {}


@shared_task(base=JobTask, bind=True, name="tests.count", ignore_result=True)
def count(self, name="x"):
    with transaction.atomic():
        Competency.objects.create(code=f"{name}{Competency.objects.count()}", name="One")
        self.report(1, 2, "half")
        if "half" in BETWEEN:
            BETWEEN["half"].set()
            BETWEEN["go on"].wait(timeout=20)
        self.check_cancelled()
    return {"made": 1}


@shared_task(base=JobTask, bind=True, name="tests.fail", ignore_result=True)
def fail(self, how):
    Heartbeat.objects.create(name="before", at=timezone.now()) if how == "late" else None
    if how == "refusal":
        raise Refusal("The pool is closed.")
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """What was sent to the broker, instead of sending it."""
    found = []
    monkeypatch.setattr(jobs, "wake", lambda task, *args: found.append((task, *args)) or True)
    BETWEEN.clear()
    yield found
    BETWEEN.clear()


@pytest.fixture
def actor():
    return UserFactory()


def start(actor, task="tests.count", **args):
    return jobs.start_job(task, actor=actor, args=args, label="Count")


def again(job):
    job.refresh_from_db()
    return job


def test_a_job_is_sent_after_its_row_is_there(actor, sent):
    with transaction.atomic():
        job = start(actor)
        assert sent == []
    assert sent == [("tests.count", job.pk)]
    assert (job.state, job.progress, job.kind) == ("queued", 0, "count")


def test_a_job_that_is_taken_back_is_never_sent(actor, sent):
    take_back(lambda: start(actor))
    assert (sent, Job.objects.count()) == ([], 0)


def test_a_job_ends_with_its_result(actor):
    job = start(actor)
    count(job.pk)
    assert (again(job).state, job.progress, job.result, job.attempts) == ("done", 1, {"made": 1}, 1)
    assert job.ended_at >= job.started_at


def test_delivered_twice_it_runs_once(actor):
    job = start(actor)
    count(job.pk)
    count(job.pk)
    assert (Competency.objects.count(), again(job).attempts) == (1, 1)


def test_delivered_twice_at_once_it_runs_once(actor):
    for number in range(5):
        job = start(actor, name=f"round{number}-")
        at_once(lambda key=job.pk: count(key), lambda key=job.pk: count(key))
        assert (again(job).state, job.attempts) == ("done", 1)
        assert Competency.objects.count() == number + 1


def test_progress_is_seen_before_the_work_commits(actor):
    job = start(actor)
    BETWEEN.update({"half": threading.Event(), "go on": threading.Event()})
    worker = threading.Thread(target=lambda: (count(job.pk), connection.close()))
    worker.start()
    assert BETWEEN["half"].wait(timeout=20)
    seen = Job.objects.values_list("state", "progress", "message").get(pk=job.pk)
    written = Competency.objects.count()
    BETWEEN["go on"].set()
    worker.join(timeout=20)
    assert seen == ("running", 0.5, "half")
    assert written == 0
    assert (again(job).state, Competency.objects.count()) == ("done", 1)


def test_a_running_job_is_stopped_and_leaves_nothing_behind(actor):
    job = start(actor)
    BETWEEN.update({"half": threading.Event(), "go on": threading.Event()})
    worker = threading.Thread(target=lambda: (count(job.pk), connection.close()))
    worker.start()
    assert BETWEEN["half"].wait(timeout=20)
    jobs.cancel_job(job, actor=actor)
    BETWEEN["go on"].set()
    worker.join(timeout=20)
    assert (again(job).state, Competency.objects.count()) == ("cancelled", 0)
    assert AuditEvent.objects.get(verb="cancel_job").actor == actor


def test_a_waiting_job_is_stopped_at_once_and_never_runs(actor):
    job = jobs.cancel_job(start(actor), actor=actor)
    count(job.pk)
    assert (again(job).state, job.attempts, Competency.objects.count()) == ("cancelled", 0, 0)


def test_what_has_ended_is_not_stopped(actor):
    job = start(actor)
    count(job.pk)
    with pytest.raises(Refusal):
        jobs.cancel_job(job, actor=actor)
    assert again(job).state == "done"


def test_a_refusal_is_told_in_its_own_words(actor):
    job = start(actor, "tests.fail", how="refusal")
    fail(job.pk)
    assert (again(job).state, job.message) == ("failed", "The pool is closed.")


def test_a_fault_is_told_by_its_reference_alone(actor):
    job = start(actor, "tests.fail", how="fault")
    fail(job.pk)
    assert again(job).state == "failed"
    assert str(job.pk) in job.message
    assert "Zero" not in job.message


def test_the_sweeper_sends_again_what_nobody_works_on(actor, sent):
    job = start(actor)
    long_ago = timezone.now() - timedelta(minutes=5)
    for state in ("queued", "running"):
        Job.objects.update(state=state, sent_at=long_ago)
        sent.clear()
        assert jobs.sweep() == 1
        assert sent == [("tests.count", job.pk)]
        assert jobs.sweep() == 0


def test_a_killed_worker_frees_its_lock_and_the_job_runs_again(actor, sent):
    """The lock lives as long as the connection: while it is held nothing is sent, once it is gone the work is."""
    job = start(actor)
    Job.objects.update(state="running", attempts=1, sent_at=timezone.now() - timedelta(minutes=5))
    killed = connection.copy()
    with killed.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_SPACE, job.pk])
    sent.clear()
    assert (jobs.sweep(), sent) == (0, [])
    count(job.pk)
    assert (again(job).attempts, Competency.objects.count()) == (1, 0)
    killed.close()
    wait_until(lambda: not jobs._is_held(job.pk))
    assert jobs.sweep() == 1
    count(job.pk)
    assert (again(job).state, job.attempts, Competency.objects.count()) == ("done", 2, 1)


def test_a_job_that_kills_every_worker_is_given_up(actor):
    job = start(actor)
    Job.objects.update(state="running", attempts=MAX_ATTEMPTS)
    count(job.pk)
    assert (again(job).state, job.attempts, Competency.objects.count()) == ("failed", MAX_ATTEMPTS, 0)


def test_who_may_no_longer_sign_in_gets_no_work_done(actor):
    job = start(actor)
    actor.is_active = False
    actor.save()
    count(job.pk)
    assert (again(job).state, Competency.objects.count()) == ("failed", 0)


def test_a_job_that_does_not_exist_is_left_alone():
    count(2**31 - 1)
    assert Job.objects.count() == 0


def test_a_wake_up_that_fails_leaves_the_job_to_the_sweeper(actor, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(outbox, "_last_failure", {})

    def away(*_args, **_how):
        raise ConnectionError

    monkeypatch.setattr(outbox.current_app, "send_task", away)
    assert start(actor).state == "queued"


def test_the_limits_that_protect_pages_are_back_after_a_job(actor):
    def limits():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            return cursor.fetchone()

    before = limits()
    count(start(actor).pk)
    job = start(actor, "tests.fail", how="fault")
    fail(job.pk)
    assert limits() == before != ("0", "0")
