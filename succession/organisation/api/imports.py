"""Imports: uploaded and planned, looked at row by row, applied, undone."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from succession.organisation.choices import ImportKind, ImportOutcome, ImportState
from succession.organisation.errors import Invalid
from succession.organisation.imports import apply_batch, create_batch, is_running, undo_batch
from succession.organisation.models import ImportBatch, ImportRow

from .base import Lists, ReadOnly, Resource, command_schema, once
from .spine import StartedSerializer

# What stands around the files in a body of several parts.
WRAPPING = 1024 * 1024


class CountsSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()


class ImportSerializer(serializers.ModelSerializer):
    counts = CountsSerializer()
    effects = serializers.JSONField(help_text="What happens to records that are not in the files.")
    notes = serializers.JSONField()
    files = serializers.SlugRelatedField("name", many=True, read_only=True)

    class Meta:
        model = ImportBatch
        fields = (
            "id",
            "kind",
            "state",
            "mapping",
            "counts",
            "effects",
            "notes",
            "error",
            "files",
            "refuse_on_error",
            "job",
            "uploaded_at",
            "planned_at",
            "applied_at",
            "undone_at",
        )
        read_only_fields = fields


class NewImportSerializer(serializers.Serializer):
    file = serializers.ListField(child=serializers.FileField(), allow_empty=False, help_text="One or more parts.")
    kind = serializers.CharField(max_length=40)
    mapping = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    refuse_on_error = serializers.BooleanField(default=False)
    occupations = serializers.ListField(
        child=serializers.CharField(max_length=300),
        required=False,
        help_text="For profiles of O*NET: codes or titles of the occupations that are taken, a part each.",
    )


class ImportRowSerializer(serializers.ModelSerializer):
    object = serializers.IntegerField(source="object_id", allow_null=True)
    errors = serializers.JSONField(help_text="[{column, message}]")
    warnings = serializers.JSONField(help_text="[{column, message}]")

    class Meta:
        model = ImportRow
        fields = ("id", "table", "line", "outcome", "record", "errors", "warnings", "object", "object_type")
        read_only_fields = fields


class ImportFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=ImportKind.choices)
    state = filters.ChoiceFilter(choices=ImportState.choices)


class ImportRowFilters(filters.FilterSet):
    outcome = filters.ChoiceFilter(choices=ImportOutcome.choices)
    table = filters.CharFilter()


class Imports(ReadOnly):
    """Files brought in, and what came of them."""

    queryset = ImportBatch.objects
    serializer_class = ImportSerializer
    filterset_class = ImportFilters
    search_fields = ("mapping",)
    ordering_fields = ("id", "uploaded_at", "state", "kind")
    ordering = ("-pk",)

    def visible(self) -> QuerySet:
        return ImportBatch.objects.visible_to(self.request.user).prefetch_related("files")

    def get_parsers(self) -> list[Any]:
        is_upload = self.request is not None and self.request.method == "POST" and self.kwargs.get("pk") is None
        return [MultiPartParser()] if is_upload else super().get_parsers()

    @command_schema(
        request={"multipart/form-data": NewImportSerializer},
        responses={201: ImportSerializer, 202: ImportSerializer},
    )
    def create(self, request: Request) -> Response:
        """Keep the files and make the dry run: at once (201), or in the background (202, with its job)."""
        self.may("organisation.import")
        _refuse_too_much(request)
        given = self.given(NewImportSerializer)
        files = given.pop("file")
        options = {"occupations": given.pop("occupations")} if given.get("occupations") else {}

        def do() -> tuple[int, Any]:
            named = [(file.name, file) for file in files]
            batch = create_batch(named, actor=request.user, options=options, **given)
            return (202 if is_running(batch) else 201), self.shown(batch.pk)

        status, body = once(request, do)
        return Response(body, status=status)

    @command_schema(request=None, responses={202: StartedSerializer})
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Write the accepted rows, in the background."""
        batch = self.found()
        self.may("organisation.import")
        return self.command(lambda: {"job": apply_batch(batch, actor=request.user).pk}, status=202)

    @command_schema(request=None, responses={202: StartedSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take all of it back, in the background."""
        batch = self.found()
        self.may("organisation.import")
        return self.command(lambda: {"job": undo_batch(batch, actor=request.user).pk}, status=202)


class ImportRows(Lists, Resource):
    """What each row of the files comes to."""

    queryset = ImportRow.objects
    serializer_class = ImportRowSerializer
    filterset_class = ImportRowFilters
    search_fields = ("record",)
    ordering_fields = ("line", "outcome")
    ordering = ()

    def visible(self) -> QuerySet:
        batch = self.referred(ImportBatch, int(self.kwargs["batch"]))
        return ImportRow.objects.visible_to(self.request.user).filter(batch=batch)


def _refuse_too_much(request: Request) -> None:
    """Before a byte of it is read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > settings.IMPORT_MAX_BYTES + WRAPPING:
        raise Invalid(
            _("The files are larger than %(limit)d MB.") % {"limit": settings.IMPORT_MAX_BYTES // 1024**2}, field="file"
        )
