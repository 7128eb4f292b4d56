"""Seats, demand and capacity: exact, and bounded as the formula says."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.capacity import DatedChange, SeatOutlook, capacity, demand, horizon_end, outlook, own_capacity, seats_on

ratios = st.decimals(Decimal("0.01"), Decimal(20), places=2)
demands = st.lists(st.integers(0, 5000), max_size=12)


@pytest.mark.parametrize(
    ("ratio", "wanted", "places"),
    [
        (Decimal(3), [9], 27),
        (3, [1, 1, 1, 1, 3, 1, 1], 27),
        (Decimal("3.3"), [10], 33),
        (Decimal("3.3"), [4, 6], 33),
        (Decimal("3.3"), [11], 37),
        (Decimal("0.1"), [3], 1),
        (Decimal("1.1"), [100], 110),
        (Decimal("0.5"), [], 0),
        (Decimal(3), [0, 0], 0),
        (Decimal("1.000000000000000000000000000001"), [10**6], 10**6 + 1),
    ],
)
def test_capacity_is_rounded_up_once_and_exactly(ratio, wanted, places):
    assert capacity(ratio, wanted) == places


@given(ratios, demands)
def test_capacity_lies_within_one_of_ratio_times_demand(ratio, wanted):
    exact = Fraction(ratio) * sum(wanted)

    assert exact <= capacity(ratio, wanted) < exact + 1


@given(ratios, demands, st.integers(0, 50))
def test_capacity_grows_with_demand_and_ratio(ratio, wanted, more):
    assert capacity(ratio, [*wanted, more]) >= capacity(ratio, wanted)
    assert capacity(ratio + Decimal("0.01"), wanted) >= capacity(ratio, wanted)
    assert capacity(ratio, wanted) <= sum(own_capacity(ratio, number) for number in wanted)


@given(st.integers(1, 20), demands)
def test_a_whole_ratio_leaves_nothing_to_round(ratio, wanted):
    assert capacity(Decimal(ratio), wanted) == ratio * sum(wanted) == sum(own_capacity(ratio, n) for n in wanted)


@pytest.mark.parametrize("ratio", [Decimal(0), Decimal("-0.1"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")])
def test_a_ratio_is_above_nothing(ratio):
    with pytest.raises(ValueError, match="a ratio is above 0"):
        capacity(ratio, [1])


@pytest.mark.parametrize("ratio", [3.3, True, "3"])
def test_a_ratio_is_an_exact_number(ratio):
    with pytest.raises(TypeError, match="a ratio is a Decimal or a whole number"):
        capacity(ratio, [1])


def test_demand_is_seats_and_planned_without_closing_unless_overridden():
    assert demand(9, 1, 1) == 9
    assert demand(3, 2) == 5
    assert demand(1, 0, 4) == 0
    assert demand(9, 1, 1, override=0) == 0
    assert demand(9, 1, 1, override=12) == 12
    for parts in ((-1,), (1, -1), (1, 0, -1), (1, 0, 0, -1)):
        with pytest.raises(ValueError, match="must not be negative"):
            demand(*parts)
    with pytest.raises(ValueError, match="must not be negative"):
        own_capacity(3, -1)


def test_changes_count_from_tomorrow_to_the_last_day_of_the_horizon():
    today = date(2026, 11, 16)
    changes = [
        DatedChange(date(2020, 1, 1), 1),
        DatedChange(today, 1),
        DatedChange(date(2026, 11, 17), 2),
        DatedChange(date(2027, 7, 1), -1),
        DatedChange(date(2029, 11, 16), 4),
        DatedChange(date(2029, 11, 17), 8),
    ]

    assert outlook(1, changes, today, 3) == SeatOutlook(seats=3, planned=6, closing=1)
    assert outlook(1, changes, today, 3).computed == 8
    assert outlook(1, changes, today, 1) == SeatOutlook(seats=3, planned=2, closing=1)
    assert seats_on(1, changes, date(2019, 12, 31)) == 1
    assert seats_on(1, changes, date(2030, 1, 1)) == 16
    assert seats_on(0, [DatedChange(today, -1)], today) == 0


def test_a_horizon_from_a_leap_day_ends_on_the_last_of_february():
    assert horizon_end(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert horizon_end(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert horizon_end(date(2023, 2, 28), 1) == date(2024, 2, 28)
    assert horizon_end(date(9998, 5, 1), 20) == date.max
    change = [DatedChange(date(2025, 3, 1), 1)]
    assert outlook(1, change, date(2024, 2, 29), 1).planned == 0
    with pytest.raises(ValueError, match="at least one year"):
        horizon_end(date(2024, 2, 29), 0)


@given(
    st.integers(0, 20),
    st.lists(st.builds(DatedChange, st.dates(date(2020, 1, 1), date(2032, 1, 1)), st.integers(-3, 3))),
    st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    st.integers(1, 5),
)
def test_demand_is_the_seats_at_the_end_of_the_horizon(base, changes, today, years):
    found = outlook(base, changes, today, years)
    known = [change for change in changes if change.on <= horizon_end(today, years)]
    if base + sum(change.delta for change in changes if change.on <= today) >= 0:
        assert found.computed == max(0, base + sum(change.delta for change in known))
    assert min(found.seats, found.planned, found.closing) >= 0
