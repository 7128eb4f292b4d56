"""Real pages by the keyboard alone, and in the theme that the reader chose."""

import pytest

pytestmark = pytest.mark.e2e


def focused(page, what):
    return page.evaluate(f"document.activeElement.{what}")


def test_keys_lead_to_the_page_the_search_and_the_list_of_keys(company, enter):
    watched = enter(company.hr)
    page = watched.page
    watched.goto("/overview/")
    page.keyboard.press("Tab")
    assert focused(page, "textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    assert focused(page, "id") == "main"
    page.keyboard.press("?")
    assert page.locator("#keys").evaluate("dialog => dialog.open")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert focused(page, "name") == "q"
    page.keyboard.type("Paul Plain")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    page.get_by_role("link", name="Paul Plain").first.wait_for()
    watched.goto("/overview/")
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_url("**/pools/")


def test_the_map_is_walked_and_opened_by_keys(company, enter):
    watched = enter(company.hr)
    page = watched.page
    watched.goto("/map/")
    items = page.get_by_role("treeitem")
    items.first.focus()
    first = focused(page, "textContent")
    page.keyboard.press("ArrowDown")
    assert focused(page, "textContent") != first
    page.keyboard.press("Home")
    assert focused(page, "textContent") == first
    assert page.locator("[role=treeitem][tabindex='0']").count() == 1


def test_a_dialog_is_opened_filled_and_left_by_keys(company, enter):
    watched = enter(company.hr)
    page = watched.page
    watched.goto(f"/pools/{company.pool.pk}/")
    page.get_by_role("link", name="Propose people").focus()
    page.keyboard.press("Enter")
    page.locator("#act[open]").wait_for()
    assert page.evaluate("document.querySelector('#act').contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.locator("#act[open]").wait_for(state="detached")
    assert focused(page, "textContent").strip() == "Propose people"


def test_the_dark_theme_stays_once_chosen(company, enter):
    watched = enter(company.hr)
    page = watched.page
    watched.goto("/overview/")
    page.locator(".side .me-toggle").click()
    with page.expect_navigation():
        page.locator(".side").get_by_role("button", name="Dark").click()
    watched.goto("/pools/")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"


def test_a_head_sees_as_an_employee_and_comes_back(company, enter):
    watched = enter(company.head)
    page = watched.page
    watched.goto("/my-area/")
    page.locator(".side .me-toggle").click()
    with page.expect_navigation():
        page.locator(".side").get_by_role("button", name="Employee", exact=True).click()
    assert "/me/" in page.url
    page.get_by_text("You see this as Employee alone").wait_for()
    assert page.locator(".side nav").get_by_text("My area").count() == 0
    assert watched.axe() == []
    with page.expect_navigation():
        page.get_by_role("button", name="Back to all my roles").click()
    assert "/my-area/" in page.url
    assert page.get_by_text("You see this as").count() == 0
    assert watched.faults == []
