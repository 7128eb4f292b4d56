"""O*NET's skills as competencies and requirement profiles."""

from decimal import Decimal

import pytest

from succession.organisation.imports.kinds.requirements import scaled_level, scaled_weight
from succession.organisation.imports.undoing import undo_now
from succession.organisation.models import Competency, Position, Requirement
from tests.factories import PositionFactory


@pytest.mark.parametrize(("theirs", "ours"), [("0", 1), ("0.88", 2), ("2.62", 2), ("2.63", 3), ("4.75", 4), ("7", 5)])
def test_levels_from_0_to_7_become_1_to_5(theirs, ours):
    assert scaled_level(Decimal(theirs)) == ours


@pytest.mark.parametrize(("theirs", "ours"), [("1", 1), ("2.5", 3), ("4.12", 4), ("5", 5)])
def test_importance_becomes_the_weight(theirs, ours):
    assert scaled_weight(Decimal(theirs)) == ours


def test_chosen_occupations_become_profiles(applied, planned, real_file, hr):
    post = PositionFactory(title="Chief executives")
    file = real_file("onet_skills.xlsx")
    given = {"kind": "requirements", "options": {"occupations": ["Chief Executives", "11-3031.00"]}}
    batch = applied(file, **given)
    assert batch.row_count == 61_110
    assert batch.rejected == 0
    assert Competency.objects.count() == 35
    assert post.requirements.get(competency__name="Active Listening").level == scaled_level(Decimal("4.75"))
    made = Position.objects.get(code="11-3031.00")
    assert (made.base_seats, made.org_unit.name) == (0, "O*NET occupations")
    assert Requirement.objects.filter(position=made).count() > 20
    again = planned(file, **given)
    assert (again.created, again.changed, again.unchanged, again.rejected) == (0, 0, 61_110, 0)
    undo_now(batch, actor=hr)
    assert not Competency.objects.exists()


def test_plain_rows_name_posts_by_code_or_title(applied):
    post = PositionFactory(code="A1", title="Plant director")
    batch = applied(
        (
            "profile.csv",
            "Position;Competency;Level;Weight;Must have\nA1;Safety;4;5;yes\nplant director;Cost;3;;no\nX9;Cost;3;;\nA1;Safety;2;;\nA1;Speed;7;;\n",
        ),
        kind="requirements",
    )
    assert batch.counts == {"created": 2, "changed": 0, "unchanged": 0, "rejected": 3}
    assert list(
        post.requirements.order_by("competency__name").values_list("competency__name", "level", "weight", "must_have")
    ) == [
        ("Cost", 3, 3, False),
        ("Safety", 4, 5, True),
    ]
    assert [row.errors for row in batch.rows.rejected()] == [
        [{"column": "Position", "message": "The post is not known."}],
        [{"column": "Competency", "message": "An earlier row asks this post for it already."}],
        [{"column": "Level", "message": "7 is not between 1 and 5."}],
    ]
