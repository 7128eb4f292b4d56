"""The browser of the machine, on real pages of a live server."""

import gzip
import os
import re
import shutil
from collections import defaultdict
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import axe_playwright_python
import pytest
from django.test import Client

from tests.e2e.company import build

# Playwright's event loop runs in the thread of the tests; Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    arguments = list(QUIET)
    if os.geteuid() == 0:
        # Chromium refuses to sandbox for root.
        arguments.append("--no-sandbox")
    return browser_type_launch_args | {"args": arguments} | ({"executable_path": found} if found else {})


AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
# What a crawl does not follow: acts that are no page, files, other people's pages, the sign-in.
NOT_CRAWLED = re.compile(
    r"export=|/rejected/|/accounts/|/admin/|/api/|/static/|/cards/|/branches/|[?&]sort=|[?&]as_of="
)


class Watched:
    """A page in a browser of its own whose faults are kept: errors, breaches of the content policy, dialogs."""

    def __init__(self, browser, address, user=None, **settings):
        self.address = address
        self.context = browser.new_context(base_url=address, **settings)
        if user is not None:
            signed_in = Client()
            signed_in.force_login(user)
            cookie = {"name": "sessionid", "value": signed_in.cookies["sessionid"].value, "url": address}
            self.context.add_cookies([cookie])
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("console", lambda said: said.type == "error" and self._told(said.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))

    def _told(self, text):
        # A refusal (404, 409, 422) shows in the console as a failed load; tests look at the status themselves.
        if not re.search(r"status of (404|403|409|422)", text):
            self.faults.append(text)

    def close(self):
        self.context.close()

    def goto(self, path):
        """Open a page and wait for the cards that it loads itself."""
        answer = self.page.goto(path)
        self.page.wait_for_load_state("networkidle")
        return answer

    def axe(self, rules=RULES):
        """What stands in the way of some reader."""
        self.context.new_cdp_session(self.page).send("Runtime.evaluate", {"expression": AXE})
        found = self.page.evaluate("rules => axe.run({runOnly: rules})", rules)
        return [(fault["id"], [node["html"][:200] for node in fault["nodes"]][:3]) for fault in found["violations"]]

    def overflow(self):
        """Pixels by which the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")

    def links(self):
        """Pages of this site that this page leads to."""
        hrefs = self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        paths = {urljoin(self.page.url, href).partition("#")[0] for href in hrefs}
        here = {path for path in paths if path.startswith(self.address) and not NOT_CRAWLED.search(path)}
        return sorted(path.removeprefix(self.address) for path in here)

    def crawl(self, *begin, each=1):
        """Walk from page to page; yields (path, answer) for so many pages of each form (numbers and queries apart)."""
        ahead, seen, forms = list(begin), set(begin), defaultdict(int)
        while ahead:
            path = ahead.pop(0)
            form = re.sub(r"\d+", "#", urlsplit(path).path) + "?".join(sorted(re.findall(r"[?&](\w+)=", path)))
            if forms[form] >= each:
                continue
            forms[form] += 1
            answer = self.goto(path)
            assert "/accounts/login/" not in self.page.url, f"nobody is signed in at {path}"
            yield path, answer
            new = [link for link in self.links() if link not in seen]
            seen.update(new)
            ahead += new


class Traffic:
    """What a page asks for until it is quiet."""

    def __init__(self, watched):
        self.watched = watched
        self.answers = []
        watched.page.on("response", self._take)

    def _take(self, answer):
        self.answers.append(answer)

    def told(self):
        """Requests, requests by script, bytes as sent compressed, foreign hosts."""
        asked = [answer.request for answer in self.answers]
        own = [answer for answer in self.answers if answer.url.startswith(self.watched.address)]
        return {
            "requests": len(asked),
            "scripted": sum(request.resource_type in ("xhr", "fetch") for request in asked),
            "bytes": sum(_compressed(answer) for answer in own),
            "foreign": sorted({answer.url for answer in self.answers} - {answer.url for answer in own}),
        }


def _compressed(answer):
    if not answer.ok:
        return 0
    body = answer.body()
    is_text = re.search(r"text|javascript|json|svg", answer.headers.get("content-type", ""))
    return len(gzip.compress(body, 6)) if is_text else len(body)


@pytest.fixture
def company(transactional_db):
    return build()


@pytest.fixture
def enter(browser, live_server):
    """Opens the site in a browser of its own as someone; what the browser reported fails the test."""
    opened = []

    def begin(user=None, **settings):
        opened.append(Watched(browser, live_server.url, user, **settings))
        return opened[-1]

    yield begin
    for watched in opened:
        watched.close()
    assert [watched.faults for watched in opened if watched.faults] == []
