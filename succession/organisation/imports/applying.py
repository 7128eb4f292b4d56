"""Writing what was planned, in one transaction, on the data as it is at that time."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation import audit, outbox
from succession.organisation.choices import ImportState
from succession.organisation.constraints import explained
from succession.organisation.models import ImportBatch, ImportRow, User

from .alone import take_turn
from .ledger import Ledger
from .planning import Outcome, Tell, keep_outcome, plan_batch, work_through
from .problems import NotApplicable, PlanIsStale

TOLD = 3


def apply_now(
    batch: ImportBatch, *, actor: User | None, job: int | None = None, tell: Tell = lambda done, total: None
) -> ImportBatch:
    """Write the accepted rows, all or none.

    Imports wait for each other. The files are worked through again: if the data changed since the dry run so that other
    rows would come of it, nothing is written, a new dry run is made and the refusal says what differs. Done again by the
    same job (it was lost after its work, before it could say so), it changes nothing.
    """
    try:
        with explained(), transaction.atomic():
            take_turn()
            batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if is_done_by(job, batch, ImportState.APPLIED):
                return batch
            if batch.state != ImportState.DRAFT or batch.planned_at is None:
                raise NotApplicable(_("This import is no longer a draft."))
            with Ledger(batch) as ledger:
                outcome = work_through(batch, ledger, dry=False, tell=tell)
                if outcome.digest != batch.digest:
                    raise PlanIsStale(_("The data changed since the dry run."))  # noqa: TRY301 -- rolls the transaction back
                ledger.put_rows()
                ledger.put_changes()
            _keep(batch, outcome, actor=actor, job=job)
    except PlanIsStale:
        raise PlanIsStale(_plan_again(batch)) from None
    return batch


def is_done_by(job: int | None, batch: ImportBatch, state: str) -> bool:
    """Whether this very job brought the import into the state already."""
    return job is not None and batch.job_id == job and batch.state == state


def _keep(batch: ImportBatch, outcome: Outcome, *, actor: User | None, job: int | None) -> None:
    batch.state, batch.applied_by, batch.applied_at = ImportState.APPLIED, actor, timezone.now()
    batch.error = ""
    keep_outcome(batch, outcome)
    for kind in sorted(outcome.announced):
        outbox.announce(kind, all=True)
    audit.record(
        "import_applied",
        batch,
        actor=actor,
        before={"state": ImportState.DRAFT},
        after={"state": ImportState.APPLIED, **batch.counts},
        job=job,
    )


def _plan_again(batch: ImportBatch) -> str:
    """A new dry run, and a sentence on the first rows that now end otherwise."""
    before = _told(batch)
    plan_batch(batch)
    after = _told(batch)
    different = [place for place, told in after.items() if before.get(place) != told]
    places = ", ".join(
        _("%(table)s line %(line)d") % {"table": table, "line": line} for table, line in different[:TOLD]
    )
    return _(
        "The data changed since the dry run: %(count)s rows now end otherwise (%(places)s). Nothing was written; look at the new dry run."
    ) % {"count": f"{len(different):,}", "places": places}


def _told(batch: ImportBatch) -> dict[tuple[str, int], int]:
    rows = ImportRow.objects.filter(batch=batch).values_list(
        "table", "line", "outcome", "changes", "errors", "warnings"
    )
    return {(table, line): hash(repr(rest)) for table, line, *rest in rows.iterator(5000)}
