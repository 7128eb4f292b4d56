"""What candidates do later and by the clock: each task calls one function and is safe to run twice."""

from celery import shared_task

from succession.organisation.jobs import long_statements


@shared_task(name="candidates.follow_assessments", ignore_result=True)
def follow_assessments() -> None:
    from candidates import deriving  # noqa: PLC0415 -- a task is a leaf: services import it

    with long_statements():
        deriving.follow()


@shared_task(name="candidates.derive_profiles", ignore_result=True)
def derive_profiles() -> None:
    """What a new day changes: evidence that ages."""
    from candidates import deriving  # noqa: PLC0415 -- a task is a leaf: services import it

    with long_statements():
        deriving.derive_all()
