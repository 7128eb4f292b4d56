"""The dry run: the import is worked through on the data as it is, and nothing of it is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from succession.organisation.choices import ImportKind, ImportMendAct, ImportState
from succession.organisation.jobs import long_statements
from succession.organisation.models import ImportBatch

from . import storing
from .alone import settle
from .foreseen import Foreseen, keep_facts
from .kinds import employees, organisation, requirements
from .ledger import Ledger
from .mapping import bound
from .problems import NotApplicable
from .reading import opened
from .work import Work
from .writing import Writer

RUN: dict[str, Callable[[Work], None]] = {
    ImportKind.ORGANISATION: organisation.run,
    ImportKind.EMPLOYEES: employees.run,
    ImportKind.REQUIREMENTS: requirements.run,
}
Tell = Callable[[int, int], None]
Mended = dict[str, dict[int, dict[str, str]]]
Kept = dict[tuple[str, str], tuple[str, int]]
# Rows are looked at about twice: once for what stands, once to compare.
LOOKS = 2


@dataclass
class Outcome:
    """What one run over the files came to."""

    counts: dict[str, int]
    digest: str
    effects: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    announced: set[str] = field(default_factory=set)
    foreseen: Foreseen = field(default_factory=Foreseen)


def work_through(batch: ImportBatch, ledger: Ledger, *, dry: bool, tell: Tell) -> Outcome:
    """Run the import's kind over its files, as they were mapped."""
    mended, kept = mends_of(batch)
    with storing.kept(batch) as files, opened(files) as tables:
        total = LOOKS * sum(table.line_count() for table in tables)
        work = Work(
            tables=bound(tables, batch.kind, batch.tables, mended),
            kept=kept,
            options=batch.options,
            ledger=ledger,
            writer=Writer(ledger, dry=dry),
            today=timezone.localdate(),
            tell=lambda done: tell(min(done, total), total),
        )
        misread = sum(table.misread for table in tables)
        if misread:
            work.notes.append(
                ngettext(
                    "%(count)d piece of text looks as if it had been decoded wrongly before (such as â€¢); it is kept as it is.",
                    "%(count)d pieces of text look as if they had been decoded wrongly before (such as â€¢); they are kept as they are.",
                    misread,
                )
                % {"count": misread}
            )
        RUN[batch.kind](work)
        return Outcome(
            dict(ledger.counts), ledger.digest, work.effects, work.notes, work.announced, work.writer.foreseen
        )


def mends_of(batch: ImportBatch) -> tuple[Mended, Kept]:
    """What was put right by hand: cells by table, line and heading, and the rows chosen instead of others."""
    mended: Mended = {}
    kept: Kept = {}
    holds = {entry["source"]: entry["table"] for entry in batch.tables}
    for mend in batch.mends.order_by("pk"):
        if mend.act == ImportMendAct.CELL:
            mended.setdefault(mend.table, {}).setdefault(mend.line, {})[mend.column] = mend.value
        elif mend.table in holds:
            kept[holds[mend.table], mend.value] = (mend.table, mend.line)
    return mended, kept


def plan_batch(batch: ImportBatch, *, tell: Tell = lambda done, total: None) -> ImportBatch:
    """Work out what the import would do and keep it with its rows. What was applied or undone stays as it is."""
    with transaction.atomic(), long_statements():
        settle()
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state != ImportState.DRAFT:
            raise NotApplicable(_("This import is no longer a draft."))
        with Ledger(batch) as ledger:
            outcome = work_through(batch, ledger, dry=True, tell=tell)
            ledger.put_rows()
        keep_outcome(batch, outcome)
        keep_facts(batch, outcome.foreseen)
    return batch


def keep_outcome(batch: ImportBatch, outcome: Outcome) -> None:
    for name, count in outcome.counts.items():
        setattr(batch, name, count)
    batch.digest, batch.effects = outcome.digest, outcome.effects
    batch.notes = [*batch.options.get("reading_notes", []), *outcome.notes]
    batch.planned_at = timezone.now()
    batch.save()
