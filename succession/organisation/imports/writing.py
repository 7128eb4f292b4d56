"""Writing in bulk, or only as if: dry run and applying run through the same code."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from django.db import connection, models

from succession.organisation.choices import ImportAct

from .foreseen import Foreseen
from .ledger import Ledger

AT_ONCE = 2000


class Writer:
    """Creates and changes records in bulk and tells the ledger; a dry one numbers new records below zero and writes nothing."""

    def __init__(self, ledger: Ledger, *, dry: bool) -> None:
        self.ledger, self.dry = ledger, dry
        self.foreseen = Foreseen()
        self._below_zero = count(-1, -1)

    def new_ids(self, model: type[models.Model], wanted: int) -> Iterator[int]:
        """Keys for records to come, so that they can point at each other before they are written."""
        if self.dry or not wanted:
            return (next(self._below_zero) for _number in range(wanted))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, wanted],
            )
            return iter([row[0] for row in cursor.fetchall()])

    def create(self, model: type[models.Model], records: Sequence[Any]) -> None:
        """Write new records; those without a key get one."""
        keyless = [record for record in records if record.pk is None]
        for record, pk in zip(keyless, self.new_ids(model, len(keyless)), strict=True):
            record.pk = pk
        if self.dry:
            self.foreseen.take(model, records, new=True)
        if self.dry or not records:
            return
        rows_of(model).bulk_create(records, batch_size=AT_ONCE)
        name = model._meta.model_name or ""
        for record in records:
            self.ledger.wrote(ImportAct.CREATED, name, record.pk, None, snapshot(record))

    def change(self, model: type[models.Model], changed: Sequence[tuple[Any, dict[str, Any]]]) -> None:
        """Write changed records, each with the values (by attribute) it had before."""
        if self.dry:
            self.foreseen.take(model, [record for record, _before in changed], new=False)
        if self.dry or not changed:
            return
        names = sorted({name for _record, before in changed for name in before})
        rows_of(model).bulk_update([record for record, _before in changed], names, batch_size=500)
        label = model._meta.model_name or ""
        for record, before in changed:
            self.ledger.wrote(
                ImportAct.CHANGED, label, record.pk, before, {name: getattr(record, name) for name in before}
            )


def rows_of(model: type[models.Model]) -> Any:
    return model._default_manager  # noqa: SLF001 -- Django documents it


def snapshot(record: models.Model) -> dict[str, Any]:
    return {
        field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields if not field.primary_key
    }
