"""Rejected rows as they came, with the reasons: to be mended and uploaded again."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from succession.organisation.models import ImportBatch, ImportRow


def rejected_rows(batch: ImportBatch) -> tuple[list[str], Iterator[list[str]]]:
    """(columns, rows): the file's own columns first, then table, line and reasons.

    Of an import of several tables the columns are those of the widest; rows of others fill as many as they have.
    """
    entries = {entry["source"]: entry["headings"] for entry in batch.tables}
    found = [
        entries[name]
        for name in ImportRow.objects.filter(batch=batch)
        .rejected()
        .order_by()
        .values_list("table", flat=True)
        .distinct()
        if name in entries
    ]
    headings: list[str] = max(found, key=len, default=[])
    columns = [*headings, _("File"), _("Line"), _("Reasons")]

    def rows() -> Iterator[list[str]]:
        for row in ImportRow.objects.filter(batch=batch).rejected().order_by("pk").iterator(2000):
            cells = [str(cell) for cell in row.cells or []][: len(headings)]
            yield [*cells, *[""] * (len(headings) - len(cells)), row.table, str(row.line), reasons_of(row)]

    return columns, rows()


def reasons_of(row: ImportRow) -> str:
    return "; ".join(
        f"{error['column']}: {error['message']}" if error["column"] else error["message"] for error in row.errors
    )
