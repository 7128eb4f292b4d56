"""Lists as files: what the person may see, with nothing in it that a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from . import audit
from .acts import actor_of

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A text that begins so is a formula to spreadsheets; one that looks neutralised is neutralised once more, so that
# reading a file back gives what was written.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
# Characters that no XML file may hold.
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Row = Sequence[Any]


def neutralised(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def export_response(
    request: HttpRequest, name: str, columns: Sequence[Any], rows: Iterable[Row], fmt: str
) -> HttpResponse:
    """A list as a file to keep: `columns` are the heads, `rows` hold plain values in their order.

    The rows must already be those the person may see. An unknown format does not exist (404). Who took which list, and
    how long it was, stands in the audit trail.
    """
    if fmt not in FORMATS:
        raise Http404
    file = io.BytesIO()
    count = _WRITERS[fmt](file, [str(column) for column in columns], rows)
    audit.record("export", None, actor=actor_of(request), after={"list": name, "format": fmt, "rows": count})
    file_name = f"{name}-{timezone.localdate():%Y-%m-%d}.{fmt}"
    return HttpResponse(
        file.getvalue(),
        content_type=FORMATS[fmt],
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def write_csv(file: IO[bytes], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """UTF-8 with a mark, as spreadsheets expect; texts neutralised. Returns how many rows were written."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow([neutralised(column) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_for_csv(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def write_xlsx(file: IO[bytes], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Texts are typed as texts, so that no formula comes about. Returns how many rows were written."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_for_xlsx(sheet, column) for column in columns])
    count = 0
    for row in rows:
        sheet.append([_for_xlsx(sheet, value) for value in row])
        count += 1
    book.save(file)
    return count


_WRITERS = {"csv": write_csv, "xlsx": write_xlsx}


def _for_csv(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(plain, str):
        return neutralised(plain)
    return plain.isoformat() if isinstance(plain, date) else plain


def _for_xlsx(sheet: Any, value: Any) -> Any:
    plain = _plain(value)
    if not isinstance(plain, str):
        return plain
    cell = WriteOnlyCell(sheet, value=None)
    cell.value = ILLEGAL.sub("\ufffd", plain)
    # The setter takes "=1" for a formula: it is a text.
    cell.data_type = "s"
    return cell


def _plain(value: Any) -> Any:
    """Numbers and days stay what they are, moments lose their zone, all else becomes text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if timezone.is_aware(value) else value
    if isinstance(value, (bool, int, float, Decimal, date)) and not hasattr(value, "label"):
        return value
    return str(value)
