"""Each rule that is always true of the data: one refused row."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.factories import (
    EmployeeFactory,
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    OrgUnitFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
    RequirementFactory,
    SeatChangeFactory,
)

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def test_a_seat_has_one_permanent_holder_a_day():
    first = IncumbencyFactory(starts_on=date(2020, 1, 1))
    with refused("seat_has_one_permanent_holder_a_day"):
        IncumbencyFactory(position=first.position, starts_on=date(2024, 1, 1))


def test_a_successor_may_begin_the_day_the_holder_ends():
    first = IncumbencyFactory(starts_on=date(2020, 1, 1), ends_on=date(2024, 1, 1))
    IncumbencyFactory(position=first.position, starts_on=date(2024, 1, 1))


def test_undisclosed_holders_fill_a_seat_as_well():
    first = IncumbencyFactory(employee=None)
    with refused("seat_has_one_permanent_holder_a_day"):
        IncumbencyFactory(position=first.position)


def test_an_employee_has_one_permanent_post_a_day():
    first = IncumbencyFactory()
    with refused("employee_has_one_permanent_post_a_day"), transaction.atomic():
        IncumbencyFactory(employee=first.employee)
    IncumbencyFactory(employee=first.employee, concurrent=True)
    IncumbencyFactory(employee=first.employee, acting=True)


def test_a_unit_does_not_stand_above_itself_at_any_distance():
    top = OrgUnitFactory()
    middle = OrgUnitFactory(parent=top)
    low = OrgUnitFactory(parent=middle)
    top.parent = low
    with refused("units_make_no_circle"):
        top.save()


def test_reporting_lines_make_no_circle():
    boss = PositionFactory()
    clerk = PositionFactory(reports_to=boss)
    boss.reports_to = clerk
    with refused("reporting_lines_make_no_circle"):
        boss.save()


def test_a_post_does_not_report_to_itself():
    post = PositionFactory()
    post.reports_to = post
    with pytest.raises(IntegrityError):
        post.save()


@pytest.mark.parametrize("field", ["level", "weight"])
@pytest.mark.parametrize("value", [0, 6])
def test_required_levels_and_weights_run_from_1_to_5(field, value):
    with refused("run_from_1_to_5"):
        RequirementFactory(**{field: value})


def test_a_seat_change_changes_something():
    with refused("seat_change_changes_something"):
        SeatChangeFactory(delta=0)


def test_nobody_leaves_before_being_hired():
    with refused("employee_leaves_after_being_hired"):
        EmployeeFactory(hired_on=date(2024, 1, 2), left_on=date(2024, 1, 1))


def test_a_candidate_stands_once_in_a_pool():
    first = MembershipFactory()
    with refused("candidate_stands_once_in_a_pool"):
        MembershipFactory(pool=first.pool, candidate=first.candidate)


def test_a_place_is_taken_once():
    first = MembershipFactory(place=1)
    with refused("place_is_taken_once"):
        MembershipFactory(pool=first.pool, place=1)


def test_a_place_above_the_capacity_has_a_reason():
    with refused("place_above_capacity_has_a_reason"), transaction.atomic():
        MembershipFactory(place=4, capacity_at_admission=3)
    MembershipFactory(place=4, capacity_at_admission=3, over_capacity_reason="The committee wants a fourth one.")


def test_a_member_always_has_a_next_screening():
    with refused("member_is_screened_routinely"):
        MembershipFactory(next_screening_on=None)


def test_a_pool_serves_posts_of_its_class():
    with refused("pool_serves_posts_of_its_class"):
        PoolPositionFactory(pool__kind="management", position__position_class="key")


def test_a_post_is_served_by_one_pool():
    first = PoolPositionFactory()
    with refused("position_id"):
        PoolPositionFactory(position=first.position)


def test_a_reserve_pool_has_a_target_size():
    with refused("reserve_pool_has_a_target_others_a_ratio"):
        PoolFactory(kind="reserve")


def test_readiness_is_one_of_three():
    with refused("readiness_is_one_of_three"):
        MembershipPostFactory(readiness="R2")
