"""Two people admit for the last place at once: exactly one wins, and the database alone refuses, too."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from pools import services
from pools.errors import PoolIsFull
from pools.models import EchelonPool, Membership
from tests.factories import CandidateFactory, PoolPositionFactory

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Led two plants through their start-up."


def waiting(served):
    proposed = services.propose_member(
        served.pool,
        CandidateFactory(),
        actor=None,
        posts=[services.Naming(served.position, "ready_now", REASON)],
        reason=REASON,
    )
    return services.start_screening(proposed, actor=None)


def pool_with_one_place_left():
    served = PoolPositionFactory()
    for _ in range(2):
        services.admit_member(waiting(served), actor=None)
    return served


def at_once(acts):
    """Each act in a thread and transaction of its own, all let go together: what each came to."""
    barrier = threading.Barrier(len(acts))
    outcomes = []

    def run(act):
        try:
            barrier.wait()
            act()
            outcomes.append("done")
        except Exception as refusal:  # noqa: BLE001 -- whatever comes is an outcome here
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def places(served):
    return sorted(Membership.objects.active().filter(pool=served.pool).values_list("place", flat=True))


def admissions(members):
    return [lambda member=member: services.admit_member(member, actor=None) for member in members]


def test_of_two_admissions_for_the_last_place_one_wins():
    for _ in range(5):
        served = pool_with_one_place_left()
        outcomes = at_once(admissions([waiting(served), waiting(served)]))
        assert outcomes == ["PoolIsFull", "done"]
        assert places(served) == [1, 2, 3]


def test_of_twenty_admissions_for_the_last_place_one_wins():
    served = pool_with_one_place_left()
    outcomes = at_once(admissions([waiting(served) for _ in range(20)]))
    assert outcomes == ["PoolIsFull"] * 19 + ["done"]
    assert places(served) == [1, 2, 3]


def test_without_the_lock_the_database_still_lets_one_in(monkeypatch):
    """Both read two taken places and take the third: the second meets the constraint, not a pool of four."""
    together = threading.Barrier(2, timeout=10)

    def read_without_locking(pool_id):
        return EchelonPool.objects.get(pk=pool_id)

    counted = services.memberships._free_place

    def count_at_the_same_moment(*given):
        place = counted(*given)
        together.wait()
        return place

    monkeypatch.setattr(services.memberships, "lock_pool", read_without_locking)
    served = pool_with_one_place_left_before(monkeypatch, count_at_the_same_moment)
    members = served.pool.memberships.filter(state="screening")
    outcomes = at_once(admissions(list(members)))
    assert outcomes == ["PoolIsFull", "done"]
    assert places(served) == [1, 2, 3]


def pool_with_one_place_left_before(monkeypatch, count):
    served = pool_with_one_place_left()
    waiting(served)
    waiting(served)
    monkeypatch.setattr(services.memberships, "_free_place", count)
    return served


def test_without_the_lock_two_places_above_the_capacity_would_both_be_taken(monkeypatch):
    """What the lock is for: with it, the second admission sees the first and needs a reason of its own."""
    served = pool_with_one_place_left()
    members = [waiting(served), waiting(served)]
    together = threading.Barrier(2, timeout=10)
    counted = services.memberships._free_place
    numbers = iter((3, 4))

    def count_at_the_same_moment(*given):
        place = counted(*given)
        together.wait()
        return place._replace(number=next(numbers), capacity=4)

    monkeypatch.setattr(services.memberships, "lock_pool", lambda pool_id: EchelonPool.objects.get(pk=pool_id))
    monkeypatch.setattr(services.memberships, "_free_place", count_at_the_same_moment)
    assert at_once(admissions(members)) == ["done", "done"]
    assert places(served) == [1, 2, 3, 4]


@pytest.mark.parametrize("place", [3, 4])
def test_the_database_alone_refuses_a_taken_place_and_one_above_the_capacity(place):
    served = PoolPositionFactory()
    for _ in range(3):
        services.admit_member(waiting(served), actor=None)
    member = waiting(served)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=member.pk).update(
            state="active",
            place=place,
            capacity_at_admission=3,
            admitted_on="2026-01-01",
            next_screening_on="2027-01-01",
        )
    member.refresh_from_db()
    assert member.state == "screening"
    assert PoolIsFull.code == "pool_is_full"
