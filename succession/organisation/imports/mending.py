"""Rows put right on the screen: what is entered is kept with the import, beside its file, and the dry run made again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation import audit
from succession.organisation.choices import ImportMendAct
from succession.organisation.errors import Invalid
from succession.organisation.models import ImportBatch, ImportMend, ImportRow, User

from .batches import PACKED, PLANNED_AT_ONCE, plan, refuse_unless_draft, refuse_while_running
from .columns import Field, spec_of
from .problems import BadCells, CellError, NotApplicable
from .repairs import KEEP, LONGEST_VALUE

PACKED_NAMES = (".xlsx", ".zip")


@dataclass(frozen=True)
class Entered:
    """A repair of a row, by its place in the row's list: with a value, or (None) the one that is offered."""

    row: int
    place: int
    value: str | None = None

    @property
    def key(self) -> str:
        return f"{self.row}-{self.place}"


def mend_rows(batch: ImportBatch, entered: Iterable[Entered], *, actor: User | None) -> int:
    """Keep what was put right and make the dry run again. Returns how many cells it was.

    Refuses values that could not be read either (`BadCells`, by cell; then nothing is kept), and rows of a dry run that
    is no longer the present one. A value that stands there already is passed over.
    """
    entered = list(entered)
    with transaction.atomic():
        batch = _locked(batch)
        rows = ImportRow.objects.filter(batch=batch).in_bulk({each.row for each in entered})
        mends, bad = [], {}
        for each in entered:
            try:
                mends += _mends_of(batch, rows.get(each.row), each)
            except CellError as error:
                bad[each.key] = str(error)
        if bad:
            raise BadCells(bad)
        if not mends:
            raise Invalid(_("Enter another value first."), field="cells")
        for mend in mends:
            _put(batch, mend, actor)
        _record("import_mended", batch, mends, actor)
    plan(batch, actor=actor, is_large=is_large(batch))
    return len(mends)


def take_back_mend(batch: ImportBatch, mend: int, *, actor: User | None) -> None:
    """Let a row stand as the file has it, and make the dry run again."""
    with transaction.atomic():
        batch = _locked(batch)
        found = batch.mends.filter(pk=mend).first()
        if found is None:
            raise NotApplicable(_("That was taken back already."))
        found.delete()
        _record("import_mend_taken_back", batch, [found], actor)
    plan(batch, actor=actor, is_large=is_large(batch))


def is_large(batch: ImportBatch) -> bool:
    """Whether the dry run is made in the background."""
    sizes = batch.files.values_list("name", "size")
    return sum(size * (PACKED if name.lower().endswith(PACKED_NAMES) else 1) for name, size in sizes) > PLANNED_AT_ONCE


def field_of(batch: ImportBatch, table: str, heading: str) -> Field | None:
    """What a column of a table means."""
    for entry in batch.tables:
        if entry["source"] == table:
            spec = spec_of(batch.kind, entry["table"])
            return next((spec.field(name) for name, column in entry["columns"].items() if column == heading), None)
    return None


def _locked(batch: ImportBatch) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("job").get(pk=batch.pk)
    refuse_unless_draft(batch)
    refuse_while_running(batch)
    return batch


def _mends_of(batch: ImportBatch, row: ImportRow | None, entered: Entered) -> list[ImportMend]:
    """The mend that was asked for; none if nothing would change."""
    if row is None or entered.place >= len(row.repairs):
        raise NotApplicable(_("The dry run was made again since you looked. Look at the rows as they are now."))
    offer = row.repairs[entered.place]
    mend = ImportMend(batch=batch, table=row.table, line=row.line, column=offer["column"], act=ImportMendAct.CELL)
    if entered.value is None:
        mend.act = ImportMendAct.KEEP if offer["mend"] == KEEP else ImportMendAct.CELL
        mend.value = offer["to"]
        return [mend] if offer["mend"] else []
    mend.value = entered.value.strip()
    if mend.value == offer["value"].strip():
        return []
    _read(field_of(batch, row.table, offer["column"]), mend.value)
    return [mend]


def _read(field: Field | None, value: str) -> None:
    """Refuse a value that the column cannot hold."""
    if len(value) > LONGEST_VALUE:
        raise CellError(_("At most %(limit)s characters are taken here.") % {"limit": f"{LONGEST_VALUE:,}"})
    read: Any = field.read(value) if field else value
    if field and field.required and not field.blank_says and (read is None or read == ""):
        raise CellError(_("The cell is blank."))


def _put(batch: ImportBatch, mend: ImportMend, actor: User | None) -> None:
    """Of rows that say the same one is chosen: the choice before gives way."""
    if mend.act == ImportMendAct.KEEP:
        batch.mends.filter(act=ImportMendAct.KEEP, column=mend.column, value=mend.value).delete()
    ImportMend.objects.update_or_create(
        batch=batch,
        table=mend.table,
        line=mend.line,
        column=mend.column,
        defaults={"act": mend.act, "value": mend.value, "made_by": actor, "made_at": timezone.now()},
    )


def _record(verb: str, batch: ImportBatch, mends: list[ImportMend], actor: User | None) -> None:
    """Where, not what: cells hold what is told of people, and the trail is kept longer than they are."""
    places = [{"table": mend.table, "line": mend.line, "column": mend.column, "act": mend.act} for mend in mends]
    audit.record(verb, batch, actor=actor, after={"cells": places})
