"""How many people an echelon ought to hold: seats, demand over the horizon, and capacity at the ratio.

The reference of 1:3 is a ratio against the *total demand* for the posts: capacity = ceil(ratio x sum of demand). All in
whole numbers and exact decimals; a ratio of 3.3 over a demand of 10 is 33, not 34.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from succession.organisation.months import MONTHS_A_YEAR, months_later


class DatedChange(NamedTuple):
    """So many seats more or fewer from a day on."""

    on: date
    delta: int


@dataclass(frozen=True, slots=True)
class SeatOutlook:
    """Seats authorised today and what opens and closes within the horizon; all counts, none negative."""

    seats: int
    planned: int
    closing: int

    @property
    def computed(self) -> int:
        """Demand before anyone overrides it."""
        return demand(self.seats, self.planned, self.closing)


def seats_on(base: int, changes: Iterable[DatedChange], day: date) -> int:
    """Seats authorised on a day: the base and every change up to and with that day, never below 0."""
    return max(0, base + sum(change.delta for change in changes if change.on <= day))


@lru_cache(maxsize=64)
def horizon_end(today: date, years: int) -> date:
    """The last day of the horizon; from 29 Feb into a common year it ends on 28 Feb. ValueError below 1 year."""
    if years < 1:
        raise ValueError("a horizon is at least one year")
    return months_later(today, years * MONTHS_A_YEAR)


def outlook(base: int, changes: Iterable[DatedChange], today: date, horizon_years: int) -> SeatOutlook:
    """Tell planned from closing: changes after today up to and with the end of the horizon, upward and downward."""
    known = list(changes)
    end = horizon_end(today, horizon_years)
    ahead = [change.delta for change in known if today < change.on <= end]
    return SeatOutlook(
        seats=seats_on(base, known, today),
        planned=sum(delta for delta in ahead if delta > 0),
        closing=-sum(delta for delta in ahead if delta < 0),
    )


def demand(seats: int, planned: int = 0, closing: int = 0, override: int | None = None) -> int:
    """Effective demand: the override when there is one, else seats + planned - closing, never below 0.

    Raises ValueError for a negative part.
    """
    if min(seats, planned, closing) < 0 or (override is not None and override < 0):
        raise ValueError("seats, planned, closing and the override must not be negative")
    return max(0, seats + planned - closing) if override is None else override


def capacity(ratio: Decimal | int, demands: Iterable[int]) -> int:
    """Places of a pool: ceil(ratio x sum of effective demand), exact.

    Raises TypeError for a float (3.3 would already be wrong), ValueError for a ratio that is not a positive number or a
    negative demand.
    """
    if isinstance(ratio, bool) or not isinstance(ratio, Decimal | int):
        raise TypeError("a ratio is a Decimal or a whole number")
    if not Decimal(ratio).is_finite() or ratio <= 0:
        raise ValueError("a ratio is above 0")
    wanted = list(demands)
    if any(number < 0 for number in wanted):
        raise ValueError("demand must not be negative")
    numerator, denominator = ratio.as_integer_ratio()
    return -(-numerator * sum(wanted) // denominator)


def own_capacity(ratio: Decimal | int, own_demand: int) -> int:
    """A post's own capacity, ceil(ratio x its demand); never summed against that of a pool."""
    return capacity(ratio, [own_demand])
