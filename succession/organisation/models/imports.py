"""Files brought in: what they say row by row, what came of it, and how to take it back."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from succession.organisation.choices import ImportAct, ImportKind, ImportMendAct, ImportOutcome, ImportState
from succession.organisation.querysets import ImportBatchQuerySet, ImportRowQuerySet, OfImportsQuerySet

from .access import User
from .spine import Job


class ImportMapping(models.Model):
    """Which column of a file means what, kept under a name."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ImportKind.choices)
    tables = models.JSONField(_("columns"), help_text=_("For each table of the kind: field to column heading."))
    options = models.JSONField(_("options"), default=dict, blank=True)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One import: its files, its dry run, whether it was applied or undone."""

    kind = models.CharField(_("kind"), max_length=20, choices=ImportKind.choices)
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.DRAFT)
    mapping = models.CharField(_("mapping"), max_length=80, blank=True)
    tables = models.JSONField(_("columns"), default=list, encoder=DjangoJSONEncoder)
    options = models.JSONField(_("options"), default=dict, encoder=DjangoJSONEncoder)
    refuse_on_error = models.BooleanField(_("refuse on any error"), default=False)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    effects = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    notes = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    planned_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False), name="applied_import_is_dated"
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False), name="undone_import_is_dated"
            ),
        ]

    def __str__(self) -> str:
        return _("Import %(id)s") % {"id": self.pk}

    @property
    def counts(self) -> dict[str, int]:
        """How the input rows ended; they sum to the rows of the files."""
        return {outcome: getattr(self, outcome) for outcome in ImportOutcome.values}

    @property
    def row_count(self) -> int:
        return sum(self.counts.values())

    @property
    def accepted_count(self) -> int:
        return self.created + self.changed


class ImportFile(models.Model):
    """A file as it was uploaded."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="files_of_an_import_are_numbered")]

    def __str__(self) -> str:
        return self.name


class ImportFilePart(models.Model):
    """A compressed piece of an uploaded file, small enough to be read without holding the whole."""

    file = models.ForeignKey(ImportFile, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of a file")
        verbose_name_plural = _("parts of files")
        ordering = ["file", "number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="parts_of_a_file_are_numbered")]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.number}"


class ImportRow(models.Model):
    """What one row of a file comes to: exactly one of created, changed, unchanged, rejected."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    table = models.CharField(max_length=255)
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=ImportOutcome.choices)
    record = models.CharField(max_length=400)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    errors = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    warnings = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    cells = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    # What can be mended in place: [{column, value, mend, to}], see `imports.repairs`.
    repairs = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "outcome", "id"]), models.Index(fields=["batch", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=ImportOutcome.values), name="import_row_ends_in_one_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.line}: {self.record}"


class ImportMend(models.Model):
    """What somebody put right in one row of an import; the file stays as it came."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="mends")
    table = models.CharField(max_length=255)
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=200)
    act = models.CharField(max_length=10, choices=ImportMendAct.choices)
    value = models.TextField(blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = OfImportsQuerySet.as_manager()

    class Meta:
        verbose_name = _("mended cell")
        verbose_name_plural = _("mended cells")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "table", "line", "column"], name="cell_is_mended_once"),
            models.CheckConstraint(condition=Q(act__in=ImportMendAct.values), name="mend_is_of_a_known_act"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.line}: {self.column}"


class ImportForecast(models.Model):
    """What applying an import would do to coverage: the facts it changes and, once worked out, the figures."""

    batch = models.OneToOneField(ImportBatch, models.CASCADE, primary_key=True, related_name="forecast")
    digest = models.CharField(max_length=64)
    facts = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    figures = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    problem = models.CharField(max_length=300, blank=True)
    worked_out_at = models.DateTimeField(null=True)

    objects = OfImportsQuerySet.as_manager()

    class Meta:
        verbose_name = _("forecast of an import")
        verbose_name_plural = _("forecasts of imports")
        constraints = [
            models.CheckConstraint(
                condition=Q(figures__isnull=True) | Q(worked_out_at__isnull=False), name="forecast_figures_are_dated"
            ),
        ]

    def __str__(self) -> str:
        return str(self.batch)


class ImportChange(models.Model):
    """One record that an import wrote, with the values it replaced."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="record_changes")
    act = models.CharField(max_length=10, choices=ImportAct.choices)
    model = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "model", "id"])]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}: {self.act}"
