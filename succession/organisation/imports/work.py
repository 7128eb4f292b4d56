"""What every kind of import works with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from succession.organisation.choices import ImportOutcome

from .ledger import Ledger
from .mapping import MappedTable, Parsed
from .repairs import repairs_of
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
    # Of rows that say the same, the one that was chosen: (kind of table, key) to (table, line).
    kept: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
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
        errors = errors if errors is not None else row.errors
        self.ledger.row(
            table.name,
            row.line,
            ImportOutcome.REJECTED,
            record,
            errors=[{"column": error["column"], "message": error["message"]} for error in errors],
            cells=row.cells,
            repairs=repairs_of(table, row.cells, errors),
        )

    def other_kept(self, table: MappedTable, key: str, line: int) -> int:
        """The line of the row that was chosen instead of this one, 0 where none was."""
        kept = self.kept.get((table.spec.name, key))
        return 0 if kept is None or kept == (table.name, line) else kept[1]


def fault(table: MappedTable, field_name: str, message: str, *, mend: str = "", to: str = "") -> list[dict[str, str]]:
    """One reason, at the column that is called so; with the value that mends it, where one is obvious."""
    return [{"column": table.heading(field_name), "message": message, "mend": mend, "to": to}]


def difference(label: str | Promise, old: object, new: object) -> dict[str, str]:
    return {"field": str(label), "old": "" if old is None else str(old), "new": "" if new is None else str(new)}


def outcome_of(is_new: bool, changes: object) -> str:
    if is_new:
        return ImportOutcome.CREATED
    return ImportOutcome.CHANGED if changes else ImportOutcome.UNCHANGED
