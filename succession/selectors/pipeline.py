"""How people move through the tiers, and what happened lately."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.choices import ExitReason, MembershipState
from pools.models import Membership
from pools.told import TOLD
from succession.organisation.access import access_of
from succession.organisation.models import AuditEvent, User

from .behind import TIERS
from .scope import Scope

A_YEAR = timedelta(days=365)
A_WEEK = timedelta(days=7)

# What is news, and how it is told: icon, tone, words after the name of the record.
NEWS: dict[str, tuple[str, str, Any]] = TOLD | {
    "record_evidence": ("clock", "", _("has new evidence")),
    "answer_willingness": ("message-2", "", _("gave an answer on willingness")),
    "start_incumbency": ("user-check", "", _("has a new holder")),
    "end_incumbency": ("door-exit", "red", _("lost a holder")),
    "set_expected_leaving": ("door-exit", "orange", _("has a day of leaving")),
    "change_seats": ("adjustments-horizontal", "", _("changes its seats")),
    "classify_position": ("key", "", _("is classed anew")),
    "put_policy_in_force": ("gavel", "", _("is the policy in force")),
}


@dataclass(frozen=True)
class News:
    """One act in a sentence."""

    event: AuditEvent
    icon: str
    tone: str
    words: Any


@dataclass(frozen=True)
class Moves:
    """How many changed tier within twelve months, and how many were appointed."""

    up: int
    down: int
    appointed: int


def moves_of_a_year(user: User, scope: Scope, *, on: date) -> Moves | None:
    """For the whole alone, and for those who see it whole."""
    if scope.value or not access_of(user).sees_everything:
        return None
    since = on - A_YEAR
    changed = (
        AuditEvent.objects.visible_to(user)
        .filter(verb="change_readiness", at__date__gt=since, at__date__lte=on)
        .order_by()
        .values_list("before__readiness", "after__readiness")
        .annotate(times=Count("pk"))
    )
    order = {tier.value: place for place, tier in enumerate(TIERS)}
    up = down = 0
    for before, after, times in changed:
        step = order.get(before, 0) - order.get(after, 0)
        up, down = up + times * (step > 0), down + times * (step < 0)
    appointed = Membership.objects.visible_to(user).filter(
        state=MembershipState.EXITED, exit_reason=ExitReason.APPOINTED, exited_on__gt=since, exited_on__lte=on
    )
    return Moves(up, down, appointed.filter(pool__kind=scope.kind).count())


def news(user: User, *, on: date, limit: int = 6) -> list[News]:
    """What happened in the seven days up to a day, newest first, as far as the user may see it."""
    end = timezone.make_aware(datetime.combine(on, time.max))
    events = AuditEvent.objects.visible_to(user).filter(verb__in=NEWS, at__gt=end - A_WEEK, at__lte=end)
    return [News(event, *NEWS[event.verb]) for event in events.order_by("-at", "-pk")[:limit]]
