"""The organisation's settings: drafted, compared, put in force; what held before stays readable."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation import audit, outbox
from succession.organisation.choices import CriticalityFactor, PolicyState
from succession.organisation.criticality import InvalidScores, criticality
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import Policy, User
from succession.organisation.reasons import require_reason
from succession.organisation.selectors.policies import SETTINGS, compare_policies, policy_in_force


@transaction.atomic
def draft_policy(*, actor: User | None, based_on: Policy | None = None, **settings: Any) -> Policy:
    """Begin a new version from the one in force, or from another, with some settings changed.

    Refuses settings out of bounds.
    """
    in_force = _lock_versions()
    source = based_on or in_force
    values = {name: getattr(source, name) for name in SETTINGS} | _known(settings)
    version = (Policy.objects.aggregate(last=Max("version"))["last"] or 0) + 1
    policy = Policy(version=version, state=PolicyState.DRAFT, **values)
    _refuse_out_of_bounds(policy)
    with audit.acting(actor, "draft_policy"):
        policy.save()
    audit.record("draft_policy", policy, actor=actor, after=_plain(policy, SETTINGS) | {"based_on": source.version})
    return policy


@transaction.atomic
def change_draft(policy: Policy, *, actor: User | None, **settings: Any) -> Policy:
    """Change settings of a draft. Refuses a version that is or was in force, and settings out of bounds."""
    policy = Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    _refuse_unless_draft(policy)
    before, after = audit.changed(policy, _known(settings))
    _refuse_out_of_bounds(policy)
    if after:
        with audit.acting(actor, "change_draft"):
            policy.save(update_fields=list(after))
        audit.record("change_draft", policy, actor=actor, before=before, after=after)
    return policy


@transaction.atomic
def put_policy_in_force(policy: Policy, *, reason: str, actor: User | None) -> Policy:
    """Let a draft hold from now on; the version before is retired. Needs a reason.

    The version in force is locked first: of two drafts at once one waits and is then put in force over the other.
    Refuses a version that is not a draft.
    """
    reason = require_reason(reason)
    in_force = _lock_versions()
    policy = Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    _refuse_unless_draft(policy)
    with audit.acting(actor, "put_policy_in_force", reason=reason):
        in_force.state = PolicyState.RETIRED
        in_force.save(update_fields=["state"])
        policy.state, policy.in_force_from = PolicyState.IN_FORCE, timezone.now()
        policy.reason, policy.decided_by = reason, actor
        policy.save(update_fields=["state", "in_force_from", "reason", "decided_by"])
    names = [difference.name for difference in compare_policies(in_force, policy)]
    audit.record(
        "put_policy_in_force",
        policy,
        actor=actor,
        before=_plain(in_force, names) | {"version": in_force.version},
        after=_plain(policy, names) | {"version": policy.version},
        reason=reason,
    )
    outbox.announce("policy_changed", policy=policy.pk)
    return policy


def _lock_versions() -> Policy:
    """Versions are counted and put in force one after the other: whoever decides holds the first version's row."""
    Policy.objects.select_for_update(no_key=True).order_by("version").first()
    return policy_in_force()


def _known(settings: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := settings.keys() - set(SETTINGS):
        raise TypeError(f"not a setting: {sorted(unknown)}")
    return dict(settings)


def _refuse_unless_draft(policy: Policy) -> None:
    if policy.state != PolicyState.DRAFT:
        raise Refusal(_("Only a draft can be changed or put in force."), code="not_a_draft")


def _refuse_out_of_bounds(policy: Policy) -> None:
    try:
        policy.clean_fields(exclude=["decided_by"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(messages[0], field=field) from error
    if not _makes_a_score(policy.criticality_weights):
        raise Invalid(
            _("Give each factor a weight of 0 or more, and at least one more than 0."), field="criticality_weights"
        )


def _makes_a_score(weights: Any) -> bool:
    if not isinstance(weights, dict) or weights.keys() - set(CriticalityFactor.values):
        return False
    try:
        criticality(dict.fromkeys(weights, 1), weights, Decimal(1))
    except InvalidScores:
        return False
    return True


def _plain(policy: Policy, names: Any) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in names}
