"""Rows put right on the screen: kept beside the file, the dry run made again, every row ending in exactly one way."""

import re

import pytest
from django.urls import reverse

from succession.organisation import imports
from succession.organisation.imports.applying import apply_now
from succession.organisation.models import AuditEvent, Employee, ImportFilePart, ImportMend, Position
from tests.factories import OrgUnitFactory, PositionFactory

HEAD = "Position code,Title,Unit,Reports to,Seats,As of,Class\n"
BAD = HEAD + (
    "A,Director,Ops,XX,1,,\n"
    "B,Manager,Ops,B,1,,\n"
    "C,Planner,Ops,A,many,,\n"
    "A,Other director,Ops,XX,2,,\n"
    "D,Buyer,Ops,A,1,30.02.2026,\n"
    "E,Clerk,Ops,a!,1,,\n"
    "F,Chief,,XX,1,,\n"
    "G,Guard,Ops,A,1,,nobility\n"
)
COUNTED = {"created": 2, "changed": 0, "unchanged": 0, "rejected": 6}


@pytest.fixture
def batch(planned):
    found = planned(("posts.csv", BAD))
    assert found.counts == COUNTED
    return found


def row_at(batch, line, table="posts.csv"):
    return batch.rows.get(line=line, table=table)


def mend(batch, hr, *cells):
    """Mend cells given as (line, value); None clicks the repair that is offered. The first cell of each row."""
    imports.mend_rows(batch, [imports.Entered(row_at(batch, line).pk, 0, value) for line, value in cells], actor=hr)
    batch.refresh_from_db()
    assert sum(batch.counts.values()) == batch.rows.count() == batch.row_count
    return batch


def offers(batch):
    return {row.line: [(each["column"], each["mend"], each["to"]) for each in row.repairs] for row in batch.rows.all()}


def test_each_kind_of_error_offers_its_own_repair(batch):
    assert offers(batch) == {
        2: [],
        3: [("Reports to", "alone", "XX")],
        4: [("Seats", "", "")],
        5: [("Position code", "keep", "A")],
        6: [("As of", "", "")],
        7: [("Reports to", "use", "A")],
        8: [("Unit", "", "")],
        9: [("Class", "", "")],
    }
    assert row_at(batch, 4).repairs[0]["value"] == "many"


def test_one_click_a_row(batch, hr):
    mend(batch, hr, (3, None))
    assert (row_at(batch, 3).outcome, row_at(batch, 3).warnings) == ("created", [])
    mend(batch, hr, (7, None))
    assert (row_at(batch, 7).outcome, row_at(batch, 7).warnings) == ("created", [])
    mend(batch, hr, (5, None))
    assert row_at(batch, 5).outcome == "created"
    assert [error["message"] for error in row_at(batch, 2).errors] == ["Line 5 was chosen for this post."]
    # The other way round again: the choice before gives way.
    mend(batch, hr, (2, None))
    assert (row_at(batch, 2).outcome, row_at(batch, 5).outcome) == ("created", "rejected")
    assert batch.mends.filter(act="keep").count() == 1


def test_several_values_at_once_and_what_is_applied(batch, hr):
    mend(batch, hr, (3, None), (4, "3"), (6, "28.02.2026"), (8, "Ops"), (9, "key"))
    assert batch.counts == {"created": 7, "changed": 0, "unchanged": 0, "rejected": 1}
    apply_now(batch, actor=hr)
    seats = dict(Position.objects.values_list("code", "base_seats"))
    assert seats == {"A": 1, "B": 1, "C": 3, "D": 1, "E": 1, "F": 1, "G": 1}
    assert Position.objects.get(code="G").position_class == "key"
    with pytest.raises(imports.NotApplicable):
        mend(batch, hr, (5, None))


def test_what_cannot_be_read_either_is_refused_cell_by_cell_and_nothing_is_kept(batch, hr):
    good, bad = row_at(batch, 4), row_at(batch, 6)
    with pytest.raises(imports.BadCells) as refusal:
        imports.mend_rows(batch, [imports.Entered(good.pk, 0, "2"), imports.Entered(bad.pk, 0, "31.06.2026")], actor=hr)
    assert refusal.value.by_cell == {f"{bad.pk}-0": "“31.06.2026” is a day that does not exist."}
    assert not ImportMend.objects.exists()
    assert not AuditEvent.objects.filter(verb="import_mended").exists()


def test_rows_of_an_older_dry_run_are_refused(batch, hr):
    old = row_at(batch, 4).pk
    mend(batch, hr, (3, None))
    with pytest.raises(imports.NotApplicable, match="made again since you looked"):
        imports.mend_rows(batch, [imports.Entered(old, 0, "2")], actor=hr)


def test_taking_back_lets_the_file_stand(batch, hr):
    mend(batch, hr, (4, "3"))
    before = batch.digest
    imports.take_back_mend(batch, batch.mends.get().pk, actor=hr)
    batch.refresh_from_db()
    assert (batch.counts, batch.digest != before) == (COUNTED, True)
    with pytest.raises(imports.NotApplicable):
        imports.take_back_mend(batch, 0, actor=hr)


def test_the_file_stays_and_the_trail_says_where_but_not_what(batch, hr):
    mend(batch, hr, (4, "3"))
    event = AuditEvent.objects.get(verb="import_mended")
    assert event.actor == hr
    assert event.after == {"cells": [{"table": "posts.csv", "line": 4, "column": "Seats", "act": "cell"}]}
    assert ImportFilePart.objects.filter(file__batch=batch).count() == 1
    again = row_at(batch, 4)
    assert again.outcome == "created"


