"""Whether a record is still as it was read: forms carry its version, services compare."""

from collections.abc import Iterable
from hashlib import sha256

from django.db import models
from django.utils.translation import gettext as _

from .errors import StaleVersion


def version_of(*records: models.Model) -> str:
    """A short mark that changes with any value of the records."""
    return _mark(
        [[str(field.value_from_object(record)) for field in record._meta.concrete_fields] for record in records]
    )


def version_of_rows(rows: Iterable[object]) -> str:
    """The same for rows that are plain values, in any order."""
    return _mark(sorted(repr(row) for row in rows))


def require_version(seen: str | None, now: str) -> None:
    """Refuse when a version was given and is no longer the one that stands."""
    if seen and seen != now:
        raise StaleVersion(_("Somebody changed this while you were writing. Look at how it stands now."))


def _mark(values: object) -> str:
    return sha256(repr(values).encode()).hexdigest()[:16]
