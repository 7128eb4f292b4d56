"""What permission checks and the log of readings take of a page's time, on the processor and in the database."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

from django.contrib.auth.models import PermissionsMixin
from django.test import Client

from succession.organisation import access, audit
from tests.benchmarks import product
from tests.benchmarks.ground import Ground, Size
from tests.benchmarks.pages import PAGES
from tests.benchmarks.table import Table

SHARE = 0.30


class Watch:
    """Seconds inside the watched functions; one inside another counts once."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._depth = 0

    def over(self, function: Callable) -> Callable:
        def watched(*arguments, **named):
            begun = time.perf_counter()
            self._depth += 1
            try:
                return function(*arguments, **named)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.spent += time.perf_counter() - begun

        return watched


def measure(ground: Ground, size: Size, table: Table, *, rounds: int, only: str = "") -> None:
    found = product.look_up(ground, size, PAGES)
    table.title(f"Permission checks and the log of readings, as a share of a page at {size}")
    logging.disable(logging.INFO)
    try:
        for page in PAGES:
            path = found.paths.get(page.name)
            if path and only in page.name:
                _tell(page.name, path, found.cookies[page.user], table, rounds)
    finally:
        logging.disable(logging.NOTSET)


def _tell(name: str, path: str, cookie: str, table: Table, rounds: int) -> None:
    client = Client()
    key, _, value = cookie.partition("=")
    client.cookies[key] = value
    answer = client.get(path)
    if answer.status_code != 200:
        table.add(f"{name}: checks", product=f"answers {answer.status_code}", met=None)
        return
    whole, checks = [], []
    with _watching() as watch:
        for _ in range(rounds):
            before, begun = watch.spent, time.perf_counter()
            client.get(path)
            whole.append(time.perf_counter() - begun)
            checks.append(watch.spent - before)
    share = statistics.median(checks) / statistics.median(whole)
    table.add(
        f"{name}: checks ≤ {SHARE:.0%} of the page",
        floor=f"{statistics.median(whole) * 1000:.1f} ms",
        product=f"{statistics.median(checks) * 1000:.1f} ms",
        ratio=f"{share:.0%}",
        met=share <= SHARE,
    )


@contextmanager
def _watching() -> Iterator[Watch]:
    """Who someone is here, what they may do, that they read it; what they may see is part of each page's own statements."""
    watch = Watch()
    with ExitStack() as stack:
        for place, name in (
            (access, "_read"),
            (audit, "log_reading"),
            (audit, "record"),
            (PermissionsMixin, "has_perm"),
        ):
            stack.enter_context(mock.patch.object(place, name, watch.over(getattr(place, name))))
        yield watch
