"""The organisation tree: units set up, moved, renamed, led, closed."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from succession.organisation import audit, outbox
from succession.organisation.constraints import explained
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import OrgUnit, Position, User
from succession.organisation.reasons import require_reason

from .values import require_text


@explained()
@transaction.atomic
def create_unit(
    *, code: str, name: str, actor: User | None, parent: OrgUnit | None = None, reason: str = ""
) -> OrgUnit:
    """Set up a unit, below another or at the top. Refuses a code that is taken and a closed unit above."""
    if parent and parent.closed_on is not None:
        raise Invalid(_("The unit above is closed."), field="parent")
    with audit.acting(actor, "create_unit", reason=reason):
        unit = OrgUnit.objects.create(
            code=require_text(code, field="code", longest=60),
            name=require_text(name, field="name", longest=300),
            parent=parent,
        )
    after = {"code": unit.code, "name": unit.name, "parent": parent.pk if parent else None}
    audit.record("create_unit", unit, actor=actor, after=after, reason=reason)
    outbox.announce("unit_changed", unit=unit.pk)
    return unit


@explained()
@transaction.atomic
def move_unit(unit: OrgUnit, parent: OrgUnit | None, *, actor: User | None, reason: str = "") -> OrgUnit:
    """Put a unit below another, with all that is below it. Refuses a circle, also when two moves make one together."""
    return _change(unit, {"parent": parent}, "move_unit", actor=actor, reason=reason)


@explained()
@transaction.atomic
def rename_unit(unit: OrgUnit, *, name: str, actor: User | None, code: str | None = None, reason: str = "") -> OrgUnit:
    """Give a unit another name, or another code. Refuses a code that is taken."""
    values = {"name": require_text(name, field="name", longest=300)}
    if code is not None:
        values["code"] = require_text(code, field="code", longest=60)
    return _change(unit, values, "rename_unit", actor=actor, reason=reason)


@transaction.atomic
def set_head_post(unit: OrgUnit, position: Position | None, *, actor: User | None, reason: str = "") -> OrgUnit:
    """Say which post leads a unit, or that none does. Refuses a closed post."""
    if position and position.closed_on is not None:
        raise Invalid(_("This post is closed."), field="head_position")
    return _change(unit, {"head_position": position}, "set_head_post", actor=actor, reason=reason)


@transaction.atomic
def close_unit(unit: OrgUnit, on: date, *, reason: str, actor: User | None) -> OrgUnit:
    """Close a unit from a day on. Needs a reason. Refuses while open posts or open units belong to it."""
    reason = require_reason(reason)
    if unit.children.open_on(on).exists() or unit.positions.open_on(on).exists():
        raise Refusal(_("Open units or posts still belong to this unit."), code="unit_is_used")
    return _change(unit, {"closed_on": on}, "close_unit", actor=actor, reason=reason)


def _change(unit: OrgUnit, values: Mapping[str, object], verb: str, *, actor: User | None, reason: str) -> OrgUnit:
    unit = OrgUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    before, after = audit.changed(unit, values)
    if after:
        with audit.acting(actor, verb, reason=reason):
            unit.save(update_fields=list(after))
        audit.record(verb, unit, actor=actor, before=before, after=after, reason=reason)
        outbox.announce("unit_changed", unit=unit.pk)
    return unit
