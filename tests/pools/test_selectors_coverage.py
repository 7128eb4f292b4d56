"""Stored figures for who sees all, computed ones for others; the past; and what each reading costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pools import recompute
from pools.models import CoverageDay, MembershipPost
from pools.selectors.coverage import (
    coverage_of_pool,
    coverage_of_position,
    coverage_of_unit,
    coverage_of_whole,
    coverage_on,
    figures_of_pools,
    history,
    pools_for,
    stored_of_positions,
)
from succession.organisation.access import access_of
from tests.factories import (
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
)

pytestmark = pytest.mark.django_db


def pool_with(members, **post):
    served = PoolPositionFactory(position=PositionFactory(position_class="key", **post))
    for number in range(members):
        member = MembershipFactory(pool=served.pool, place=number + 1)
        MembershipPostFactory(membership=member, position=served.position)
    return served


def test_stored_and_computed_figures_are_the_same(hr, head, unit):
    served = pool_with(2, org_unit=unit)
    recompute.recompute_all()
    stored, computed = coverage_of_pool(hr, served.pool), coverage_of_pool(head, served.pool)
    for name in ("seats", "demand", "capacity", "members", "filled", "ready_now", "gap", "seats_true", "status"):
        assert (name, getattr(stored, name)) == (name, getattr(computed, name))
    assert (stored.partial, computed.partial) == (False, False)
    for reading in (coverage_of_whole, lambda user: coverage_of_unit(user, unit)):
        assert reading(hr).seats_true == reading(head).seats_true == 1


def test_a_committee_member_reads_key_figures_alone(committee):
    served = pool_with(1)
    reserve = PoolFactory(kind="reserve", target_size=3)
    recompute.recompute_all()
    assert coverage_of_whole(committee).seats == 1
    assert coverage_of_pool(committee, served.pool).filled == 1
    assert coverage_of_whole(committee, "management").seats == 0
    assert list(pools_for(committee)) == [served.pool]
    assert reserve not in pools_for(committee)


def test_the_own_seat_has_no_figures(head, unit):
    own = pool_with(2, org_unit=unit)
    IncumbencyFactory(position=own.position, employee=head.employee)
    recompute.recompute_all()
    assert coverage_of_position(head, own.position) is None
    assert coverage_of_whole(head).seats == 0
    assert stored_of_positions(head, [own.position]) == {}


def test_who_sees_nothing_reads_nothing(employee_user):
    served = pool_with(2)
    recompute.recompute_all()
    assert coverage_of_position(employee_user, served.position) is None
    assert coverage_of_whole(employee_user).members == 0
    assert list(history(employee_user)) == []
    assert list(pools_for(employee_user)) == []


def test_the_past_is_read_as_it_was(hr):
    served = pool_with(1)
    today = timezone.localdate()
    recompute.recompute_all(today - timedelta(30))
    MembershipPost.objects.update(readiness="4_5_years")
    recompute.recompute_all(today)
    assert coverage_on(hr, today - timedelta(31), pool=served.pool) is None
    then, now = (coverage_on(hr, today - timedelta(days), pool=served.pool) for days in (3, 0))
    assert (then.as_of, then.seats_true_ready_now, now.seats_true_ready_now) == (today - timedelta(3), 1, 0)
    assert [day.on for day in history(hr, pool=served.pool)] == [today, today - timedelta(30)]
    assert [day.seats_true_ready_now for day in history(hr)] == [0, 1]


def test_a_day_keeps_one_row_however_often_figures_change(hr):
    served = pool_with(1)
    for readiness in ("1_3_years", "ready_now", "4_5_years"):
        MembershipPost.objects.update(readiness=readiness)
        recompute.recompute_all()
    (day,) = CoverageDay.objects.filter(pool=served.pool)
    assert (day.years_4_5, day.ready_now) == (1, 0)


def test_a_reading_costs_the_same_whatever_the_size(hr, head, unit, django_assert_num_queries):
    pools = [pool_with(1, org_unit=unit).pool for _ in range(2)]
    recompute.recompute_all()
    for user in (hr, head):
        access_of(user)
    readings = {
        lambda user, pools: coverage_of_pool(user, pools[0]): (1, 2),
        lambda user, pools: coverage_of_position(user, pools[0].pool_positions.get().position): (3, 5),
        lambda user, pools: coverage_of_whole(user): (1, 4),
        lambda user, pools: coverage_of_unit(user, unit): (1, 5),
        figures_of_pools: (1, 2),
    }
    for _ in range(2):
        for reading, costs in readings.items():
            for user, cost in zip((hr, head), costs, strict=True):
                with django_assert_num_queries(cost):
                    reading(user, pools)
        pools += [pool_with(3, org_unit=unit).pool for _ in range(4)]
        recompute.recompute_all()
