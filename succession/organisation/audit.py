"""The audit trail: written by services in the transaction of the change itself."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pghistory
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.utils import timezone

from .models import AuditEvent, Reading, User
from .prepared import Prepared

SYSTEM = "Echelon"
# Written at every page of a confidential record.
_READING = Prepared(
    "INSERT INTO organisation_reading (reader_id, content_type_id, object_id, at)"
    " VALUES (%(reader)s, %(kind)s, %(object)s, %(at)s)",
    reader="bigint",
    kind="int",
    object="bigint",
    at="timestamptz",
)


@contextmanager
def acting(actor: User | None, verb: str, *, reason: str = "", job: int | None = None) -> Iterator[None]:
    """Give the row history its actor, verb and reason for the length of the block."""
    with pghistory.context(
        actor=actor.pk if actor else None, actor_name=name_of(actor), verb=verb, reason=reason, job=job
    ):
        yield


def name_of(actor: User | None) -> str:
    return str(actor) if actor else SYSTEM


def record(
    verb: str,
    obj: models.Model | None,
    *,
    actor: User | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    job: int | None = None,
) -> AuditEvent:
    """Write down one act. `before` and `after` hold only what changed; people stand in them as ids."""
    return AuditEvent.objects.create(
        actor=actor,
        actor_name=name_of(actor),
        verb=verb,
        content_type=ContentType.objects.get_for_model(obj) if obj else None,
        object_id=obj.pk if obj else None,
        object_label=str(obj)[:300] if obj else "",
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        reason=reason,
        job_id=job,
    )


def log_reading(obj: models.Model, *, reader: User) -> None:
    """Write down that a confidential record was opened."""
    kind = ContentType.objects.get_for_model(obj).pk
    with connection.cursor() as cursor:
        _READING.execute(cursor, {"reader": reader.pk, "kind": kind, "object": obj.pk, "at": timezone.now()})


def log_readings(model: type[models.Model], keys: Collection[int], *, reader: User) -> None:
    """The same for several records of a kind, in one statement."""
    kind = ContentType.objects.get_for_model(model)
    Reading.objects.bulk_create(Reading(reader=reader, content_type=kind, object_id=key) for key in keys)


def changed(obj: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set values on an object and return what differed: (before, after)."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in values.items():
        old = getattr(obj, name)
        if old != value:
            before[name], after[name] = _plain(old), _plain(value)
            setattr(obj, name, value)
    return before, after


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value
