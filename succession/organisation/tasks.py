"""What runs by the clock on the ground floor."""

from celery import shared_task

from .imports.tasks import apply_import, plan_import, undo_import

# Celery looks for tasks here; those of imports stand with them.
__all__ = ["apply_import", "plan_import", "undo_import"]


@shared_task(name="organisation.drain_outbox", ignore_result=True)
def drain_outbox() -> None:
    from . import outbox  # noqa: PLC0415 -- a task is a leaf: services import it

    outbox.drain()


@shared_task(name="organisation.sweep_jobs", ignore_result=True)
def sweep_jobs() -> None:
    from . import jobs  # noqa: PLC0415 -- a task is a leaf: services import it

    jobs.sweep()


@shared_task(name="organisation.heartbeat", ignore_result=True)
def heartbeat() -> None:
    from . import health  # noqa: PLC0415 -- a task is a leaf: services import it

    health.beat("worker")


@shared_task(name="organisation.purge_expired", ignore_result=True)
def purge_expired() -> None:
    from .services import retention  # noqa: PLC0415 -- a task is a leaf: services import it

    retention.purge_expired()
