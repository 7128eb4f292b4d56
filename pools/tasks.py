"""What pools do later and by the clock: each task calls one function and is safe to run twice."""

from typing import Any

from celery import shared_task
from django.utils.translation import gettext as _

from succession.organisation.jobs import JobTask, long_statements


@shared_task(name="pools.follow_changes", ignore_result=True)
def follow_changes() -> None:
    from pools import changes  # noqa: PLC0415 -- a task is a leaf: services import it

    # The limit that protects pages would stop the statements of a large organisation, and again at every try.
    with long_statements():
        changes.follow()


@shared_task(name="pools.foretell_imports", ignore_result=True)
def foretell_imports() -> None:
    from pools import forecasts  # noqa: PLC0415 -- a task is a leaf: services import it

    with long_statements():
        forecasts.follow()


@shared_task(name="pools.recompute_for_today", ignore_result=True)
def recompute_for_today() -> None:
    """What a new day changes: evidence that ages, answers that end, seats that open, holders who come and go."""
    from pools import changes, recompute  # noqa: PLC0415 -- a task is a leaf: services import it

    try:
        with long_statements():
            recompute.recompute_all()
    except Exception as error:
        changes.say_that_it_failed(None, error)
        raise


@shared_task(name="pools.recompute_pool", base=JobTask, bind=True)
def recompute_pool(self: JobTask, pool: int) -> dict[str, Any]:
    from pools import recompute  # noqa: PLC0415 -- a task is a leaf: services import it

    self.report(0, 2, _("Computing the pool and its posts"))
    changed = recompute.recompute_pools([pool])
    self.report(1, 2, _("Computing the units and the whole"))
    changed += recompute.recompute_units()
    return {"pool": pool, "changed": changed}


@shared_task(name="pools.recompute_all", base=JobTask, bind=True)
def recompute_all(self: JobTask) -> dict[str, Any]:
    from pools import recompute  # noqa: PLC0415 -- a task is a leaf: services import it

    self.report(0, 1, _("Computing every pool"))
    return {"changed": recompute.recompute_all()}
