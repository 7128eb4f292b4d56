"""Announcements that upper floors follow: rows in the transaction of the change, a wake-up that may fail after it."""

import json
import logging
import time
from collections.abc import Iterable
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from . import broker
from .models import OutboxMessage

logger = logging.getLogger(__name__)

# After a failure nobody knocks for so many seconds: a dead broker must not slow every request down.
SILENCE = 2.0
_last_failure: dict[str, float] = {}


def announce(kind: str, **payload: Any) -> None:
    """Write one row for each consumer that follows this kind, and wake it once the transaction is through.

    Rows are what counts: a wake-up that is lost costs a delay until beat drains, never the work.
    """
    for consumer, route in settings.OUTBOX_CONSUMERS.items():
        if kind in route["kinds"]:
            OutboxMessage.objects.create(consumer=consumer, kind=kind, payload=payload)
            _wake_after_commit(route["task"])


def announce_many(kind: str, payloads: Iterable[dict[str, Any]]) -> None:
    """The same for a bulk act: one statement, one wake-up."""
    payloads = [json.loads(json.dumps(payload, cls=DjangoJSONEncoder)) for payload in payloads]
    for consumer, route in settings.OUTBOX_CONSUMERS.items():
        if kind in route["kinds"] and payloads:
            OutboxMessage.objects.bulk_create(
                [OutboxMessage(consumer=consumer, kind=kind, payload=payload) for payload in payloads]
            )
            _wake_after_commit(route["task"])


def _wake_after_commit(task: str) -> None:
    """One wake-up a transaction and task, however many announcements it makes."""
    if any(getattr(call, "wakes", None) == task for _sids, call, *_ in connection.run_on_commit):
        return

    def knock() -> None:
        wake(task)

    knock.wakes = task  # type: ignore[attr-defined]
    transaction.on_commit(knock, robust=True)


def wake(task: str, *args: Any) -> bool:
    """Send a task, best effort: says whether the broker took it."""
    if time.monotonic() < _last_failure.get(settings.BROKER_URL, -SILENCE) + SILENCE:
        return False
    try:
        if broker.answers():
            current_app.send_task(task, args=args, retry=False)
            return True
    except Exception as error:  # noqa: BLE001 -- whatever the broker's client raises, the request goes on
        logger.warning("wake-up failed", extra={"task": task, "error": type(error).__name__})
    _last_failure[settings.BROKER_URL] = time.monotonic()
    return False


def take(consumer: str, *, limit: int = 10_000) -> list[OutboxMessage]:
    """Lock and delete what waits for a consumer, in the caller's transaction: undone work leaves its rows standing."""
    waiting = list(OutboxMessage.objects.select_for_update(skip_locked=True).filter(consumer=consumer)[:limit])
    OutboxMessage.objects.filter(pk__in=[message.pk for message in waiting]).delete()
    return waiting


def drain() -> list[str]:
    """Wake every consumer for which rows wait; beat calls this. Returns the tasks woken."""
    consumers = OutboxMessage.objects.order_by().values_list("consumer", flat=True).distinct()
    tasks = [settings.OUTBOX_CONSUMERS[name]["task"] for name in consumers if name in settings.OUTBOX_CONSUMERS]
    return [task for task in tasks if wake(task)]
