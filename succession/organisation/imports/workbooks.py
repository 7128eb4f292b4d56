"""Sheets of a workbook, written to a spool as they are read: each row once, memory flat."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from django.conf import settings
from django.utils.translation import gettext as _

from .cells import ERROR_VALUE, FORMULA
from .problems import UnreadableFile

MOST_SHEETS = 30
# Larger numbers are not exact in a workbook.
EXACT = 1e15


def spool_sheets(
    path: Path, folder: Path, name: str, most_columns: int, *, heads_only: bool = False
) -> Iterator[tuple[str, Path]]:
    """Write each sheet that holds anything to a file of its own and yield (sheet, file). Lines keep their numbers.

    The first cell of a spooled record is its row in the sheet.
    """
    book = None
    # Opened here: the library goes by the name's ending, which is the uploader's.
    source = path.open("rb")
    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=False, keep_links=False)
        for number, sheet in enumerate(book.worksheets[:MOST_SHEETS]):
            target = folder / f"sheet-{path.stem}-{number}.csv"
            if _spool(sheet, target, name, most_columns, heads_only=heads_only):
                yield sheet.title, target
    except UnreadableFile:
        raise
    except Exception as error:  # a broken workbook makes the reader raise whatever it stumbles on
        raise UnreadableFile(
            _("The workbook cannot be read: it is damaged or not made as XLSX asks."), name=name
        ) from error
    finally:
        if book is not None:
            book.close()
        source.close()


def _spool(sheet: Any, target: Path, name: str, most_columns: int, *, heads_only: bool) -> bool:
    rows = 0
    # The size a sheet claims for itself is often wrong; it is read as it comes.
    sheet.reset_dimensions()
    with target.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out).writerow
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            values = [_text(cell) for cell in cells]
            while values and not values[-1]:
                values.pop()
            if not values:
                continue
            if len(values) > most_columns:
                raise UnreadableFile(
                    _("Row %(row)d of sheet %(sheet)s has %(count)s columns, at most %(limit)d are read.")
                    % {"row": number, "sheet": sheet.title[:40], "count": f"{len(values):,}", "limit": most_columns},
                    name=name,
                )
            rows += 1
            if rows > settings.IMPORT_MAX_ROWS + 1:
                raise UnreadableFile(
                    _("More than %(limit)s rows.") % {"limit": f"{settings.IMPORT_MAX_ROWS:,}"}, name=name
                )
            write([number, *values])
            if heads_only:
                break
    return rows > 0


def _text(cell: Any) -> str:  # noqa: PLR0911 -- one answer a kind of value
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        if cell.data_type == "f":
            return FORMULA + value
        return ERROR_VALUE + value if cell.data_type == "e" else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date | int):
        return value.isoformat() if isinstance(value, date) else str(value)
    if cell.data_type == "f":
        return FORMULA + str(getattr(value, "text", value))
    return str(value)
