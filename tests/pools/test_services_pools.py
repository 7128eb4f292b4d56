"""Pools and the posts they serve; and every service's trace in the audit trail."""

from decimal import Decimal

import pytest

from pools import services
from pools.errors import AlreadyThere, PoolIsClosed
from pools.models import EchelonPool, MembershipPost, PoolPosition
from pools.selectors.demand import equation_of
from succession.organisation.errors import Invalid, NeedsReason
from succession.organisation.models import AuditEvent, OutboxMessage, Policy
from succession.organisation.selectors.policies import policy_in_force
from tests.factories import (
    CandidateFactory,
    EmployeeFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
    RoleAssignmentFactory,
)

pytestmark = pytest.mark.django_db
REASON = "Decided with the owner of the pool in autumn."


def key_post(**given):
    return PositionFactory(position_class="key", **given)


def test_a_ratio_of_its_own_needs_a_reason(hr):
    with pytest.raises(NeedsReason):
        services.create_pool(actor=hr, code="K1", name="One", kind="key", ratio_override=Decimal(2))
    pool = services.create_pool(
        actor=hr, code="K1", name="One", kind="key", ratio_override=Decimal(2), ratio_reason=REASON
    )
    assert (pool.ratio_override, pool.ratio_reason) == (2, REASON)
    with pytest.raises(NeedsReason):
        services.change_pool(pool, actor=hr, ratio_override=Decimal(4))
    changed = services.change_pool(pool, actor=hr, ratio_override=None, name="Two")
    assert (changed.ratio_override, changed.ratio_reason, changed.name) == (None, "", "Two")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "reserve"}, "target_size"),
        ({"kind": "key", "target_size": 3}, "target_size"),
        ({"kind": "secret"}, "kind"),
        ({"kind": "key", "code": " "}, "code"),
        ({"kind": "key", "name": ""}, "name"),
        ({"kind": "key", "horizon_years": 0}, "horizon_years"),
        ({"kind": "key", "ratio_override": Decimal(21), "ratio_reason": REASON}, "ratio_override"),
    ],
    ids=["no target", "target of a key pool", "kind", "code", "name", "horizon", "ratio"],
)
def test_a_pool_that_cannot_be_is_refused_at_its_field(hr, given, field):
    with pytest.raises(Invalid) as refusal:
        services.create_pool(actor=hr, **{"code": "K1", "name": "One"} | given)
    assert refusal.value.field == field
    assert not EchelonPool.objects.exists()


def test_a_code_is_given_once(hr):
    PoolFactory(code="K1")
    with pytest.raises(Invalid):
        services.create_pool(actor=hr, code="K1", name="One", kind="key")


def test_a_pool_serves_posts_of_its_class_alone(hr):
    pool = PoolFactory()
    with pytest.raises(Invalid):
        services.serve_position(pool, PositionFactory(position_class="general"), actor=hr)
    with pytest.raises(Invalid):
        services.serve_position(PoolFactory(kind="reserve", target_size=2), key_post(), actor=hr)
    served = services.serve_position(pool, key_post(), actor=hr)
    with pytest.raises(AlreadyThere):
        services.serve_position(PoolFactory(), served.position, actor=hr)
    assert list(PoolPosition.objects.values_list("pool", "position")) == [(pool.pk, served.position_id)]


def test_several_posts_are_served_all_or_none(hr):
    pool, fine, taken = PoolFactory(), key_post(), PoolPositionFactory().position
    with pytest.raises(AlreadyThere):
        services.serve_positions(pool, [fine, taken], actor=hr)
    assert not pool.pool_positions.exists()
    assert len(services.serve_positions(pool, [fine, key_post()], actor=hr)) == 2


def test_an_overridden_demand_needs_a_reason_and_counts(hr):
    served = PoolPositionFactory()
    with pytest.raises(NeedsReason):
        services.override_demand(served.pool, served.position, 4, actor=hr)
    services.override_demand(served.pool, served.position, 4, actor=hr, reason=REASON)
    equation = equation_of(served.pool, policy_in_force())
    assert (equation.seats, equation.demand, equation.capacity, equation.overridden) == (1, 4, 12, 1)
    services.override_demand(served.pool, served.position, None, actor=hr)
    assert equation_of(served.pool, policy_in_force()).capacity == 3


def test_a_closed_pool_lets_go_of_its_posts_and_takes_nobody(hr):
    served = PoolPositionFactory()
    pool = services.close_pool(served.pool, actor=hr, reason=REASON)
    assert not pool.pool_positions.exists()
    with pytest.raises(PoolIsClosed):
        services.propose_member(pool, CandidateFactory(), actor=hr, reason=REASON)


def test_a_post_taken_out_keeps_its_names_written_down(hr):
    served = PoolPositionFactory()
    member = services.propose_member(
        served.pool,
        CandidateFactory(),
        actor=hr,
        posts=[services.Naming(served.position, "ready_now", REASON)],
        reason=REASON,
    )
    services.stop_serving_position(served.pool, served.position, actor=hr)
    assert member.posts.count() == 1
    with pytest.raises(Invalid):
        services.stop_serving_position(served.pool, served.position, actor=hr)


def _screened(actor, pool=None, kind="key"):
    """A served post and someone in screening for it."""
    served = PoolPositionFactory(pool=pool or PoolFactory(), position=key_post())
    member = services.propose_member(
        served.pool,
        CandidateFactory(),
        actor=actor,
        posts=[services.Naming(served.position, "ready_now", REASON)],
        reason=REASON,
    )
    return served, services.start_screening(member, actor=actor)


def _active(actor):
    served, member = _screened(actor)
    return served, services.admit_member(member, actor=actor)


