"""Statements the query builder builds once and pages run again: building one costs more than running it.

Only the text and its values are kept, never what was found. The key holds all that shaped the statement: the reader's
facts (`access_of`), what was asked, ids that were read before, the day. So `build` itself reads nothing. What differs
from record to record is written as `GIVEN` and filled in.
"""

import json
from collections.abc import Callable, Hashable
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

KEPT = 1000
# Stands for an id that is not known yet: no id is negative.
GIVEN = -(2**62)


class Statement(NamedTuple):
    """Text and values; without text nothing can be found."""

    text: str
    values: tuple[Any, ...]
    digest: str


_kept: dict[Hashable, Statement] = {}
_lock = Lock()


def statement(key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> Statement:
    """The statement of the rows that `build` describes, built when nobody asked the same before."""
    known = _kept.get(key)
    if known is None:
        known = _built(build())
        with _lock:
            if len(_kept) >= KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = known
    return known


def found(key: Hashable, build: Callable[[], QuerySet[Any, Any]], given: int | None = None) -> list[tuple[Any, ...]]:
    """The rows as tuples; JSON comes as text (`from_json`)."""
    text, values, _digest = statement(key, build)
    if not text:
        return []
    if given is not None:
        values = tuple(given if type(value) is int and value == GIVEN else value for value in values)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def from_json(value: Any) -> Any:
    """A value of a JSON column: text from `found`, already read where the query builder brought it."""
    return json.loads(value) if isinstance(value, str) else value


def _built(rows: QuerySet[Any, Any]) -> Statement:
    try:
        text, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return Statement("", (), "")
    return Statement(text, tuple(values), sha256(f"{text}{values!r}".encode()).hexdigest())
