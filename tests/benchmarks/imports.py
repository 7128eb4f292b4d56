"""The import beside bulk_create into the same tables, and the memory it takes."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from succession.organisation.models import Employee, OrgUnit, TitlePeriod, UnitPeriod
from tests.benchmarks import product
from tests.benchmarks.ground import ROOT, Ground
from tests.benchmarks.table import Table

RATE, MEMORY_MB, FLAT = 0.15, 500, 1.3
PEOPLE = 10_000
UNITS, TITLES = 9, ("Engineer", "Senior Engineer", "Staff")


def measure(ground: Ground, table: Table) -> None:
    table.title("Import of people with their history beside bulk_create of the same rows; history is kept by both")
    few, many = _files(ground.var / "import-few", PEOPLE // 10), _files(ground.var / "import-many", PEOPLE)
    bare = _bulk_create(ground)
    _, low = _import(ground, few, PEOPLE // 10)
    seconds, high = _import(ground, many, PEOPLE)
    rate = _rows(PEOPLE) / seconds
    table.add(
        f"{_rows(PEOPLE):,} rows: ≥ {RATE} × bulk_create's rate",
        floor=f"{bare:,.0f} /s",
        product=f"{rate:,.0f} /s",
        ratio=f"{rate / bare:.2f}",
        met=rate >= RATE * bare,
    )
    table.note(f"read, planned, applied and kept in {seconds:.1f} s")
    table.add(
        f"memory ≤ {MEMORY_MB} MB, and ≤ {FLAT} × for ten times the rows",
        floor=f"{low:.0f} MB",
        product=f"{high:.0f} MB",
        ratio=f"{high / low:.2f}",
        met=high <= MEMORY_MB and high <= FLAT * low,
    )


def _import(ground: Ground, files: list[Path], people: int) -> tuple[float, float]:
    """(seconds, MB at most) of the command on an empty company; its start is taken away."""
    with ground.empty_company() as environment:
        start, _ = _run(["check"], environment)
        seconds, memory = _run(
            ["import_organisation", *map(str, files), "--map", "people-history", "--apply"], environment
        )
        product.turn_to_database(environment["DATABASE_URL"].rpartition("/")[2])
        came = (Employee.objects.count(), UnitPeriod.objects.count(), TitlePeriod.objects.count())
        product.turn_to_nothing()
    if came != (people, people, people):
        raise ValueError(f"of {people} people, units and titles {came} came in")
    return seconds - start, memory


def _run(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} ended with {process.returncode}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def _bulk_create(ground: Ground) -> float:
    """Rows a second of the same people, units and titles, put into the same tables with their triggers on."""
    with ground.empty_company() as environment:
        product.turn_to_database(environment["DATABASE_URL"].rpartition("/")[2])
        units = OrgUnit.objects.bulk_create([OrgUnit(code=f"d{n:03}", name=f"Department {n}") for n in range(UNITS)])
        begun = time.perf_counter()
        people = Employee.objects.bulk_create(
            [
                Employee(number=number, name=f"{first} {last}", birth_date=born, hired_on=hired)
                for number, born, first, last, hired in _people(PEOPLE)
            ]
        )
        UnitPeriod.objects.bulk_create(
            [UnitPeriod(employee=p, org_unit=units[p.pk % UNITS], starts_on=p.hired_on) for p in people]
        )
        TitlePeriod.objects.bulk_create(
            [TitlePeriod(employee=p, title=TITLES[p.pk % 3], starts_on=p.hired_on) for p in people]
        )
        seconds = time.perf_counter() - begun
        product.turn_to_nothing()
    return 3 * PEOPLE / seconds


# --- files ----------------------------------------------------------------------------------------------------------
def _people(count: int) -> Iterable[tuple[str, date, str, str, date]]:
    for n in range(count):
        born = date(1955, 1, 1) + timedelta(days=n * 37 % 15_000)
        yield str(10_001 + n), born, f"First{n % 1000}", f"Last{n}", born + timedelta(days=8_000 + n % 2_000)


def _files(folder: Path, count: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    people = list(_people(count))
    return [
        _write(
            folder / "department.csv", ["dept_no", "dept_name"], ([f"d{n:03}", f"Department {n}"] for n in range(UNITS))
        ),
        _write(
            folder / "employee.csv",
            ["emp_no", "birth_date", "first_name", "last_name", "gender", "hire_date"],
            ([number, born, first, last, "F", hired] for number, born, first, last, hired in people),
        ),
        _write(
            folder / "dept_emp.csv",
            ["emp_no", "dept_no", "from_date", "to_date"],
            ([p[0], f"d{n % UNITS:03}", p[4], "9999-01-01"] for n, p in enumerate(people)),
        ),
        _write(
            folder / "title.csv",
            ["emp_no", "title", "from_date", "to_date"],
            ([p[0], TITLES[n % 3], p[4], "9999-01-01"] for n, p in enumerate(people)),
        ),
    ]


def _write(path: Path, headings: list[str], rows: Iterable[list[object]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
    return path


def _rows(people: int) -> int:
    return 3 * people + UNITS
