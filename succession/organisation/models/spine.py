"""What everything else hangs on: audit, outbox, jobs, idempotent answers."""

import uuid

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgtrigger import Delete, Protect, Update

from succession.organisation.choices import JobState
from succession.organisation.querysets import AuditEventQuerySet, JobQuerySet

from .access import User


class AuditEvent(models.Model):
    """Who did what to which record, when, from what to what, and why."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(max_length=300)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)
    job = models.ForeignKey("organisation.Job", models.PROTECT, null=True, related_name="+")

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["content_type", "object_id", "-at"]),
            models.Index(fields=["verb", "-at"]),
            models.Index(fields=["actor", "-at"]),
        ]
        triggers = [Protect(name="audit_is_append_only", operation=Update | Delete)]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.object_label}"


class OutboxMessage(models.Model):
    """Something an upper floor must follow, written with the change itself."""

    consumer = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox messages")
        ordering = ["pk"]
        indexes = [models.Index(fields=["consumer", "id"])]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.kind}"


class Job(models.Model):
    """Long work that someone asked for, and how far it is."""

    task = models.CharField(max_length=100)
    label = models.CharField(max_length=200)
    args = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    progress = models.FloatField(default=0)
    message = models.CharField(max_length=500, blank=True)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="jobs")
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["actor", "-id"]),
            models.Index(fields=["state"], condition=Q(state__in=["queued", "running"]), name="job_unfinished"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="job_progress_runs_from_0_to_1"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def kind(self) -> str:
        """The task's short name, as programs know it: `pools.recompute_pool` is `recompute_pool`."""
        return self.task.rsplit(".", 1)[-1]


class IdempotentAnswer(models.Model):
    """What a command answered the first time, for those who send it again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    scope = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("idempotent answer")
        verbose_name_plural = _("idempotent answers")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_used_once")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """The last sign of life of a background part."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    nonce = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
