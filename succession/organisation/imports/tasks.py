"""Imports in the background: read, apply, undo."""

from collections.abc import Callable

from celery import shared_task
from django.db import OperationalError
from django.utils.translation import gettext as _

from succession.organisation.access import access_of
from succession.organisation.choices import ImportState
from succession.organisation.errors import Refusal
from succession.organisation.jobs import JobCancelled, JobTask
from succession.organisation.models import ImportBatch, User

from .applying import apply_now
from .planning import plan_batch
from .undoing import undo_now


class ImportTask(JobTask):
    """Work on one import: rights are asked for again when it begins, and what it refused is kept with the import."""

    abstract = True

    def may_run(self, actor: User | None) -> bool:
        return actor is None or (super().may_run(actor) and access_of(actor).is_whole_hr)

    def work(self, batch_id: int, do: Callable[[ImportBatch], object], *, failed: str) -> dict[str, int]:
        """Do it and answer with the import. A refusal is written on the import; a fault leaves it in the state `failed`."""
        batch = ImportBatch.objects.get(pk=batch_id)
        try:
            do(batch)
        except (JobCancelled, OperationalError):
            raise
        except Refusal as refusal:
            _keep_error(batch_id, str(refusal))
            raise
        except Exception:
            _keep_error(
                batch_id,
                _("This did not work; nothing was written. The reference is %(id)d.") % {"id": self.job.pk},
                failed,
            )
            raise
        return {"import": batch_id}

    def reporter(self, message: str) -> Callable[[int, int], None]:
        return lambda done, total: self.report(done, total, message)


def _keep_error(batch_id: int, message: str, state: str = "") -> None:
    values = {"error": message} | ({"state": state} if state else {})
    ImportBatch.objects.filter(pk=batch_id).update(**values)


@shared_task(base=ImportTask, bind=True, name="organisation.plan_import", ignore_result=True)
def plan_import(self: ImportTask, batch: int) -> dict[str, int]:
    tell = self.reporter(_("Reading the rows"))
    try:
        return self.work(batch, lambda found: plan_batch(found, tell=tell), failed=ImportState.FAILED)
    except Refusal:
        ImportBatch.objects.filter(pk=batch, state=ImportState.DRAFT).update(state=ImportState.FAILED)
        raise


@shared_task(base=ImportTask, bind=True, name="organisation.apply_import", ignore_result=True)
def apply_import(self: ImportTask, batch: int) -> dict[str, int]:
    tell = self.reporter(_("Writing the rows"))
    return self.work(
        batch,
        lambda found: apply_now(found, actor=self.job.actor, job=self.job.pk, tell=tell),
        failed=ImportState.FAILED,
    )


@shared_task(base=ImportTask, bind=True, name="organisation.undo_import", ignore_result=True)
def undo_import(self: ImportTask, batch: int) -> dict[str, int]:
    tell = self.reporter(_("Taking it back"))
    return self.work(batch, lambda found: undo_now(found, actor=self.job.actor, job=self.job.pk, tell=tell), failed="")
