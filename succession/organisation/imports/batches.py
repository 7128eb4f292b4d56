"""Imports as HR handles them: begun, planned, applied, undone."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation import audit, jobs
from succession.organisation.access import access_of
from succession.organisation.choices import ENDED_JOB_STATES, ImportKind, ImportState
from succession.organisation.errors import Invalid
from succession.organisation.models import (
    ImportBatch,
    ImportChange,
    ImportFilePart,
    ImportForecast,
    ImportMapping,
    ImportMend,
    ImportRow,
    Job,
    User,
)

from . import mapping as mappings
from . import storing
from .archives import is_archive
from .planning import plan_batch
from .problems import NotApplicable, UnmappedColumns
from .reading import Table, opened

# What is planned while the browser waits; larger files and workbooks are planned in the background.
PLANNED_AT_ONCE = 600_000
PACKED = 10
UNDO_DAYS = 30
LONGEST_NAME = 80
OPTIONS = (
    "group_posts_without_code",
    "blank_name_is_undisclosed",
    "root_values",
    "absent",
    "as_of",
    "occupations",
    "unit",
)


def can_import(user: User) -> bool:
    """Imports touch the whole organisation: HR for the whole of it."""
    return access_of(user).is_whole_hr


def create_batch(
    files: Iterable[tuple[str, BinaryIO]],
    *,
    kind: str,
    actor: User | None,
    mapping: str = "",
    options: Mapping[str, Any] | None = None,
    refuse_on_error: bool = False,
    may_lack_columns: bool = False,
    most_bytes: int | None = -1,
    background: bool | None = None,
) -> ImportBatch:
    """Keep the files and make the dry run, at once or (larger ones) as a job.

    Refuses what cannot be read and, unless `may_lack_columns`, columns whose meaning is not known; nothing is kept then.
    """
    if kind not in ImportKind.values:
        raise Invalid(_("“%(kind)s” is not a kind of import that is read here.") % {"kind": kind[:40]}, field="kind")
    limit = settings.IMPORT_MAX_BYTES if most_bytes == -1 else most_bytes
    known = mappings.find_mapping(mapping) if mapping else None
    if known and known.kind != kind:
        raise UnmappedColumns(_("The mapping “%(name)s” is for another kind of import.") % {"name": known.name})
    with storing.received(files, most_bytes=limit) as named, opened(named, heads_only=True) as tables:
        entries, notes, lacking = _resolved(tables, kind, known, may_lack_columns=may_lack_columns)
        chosen = _options(known, entries, options or {}) | ({"reading_notes": notes} if notes else {})
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                kind=kind,
                mapping=_name_of(known, entries),
                tables=entries,
                options=chosen,
                refuse_on_error=refuse_on_error,
                uploaded_by=actor,
                error=lacking,
            )
            storing.keep(batch, named)
            audit.record(
                "import_uploaded", batch, actor=actor, after={"kind": kind, "files": [name for name, _path in named]}
            )
        is_large = _is_large(named) if background is None else background
    if not lacking:
        plan(batch, actor=actor, is_large=is_large)
    return batch


def map_columns(
    batch: ImportBatch,
    columns: list[dict[str, Any]],
    *,
    actor: User | None,
    options: Mapping[str, Any] | None = None,
    save_as: str = "",
) -> ImportBatch:
    """Give the columns of a draft their meaning by hand and plan it again; kept under a name if one is given.

    `columns` is [{source, table, columns: {field: heading}}].
    """
    with storing.kept(batch) as named, opened(named, heads_only=True) as tables:
        by_name = {table.name: table for table in tables}
        entries = []
        for given in columns:
            table = by_name.get(given["source"])
            if table is None:
                raise UnmappedColumns(_("%(name)s is not in this import.") % {"name": given["source"][:100]})
            checked = mappings.check_columns(table, batch.kind, given["table"], given["columns"])
            entries.append(
                {
                    "table": given["table"],
                    "source": table.name,
                    "note": table.note,
                    "headings": table.columns,
                    "columns": checked,
                }
            )
        if not entries:
            raise UnmappedColumns(_("None of the tables has columns that are known."))
        is_large = _is_large(named)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        refuse_unless_draft(batch)
        batch.tables, batch.error, batch.planned_at, batch.mapping = entries, "", None, save_as
        batch.options = batch.options | _known_options(options or {})
        batch.save()
        if save_as:
            save_mapping(save_as, batch, actor=actor)
    plan(batch, actor=actor, is_large=is_large)
    return batch


def save_mapping(name: str, batch: ImportBatch, *, actor: User | None) -> ImportMapping:
    """Keep the columns of an import under a name, for the next file of its kind."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or name in mappings.SHIPPED:
        raise Invalid(_("Choose another name, of at most 80 characters."), field="save_as")
    kept = {key: value for key, value in batch.options.items() if key in OPTIONS and key != "as_of"}
    saved, _is_new = ImportMapping.objects.update_or_create(
        name=name,
        defaults={
            "kind": batch.kind,
            "tables": {entry["table"]: entry["columns"] for entry in batch.tables},
            "options": kept,
            "saved_by": actor,
            "saved_at": timezone.now(),
        },
    )
    audit.record("mapping_saved", saved, actor=actor, after={"kind": batch.kind})
    return saved