def test_a_circle_and_a_chosen_row_that_is_bad_itself(planned, hr):
    circle = planned(("posts.csv", f"{HEAD}A,One,Ops,B,1,,\nB,Two,Ops,A,1,,\n"))
    mend(circle, hr, (2, None))
    assert circle.counts == {"created": 2, "changed": 0, "unchanged": 0, "rejected": 0}
    twice = planned(("posts.csv", f"{HEAD}C,One,Ops,XX,1,,\nC,Two,Ops,XX,2,,\n"))
    mend(twice, hr, (3, None))
    ImportMend.objects.create(batch=twice, table="posts.csv", line=3, column="Seats", act="cell", value="none")
    imports.plan_batch(twice)
    twice.refresh_from_db()
    assert twice.counts == {"created": 0, "changed": 0, "unchanged": 0, "rejected": 2}


def test_people(planned, hr):
    OrgUnitFactory(code="OPS", name="Operations")
    PositionFactory(code="P1", base_seats=0)
    batch = planned(
        (
            "people.csv",
            (
                "Employee number,Name,E-mail,Unit,Post code\n"
                "1,Ann Lee,ann@,OPS,\n2,Bo Yi,,operatons,\n3,Cy Ray,,OPS,P9\n3,Cy Rey,,OPS,\n4,,,OPS,\n"
            ),
        ),
        kind="employees",
    )
    assert {line: [offer[1:] for offer in found] for line, found in offers(batch).items()} == {
        2: [("blank", "")],
        3: [("use", "Operations")],
        4: [("blank", "")],
        5: [("keep", "3")],
        6: [("", "")],
    }
    imports.mend_rows(
        batch,
        [imports.Entered(row_at(batch, line, "people.csv").pk, 0) for line in (2, 3, 5)]
        + [imports.Entered(row_at(batch, 6, "people.csv").pk, 0, "Di Fox")],
        actor=hr,
    )
    batch.refresh_from_db()
    assert batch.counts == {"created": 4, "changed": 0, "unchanged": 0, "rejected": 1}
    apply_now(batch, actor=hr)
    assert list(Employee.objects.order_by("number").values_list("name", "email")) == [
        ("Ann Lee", ""),
        ("Bo Yi", ""),
        ("Cy Rey", ""),
        ("Di Fox", ""),
    ]


def test_too_long_and_control_characters(planned, hr):
    batch = planned(("posts.csv", f"{HEAD}A,{'x' * 301},Ops,XX,1,,\nB,Man\x07ager,Ops,XX,1,,\n"))
    assert [(each[0][1], len(each[0][2])) for each in offers(batch).values()] == [("cut", 300), ("clean", 7)]
    mend(batch, hr, (2, None), (3, None))
    assert batch.counts == {"created": 2, "changed": 0, "unchanged": 0, "rejected": 0}


# --- the page -----------------------------------------------------------------------------------------------------


@pytest.fixture
def at_hr(client, hr):
    client.force_login(hr)
    return client


def test_the_page_mends_in_place(at_hr, batch):
    address = reverse("import_mend", args=[batch.pk])
    page = at_hr.get(reverse("import", args=[batch.pk]), {"outcome": "rejected"}).content.decode()
    row = row_at(batch, 4)
    assert f'name="cell-{row.pk}-0"' in page
    assert "Keep this row instead" in page
    assert "Without a superior" in page
    answer = at_hr.post(f"{address}?outcome=rejected", {f"cell-{row.pk}-0": "a few"})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert "“a few” is not a number." in told
    assert re.search(r'value="a few"', told)
    answer = at_hr.post(f"{address}?outcome=rejected", {f"cell-{row.pk}-0": "2", "mend": f"{row_at(batch, 3).pk}-0"})
    assert answer.url == f"{reverse('import', args=[batch.pk])}?outcome=rejected#rows"
    batch.refresh_from_db()
    assert batch.counts["created"] == 4
    told = at_hr.get(answer.url).content.decode()
    assert "Put right here" in told
    assert "Seats: “2”" in told
    mend = batch.mends.get(line=4)
    everything = at_hr.get(reverse("import", args=[batch.pk])).content.decode()
    assert everything.count(f'value="{mend.pk}"') == 2, "beside the row, and in the list"
    # What was sent for rows that are gone is a conflict.
    assert at_hr.post(address, {f"cell-{row.pk}-0": "5"}).status_code == 409
    assert at_hr.post(address, {"back": str(batch.mends.get(line=4).pk)}).status_code == 302
    assert row_at(batch, 4).outcome == "rejected"


def test_nothing_entered_is_said(at_hr, batch):
    row = row_at(batch, 4)
    answer = at_hr.post(reverse("import_mend", args=[batch.pk]), {f"cell-{row.pk}-0": "many"})
    assert answer.status_code == 422
    assert "Enter another value first." in answer.content.decode()


def test_auditors_look_and_others_find_nothing(client, auditor, head, batch):
    address = reverse("import_mend", args=[batch.pk])
    client.force_login(auditor)
    assert 'name="cell-' not in client.get(reverse("import", args=[batch.pk])).content.decode()
    assert client.post(address, {"mend": f"{row_at(batch, 3).pk}-0"}).status_code == 403
    client.force_login(head)
    assert client.post(address, {"mend": f"{row_at(batch, 3).pk}-0"}).status_code == 404
    assert not ImportMend.objects.exists()


def test_another_imports_rows_are_not_mended_by_their_number(at_hr, batch, planned):
    other = planned(("posts.csv", BAD))
    answer = at_hr.post(reverse("import_mend", args=[other.pk]), {"mend": f"{row_at(batch, 3).pk}-0"})
    assert answer.status_code == 409
    assert not ImportMend.objects.exists()
