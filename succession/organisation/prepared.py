"""Statements that the database plans once a connection: for what is asked at every request, or is dearer to plan than to run."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

_numbers = count(1)
_KEPT_AS = "_prepared_statements"


class Prepared:
    """A statement with named parameters, and the type of each: `Prepared("SELECT … %(user)s", user="bigint")`.

    The first run on a connection prepares and runs it in one go; the later ones send the values alone.
    """

    def __init__(self, statement: str, /, **types: str) -> None:
        numbered = statement % {name: f"${number}" for number, name in enumerate(types, 1)}
        self._names = tuple(types)
        # What the driver fills in comes after it: its own signs are doubled here.
        self._body = f"({', '.join(types.values())}) AS {numbered}".replace("%", "%%")
        self._places = f"({', '.join(['%s'] * len(types))})" if types else ""

    def execute(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> None:
        """Run it on this cursor; of the values it takes those it names."""
        given = [values[name] for name in self._names]
        kept = _kept(cursor.db)
        known = kept.get(self)
        if known is not None:
            cursor.execute(known, given)
            return
        # A name of its own at every try: whether one that failed was prepared before it did, nobody can tell.
        name = f"kept_{next(_numbers)}"
        run = f"EXECUTE {name} {self._places}"
        cursor.execute(f"PREPARE {name} {self._body}; {run}", given)
        kept[self] = run

    def forget(self, cursor: CursorWrapper) -> None:
        """Give its plan back, if this connection has one."""
        known = _kept(cursor.db).pop(self, None)
        if known is not None:
            cursor.execute(f"DEALLOCATE {known.split()[1]}")


def _kept(wrapper: BaseDatabaseWrapper) -> dict[Prepared, str]:
    """What this very connection holds; after a reconnect, nothing."""
    held = wrapper.__dict__.get(_KEPT_AS)
    if held is None or held[0] is not wrapper.connection:
        held = (wrapper.connection, {})
        wrapper.__dict__[_KEPT_AS] = held
    return held[1]
