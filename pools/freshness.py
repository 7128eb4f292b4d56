"""Whether evidence about a person is still fresh."""

from datetime import date
from functools import lru_cache

from succession.organisation.months import first_day_within


@lru_cache(maxsize=64)
def fresh_from(on: date, half_life_months: int) -> date:
    """The first day whose evidence is still fresh on a day: evidence_on + half-life >= on.

    Month ends as PostgreSQL's `date + interval`; see `succession.organisation.months.first_day_within`.
    """
    return first_day_within(on, half_life_months)


def is_fresh(evidence_on: date | None, on: date, half_life_months: int) -> bool:
    """No evidence is not fresh."""
    return evidence_on is not None and evidence_on >= fresh_from(on, half_life_months)
