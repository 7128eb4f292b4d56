"""Jobs and the audit trail."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from succession.organisation import jobs
from succession.organisation.choices import JobState
from succession.organisation.models import AuditEvent, Job

from .base import ReadOnly, command_schema
from .filters import IdFilter, MomentFilter


class JobSerializer(serializers.ModelSerializer):
    kind = serializers.CharField()
    result = serializers.JSONField(allow_null=True)
    actor_label = serializers.CharField(source="actor", allow_null=True)

    class Meta:
        model = Job
        fields = (
            "id",
            "kind",
            "label",
            "state",
            "progress",
            "message",
            "result",
            "actor",
            "actor_label",
            "created_at",
            "started_at",
            "ended_at",
        )
        read_only_fields = fields


class JobFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=JobState.choices)


class Jobs(ReadOnly):
    """Long work and how far it is: one's own; auditors and administrators see that the others' runs."""

    queryset = Job.objects
    serializer_class = JobSerializer
    filterset_class = JobFilters
    search_fields = ("label",)
    ordering_fields = ("id", "state", "created_at")
    ordering = ("-pk",)

    def visible(self) -> QuerySet:
        return Job.objects.visible_to(self.request.user).select_related("actor")

    @command_schema(request=None, responses={200: JobSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop it; what it wrote is rolled back."""
        job = self.found()
        self.may("organisation.cancel_job", job)
        return self.command(lambda: self.shown(jobs.cancel_job(job, actor=request.user).pk))


class AuditSerializer(serializers.ModelSerializer):
    actor_label = serializers.CharField(source="actor_name")
    object = serializers.IntegerField(source="object_id", allow_null=True)
    object_type = serializers.SerializerMethodField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)

    class Meta:
        model = AuditEvent
        fields = (
            "id",
            "at",
            "actor",
            "actor_label",
            "verb",
            "object",
            "object_type",
            "object_label",
            "before",
            "after",
            "reason",
        )
        read_only_fields = fields

    def get_object_type(self, event: AuditEvent) -> str | None:
        return event.content_type.model if event.content_type else None


class AuditFilters(filters.FilterSet):
    actor = IdFilter(field_name="actor")
    verb = filters.CharFilter()
    object = IdFilter(field_name="object_id")
    object_type = filters.CharFilter(field_name="content_type__model")
    since = MomentFilter(field_name="at", lookup_expr="gte")
    until = MomentFilter(field_name="at", lookup_expr="lte")


class Audit(ReadOnly):
    """Who did what to which record, when, from what to what, and why."""

    queryset = AuditEvent.objects
    serializer_class = AuditSerializer
    filterset_class = AuditFilters
    search_fields = ("object_label", "actor_name", "verb")
    ordering_fields = ("at",)
    ordering = ("-at",)

    def visible(self) -> QuerySet:
        return AuditEvent.objects.visible_to(self.request.user).select_related("content_type")


class StartedSerializer(serializers.Serializer):
    """Long work has begun: look at the job."""

    job = serializers.IntegerField()
