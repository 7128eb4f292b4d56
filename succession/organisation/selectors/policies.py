"""The policy in force and what changed between versions."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from succession.organisation.choices import CriticalityFactor, PolicyState
from succession.organisation.models import Policy

SETTINGS = (
    "ratio",
    "horizon_years",
    "evidence_half_life_months",
    "screening_interval_months",
    "willingness_valid_months",
    "criticality_threshold",
    "criticality_weights",
    "retirement_age",
    "transparency",
    "nomination_required",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is not the same in two versions."""

    name: str
    label: str
    before: str
    after: str


def policy_in_force() -> Policy:
    """The version that holds now; the first migration puts one in force, so there always is one."""
    return Policy.objects.get(state=PolicyState.IN_FORCE)


def settings_of(policy: Policy) -> list[tuple[str, str]]:
    """Every setting of a version with its value in words."""
    return [(_label(name), in_words(policy, name)) for name in SETTINGS]


def in_words(policy: Policy, name: str) -> str:
    """One setting as it is read: choices by their words, weights factor by factor."""
    value = getattr(policy, name)
    if name == "transparency":
        return policy.get_transparency_display()
    if name == "criticality_weights":
        words = dict(CriticalityFactor.choices)
        return ", ".join(f"{words.get(factor, factor)} {weight}" for factor, weight in value.items())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def compare_policies(before: Policy, after: Policy) -> list[Difference]:
    """What differs between two versions, in the order of the settings."""
    return [
        Difference(name, _label(name), in_words(before, name), in_words(after, name))
        for name in SETTINGS
        if getattr(before, name) != getattr(after, name)
    ]


def _label(name: str) -> str:
    field = Policy._meta.get_field(name)
    return str(getattr(field, "verbose_name", name))
