"""Each page opened once in a browser that knows nothing yet: requests, kilobytes on the wire, hosts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks import product
from tests.benchmarks.ground import Ground, Size
from tests.benchmarks.pages import PAGES
from tests.benchmarks.table import Table

REQUESTS, PROGRAMMATIC, KILOBYTES = 15, 4, 400
PROGRAMMATIC_KINDS = {"XHR", "Fetch"}


class Traffic:
    """What one page made the browser ask for, as the browser's own protocol tells it."""

    def __init__(self, page: Page) -> None:
        self.requests = self.programmatic = self.bytes = 0
        self.hosts: set[str] = set()
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.on("Network.requestWillBeSent", self._asked)
        protocol.on("Network.loadingFinished", self._came)

    def _asked(self, event: dict) -> None:
        address = urlsplit(event["request"]["url"])
        if address.scheme == "data":
            return
        self.requests += 1
        self.programmatic += event.get("type") in PROGRAMMATIC_KINDS
        self.hosts.add(address.hostname or "")

    def _came(self, event: dict) -> None:
        self.bytes += event["encodedDataLength"]


def measure(ground: Ground, size: Size, table: Table, *, only: str = "") -> None:
    ground.collect_static()
    found = product.look_up(ground, size, PAGES)
    table.title(f"Pages at {size}, cold, in Chromium")
    with ground.serving(size) as port, _browser() as browser:
        for page in PAGES:
            path = found.paths.get(page.name)
            if path is None or only not in page.name:
                continue
            traffic = _open(browser, f"http://127.0.0.1:{port}", path, found.cookies[page.user])
            foreign = sorted(traffic.hosts - {"127.0.0.1"})
            kilobytes = traffic.bytes / 1024
            table.add(
                f"{page.name}: ≤ {REQUESTS} requests, ≤ {PROGRAMMATIC} by script, ≤ {KILOBYTES} KB, own host",
                product=f"{traffic.requests}, {traffic.programmatic}, {kilobytes:.0f} KB",
                ratio=", ".join(foreign),
                met=traffic.requests <= REQUESTS
                and traffic.programmatic <= PROGRAMMATIC
                and kilobytes <= KILOBYTES
                and not foreign,
            )


@contextmanager
def _browser() -> Iterator[Browser]:
    """The machine's Chromium when it has one, else the one that Playwright keeps."""
    installed = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        yield browser
        browser.close()


def _open(browser: Browser, site: str, path: str, cookie: str) -> Traffic:
    name, _, value = cookie.partition("=")
    with browser.new_context() as context:
        context.add_cookies([{"name": name, "value": value, "url": site}])
        page = context.new_page()
        traffic = Traffic(page)
        page.goto(site + path, wait_until="networkidle")
        return traffic
