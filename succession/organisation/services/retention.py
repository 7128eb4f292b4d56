"""Forgetting what is past its time."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from succession.organisation.choices import ENDED_JOB_STATES
from succession.organisation.imports import forget_old_imports
from succession.organisation.models import ApiToken, IdempotentAnswer, Job

ANSWERS_KEPT = timedelta(days=7)
JOBS_KEPT = timedelta(days=365)


def purge_expired() -> dict[str, int]:
    """Delete ended sessions and tokens, old idempotent answers and ended jobs that nothing refers to."""
    now = timezone.now()
    gone = {
        "sessions": Session.objects.filter(expire_date__lt=now),
        "tokens": ApiToken.objects.filter(expires_at__lt=now),
        "answers": IdempotentAnswer.objects.filter(created_at__lt=now - ANSWERS_KEPT),
    }
    counts = {name: rows.delete()[0] for name, rows in gone.items()}
    old = Job.objects.filter(state__in=ENDED_JOB_STATES, ended_at__lt=now - JOBS_KEPT)
    counts["job_details"] = old.exclude(args={}).update(args={}, message="", result=None)
    counts["import_parts"] = forget_old_imports()
    return counts
