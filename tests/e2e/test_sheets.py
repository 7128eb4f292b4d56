"""A sheet filled like a spreadsheet: by keys, saved as one goes, and as one form without script."""

from decimal import Decimal

import pytest

from candidates.models import Rating
from tests.candidates.centre import assessor, draft, fill, ready_to_finalise, sheet_of
from tests.factories import RoleAssignmentFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def scores():
    return sorted(Rating.objects.values_list("score", flat=True))


def test_keys_move_between_cells_and_each_is_saved_when_it_is_left(enter):
    mine = assessor()
    sheet = sheet_of(draft(), mine)
    watched = enter(mine)
    page = watched.page
    watched.goto(f"/sheets/{sheet.pk}/")
    here = "document.activeElement.getAttribute('aria-label')"
    page.get_by_label("Safety, In-tray").focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    assert page.evaluate(here) == "Strategy, In-tray"
    page.keyboard.type("9")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(here) == "Strategy, Role play"
    page.get_by_role("alert").get_by_text("Scores run from 1 to 5.").wait_for()
    page.keyboard.type("4,5")
    page.keyboard.press("Shift+Tab")
    page.get_by_text("2 of 3 rated").wait_for()
    assert scores() == [3, Decimal("4.5")]
    assert page.evaluate(here) == "Strategy, In-tray"
    page.keyboard.type("2")
    page.keyboard.press("ArrowUp")
    page.get_by_text("3 of 3 rated").wait_for()
    assert page.evaluate(here) == "Safety, In-tray"
    assert scores() == [2, 3, Decimal("4.5")]
    assert watched.axe() == []
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/my-assessments/")
    assert watched.axe() == []


def test_without_script_it_is_one_form(enter):
    mine = assessor()
    sheet = sheet_of(draft(), mine)
    watched = enter(mine, java_script_enabled=False)
    page = watched.page
    page.goto(f"/sheets/{sheet.pk}/")
    page.get_by_label("Safety, In-tray").fill("2")
    page.get_by_label("Strategy, Role play").fill("4")
    page.get_by_role("button", name="Save").click()
    assert scores() == [2, 4]
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/my-assessments/")


@pytest.mark.parametrize("width", [1440, 390])
def test_hr_reads_the_ratings_and_makes_them_final(enter, width):
    hr = RoleAssignmentFactory(role="hr_manager").user
    assessment = ready_to_finalise()
    fill(sheet_of(assessment, assessor()), 5, 2, 4)
    watched = enter(hr, viewport={"width": width, "height": 900})
    page = watched.page
    for path in (f"/assessments/{assessment.pk}/?adjusted=1", "/assessments/", "/instruments/", "/instruments/new/"):
        watched.goto(path)
        assert (path, watched.overflow()) == (path, 0)
        assert watched.axe() == []
    watched.goto(f"/assessments/{assessment.pk}/")
    page.get_by_role("link", name="Make final…").click()
    page.get_by_label("What the integration came to").fill("The walk was seen from two sides; agreed on four.")
    page.get_by_role("button", name="Make final", exact=True).click()
    page.get_by_text("Correct…").wait_for()
    assessment.refresh_from_db()
    assert assessment.state == "final"
