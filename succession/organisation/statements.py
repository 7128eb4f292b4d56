"""Statements the query builder builds once and pages run again: building and planning one costs more than running it.

Only the text and its values are kept, never what was found, and only for the day: rules name it. The key holds all else
that shaped the statement: the reader's facts (`access_of`), what was asked, ids that were read before. So `build` itself
reads nothing. What differs
from record to record is written as `GIVEN` and filled in.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.utils import timezone

from .prepared import Prepared

KEPT = 1000
# Planned once on a connection: what was asked so often before, and of that the latest so many.
PLANNED_AFTER = 2
PLANNED = 200
# Stands for an id that is not known yet: no id is negative.
GIVEN = -(2**62)
_KEPT_AS = "_statements_planned"
Record = TypeVar("Record", bound=Model)


@dataclass(eq=False)
class Statement:
    """Text and values; without text nothing can be found."""

    text: str
    values: tuple[Any, ...]
    asked: int = 0

    @cached_property
    def digest(self) -> str:
        return sha256(f"{self.text}{self.values!r}".encode()).hexdigest()

    def filled_in(self, given: int | None) -> tuple[Any, ...]:
        if given is None:
            return self.values
        return tuple(given if type(value) is int and value == GIVEN else value for value in self.values)

    def planned(self, cursor: CursorWrapper) -> Prepared:
        """With its values in the text, so that one text is one plan."""
        text = cursor.mogrify(self.text, self.values).decode().replace("%", "%%")
        return Prepared(text.replace(str(GIVEN), "%(given)s"), given="bigint")


_kept: dict[Hashable, Statement] = {}
_lock = Lock()


def statement(key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> Statement:
    """The statement of the rows that `build` describes, built when nobody asked the same before."""
    key = (timezone.localdate(), key)
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
    known = statement(key, build)
    if not known.text:
        return []
    known.asked += 1
    with connection.cursor() as cursor:
        if known.asked > PLANNED_AFTER:
            _plan(known, cursor).execute(cursor, {"given": given})
        else:
            cursor.execute(known.text, known.filled_in(given))
        return cursor.fetchall()


def record(model: type[Record], names: list[str], values: tuple[Any, ...]) -> Record:
    """A row of `found` as an object; what was not read is read when asked for."""
    known = dict(zip(names, values, strict=True))
    # Django takes the values in the order of the fields, whatever that of the names.
    ordered = [field.attname for field in model._meta.concrete_fields if field.attname in known]
    return model.from_db(connection.alias, ordered, [known[name] for name in ordered])


def from_json(value: Any) -> Any:
    """A value of a JSON column: text from `found`, already read where the query builder brought it."""
    return json.loads(value) if isinstance(value, str) else value


def _built(rows: QuerySet[Any, Any]) -> Statement:
    try:
        text, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return Statement("", ())
    return Statement(text, tuple(values))


def _plan(known: Statement, cursor: CursorWrapper) -> Prepared:
    """The statement as this connection has it planned; the one not asked for longest is forgotten."""
    planned = _planned_on(cursor.db)
    prepared = planned.get(known)
    if prepared is None:
        prepared = planned[known] = known.planned(cursor)
        if len(planned) > PLANNED:
            planned.popitem(last=False)[1].forget(cursor)
    else:
        planned.move_to_end(known)
    return prepared


def _planned_on(wrapper: BaseDatabaseWrapper) -> OrderedDict[Statement, Prepared]:
    """What this very connection has planned of these; after a reconnect, nothing."""
    held = wrapper.__dict__.get(_KEPT_AS)
    if held is None or held[0] is not wrapper.connection:
        held = wrapper.__dict__[_KEPT_AS] = (wrapper.connection, OrderedDict())
    return held[1]
