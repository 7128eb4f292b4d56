"""Months on the calendar agree with PostgreSQL; freshness ends on the day it should."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.freshness import fresh_from, is_fresh
from succession.organisation.months import first_day_within, months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
        (date(2025, 5, 5), 0, date(2025, 5, 5)),
        (date(9999, 12, 1), 1, date.max),
    ],
)
def test_months_end_with_the_month(day, months, later):
    assert months_later(day, months) == later


@given(st.dates(date(1, 6, 1), date(9990, 1, 1)), st.integers(0, 240))
def test_the_first_day_within_is_the_first(day, months):
    first = first_day_within(day, months)

    assert months_later(first, months) >= day
    if first > date.min:
        assert months_later(first - timedelta(days=1), months) < day


def test_evidence_is_fresh_up_to_and_with_its_last_day():
    assert is_fresh(date(2024, 11, 16), date(2026, 11, 16), 24)
    assert not is_fresh(date(2024, 11, 15), date(2026, 11, 16), 24)
    assert is_fresh(date(2025, 1, 31), date(2025, 2, 28), 1)
    assert not is_fresh(date(2025, 2, 28), date(2025, 3, 29), 1)
    assert not is_fresh(None, date(2026, 11, 16), 24)
    assert fresh_from(date(2026, 3, 31), 1) == date(2026, 3, 1)
    assert first_day_within(date(1, 1, 1), 1) == date.min


def test_months_do_not_run_backwards():
    for count in (months_later, first_day_within):
        with pytest.raises(ValueError, match="must not be negative"):
            count(date(2026, 1, 1), -1)


@pytest.mark.django_db
def test_postgresql_counts_months_the_same_way():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select day::date, months, (day::date + make_interval(months => months))::date"
            " from generate_series(date '2023-01-01', date '2025-03-01', interval '1 day') day,"
            " generate_series(0, 49, 7) months"
        )
        rows = cursor.fetchall()

    assert len(rows) == 791 * 8
    assert [months_later(day, months) for day, months, _ in rows] == [later for _, _, later in rows]
