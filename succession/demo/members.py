"""The pools of the demonstration company and who stands in them."""

from typing import TYPE_CHECKING

from candidates.models import Candidate
from candidates.services import ensure_candidate, record_evidence, register_external
from pools.recompute import recompute_all
from pools.services import (
    admit_member,
    create_pool,
    exit_member,
    hold_member,
    propose_member,
    serve_positions,
    start_screening,
)
from pools.services.namings import Naming
from succession.organisation.choices import Willingness
from succession.organisation.services.willingness import answer_willingness, ask_willingness

from .shape import MemberPlan, PoolPlan

if TYPE_CHECKING:
    from .loader import Loader

# Days before the load at which the figures of the past year are kept.
MONTH_ENDS = range(360, 0, -30)
PROPOSED = "Proposed when the pool was entered, with the head of the unit."


def load_pools(loader: "Loader") -> None:
    """Set up the pools, then let people come in the order of their days, with the figures kept month by month."""
    for plan in loader.plan.pools:
        _set_up(loader, plan)
    waiting = [(plan, member) for plan in loader.plan.pools for member in plan.members]
    for days_ago in MONTH_ENDS:
        day = loader.ago(days_ago)
        for plan, member in [line for line in waiting if line[1].admitted and line[1].admitted <= day]:
            _load_member(loader, plan, member)
        waiting = [line for line in waiting if not line[1].admitted or line[1].admitted > day]
        recompute_all(on=day)
    for plan, member in waiting:
        _load_member(loader, plan, member)
    _load_outsider(loader)
    recompute_all(on=loader.today)


def _set_up(loader: "Loader", plan: PoolPlan) -> None:
    pool = create_pool(
        code=plan.code,
        name=plan.name,
        kind=plan.kind,
        owner=loader.people[plan.owner],
        horizon_years=plan.horizon_years,
        target_size=plan.target_size,
        levels=plan.levels,
        grades=plan.grades,
        actor=loader.hr,
    )
    loader.pools[plan.code] = pool
    if plan.posts:
        serve_positions(pool, [loader.posts[code] for code in plan.posts], actor=loader.hr)


def _load_member(loader: "Loader", plan: PoolPlan, member: MemberPlan) -> None:
    pool = loader.pools[plan.code]
    candidate = _candidate(loader, member)
    names = [Naming(loader.posts[name.post], name.readiness, member.reason or PROPOSED) for name in member.posts]
    membership = propose_member(pool, candidate, posts=names, reason=member.reason or PROPOSED, actor=loader.hr)
    if member.state == "proposed":
        return
    membership = start_screening(membership, actor=loader.hr)
    if member.state == "screening":
        return
    membership = admit_member(
        membership,
        actor=loader.hr,
        over_capacity_reason=plan.over_capacity_reason,
        admitted_on=member.admitted,
        next_screening_on=member.next_screening,
    )
    if member.state == "on_hold":
        hold_member(membership, reason=member.reason, actor=loader.hr)
    elif member.state == "exited":
        exit_member(membership, exit_reason=member.exit_reason, reason=member.reason, actor=loader.hr)


def _candidate(loader: "Loader", member: MemberPlan) -> Candidate:
    if member.person in loader.candidates:
        return loader.candidates[member.person]
    employee = loader.people[member.person]
    candidate = ensure_candidate(employee, actor=loader.hr)
    if member.evidence:
        candidate = record_evidence(candidate, member.evidence, actor=loader.hr)
    if member.willingness == Willingness.ASKED:
        ask_willingness(employee, on=loader.ago(12), actor=loader.hr)
    elif member.willingness != Willingness.NOT_ASKED:
        days = 4 if member.willingness == Willingness.DECLINED else loader.random.randint(10, 300)
        answer_willingness(employee, member.willingness, on=loader.ago(days), actor=None)
    loader.candidates[member.person] = candidate
    return candidate


def _load_outsider(loader: "Loader") -> None:
    """Someone from outside who is being talked to about Plant Leadership."""
    outsider = register_external(
        name="Ingeborg Dahl",
        email="ingeborg.dahl@norrvind.example",
        source="Norrvind Pumps, met at the trade fair",
        consent_on=loader.ago(40),
        retain_until=loader.ago(-325),
        actor=loader.hr,
    )
    record_evidence(outsider, loader.ago(30), actor=loader.hr)
    propose_member(
        loader.pools["KP-01"],
        outsider,
        posts=[Naming(loader.posts["OPS-PD-01"], "1_3_years", PROPOSED)],
        reason="Runs a plant of the same size and would come within the year.",
        actor=loader.hr,
    )
