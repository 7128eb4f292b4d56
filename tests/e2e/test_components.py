"""The component sheet in a real browser, under the strict content policy the site has."""

import mimetypes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import axe_playwright_python
import pytest
from django.template import engines
from django.test import RequestFactory

from tests.organisation.sheet import sheet

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'"
)
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
WIDTHS = {"desk": 1440, "tablet": 900, "phone": 390}


class Sheet(BaseHTTPRequestHandler):
    """Serves the sheet in a theme, and the built files beside it."""

    def do_GET(self):
        path = self.path.split("?")[0]
        if path.startswith("/static/dist/"):
            found = ROOT / path.lstrip("/")
            return self.answer(200, found.read_bytes(), mimetypes.guess_type(path)[0] or "font/woff2")
        if path.startswith("/sheet/"):
            template = engines["pages"].from_string((ROOT / "tests/organisation/sheet.html").read_text())
            request = RequestFactory().get(self.path, headers={"Cookie": f"theme={path.split('/')[2]}"})
            page = template.render(sheet(), request)
            return self.answer(200, page.encode(), "text/html; charset=utf-8")
        return self.answer(503, b"", "text/plain")

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """The test's own checks say what went wrong."""


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sheet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser):
    """A page of its own: one card of the sheet fails on purpose."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def open_sheet(page, site):
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    # The card that is made to fail says so in the console; nothing else may.
    page.on("console", lambda said: said.type == "error" and "503" not in said.text and faults.append(said.text))

    def opened(width="desk", theme="light"):
        page.set_viewport_size({"width": WIDTHS[width], "height": 860})
        page.goto(f"{site}/sheet/{theme}/")
        page.wait_for_selector("html.scripted")
        return page

    yield opened
    assert faults == []


def text_in_focus(page):
    return page.evaluate(
        "document.activeElement.querySelector('.pt')?.textContent ?? document.activeElement.textContent"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_sheet_is_accessible_and_fits(open_sheet, width, theme):
    page = open_sheet(width, theme)
    page.wait_for_selector("[data-retry] .emptyst")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # A bar that is fixed covers whatever the window happens to end at: one as high as the page has nothing under it.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": WIDTHS[width], "height": height})
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE})
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in found["violations"]] == []


@pytest.mark.parametrize(
    ("theme", "system", "ground"),
    [
        ("auto", "dark", "rgb(13, 17, 23)"),
        ("auto", "light", "rgb(247, 248, 250)"),
        ("light", "dark", "rgb(247, 248, 250)"),
        ("dark", "light", "rgb(13, 17, 23)"),
    ],
)
def test_the_reader_chooses_the_theme_else_the_system(open_sheet, page, theme, system, ground):
    page.emulate_media(color_scheme=system)
    open_sheet(theme=theme)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground


def test_icons_and_font_come_from_our_own_files(open_sheet):
    page = open_sheet()
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('600 14px Inter')")
    assert page.evaluate("document.querySelector('.rail use, .side use').getBBox().width") > 0


def test_keys_find_search_and_the_list_of_keys(open_sheet):
    page = open_sheet()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.locator("#keys").evaluate("dialog => dialog.open")
    page.locator("[data-shortcuts-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not page.locator("#keys").evaluate("dialog => dialog.open")


def test_g_and_a_letter_go_to_a_page(open_sheet):
    page = open_sheet()
    page.evaluate("document.activeElement.blur()")
    with page.expect_request("**/stairs-up/"):
        page.keyboard.press("g")
        page.keyboard.press("p")


def test_a_dialog_takes_the_focus_and_gives_it_back(open_sheet):
    page = open_sheet()
    page.get_by_role("button", name="Appoint").click()
    assert page.evaluate("document.activeElement.id") == "why-reason"
    page.keyboard.press("Escape")
    assert text_in_focus(page) == "Appoint"


def test_escape_closes_a_menu_and_a_popover(open_sheet):
    page = open_sheet()
    page.locator(".me-toggle").click()
    page.keyboard.press("Escape")
    assert page.locator("details[open]").count() == 0
    assert page.evaluate("document.activeElement.className") == "me-toggle"
    page.get_by_role("button", name="How True coverage is worked out").click()
    popover = page.locator("#f-cov")
    assert popover.is_visible()
    box = popover.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= WIDTHS["desk"]
    page.keyboard.press("Escape")
    assert not popover.is_visible()


def test_the_tree_is_walked_by_keys(open_sheet):
    page = open_sheet()
    top = page.locator("[role=treeitem]").first
    top.focus()
    page.keyboard.press("ArrowRight")
    assert text_in_focus(page) == "Plant Director, Tarnfield"
    page.keyboard.press("a")
    assert text_in_focus(page) == "Assembly Manager"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    assert top.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    assert text_in_focus(page) == "Chief Operating Officer"
    assert page.locator("[role=treeitem][tabindex='0']").count() == 1


def test_the_selection_bar_counts(open_sheet):
    page = open_sheet()
    count = page.locator("[data-selection-count]")
    assert count.text_content() == "1"
    page.locator("[data-select-all]").check()
    assert count.text_content() == "4"
    page.locator("[data-selection-clear]").click()
    assert not page.locator("[data-selection-bar]").is_visible()


def test_a_card_that_cannot_load_says_so_in_its_place(open_sheet):
    page = open_sheet()
    card = page.locator("[data-retry]")
    card.locator(".emptyst").wait_for()
    with page.expect_request("**/never"):
        card.get_by_role("button", name="Try again").click()
    assert page.locator("[data-toasts] [data-toast]").count() == 0


def test_the_phone_has_the_whole_rail_behind_more(open_sheet):
    page = open_sheet("phone")
    page.locator(".bottom summary").click()
    assert page.locator(".bottom .menu").get_by_role("link", name="Audit trail").is_visible()
