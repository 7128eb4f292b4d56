"""The rules for worse files of the organogram's kind."""

import pytest

from succession.organisation.models import Employee, Incumbency, OrgUnit, Position, SeatChange
from tests.factories import PositionFactory

HEAD = (
    "Back to Index,Post Unique Reference,Name,Grade (or equivalent),Job Title,Parent Department,Organisation,Unit,"
    "Reports to Senior Post,FTE\n"
)


def row(code="", name="NA", title="Director", superior="XX", fte="1", unit="North", grade="SCS1", month="Mar-17"):
    return f"{month},{code},{name},{grade},{title},Ministry,Ministry,{unit},{superior},{fte}\n"


@pytest.fixture
def chart(applied):
    return lambda *rows: applied(("chart.csv", HEAD + "".join(rows)), mapping="organogram")


def told(batch):
    return [
        (line.line, line.outcome, *[error["message"] for error in line.errors], *line.warnings)
        for line in batch.rows.all()
    ]


def test_roots_and_superiors(chart):
    batch = chart(
        row("A"),
        row("B", superior="xx"),
        row("C", superior="A"),
        row("D", superior="ZZ9"),
        row("E", superior=""),
        row("F", superior="F"),
        row("G", superior="F"),
        row("H", superior="A"),
        row("H", superior="B"),
    )
    assert told(batch) == [
        (2, "created"),
        (3, "created"),
        (4, "created"),
        (5, "created", "The superior ZZ9 is not known: created without a superior."),
        (6, "created", "No superior is given: created without a superior."),
        (7, "rejected", "The post reports to itself."),
        (8, "created", "The superior F was rejected: created without a superior."),
        (9, "created"),
        (10, "rejected", "Line 9 already has this post."),
    ]
    assert dict(Position.objects.values_list("code", "reports_to__code")) == {
        "A": None,
        "B": None,
        "C": "A",
        "D": None,
        "E": None,
        "G": None,
        "H": "A",
    }
    assert batch.effects["without_superior"]["count"] == 3


def test_eliminated_is_decided_before_repeats(chart):
    batch = chart(row("A", name="Eliminated"), row("A", title="Lives"), row("B", name="eliminated"))
    assert told(batch) == [
        (2, "rejected", "Eliminated; line 3 has a live row of this post."),
        (3, "created"),
        (4, "rejected", "Eliminated: the post no longer exists."),
    ]
    assert Position.objects.get().title == "Lives"


def test_an_eliminated_post_that_stood_is_closed(chart):
    chart(row("A"), row("B", superior="A"))
    batch = chart(row("A", month="Mar-18"), row("B", name="Eliminated", month="Mar-18"))
    assert [line.outcome for line in batch.rows.all()] == ["unchanged", "changed"]
    closed = Position.objects.get(code="B")
    assert closed.closed_on.isoformat() == "2018-03-31"
    assert closed.incumbencies.get().ends_on.isoformat() == "2018-03-31"


def test_circles_are_rejected_and_those_below_stand(chart):
    batch = chart(row("A", superior="B"), row("B", superior="C"), row("C", superior="A"), row("D", superior="A"))
    assert [line.outcome for line in batch.rows.all()] == ["rejected", "rejected", "rejected", "created"]
    assert "circle: A → B → C → A" in batch.rows.first().errors[0]["message"]
    assert Position.objects.get().reports_to is None


def test_a_circle_with_what_stands_is_rejected(chart):
    chart(row("A"), row("B", superior="A"))
    batch = chart(row("A", superior="B"))
    assert [line.outcome for line in batch.rows.all()] == ["rejected"]
    assert Position.objects.get(code="A").reports_to is None


def test_holders(chart):
    chart(
        row("A", name="Dean Thomas"),
        row("B", name="NA"),
        row("C", name="N/D"),
        row("D", name="Vacant"),
        row("E", name="n/a", fte="2"),
    )
    held = Incumbency.objects.order_by("position__code", "seat").values_list("position__code", "seat", "employee__name")
    assert list(held) == [("A", 1, "Dean Thomas"), ("B", 1, None), ("C", 1, None), ("E", 1, None), ("E", 2, None)]
    assert Employee.objects.get().number == "A-1"


def test_rows_without_a_code_are_grouped(chart):
    batch = chart(
        row("A"),
        row(title="Adviser", superior="A", fte="0.6", grade="HEO"),
        row(title="Adviser", superior="A", fte="0.6", grade="HEO"),
        row(title="Adviser", superior="A", fte="1", grade="SEO"),
        row(title="Adviser", superior="A", fte="x", grade="SEO"),
    )
    assert batch.counts == {"created": 4, "changed": 0, "unchanged": 0, "rejected": 1}
    grouped = Position.objects.exclude(code="A").order_by("grade")
    assert list(grouped.values_list("grade", "base_seats", "reports_to__code")) == [("HEO", 2, "A"), ("SEO", 1, "A")]
    heo = batch.rows.filter(line__in=[3, 4]).values_list("object_id", flat=True)
    assert set(heo) == {grouped[0].pk}


def test_a_later_edition_makes_dated_changes(chart):
    chart(row("A", name="Dean Thomas"), *[row(title="Adviser", superior="A", grade="HEO")] * 3)
    batch = chart(
        row("A", name="Ann Lee", month="Sep-18", unit="South"),
        *[row(title="Adviser", superior="A", grade="HEO", month="Sep-18")] * 5,
    )
    assert batch.changed == 6
    change = SeatChange.objects.get()
    assert (change.on.isoformat(), change.delta) == ("2018-09-30", 2)
    dean, ann = Incumbency.objects.filter(position__code="A").order_by("starts_on")
    assert (dean.employee.name, dean.ends_on, ann.employee.name, ann.starts_on) == (
        "Dean Thomas",
        change.on,
        "Ann Lee",
        change.on,
    )
    assert Position.objects.get(code="A").org_unit.name == "South"
    # Read again, the old edition leaves the later seats and holder alone; units and titles carry no dates.
    assert chart(row("A", name="Dean Thomas"), *[row(title="Adviser", superior="A", grade="HEO")] * 3).changed == 1
    assert SeatChange.objects.count() == 1


def test_posts_left_out_are_told_and_stay(chart):
    chart(row("A"), row("B", superior="A"))
    batch = chart(row("A", title="Director general"))
    assert batch.counts == {"created": 0, "changed": 1, "unchanged": 0, "rejected": 0}
    assert batch.effects["posts_kept"] == {"count": 1, "examples": ["B Director"]}
    assert Position.objects.get(code="B").closed_on is None


def test_a_post_elsewhere_is_no_ones_business(chart):
    PositionFactory(code="X1")
    assert "posts_kept" not in chart(row("A")).effects
    assert OrgUnit.objects.filter(name="North").count() == 1
