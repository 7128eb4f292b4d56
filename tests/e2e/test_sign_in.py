"""The first page anyone sees."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories import RoleAssignmentFactory

pytestmark = pytest.mark.e2e


@pytest.fixture
def watched(page):
    """The page; what the browser reports (a script's error, a missing file, a breach of the content policy) fails the test."""
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


@pytest.fixture
def person(transactional_db):
    person = RoleAssignmentFactory(role="hr_manager", user__username="mira").user
    person.set_password("a long enough password")
    person.save()
    return person


def test_a_person_signs_in(live_server, watched, person):
    watched.goto(live_server.url)
    watched.fill("input[name=login]", "mira")
    watched.fill("input[name=password]", "a long enough password")
    watched.keyboard.press("Enter")
    watched.wait_for_url(lambda url: "/accounts/login" not in url)


def test_the_sign_in_page_can_be_used_by_everyone(live_server, watched):
    watched.goto(live_server.url)
    result = Axe().run(watched, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert [violation["id"] for violation in result.response["violations"]] == []
