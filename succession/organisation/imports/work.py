"""What every kind of import works with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from succession.organisation.choices import ImportOutcome

from .ledger import Ledger
from .mapping import MappedTable, Parsed
from .writing import Writer

SAMPLE = 20
TELL_EVERY = 2000


@dataclass
class Work:
    """One run over the files, dry or not."""

    tables: dict[str, list[MappedTable]]
    options: dict[str, Any]
    ledger: Ledger
    writer: Writer
    today: date
    tell: Callable[[int], None]
    effects: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    announced: set[str] = field(default_factory=set)
    _seen: int = 0

    def rows(self, name: str) -> Iterator[tuple[MappedTable, Parsed]]:
        for table in self.tables.get(name, []):
            for parsed in table.rows():
                self._seen += 1
                if self._seen % TELL_EVERY == 0:
                    self.tell(self._seen)
                yield table, parsed

    def has(self, name: str) -> bool:
        return bool(self.tables.get(name))

    def maps(self, name: str, field_name: str) -> bool:
        return any(table.has(field_name) for table in self.tables.get(name, []))

    def effect(self, name: str, count: int = 1, example: str = "") -> None:
        """Count something that happens beside the rows, with some examples."""
        entry = self.effects.setdefault(name, {"count": 0, "examples": []})
        entry["count"] += count
        if example and len(entry["examples"]) < SAMPLE:
            entry["examples"].append(example)

    def reject(self, table: MappedTable, row: Parsed, record: str, errors: list[dict[str, str]] | None = None) -> None:
        self.ledger.row(
            table.name,
            row.line,
            ImportOutcome.REJECTED,
            record,
            errors=errors if errors is not None else row.errors,
            cells=row.cells,
        )


def fault(table: MappedTable, field_name: str, message: str) -> list[dict[str, str]]:
    """One reason, at the column that is called so."""
    return [{"column": table.heading(field_name), "message": message}]


def difference(label: str | Promise, old: object, new: object) -> dict[str, str]:
    return {"field": str(label), "old": "" if old is None else str(old), "new": "" if new is None else str(new)}


def outcome_of(is_new: bool, changes: object) -> str:
    if is_new:
        return ImportOutcome.CREATED
    return ImportOutcome.CHANGED if changes else ImportOutcome.UNCHANGED