@transaction.atomic
def apply_batch(batch: ImportBatch, *, actor: User) -> Job:
    """Ask for the accepted rows to be written. Of two that ask at once, one does; a plan must stand."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("job").get(pk=batch.pk)
    refuse_unless_draft(batch)
    refuse_while_running(batch)
    if batch.planned_at is None:
        raise NotApplicable(batch.error or _("The dry run has not been made yet."))
    if batch.refuse_on_error and batch.rejected:
        raise NotApplicable(
            _("%(count)s rows have errors, and this import is to be refused on any. Mend them first.")
            % {"count": f"{batch.rejected:,}"}
        )
    batch.job = jobs.start_job(
        "organisation.apply_import",
        actor=actor,
        args={"batch": batch.pk},
        label=_("Apply %(import)s") % {"import": title_of(batch)},
    )
    batch.save(update_fields=["job"])
    return batch.job


@transaction.atomic
def undo_batch(batch: ImportBatch, *, actor: User) -> Job:
    """Ask for the whole import to be taken back."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("job").get(pk=batch.pk)
    if batch.state != ImportState.APPLIED:
        raise NotApplicable(_("Only what was applied can be undone."))
    refuse_while_running(batch)
    if not can_still_undo(batch):
        raise NotApplicable(_("This import could be undone until %(day)s.") % {"day": undo_until(batch)})
    batch.job = jobs.start_job(
        "organisation.undo_import",
        actor=actor,
        args={"batch": batch.pk},
        label=_("Undo %(import)s") % {"import": title_of(batch)},
    )
    batch.save(update_fields=["job"])
    return batch.job


def undo_until(batch: ImportBatch) -> date | None:
    """The last day on which an applied import can be undone; what it replaced is forgotten then."""
    return timezone.localdate(batch.applied_at) + timedelta(days=UNDO_DAYS) if batch.applied_at else None


def can_still_undo(batch: ImportBatch) -> bool:
    until = undo_until(batch)
    return (
        batch.state == ImportState.APPLIED
        and not is_running(batch)
        and until is not None
        and timezone.localdate() <= until
    )


@transaction.atomic
def forget_old_imports() -> int:
    """Files, values and rows' own text of imports that can no longer be undone or were never applied. Returns how many."""
    horizon = timezone.now() - timedelta(days=UNDO_DAYS + 1)
    old = ImportBatch.objects.filter(uploaded_at__lt=horizon).exclude(applied_at__gte=horizon)
    ImportChange.objects.filter(batch__in=old).delete()
    ImportRow.objects.filter(batch__in=old, cells__isnull=False).update(cells=None)
    ImportRow.objects.filter(batch__in=old).exclude(repairs=[]).update(repairs=[])
    ImportMend.objects.filter(batch__in=old).update(value="")
    ImportForecast.objects.filter(batch__in=old).delete()
    return ImportFilePart.objects.filter(file__batch__in=old).delete()[0]


def is_running(batch: ImportBatch) -> bool:
    return batch.job is not None and batch.job.state not in ENDED_JOB_STATES


def title_of(batch: ImportBatch) -> str:
    names = list(batch.files.order_by("number").values_list("name", flat=True))
    if len(names) == 1:
        return names[0]
    return _("%(name)s and %(count)d more") % {"name": names[0], "count": len(names) - 1} if names else str(batch)


def plan(batch: ImportBatch, *, actor: User | None, is_large: bool) -> None:
    """Make the dry run: at once, or (of large files) as a job."""
    if not is_large:
        plan_batch(batch)
        batch.refresh_from_db()
        return
    with transaction.atomic():
        batch.job = jobs.start_job(
            "organisation.plan_import",
            actor=actor,
            args={"batch": batch.pk},
            label=_("Read %(import)s") % {"import": title_of(batch)},
        )
        batch.save(update_fields=["job"])


def _resolved(
    tables: list[Table], kind: str, known: mappings.Known | None, *, may_lack_columns: bool
) -> tuple[list[dict[str, Any]], list[str], str]:
    try:
        return *mappings.resolve(tables, kind, known), ""
    except UnmappedColumns as refusal:
        if not may_lack_columns:
            raise
        return [mappings.open_entry(table, kind) for table in tables], [], str(refusal)


def _options(known: mappings.Known | None, entries: list[dict[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping's own options, under those given."""
    options: dict[str, Any] = dict(known.options) if known else {}
    for entry in entries:
        options |= entry.pop("options", {})
    return options | _known_options(given)


def _known_options(given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(given) - set(OPTIONS)
    if unknown:
        raise Invalid(_("“%(name)s” is not an option.") % {"name": min(unknown)[:40]}, field="options")
    return dict(given)


def _name_of(known: mappings.Known | None, entries: list[dict[str, Any]]) -> str:
    names = {entry.pop("mapping", "") for entry in entries} - {""}
    return known.name if known else next(iter(sorted(names)), "")


def _is_large(named: list[tuple[str, Path]]) -> bool:
    """Archives hold some ten times what they weigh."""
    return sum(path.stat().st_size * (PACKED if is_archive(path) else 1) for _name, path in named) > PLANNED_AT_ONCE


def refuse_unless_draft(batch: ImportBatch) -> None:
    if batch.state != ImportState.DRAFT:
        raise NotApplicable(
            _("This import is no longer a draft: it is %(state)s.") % {"state": batch.get_state_display().lower()}
        )


def refuse_while_running(batch: ImportBatch) -> None:
    if is_running(batch):
        raise NotApplicable(_("Somebody is already working on this import."))
