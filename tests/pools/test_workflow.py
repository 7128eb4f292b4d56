"""Every move that is not in the table is refused by its door, and changes nothing."""

import pytest

from pools import services
from pools.choices import MembershipState
from pools.models import Membership
from pools.workflow import MOVES, MoveNotAllowed, can_move
from succession.organisation.models import AuditEvent, OutboxMessage
from tests.factories import CandidateFactory, MembershipPostFactory, PoolPositionFactory

REASON = "Looked at again with the owner of the pool."
DOORS = {
    MembershipState.SCREENING: lambda member: services.start_screening(member, actor=None),
    MembershipState.ON_HOLD: lambda member: services.hold_member(member, actor=None, reason=REASON),
    MembershipState.EXITED: lambda member: services.exit_member(
        member, actor=None, exit_reason="withdrawn", reason=REASON
    ),
}
TO_ACTIVE = {
    "admit": lambda member: services.admit_member(member, actor=None),
    "resume": lambda member: services.resume_member(member, actor=None),
}


def standing_in(state):
    served = PoolPositionFactory()
    is_active = state == MembershipState.ACTIVE
    member = Membership.objects.create(
        pool=served.pool,
        candidate=CandidateFactory(),
        state=state,
        place=1 if is_active else None,
        capacity_at_admission=3 if is_active else None,
        admitted_on="2025-01-01" if is_active else None,
        next_screening_on="2099-01-01" if is_active else None,
        exited_on="2025-01-01" if state == MembershipState.EXITED else None,
        exit_reason="withdrawn" if state == MembershipState.EXITED else "",
    )
    MembershipPostFactory(membership=member, position=served.position)
    return member


def test_the_table_is_the_one_that_was_agreed():
    assert {(str(a), str(b)) for a, after in MOVES.items() for b in after} == {
        ("proposed", "screening"),
        ("screening", "active"),
        ("active", "on_hold"),
        ("on_hold", "active"),
        ("proposed", "exited"),
        ("screening", "exited"),
        ("active", "exited"),
        ("on_hold", "exited"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("state", MembershipState.values)
@pytest.mark.parametrize("to", [state.value for state in DOORS])
def test_each_door_follows_the_table(state, to):
    member = standing_in(state)
    check(member, state, to, DOORS[to])


@pytest.mark.django_db
@pytest.mark.parametrize("state", MembershipState.values)
@pytest.mark.parametrize(("door", "from_state"), [("admit", "screening"), ("resume", "on_hold")])
def test_the_doors_into_the_pool_follow_the_table(state, door, from_state):
    member = standing_in(state)
    if state == from_state:
        assert TO_ACTIVE[door](member).state == "active"
    else:
        refused(member, state, TO_ACTIVE[door])


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in MembershipState.values if state != "active"])
def test_only_an_active_member_is_screened_again(state):
    def screen(member):
        services.screen_member(member, actor=None, outcome="stays", reason=REASON)

    refused(standing_in(state), state, screen)


def check(member, state, to, door):
    if can_move(state, to):
        assert door(member).state == to
    else:
        refused(member, state, door)


def refused(member, state, door):
    with pytest.raises(MoveNotAllowed):
        door(member)
    member.refresh_from_db()
    assert member.state == state
    assert not AuditEvent.objects.exists()
    assert not OutboxMessage.objects.exists()
