"""Months and years on the calendar, as PostgreSQL counts them."""

from calendar import monthrange
from datetime import date

MONTHS_A_YEAR = 12


def months_later(day: date, months: int) -> date:
    """The day so many months later; past the end of a month its last day, as `date + interval 'n months'`.

    31 Jan + 1 month = 28 or 29 Feb; 29 Feb + 12 months = 28 Feb. Beyond the year 9999 the last day Python knows.
    Raises ValueError for negative months.
    """
    if months < 0:
        raise ValueError("months must not be negative")
    year, month = _month(day, months)
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def first_day_within(day: date, months: int) -> date:
    """The earliest day from which so many months reach `day`: d >= it exactly when months_later(d, months) >= day.

    One month before 31 Mar that is 1 Mar, since 28 Feb + 1 month = 28 Mar. Raises ValueError for negative months.
    """
    if months < 0:
        raise ValueError("months must not be negative")
    year, month = _month(day, -months)
    if year < date.min.year:
        return date.min
    if day.day <= monthrange(year, month)[1]:
        return date(year, month, day.day)
    year, month = _month(date(year, month, 1), 1)
    return date(year, month, 1)


def _month(day: date, months: int) -> tuple[int, int]:
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return year, month + 1
