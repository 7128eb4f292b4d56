"""Long work: asked for in a transaction, run under a lock of the database, seen while it goes, run again when lost."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from celery import Task
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from . import audit
from .choices import ENDED_JOB_STATES, JobState
from .errors import Refusal
from .models import Job, User
from .outbox import wake

logger = logging.getLogger(__name__)
LOCK_SPACE = 4201
MAX_ATTEMPTS = 5
RESEND_AFTER = timedelta(seconds=15)


class JobCancelled(Exception):
    """Raised inside the work when someone pressed Stop: what it wrote is rolled back."""


def start_job(task: str, *, actor: User | None, args: dict[str, Any], label: str) -> Job:
    """Ask for long work: the row stands with the caller's transaction, the wake-up follows it."""
    job = Job.objects.create(task=task, actor=actor, args=args, label=label)
    transaction.on_commit(lambda: wake(task, job.pk), robust=True)
    return job


def cancel_job(job: Job, *, actor: User) -> Job:
    """Stop waiting or running work. What has ended stays as it ended: that is refused."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state in ENDED_JOB_STATES:
            raise Refusal(_("This task has already ended."), code="job_ended")
        job.cancel_requested = True
        if job.state == JobState.QUEUED:
            job.state = JobState.CANCELLED
            job.ended_at = timezone.now()
        job.save(update_fields=["cancel_requested", "state", "ended_at"])
        audit.record("cancel_job", job, actor=actor)
    return job


def sweep() -> int:
    """Send lost work again: queued and not taken for a while, or running with nobody holding its lock."""
    sent = 0
    for job in Job.objects.unfinished().filter(sent_at__lt=timezone.now() - RESEND_AFTER):
        if not _is_held(job.pk):
            Job.objects.filter(pk=job.pk).update(sent_at=timezone.now())
            sent += wake(job.task, job.pk)
    return sent


def _is_held(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = %s AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK_SPACE, job_id],
        )
        return cursor.fetchone()[0]


@contextmanager
def side_connection() -> Iterator[BaseDatabaseWrapper]:
    """A connection beside the work's own: what is written there is seen at once and outlives a rollback."""
    side = connection.copy()
    try:
        side.set_autocommit(True)
        yield side
    finally:
        side.close()


class JobTask(Task):
    """A Celery task that is a job: `self.args_of_job` in, a dict out, with progress and Stop in between."""

    acks_late = True
    ignore_result = True
    max_retries = 0

    _side: BaseDatabaseWrapper
    job: Job

    def __call__(self, job_id: int) -> None:
        with side_connection() as side:
            if not self._lock(side, job_id):
                logger.info("job is running elsewhere", extra={"job": job_id})
                return
            self._side = side
            job = self._begin(job_id)
            if job is not None:
                self.job = job
                self._work(job)

    def report(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is; seen at once by whoever watches. Stops the work if that was asked."""
        with self._side.cursor() as cursor:
            cursor.execute(
                "UPDATE organisation_job SET progress = %s, message = %s WHERE id = %s RETURNING cancel_requested",
                [min(done / total, 1.0) if total else 0.0, message[:500], self.job.pk],
            )
            row = cursor.fetchone()
        if row and row[0]:
            raise JobCancelled

    def check_cancelled(self) -> None:
        """Stop the work here if that was asked."""
        with self._side.cursor() as cursor:
            cursor.execute("SELECT cancel_requested FROM organisation_job WHERE id = %s", [self.job.pk])
            row = cursor.fetchone()
        if row and row[0]:
            raise JobCancelled

    @staticmethod
    def _lock(side: BaseDatabaseWrapper, job_id: int) -> bool:
        with side.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, job_id])
            return cursor.fetchone()[0]

    @staticmethod
    def _begin(job_id: int) -> Job | None:
        job = Job.objects.select_related("actor").filter(pk=job_id).first()
        if job is None or job.state in ENDED_JOB_STATES:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            _end(job, JobState.FAILED, message=_("Given up after %(count)d tries.") % {"count": job.attempts})
            return None
        job.attempts += 1
        job.state = JobState.RUNNING
        job.started_at = timezone.now()
        job.save(update_fields=["attempts", "state", "started_at"])
        return job

    def _work(self, job: Job) -> None:
        try:
            self._refuse_without_right(job)
            with long_statements(), audit.acting(job.actor, self.name, job=job.pk):
                result = self.run(**job.args)
        except JobCancelled:
            _end(job, JobState.CANCELLED, message=_("Stopped. Nothing was changed."))
        except Refusal as refusal:
            _end(job, JobState.FAILED, message=str(refusal))
        except (OperationalError, InterfaceError):
            # A lost connection, a deadlock, a lock that did not come: it stays unfinished, and the sweeper sends it again.
            logger.exception("job is tried again", extra={"job": job.pk, "task": self.name})
        except Exception:
            logger.exception("job failed", extra={"job": job.pk, "task": self.name})
            _end(job, JobState.FAILED, message=_("This did not work. The reference is %(id)d.") % {"id": job.pk})
        else:
            _end(job, JobState.DONE, result=result, progress=1.0)

    def may_run(self, actor: User | None) -> bool:
        """Whether the one who asked still may, at the time the work begins."""
        return actor is None or actor.is_active

    def _refuse_without_right(self, job: Job) -> None:
        if not self.may_run(job.actor):
            raise Refusal(_("Whoever asked for this may no longer do it."), code="right_withdrawn")


def _end(job: Job, state: JobState, *, message: str = "", **values: Any) -> None:
    values = {"state": state, "ended_at": timezone.now(), "message": message[:500]} | values
    Job.objects.filter(pk=job.pk).update(**values)


@contextmanager
def long_statements() -> Iterator[None]:
    """Lift the limit on a statement's time for work that is meant to be long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        before = cursor.fetchone()
        cursor.execute(_SET_LIMITS, [f"{settings.LONG_STATEMENT_TIMEOUT_MS}", "30000"])
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(_SET_LIMITS, list(before))


_SET_LIMITS = "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false)"
