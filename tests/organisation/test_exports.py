"""Lists as files: no cell that runs, nothing lost on the way back."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.http import Http404
from django.utils import timezone

from succession.organisation.exports import export_response
from succession.organisation.imports.cells import plain
from succession.organisation.models import AuditEvent

pytestmark = pytest.mark.django_db
EVIL = [
    "=cmd|'/c calc'!A1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "''-1",
    "'quoted'",
    "plain",
    '=HYPERLINK("x")',
]


def exported(rf, user, rows, fmt, columns=("Name",)):
    request = rf.get("/people/")
    request.user = user
    response = export_response(request, "people", columns, rows, fmt)
    return response, response.content


def test_a_csv_cell_never_begins_like_a_formula(rf, hr):
    response, content = exported(rf, hr, [[text] for text in EVIL], "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="people-{timezone.localdate()}.csv"'
    cells = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))][1:]
    assert cells == [f"'{text}" for text in EVIL[:8]] + ["'quoted'", "plain", '\'=HYPERLINK("x")']


def test_what_is_read_back_is_what_was_written(rf, hr):
    texts = [text for text in EVIL if text == text.strip()]
    _, content = exported(rf, hr, [[text] for text in texts], "csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    read = [plain(row[0]) for row in rows]
    assert read == texts
    _, again = exported(rf, hr, [[text] for text in read], "csv")
    assert again == content


def test_a_workbook_holds_texts_as_texts(rf, hr):
    response, content = exported(rf, hr, [[text] for text in EVIL], "xlsx")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    # XML knows one kind of line break.
    assert [cell.value for cell in cells] == [text.replace("\r", "\n") for text in EVIL]


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_numbers_and_days_stay_what_they_are(fmt, rf, hr):
    moment = timezone.make_aware(datetime(2026, 3, 1, 10, 42))
    row = [-3, Decimal("4.50"), date(2026, 2, 28), moment, None, "Zoë\x07", "平"]
    _, content = exported(rf, hr, [row], fmt, columns=list("abcdefg"))
    if fmt == "csv":
        assert content.decode("utf-8-sig").splitlines()[1] == "-3,4.50,2026-02-28,2026-03-01T10:42:00,,Zoë\x07,平"
    else:
        values = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).active[2]]
        assert values[:4] == [-3, 4.5, datetime(2026, 2, 28), datetime(2026, 3, 1, 10, 42)]
        assert values[5:] == ["Zoë\ufffd", "平"]


def test_a_list_taken_away_stands_in_the_trail(rf, hr):
    exported(rf, hr, [["a"], ["b"]], "csv")
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.after) == ("export", hr, {"list": "people", "format": "csv", "rows": 2})


def test_an_unknown_format_does_not_exist(rf, hr):
    with pytest.raises(Http404):
        exported(rf, hr, [], "exe")
    assert not AuditEvent.objects.exists()
