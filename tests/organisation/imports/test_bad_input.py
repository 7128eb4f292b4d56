"""Files that are none, are too much, or hold what cannot be: a clear sentence, nothing half-done."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest

from succession.organisation.imports import UnmappedColumns, UnreadableFile
from succession.organisation.models import Employee, ImportBatch, OrgUnit, Position
from tests.factories import OrgUnitFactory

HEAD = "Position code,Title,Unit\n"


def workbook(*rows, **more):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_csv", ".csv"), content)
    return out.getvalue()


def refused(planned, name, content, **given):
    with pytest.raises(UnreadableFile) as refusal:
        planned((name, content), **given)
    assert not ImportBatch.objects.exists()
    return str(refusal.value)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("posts.csv", b"", "empty"),
        ("posts.csv", b"  \r\n", "empty"),
        ("posts.xlsx", workbook(), "empty"),
        ("posts.csv", b"%PDF-1.7 ...", "not a table"),
        ("posts.csv", b"MZ\x90\x00", "not a table"),
        ("posts.csv", b"<!DOCTYPE html><html>", "not a table"),
        ("posts.csv", b'<svg onload="alert(1)">', "not a table"),
        ("posts.csv", b"a\x00b,c\n1,2\n", "NUL"),
        ("posts.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old"),
        ("posts.xlsx", b"PK\x03\x04broken", "damaged"),
        ("posts.xlsm", workbook(["Position code", "Title", "Unit"]), "macros"),
        ("posts.csv", ",".join(f"c{n}" for n in range(2000)).encode(), "2,000 columns"),
        ("posts.csv", HEAD.encode() + "A1,Директор,Операции\n".encode("cp1251") * 3, "Windows-1251"),
        ("posts.csv", HEAD.encode() + "A1,課長,営業部\n".encode("shift_jis") * 3, "neither"),
    ],
)
def test_what_is_no_table_is_refused(planned, name, content, says):
    assert says in refused(planned, name, content)


def test_a_workbook_with_macros_under_another_name_is_refused(planned):
    good = io.BytesIO(workbook(["Position code", "Title", "Unit"]))
    with zipfile.ZipFile(good, "a") as file:
        file.writestr("xl/vbaProject.bin", b"macro")
    assert "macros" in refused(planned, "posts.xlsx", good.getvalue())


def test_a_bomb_is_refused_before_it_is_unpacked(planned):
    bomb = archive(**{"[Content_Types].xml": "<Types/>", "xl__workbook.xml": b"0" * 60_000_000})
    assert len(bomb) < 100_000
    assert "unpacks" in refused(planned, "posts.xlsx", bomb)


def test_an_entity_bomb_is_refused(planned):
    book = io.BytesIO()
    good = io.BytesIO(workbook(["Position code", "Title", "Unit"]))
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(book, "w") as out:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "xl/workbook.xml":
                content = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
            out.writestr(info.filename, content)
    assert "damaged" in refused(planned, "posts.xlsx", book.getvalue())


def test_too_many_bytes_are_refused(planned, settings):
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    assert "at most 1 MB" in refused(planned, "posts.csv", HEAD.encode() + b"x" * 2_000_000)


def test_too_many_rows_are_refused(planned, settings):
    settings.IMPORT_MAX_ROWS = 10
    with pytest.raises(UnreadableFile, match="More than 10 rows"):
        planned(("posts.csv", HEAD + "".join(f"P{n},T,U\n" for n in range(11))))


def test_a_zip_inside_a_zip_is_refused(planned):
    assert "inside" in refused(planned, "all.zip", archive(inner=archive(posts_csv=HEAD)))


def test_columns_nobody_knows_are_said(planned):
    with pytest.raises(UnmappedColumns, match="no column is known for Title, Unit"):
        planned(("posts.csv", "Foo,Bar\n1,2\n"))
    assert not ImportBatch.objects.exists()


def test_a_head_without_rows_is_no_row(planned):
    assert planned(("posts.csv", HEAD)).row_count == 0


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ("A1,T\x00itle,Ops", "Title", "U+0000"),
        ("A1,T\x07itle,Ops", "Title", "U+0007"),
        (f"A1,{'x' * 301},Ops", "Title", "301 characters, at most 300"),
        (f"A1,{'x' * 10_000_000},Ops", "Title", "10,000,000 characters"),
        ("A1,,Ops", "Title", "blank"),
        (",Title,Ops", "Position code", "blank"),
        ("A1,Title,", "Unit", "blank"),
        ('A1,"Title,Ops\nA3,Another,Ops', "", "cells"),
    ],
)
def test_a_bad_cell_rejects_its_row_alone(applied, cells, column, says):
    batch = applied(("posts.csv", f"{HEAD}A0,Fine,Ops\n{cells}\n"))
    assert (batch.created, batch.rejected) == (1, 1)
    row = batch.rows.rejected().get()
    assert (row.line, row.errors[0]["column"]) == (3, column)
    assert says in row.errors[0]["message"]
    assert list(Position.objects.values_list("code", flat=True)) == ["A0"]


def test_formulas_and_errors_in_a_sheet_are_named(applied):
    batch = applied(
        (
            "posts.xlsx",
            workbook(
                ["Position code", "Title", "Unit", "Seats"],
                ["A1", "Fine", "Ops", 2],
                ["A2", '=HYPERLINK("http://x")', "Ops", 1],
                ["A3", "#REF!", "Ops", 1],
            ),
        )
    )
    assert (batch.created, batch.rejected) == (1, 2)
    assert Position.objects.get().base_seats == 2
    errors = [(row.line, row.errors[0]["column"], row.errors[0]["message"]) for row in batch.rows.rejected()]
    assert errors[0][:2] == (3, "Title")
    assert "formula (=HYPERLINK" in errors[0][2]
    assert errors[1][:2] == (4, "Title")


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("utf-8", "Leiter Müller – Süd"),
        ("utf-8-sig", "مدير المصنع"),
        ("cp1252", "Directeur général"),
        ("utf-16", "厂长"),
    ],
)
def test_encodings_are_found(applied, encoding, title):
    applied(("posts.csv", f"{HEAD}A1,{title},Ops\n".encode(encoding)))
    assert Position.objects.get().title == title


def test_semicolons_and_line_breaks_in_quotes(applied):
    batch = applied(
        ("posts.csv", 'Position code;Title;Unit;FTE\r\nA1;"Head of\r\nsales; north";Ops;0,61\r\nA2;Clerk;Ops;2\r\n')
    )
    assert [(row.line, row.outcome) for row in batch.rows.all()] == [(2, "created"), (4, "created")]
    assert list(Position.objects.order_by("code").values_list("title", "base_seats")) == [
        ("Head of sales; north", 1),
        ("Clerk", 2),
    ]


def test_days_that_do_not_exist(applied):
    OrgUnitFactory(code="OPS", name="Operations")
    batch = applied(
        (
            "people.csv",
            (
                "Number;Name;Unit;Hired on\n1;Ada;OPS;29.02.2024\n2;Bo;OPS;30.02.2024\n3;Cy;OPS;soon\n4;Di;NOPE;2024-01-01\n"
                "1;Ada again;OPS;2024-01-01\n5;;OPS;2024-01-01\n"
            ),
        ),
        kind="employees",
    )
    assert [(row.line, row.errors[0]["column"], row.errors[0]["message"]) for row in batch.rows.rejected()] == [
        (3, "Hired on", "“30.02.2024” is a day that does not exist."),
        (4, "Hired on", "“soon” is not a date. Write it as 2024-02-29 or 29.02.2024."),
        (5, "Unit", "The unit “NOPE” is not known."),
        (6, "Number", "Line 2 already has this number."),
        (7, "Name", "The name is blank."),
    ]
    assert Employee.objects.get().hired_on == datetime(2024, 2, 29).date()


def test_names_of_files_are_only_names(planned):
    batch = planned(("../../etc/a.csv\r\nX: y", HEAD + "A1,T,U\n"))
    assert batch.files.get().name == "a.csvX: y"


def test_several_tables_in_a_zip(applied):
    batch = applied(
        ("all.zip", archive(posts_csv=HEAD + "A1,T,Ops\n", more_csv=HEAD + "A2,T,Ops\n", notes_csv="x\ny\n"))
    )
    assert batch.created == 2
    assert batch.notes == ["notes.csv was not read: its columns are not known."]
    assert OrgUnit.objects.count() == 1
