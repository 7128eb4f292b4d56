"""The way of a person through a pool: proposed, screened, admitted, on hold, out."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from candidates.models import Candidate
from candidates.services import ensure_candidate, refuse_own
from pools.choices import ExitReason, MembershipState, PoolKind, ScreeningOutcome
from pools.errors import AlreadyThere, NoPostNamed, PoolIsFull
from pools.models import EchelonPool, Membership, Screening
from pools.selectors.demand import equation_of
from pools.workflow import MoveNotAllowed
from succession.organisation import audit
from succession.organisation.errors import Invalid
from succession.organisation.models import Employee, Position, User
from succession.organisation.months import months_later
from succession.organisation.reasons import require_reason

from .doors import lock_membership, lock_pool, move, policy_in_force, tell, write
from .namings import Naming, add_names, require_naming_allowed


class Place(NamedTuple):
    """A place of the capacity, and what the capacity was."""

    number: int
    capacity: int
    over_capacity_reason: str


@transaction.atomic
def propose_member(
    pool: EchelonPool, candidate: Candidate, *, actor: User | None, posts: Sequence[Naming] = (), reason: str
) -> Membership:
    """Propose a person for a pool, with the posts they are named for: (position, readiness, reason) each.

    Refuses a reason under 20 characters, a person who stands in the pool or no longer works here, posts that the pool
    does not serve, and posts at all where the policy asks for a nomination first.
    """
    reason = require_reason(reason)
    refuse_own(actor, candidate)
    pool = lock_pool(pool.pk)
    _require_here(candidate)
    if posts:
        require_naming_allowed(policy_in_force())
    try:
        with transaction.atomic(), audit.acting(actor, "propose_member", reason=reason):
            membership = Membership.objects.create(pool=pool, candidate=candidate, proposal_reason=reason)
    except IntegrityError as clash:
        raise AlreadyThere(_("%(name)s already stands in this pool.") % {"name": candidate}) from clash
    with audit.acting(actor, "propose_member", reason=reason):
        names = add_names(membership, posts)
    named = [{"position": name.position_id, "readiness": name.readiness} for name in names]
    tell("propose_member", membership, actor=actor, after={"state": "proposed", "posts": named}, reason=reason)
    return membership


def propose_from_suggestion(
    pool: EchelonPool,
    employee: Employee,
    *,
    actor: User | None,
    position: Position | None = None,
    readiness: str = "",
    reason: str,
) -> Membership:
    """Propose a suggested employee; the candidate record is made where there is none. Refuses as `propose_member`."""
    posts = [Naming(position, readiness, reason)] if position and readiness else []
    with transaction.atomic():
        candidate = ensure_candidate(employee, actor=actor)
        return propose_member(pool, candidate, actor=actor, posts=posts, reason=reason)


@transaction.atomic
def start_screening(membership: Membership, *, actor: User | None, reason: str = "") -> Membership:
    """Begin to screen a proposed person."""
    membership = lock_membership(membership, actor=actor)
    return move(
        membership, MembershipState.SCREENING, verb="start_screening", actor=actor, values={}, reason=reason.strip()
    )


@transaction.atomic
def admit_member(
    membership: Membership,
    *,
    actor: User | None,
    over_capacity_reason: str = "",
    admitted_on: date | None = None,
    next_screening_on: date | None = None,
) -> Membership:
    """Move a screened person into the pool: they take the lowest free place.

    The pool's row is locked first: of two admissions for the last place, the second gets `PoolIsFull` unless it brings a
    reason and the permission to exceed. Refuses who is named for no post of a key or management pool. The two days are
    for pools that existed before they were entered here; a day of admission that lies ahead is refused.
    """
    if admitted_on is not None and admitted_on > timezone.localdate():
        raise Invalid(_("The day of admission lies ahead."), field="admitted_on")
    pool = lock_pool(membership.pool_id)
    membership = lock_membership(membership, actor=actor)
    return _take_place(
        pool,
        membership,
        verb="admit_member",
        come_from=MembershipState.SCREENING,
        actor=actor,
        over_capacity_reason=over_capacity_reason,
        admitted_on=admitted_on,
        next_screening_on=next_screening_on,
    )


@transaction.atomic
def resume_member(
    membership: Membership, *, actor: User | None, over_capacity_reason: str = "", reason: str = ""
) -> Membership:
    """Bring someone on hold back: they need a place again. Refuses as `admit_member`."""
    pool = lock_pool(membership.pool_id)
    membership = lock_membership(membership, actor=actor)
    return _take_place(
        pool,
        membership,
        verb="resume_member",
        come_from=MembershipState.ON_HOLD,
        actor=actor,
        over_capacity_reason=over_capacity_reason,
        reason=reason.strip(),
    )


@transaction.atomic
def hold_member(membership: Membership, *, actor: User | None, reason: str) -> Membership:
    """Put an active member on hold: the place becomes free, and they do not count. Refuses without a reason."""
    reason = require_reason(reason)
    return _hold(lock_membership(membership, actor=actor), "hold_member", actor, reason)


@transaction.atomic
def exit_member(membership: Membership, *, actor: User | None, exit_reason: str, reason: str) -> Membership:
    """Take a person out of a pool, from any state. Refuses an unknown kind of leaving and a reason that is too short."""
    reason = require_reason(reason)
    if exit_reason not in ExitReason.values:
        raise Invalid(_("Choose why they leave."), field="exit_reason")
    return _exit(lock_membership(membership, actor=actor), "exit_member", actor, exit_reason, reason)


@transaction.atomic
def screen_member(
    membership: Membership,
    *,
    actor: User | None,
    outcome: str,
    reason: str,
    next_screening_on: date | None = None,
) -> Membership:
    """Screen an active member again: they stay, go on hold or leave; the next screening is set when they stay."""
    reason = require_reason(reason)
    if outcome not in ScreeningOutcome.values:
        raise Invalid(_("Choose what the screening found."), field="outcome")
    today = timezone.localdate()
    if next_screening_on is not None and next_screening_on <= today:
        raise Invalid(_("The next screening lies after today."), field="next_screening_on")
    membership = lock_membership(membership, actor=actor)
    if membership.state != MembershipState.ACTIVE:
        raise MoveNotAllowed(_("Only someone in the pool is screened again."))
    with audit.acting(actor, "screen_member", reason=reason):
        Screening.objects.create(membership=membership, outcome=outcome, reason=reason, screened_by=actor)
    if outcome == ScreeningOutcome.OUT:
        return _exit(membership, "screen_member", actor, ExitReason.SCREENED_OUT, reason)
    if outcome == ScreeningOutcome.HOLD:
        return _hold(membership, "screen_member", actor, reason)
    due = next_screening_on or months_later(today, policy_in_force().screening_interval_months)
    return write(membership, verb="screen_member", actor=actor, values={"next_screening_on": due}, reason=reason)


@transaction.atomic
def move_up(
    membership: Membership,
    pool: EchelonPool,
    *,
    actor: User | None,
    posts: Sequence[Naming] = (),
    reason: str,
) -> Membership:
    """Move someone up from a reserve pool: they leave it as moved up and are proposed for the other, history linked."""
    reason = require_reason(reason)
    membership = lock_membership(membership, actor=actor)
    if membership.pool.kind != PoolKind.RESERVE or pool.kind == PoolKind.RESERVE:
        raise Invalid(_("People move up from a reserve pool into a key or management pool."), field="pool")
    moved = propose_member(pool, membership.candidate, actor=actor, posts=posts, reason=reason)
    _exit(membership, "move_up", actor, ExitReason.MOVED_UP, reason)
    return write(moved, verb="move_up", actor=actor, values={"moved_from": membership}, reason=reason)


def _take_place(
    pool: EchelonPool,
    membership: Membership,
    *,
    verb: str,
    come_from: MembershipState,
    actor: User | None,
    over_capacity_reason: str,
    reason: str = "",
    admitted_on: date | None = None,
    next_screening_on: date | None = None,
) -> Membership:
    if membership.state != come_from:
        raise MoveNotAllowed.from_state(membership.state)
    _require_here(membership.candidate)
    if pool.kind != PoolKind.RESERVE and not _is_named_in(pool, membership):
        raise NoPostNamed(_("%(name)s is not named for any post of this pool yet.") % {"name": membership.candidate})
    policy = policy_in_force()
    place = _free_place(pool, actor, over_capacity_reason, equation_of(pool, policy).capacity)
    today = timezone.localdate()
    values = {
        "place": place.number,
        "capacity_at_admission": place.capacity,
        "over_capacity_reason": place.over_capacity_reason,
        "admitted_on": membership.admitted_on or admitted_on or today,
        "next_screening_on": next_screening_on or months_later(today, policy.screening_interval_months),
        "hold_reason": "",
    }
    told = reason or place.over_capacity_reason
    try:
        with transaction.atomic():
            return move(membership, MembershipState.ACTIVE, verb=verb, actor=actor, values=values, reason=told)
    except IntegrityError as clash:
        raise PoolIsFull(_("Somebody else has just taken this place.")) from clash


def _free_place(pool: EchelonPool, actor: User | None, over_capacity_reason: str, capacity: int) -> Place:
    """The lowest free place; above the capacity only with a reason and the permission."""
    taken = set(pool.memberships.active().values_list("place", flat=True))
    number = next(number for number in range(1, len(taken) + 2) if number not in taken)
    if len(taken) < capacity:
        return Place(number, capacity, "")
    if not over_capacity_reason.strip():
        raise PoolIsFull(
            _("All %(capacity)d places of this pool are taken. Above the capacity a reason is needed.")
            % {"capacity": capacity}
        )
    if actor is not None and not actor.has_perm("pools.exceed_capacity", pool):
        raise PermissionDenied
    return Place(number, capacity, require_reason(over_capacity_reason, field="over_capacity_reason"))


def _is_named_in(pool: EchelonPool, membership: Membership) -> bool:
    return membership.posts.filter(position__pool_position__pool=pool, position__position_class=pool.kind).exists()


def _hold(membership: Membership, verb: str, actor: User | None, reason: str) -> Membership:
    values = {"place": None, "capacity_at_admission": None, "over_capacity_reason": "", "hold_reason": reason}
    return move(membership, MembershipState.ON_HOLD, verb=verb, actor=actor, values=values, reason=reason)


def _exit(membership: Membership, verb: str, actor: User | None, exit_reason: str, reason: str) -> Membership:
    values = {
        "exited_on": timezone.localdate(),
        "exit_reason": exit_reason,
        "exit_note": reason,
        "place": None,
        "next_screening_on": None,
    }
    return move(membership, MembershipState.EXITED, verb=verb, actor=actor, values=values, reason=reason)


def _require_here(candidate: Candidate) -> None:
    employee = candidate.employee
    if employee is not None and employee.left_on is not None and employee.left_on <= timezone.localdate():
        raise Invalid(_("%(name)s no longer works here.") % {"name": employee.name}, field="candidate")
