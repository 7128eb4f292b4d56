"""Ten thousand people over five files, with the units and titles they had."""

import time
from datetime import date

import pytest

from succession.organisation.imports.undoing import undo_now
from succession.organisation.models import Employee, Incumbency, OrgUnit, Position, TitlePeriod, UnitPeriod

NAMES = ("department", "dept_emp", "dept_manager", "employee", "title")


@pytest.fixture
def five_files(real_file):
    return [real_file(f"employees_10k_{name}.csv") for name in NAMES]


def test_five_files_are_one_import(planned, five_files, hr):
    batch = planned(*five_files, kind="employees")
    rows = 9 + 11_051 + 24 + 10_000 + 14_782
    assert batch.counts == {"created": rows, "changed": 0, "unchanged": 0, "rejected": 0}

    from succession.organisation.imports.applying import apply_now

    time.monotonic()
    apply_now(batch, actor=hr)
    assert (Employee.objects.count(), OrgUnit.objects.count()) == (10_000, 9)
    assert (TitlePeriod.objects.count(), UnitPeriod.objects.count()) == (14_782, 11_051)
    assert Employee.objects.filter(left_on__isnull=False).count() == 1936
    georgi = Employee.objects.get(number="10001")
    assert (georgi.name, georgi.org_unit.code, georgi.left_on) == ("Georgi Facello", "d005", None)
    assert georgi.titles.get().ends_on is None
    marketing = OrgUnit.objects.get(code="d001")
    assert Position.objects.count() == 9
    assert [
        (held.employee.number, held.starts_on, held.ends_on)
        for held in Incumbency.objects.filter(position=marketing.head_position).order_by("starts_on")
    ] == [("10002", date(1985, 1, 1), date(1991, 10, 1)), ("10039", date(1991, 10, 1), None)]

    again = planned(*five_files, kind="employees")
    assert again.counts == {"created": 0, "changed": 0, "unchanged": rows, "rejected": 0}

    time.monotonic()
    batch.refresh_from_db()
    undo_now(batch, actor=hr)
    for model in (Employee, OrgUnit, Position, Incumbency, TitlePeriod, UnitPeriod):
        assert not model.objects.exists()
