"""Acts on several members at once: all or none, the reason written down for each."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from pools.models import Membership
from succession.organisation.models import User

from .memberships import exit_member, hold_member, screen_member


def screen_members(
    memberships: Iterable[Membership], *, actor: User | None, outcome: str, reason: str
) -> list[Membership]:
    """`screen_member` for each."""
    return _each(memberships, screen_member, actor=actor, outcome=outcome, reason=reason)


def hold_members(memberships: Iterable[Membership], *, actor: User | None, reason: str) -> list[Membership]:
    """`hold_member` for each."""
    return _each(memberships, hold_member, actor=actor, reason=reason)


def exit_members(
    memberships: Iterable[Membership], *, actor: User | None, exit_reason: str, reason: str
) -> list[Membership]:
    """`exit_member` for each."""
    return _each(memberships, exit_member, actor=actor, exit_reason=exit_reason, reason=reason)


def _each(memberships: Iterable[Membership], act: Callable[..., Membership], **given: Any) -> list[Membership]:
    """In the order of their ids, so that two bulk acts never wait for each other in a circle."""
    with transaction.atomic():
        return [act(membership, **given) for membership in sorted(memberships, key=lambda member: member.pk)]
