"""The policy in force and what changed between versions."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import DEFAULT_DB_ALIAS
from django.db.models import JSONField
from django.utils.translation import gettext as _

from succession.organisation.choices import CriticalityFactor, PolicyState
from succession.organisation.models import Policy
from succession.organisation.statements import found, from_json

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

_FIELDS = Policy._meta.concrete_fields
_NAMES = [field.attname for field in _FIELDS]
_JSON = {field.attname for field in _FIELDS if isinstance(field, JSONField)}


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is not the same in two versions."""

    name: str
    label: str
    before: str
    after: str


def policy_in_force() -> Policy:
    """The version that holds now; the first migration puts one in force, so there always is one."""
    rows = found("policy in force", lambda: Policy.objects.filter(state=PolicyState.IN_FORCE).values_list(*_NAMES))
    if not rows:
        raise Policy.DoesNotExist
    values = [from_json(value) if name in _JSON else value for name, value in zip(_NAMES, rows[0], strict=True)]
    return Policy.from_db(DEFAULT_DB_ALIAS, _NAMES, values)


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
