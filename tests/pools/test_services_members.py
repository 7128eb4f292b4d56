"""The way of a person through a pool."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from pools import services
from pools.errors import AlreadyThere, NominationNeeded, NoPostNamed, PoolIsFull
from succession.organisation.errors import Invalid, NeedsReason
from succession.organisation.models import AuditEvent, OutboxMessage, Policy
from succession.organisation.months import months_later
from tests.factories import CandidateFactory, EmployeeFactory, PoolFactory, PoolPositionFactory, RoleAssignmentFactory

REASON = "Led two plants through their start-up."


@pytest.fixture
def served(db):
    return PoolPositionFactory()


def propose(served, actor, candidate=None, readiness="ready_now"):
    return services.propose_member(
        served.pool,
        candidate or CandidateFactory(),
        actor=actor,
        posts=[services.Naming(served.position, readiness, REASON)],
        reason=REASON,
    )


def admit(served, actor, **given):
    membership = services.start_screening(propose(served, actor), actor=actor)
    return services.admit_member(membership, actor=actor, **given)


def test_an_admitted_member_takes_the_lowest_place_and_is_screened_in_a_year(served, hr):
    membership = admit(served, hr)
    today = timezone.localdate()
    assert (membership.state, membership.place, membership.capacity_at_admission) == ("active", 1, 3)
    assert (membership.admitted_on, membership.next_screening_on) == (today, months_later(today, 12))
    event = AuditEvent.objects.get(verb="admit_member")
    assert (event.actor, event.before["state"], event.after["state"]) == (hr, "screening", "active")
    assert OutboxMessage.objects.filter(kind="membership_changed", payload={"pool": served.pool_id}).count() == 3


def test_a_free_place_in_the_middle_is_taken_first(served, hr):
    first, second = admit(served, hr), admit(served, hr)
    services.exit_member(first, actor=hr, exit_reason="withdrawn", reason=REASON)
    assert second.place == 2
    assert admit(served, hr).place == 1


def test_above_the_capacity_a_reason_and_the_permission_are_needed(served, hr, head):
    for _ in range(3):
        admit(served, hr)
    waiting = services.start_screening(propose(served, hr), actor=hr)
    with pytest.raises(PoolIsFull):
        services.admit_member(waiting, actor=hr)
    with pytest.raises(NeedsReason):
        services.admit_member(waiting, actor=hr, over_capacity_reason="Too short.")
    with pytest.raises(PermissionDenied):
        services.admit_member(waiting, actor=head, over_capacity_reason=REASON)
    over = services.admit_member(waiting, actor=hr, over_capacity_reason=REASON)
    assert (over.place, over.capacity_at_admission, over.over_capacity_reason) == (4, 3, REASON)


def test_nobody_is_admitted_without_a_post(served, hr):
    bare = services.propose_member(served.pool, CandidateFactory(), actor=hr, reason=REASON)
    services.start_screening(bare, actor=hr)
    with pytest.raises(NoPostNamed):
        services.admit_member(bare, actor=hr)
    bare.refresh_from_db()
    assert bare.state == "screening"


def test_a_reserve_pool_admits_without_posts_up_to_its_target(db, hr):
    pool = PoolFactory(kind="reserve", target_size=1)
    for expected in ("active", None):
        proposed = services.propose_member(pool, CandidateFactory(), actor=hr, reason=REASON)
        services.start_screening(proposed, actor=hr)
        if expected:
            assert services.admit_member(proposed, actor=hr).state == expected
        else:
            with pytest.raises(PoolIsFull):
                services.admit_member(proposed, actor=hr)


def test_moving_up_keeps_the_history(served, hr):
    reserve = PoolFactory(kind="reserve", target_size=5)
    young = services.propose_member(reserve, CandidateFactory(), actor=hr, reason=REASON)
    services.admit_member(services.start_screening(young, actor=hr), actor=hr)
    moved = services.move_up(
        young,
        served.pool,
        actor=hr,
        posts=[services.Naming(served.position, "1_3_years", REASON)],
        reason=REASON,
    )
    young.refresh_from_db()
    assert (young.state, young.exit_reason, young.place) == ("exited", "moved_up", None)
    assert (moved.state, moved.moved_from, moved.candidate) == ("proposed", young, young.candidate)


def test_someone_on_hold_gives_the_place_back_and_needs_one_again(served, hr):
    member = admit(served, hr)
    held = services.hold_member(member, actor=hr, reason=REASON)
    assert (held.state, held.place, held.hold_reason) == ("on_hold", None, REASON)
    for _ in range(3):
        admit(served, hr)
    with pytest.raises(PoolIsFull):
        services.resume_member(held, actor=hr)
    back = services.resume_member(held, actor=hr, over_capacity_reason=REASON)
    assert (back.state, back.place, back.admitted_on) == ("active", 4, member.admitted_on)


@pytest.mark.parametrize(
    ("outcome", "state", "exit_reason"),
    [("stays", "active", ""), ("hold", "on_hold", ""), ("out", "exited", "screened_out")],
)
def test_a_screening_keeps_holds_or_ends(served, hr, outcome, state, exit_reason):
    member = services.screen_member(admit(served, hr), actor=hr, outcome=outcome, reason=REASON)
    assert (member.state, member.exit_reason) == (state, exit_reason)
    screening = member.screenings.get()
    assert (screening.outcome, screening.reason, screening.screened_by) == (outcome, REASON, hr)


def test_a_screening_sets_the_next_one(served, hr):
    member = services.screen_member(
        admit(served, hr), actor=hr, outcome="stays", reason=REASON, next_screening_on=date(2098, 1, 1)
    )
    assert member.next_screening_on == date(2098, 1, 1)


def test_a_person_stands_once_in_a_pool(served, hr):
    candidate = CandidateFactory()
    propose(served, hr, candidate)
    with pytest.raises(AlreadyThere):
        propose(served, hr, candidate)


def test_someone_who_left_the_organisation_is_not_proposed(served, hr):
    gone = CandidateFactory(employee__left_on=date(2021, 1, 1))
    with pytest.raises(Invalid):
        propose(served, hr, gone)


def test_nobody_decides_about_themselves(served):
    user = RoleAssignmentFactory().user
    own = CandidateFactory(employee=EmployeeFactory(user=user))
    with pytest.raises(PermissionDenied):
        propose(served, user, own)
    theirs = propose(served, None, own)
    for act in (
        lambda: services.start_screening(theirs, actor=user),
        lambda: services.exit_member(theirs, actor=user, exit_reason="withdrawn", reason=REASON),
        lambda: services.name_for_post(
            theirs, PoolPositionFactory(pool=served.pool).position, actor=user, readiness="ready_now", reason=REASON
        ),
        lambda: services.remove_name(theirs.posts.get(), actor=user, reason=REASON),
    ):
        with pytest.raises(PermissionDenied):
            act()
    theirs.refresh_from_db()
    assert (theirs.state, theirs.posts.count()) == ("proposed", 1)
    assert not user.has_perm("pools.start_screening", theirs)


def test_where_the_policy_asks_names_come_only_from_nominations(served, hr):
    member = admit(served, hr)
    Policy.objects.update(nomination_required=True)
    with pytest.raises(NominationNeeded):
        propose(served, hr)
    name = member.posts.get()
    with pytest.raises(NominationNeeded):
        services.change_readiness(name, actor=hr, readiness="1_3_years", reason=REASON)
    with pytest.raises(NominationNeeded):
        services.remove_name(name, actor=hr, reason=REASON)


def test_a_change_of_readiness_is_dated_and_reasoned(served, hr):
    name = admit(served, hr).posts.get()
    changed = services.change_readiness(name, actor=hr, readiness="1_3_years", reason=REASON)
    assert (changed.readiness, changed.readiness_on, changed.reason) == ("1_3_years", timezone.localdate(), REASON)
    event = AuditEvent.objects.get(verb="change_readiness")
    assert (event.before["readiness"], event.after["readiness"]) == ("ready_now", "1_3_years")


def test_a_member_keeps_at_least_one_name(served, hr):
    member = admit(served, hr)
    with pytest.raises(NoPostNamed):
        services.remove_name(member.posts.get(), actor=hr, reason=REASON)
    other = PoolPositionFactory(pool=served.pool)
    services.name_for_post(member, other.position, actor=hr, readiness="4_5_years", reason=REASON)
    services.remove_name(member.posts.get(position=served.position), actor=hr, reason=REASON)
    assert list(member.posts.values_list("position", flat=True)) == [other.position_id]


def test_names_are_only_for_posts_of_the_pool(served, hr):
    member = admit(served, hr)
    with pytest.raises(Invalid):
        services.name_for_post(member, PoolPositionFactory().position, actor=hr, readiness="ready_now", reason=REASON)


def test_a_bulk_act_is_all_or_none(served, hr):
    members = [admit(served, hr), propose(served, hr)]
    with pytest.raises(services.MoveNotAllowed):
        services.hold_members(members, actor=hr, reason=REASON)
    assert sorted(served.pool.memberships.values_list("state", flat=True)) == ["active", "proposed"]
    services.exit_members(members, actor=hr, exit_reason="withdrawn", reason=REASON)
    assert set(served.pool.memberships.values_list("state", flat=True)) == {"exited"}
    assert AuditEvent.objects.filter(verb="exit_member", reason=REASON).count() == 2


def test_a_suggested_employee_becomes_a_candidate(served, hr):
    employee = EmployeeFactory()
    membership = services.propose_from_suggestion(
        served.pool, employee, actor=hr, position=served.position, readiness="ready_now", reason=REASON
    )
    assert membership.candidate.employee == employee
    assert membership.posts.get().readiness == "ready_now"
