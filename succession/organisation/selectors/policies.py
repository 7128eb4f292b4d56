"""The policy in force and what changed between versions."""

from dataclasses import dataclass
from typing import Any

from succession.organisation.choices import PolicyState
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
    before: Any
    after: Any


def policy_in_force() -> Policy:
    """The version that holds now; the first migration puts one in force, so there always is one."""
    return Policy.objects.get(state=PolicyState.IN_FORCE)


def compare_policies(before: Policy, after: Policy) -> list[Difference]:
    """What differs between two versions, in the order of the settings."""
    return [
        Difference(name, _label(name), getattr(before, name), getattr(after, name))
        for name in SETTINGS
        if getattr(before, name) != getattr(after, name)
    ]


def _label(name: str) -> str:
    field = Policy._meta.get_field(name)
    return str(getattr(field, "verbose_name", name))
