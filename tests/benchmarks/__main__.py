"""Measure floor and product in turn and print one table: goal, floor, product, ratio, met or not."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from succession.localservers.processes import Unavailable
from tests.benchmarks.ground import MIDDLE, ROOT, SIZES, SMALL, Ground, Size
from tests.benchmarks.table import Table

SECTIONS = ("coverage", "fit", "pages", "browser", "celery", "imports", "checks")
QUICK, FULL = 30, 200


def main() -> int:
    options = _options()
    table = Table()
    begun = time.monotonic()
    _tell_how_busy()
    var = Path(os.environ.get("ECHELON_VAR", ROOT / "var")) / "bench"
    try:
        with Ground(var) as ground:
            _measure(ground, options, table)
    except Unavailable as reason:
        print(reason, file=sys.stderr)
        return 1
    table.close()
    print(f"{time.monotonic() - begun:.0f} s. Times are of this machine now; only the ratios can be compared.")
    return 0


def _tell_how_busy() -> None:
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load > processors / 2:
        print(
            f"Others use this machine: load {load:.1f} on {processors} processors. Ratios of tails and rates suffer most."
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer requests, and no company of 200,000")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="this part; may be given more than once")
    parser.add_argument("--page", default="", help="only pages whose name holds this")
    parser.add_argument("--requests", type=int, help=f"requests a page ({FULL}, quick: {QUICK})")
    return parser.parse_args()


def _measure(ground: Ground, options: argparse.Namespace, table: Table) -> None:
    sizes: tuple[Size, ...] = (SMALL, MIDDLE) if options.quick else SIZES
    requests = options.requests or (QUICK if options.quick else FULL)
    for size in sizes:
        ground.make_company(size)
    from tests.benchmarks import product  # the settings are read from the environment that the ground gives

    product.set_up(ground)
    from tests.benchmarks import background, browser, checks, coverage, fit, imports, pages

    for size in sizes:
        coverage.fill(ground, size)

    parts = options.only or SECTIONS
    if "coverage" in parts:
        coverage.measure(ground, sizes, table, rounds=9 if options.quick else 15)
    if "fit" in parts:
        fit.measure(ground, table, rounds=9 if options.quick else 25)
    if "pages" in parts:
        pages.measure(ground, sizes, table, rounds=requests, seconds=1 if options.quick else 2, only=options.page)
    if "browser" in parts:
        browser.measure(ground, sizes[-1], table, only=options.page)
    if "celery" in parts:
        background.measure(ground, sizes, table, rounds=10 if options.quick else 20)
    if "imports" in parts:
        imports.measure(ground, table)
    if "checks" in parts:
        checks.measure(ground, sizes[-1], table, rounds=min(requests, 50), only=options.page)


if __name__ == "__main__":
    sys.exit(main())