def _hold(actor):
    return services.hold_member(_active(actor)[1], actor=actor, reason=REASON)


def _in_reserve(actor):
    pool = PoolFactory(kind="reserve", target_size=3)
    member = services.propose_member(pool, CandidateFactory(), actor=actor, reason=REASON)
    return services.admit_member(services.start_screening(member, actor=actor), actor=actor)


def _rename(actor):
    member = _active(actor)[1]
    return services.change_readiness(member.posts.get(), actor=actor, readiness="4_5_years", reason=REASON)


def _unname(actor):
    served, member = _active(actor)
    other = PoolPositionFactory(pool=served.pool, position=key_post())
    name = services.name_for_post(member, other.position, actor=actor, readiness="ready_now", reason=REASON)
    return services.remove_name(name, actor=actor, reason=REASON)


def _of_another_class(actor):
    served = PoolPositionFactory()
    served.position.position_class = "general"
    served.position.save()
    return services.take_out_posts_of_another_class([served.position_id])


def _served(act):
    def run(actor):
        served = PoolPositionFactory()
        return act(served, actor)

    return run


ACTS = {
    "create_pool": lambda actor: services.create_pool(actor=actor, code="K9", name="Nine", kind="key"),
    "change_pool": lambda actor: services.change_pool(PoolFactory(), actor=actor, name="Other"),
    "close_pool": lambda actor: services.close_pool(PoolFactory(), actor=actor, reason=REASON),
    "serve_position": lambda actor: services.serve_position(PoolFactory(), key_post(), actor=actor),
    "serve_positions": lambda actor: services.serve_positions(PoolFactory(), [key_post()], actor=actor),
    "stop_serving_position": _served(
        lambda served, actor: services.stop_serving_position(served.pool, served.position, actor=actor)
    ),
    "take_out_posts_of_another_class": _of_another_class,
    "override_demand": _served(
        lambda served, actor: services.override_demand(served.pool, served.position, 2, actor=actor, reason=REASON)
    ),
    "propose_member": lambda actor: services.propose_member(
        PoolFactory(), CandidateFactory(), actor=actor, reason=REASON
    ),
    "propose_from_suggestion": lambda actor: services.propose_from_suggestion(
        PoolFactory(), EmployeeFactory(), actor=actor, reason=REASON
    ),
    "start_screening": _screened,
    "admit_member": _active,
    "screen_member": lambda actor: services.screen_member(
        _active(actor)[1], actor=actor, outcome="stays", reason=REASON
    ),
    "screen_members": lambda actor: services.screen_members(
        [_active(actor)[1]], actor=actor, outcome="out", reason=REASON
    ),
    "hold_member": _hold,
    "hold_members": lambda actor: services.hold_members([_active(actor)[1]], actor=actor, reason=REASON),
    "resume_member": lambda actor: services.resume_member(_hold(actor), actor=actor),
    "exit_member": lambda actor: services.exit_member(
        _active(actor)[1], actor=actor, exit_reason="declined", reason=REASON
    ),
    "exit_members": lambda actor: services.exit_members(
        [_active(actor)[1]], actor=actor, exit_reason="declined", reason=REASON
    ),
    "move_up": lambda actor: services.move_up(_in_reserve(actor), PoolFactory(), actor=actor, reason=REASON),
    "name_for_post": _unname,
    "change_readiness": _rename,
    "remove_name": _unname,
    "ask_to_recompute": lambda actor: services.ask_to_recompute(PoolFactory(), actor=actor),
}
# Bulk acts and variants are written down as the act they repeat.
VERBS = {
    "serve_positions": "serve_position",
    "take_out_posts_of_another_class": "stop_serving_position",
    "propose_from_suggestion": "propose_member",
    "screen_members": "screen_member",
    "hold_members": "hold_member",
    "exit_members": "exit_member",
}
BY_THE_SYSTEM = {"take_out_posts_of_another_class"}
SILENT = {"ask_to_recompute"}


def test_every_service_is_listed_here():
    public = {name for name in services.__all__ if name[0].islower()}
    assert public == set(ACTS)


@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_service_leaves_an_audit_event_and_announces(name, hr):
    ACTS[name](hr)
    event = AuditEvent.objects.filter(verb=VERBS.get(name, name)).first()
    assert event is not None
    assert event.actor == (None if name in BY_THE_SYSTEM else hr)
    assert OutboxMessage.objects.filter(consumer="coverage").exists() is (name not in SILENT)


@pytest.mark.parametrize(
    "permission",
    [
        "pools.create_pool",
        "pools.change_pool",
        "pools.exceed_capacity",
        "pools.admit_member",
        "pools.exit_member",
        "pools.name_for_post",
        "pools.recompute_pool",
    ],
)
def test_only_hr_for_the_whole_organisation_keeps_pools(permission, hr, head, committee, auditor, employee_user, unit):
    membership = services.propose_member(PoolFactory(), CandidateFactory(), actor=None, reason=REASON)
    subject = membership if permission.split("_")[-1] in {"member", "post"} else membership.pool
    scoped = RoleAssignmentFactory(role="hr_manager", org_unit=unit).user
    allowed = [
        user for user in (hr, head, committee, auditor, employee_user, scoped) if user.has_perm(permission, subject)
    ]
    assert allowed == [hr]


def test_names_stay_in_the_history(hr):
    from succession.organisation.history import story_of

    name = _rename(hr)
    story = story_of(name)
    assert [event.readiness for event in story] == ["4_5_years", "ready_now"]
    assert story[0].pgh_context.metadata["verb"] == "change_readiness"
    assert MembershipPost.objects.count() == 1
    assert Policy.objects.count() == 1
