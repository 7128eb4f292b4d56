"""Bringing files in: read, planned as a dry run, applied in one transaction, undone while nothing depends on it.

The doors, the same for the screen, the API and the command:

- `create_batch(files, *, kind, actor, mapping="", options=None, tables=None) -> ImportBatch`: keeps the files (an iterable
  of `(name, binary stream)`) and makes the dry run: small ones at once, larger ones as a job (`batch.job` is then
  unfinished). What cannot be read as a whole is refused with `UnreadableFile` (an `errors.Invalid`).
- `plan_batch(batch, *, report=None) -> ImportBatch`: the dry run (again).
- `mend_rows(batch, entered, *, actor)`, `take_back_mend(batch, mend, *, actor)`: cells put right beside the file, and the dry run again.
- `apply_batch(batch, *, actor) -> Job`: writes the accepted rows in the background; `NotApplicable` when that cannot be.
- `undo_batch(batch, *, actor) -> Job`: takes all of it back; `StillNeeded` says what depends on it.
- `waiting_facts(batches)`, `keep_figures(forecast, figures, *, problem="")`: what upper floors work out from a dry run.
- `can_import(user) -> bool`: who may do so; `ImportBatch.objects.visible_to(user)`: who may look.
- `ImportBatch.counts`, `.effects`, `.rows`; `ImportRow.line/outcome/errors/warnings/object_type/object_id/record`.
- `rejected_rows(batch) -> (columns, rows)`: what to download, with line, column and reason.
"""

from .batches import (
    apply_batch,
    can_import,
    can_still_undo,
    create_batch,
    forget_old_imports,
    is_running,
    map_columns,
    save_mapping,
    title_of,
    undo_batch,
    undo_until,
)
from .foreseen import keep_figures, waiting_facts
from .mending import Entered, mend_rows, take_back_mend
from .planning import plan_batch
from .problems import BadCells, NotApplicable, PlanIsStale, StillNeeded, UnmappedColumns, UnreadableFile
from .rejects import rejected_rows

__all__ = [
    "BadCells",
    "Entered",
    "NotApplicable",
    "PlanIsStale",
    "StillNeeded",
    "UnmappedColumns",
    "UnreadableFile",
    "apply_batch",
    "can_import",
    "can_still_undo",
    "create_batch",
    "forget_old_imports",
    "is_running",
    "keep_figures",
    "map_columns",
    "mend_rows",
    "plan_batch",
    "rejected_rows",
    "save_mapping",
    "take_back_mend",
    "title_of",
    "undo_batch",
    "undo_until",
    "waiting_facts",
]
