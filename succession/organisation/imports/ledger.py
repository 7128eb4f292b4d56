"""What came of each row and what was written, kept in spools beside memory and put into the database at the end."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from succession.organisation.choices import ImportOutcome
from succession.organisation.models import ImportBatch, ImportChange, ImportRow

from .cells import FORBIDDEN

IN_MEMORY = 4 * 1024 * 1024
LONGEST_KEPT = 2000
# How the spool writes *nothing*: texts never hold this character.
NOTHING = "\x01"
Errors = Sequence[dict[str, str]]


class Spool:
    """Records for one table, written as CSV and copied into it in one statement."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        self.model, self.columns = model, columns
        self._raw = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- closed with the ledger
        self._text = io.TextIOWrapper(self._raw, encoding="utf-8", newline="", write_through=True)
        self._write = csv.writer(self._text).writerow

    def add(self, values: Sequence[Any]) -> None:
        self._write(values)

    def copy(self) -> None:
        self._text.flush()
        self._raw.seek(0)
        columns = ", ".join(connection.ops.quote_name(column) for column in self.columns)
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            # The names are those of our own models.
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NOTHING}')", self._raw)

    def close(self) -> None:
        self._text.close()


class Ledger:
    """Counts and keeps the outcome of every row; its digest tells two dry runs apart."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self.counts: Counter[str] = Counter(dict.fromkeys(ImportOutcome.values, 0))
        self._digest = hashlib.sha256()
        self._rows = Spool(
            ImportRow,
            [
                "batch_id",
                "table",
                "line",
                "outcome",
                "record",
                "object_type",
                "object_id",
                "changes",
                "errors",
                "warnings",
                "cells",
                "repairs",
            ],
        )
        self._changes = Spool(ImportChange, ["batch_id", "act", "model", "object_id", "before", "after"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows.close()
        self._changes.close()

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def row(
        self,
        table: str,
        line: int,
        outcome: str,
        record: str,
        *,
        subject: tuple[str, int | None] = ("", None),
        changes: Sequence[dict[str, str]] = (),
        errors: Errors = (),
        warnings: Sequence[str] = (),
        cells: Sequence[str] | None = None,
        repairs: Sequence[dict[str, str]] = (),
    ) -> None:
        """Write down how one input row ends."""
        self.counts[outcome] += 1
        model, pk = subject
        told = (_json(changes), _json(errors), _json(warnings))
        self._digest.update(repr((table, line, outcome, record, told)).encode("utf-8", "replace"))
        self._rows.add(
            (
                self.batch.pk,
                table[:255],
                line,
                outcome,
                FORBIDDEN.sub("\ufffd", record)[:400],
                model,
                pk if pk is not None and pk > 0 else NOTHING,
                *told,
                NOTHING if cells is None else _json([_storable(cell) for cell in cells]),
                _json([{name: _storable(text) for name, text in repair.items()} for repair in repairs]),
            )
        )

    def wrote(self, act: str, model: str, pk: int, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Write down that a record was created or changed, for undoing it."""
        self._changes.add((self.batch.pk, act, model, pk, NOTHING if before is None else _json(before), _json(after)))

    def put_rows(self) -> None:
        """Replace the rows of the batch by these."""
        ImportRow.objects.filter(batch=self.batch)._raw_delete(ImportRow.objects.db)  # noqa: SLF001
        self._rows.copy()

    def put_changes(self) -> None:
        self._changes.copy()


def chunked(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) >= size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _json(value: Any) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _storable(cell: str) -> str:
    """PostgreSQL keeps neither NUL nor halves of characters; what is very long is kept by its beginning."""
    text = cell.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return text if len(text) <= LONGEST_KEPT else f"{text[:LONGEST_KEPT]}…"
