"""What people want for themselves, in their own words."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from succession.organisation import audit
from succession.organisation.choices import GoalKind, Level
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import CareerGoal, Employee, User

from .values import require_text

MOST = 20
CHANGEABLE = ("kind", "text", "position", "competency", "importance", "until")


@transaction.atomic
def add_goal(employee: Employee, *, text: str, actor: User | None, **values: Any) -> CareerGoal:
    """Add a goal: its words, and of `kind`, `position`, `competency`, `importance`, `until` what is known.

    Refuses words that are missing or too long, an importance outside 1 to 5, and more than 20 goals.
    """
    employee = Employee.objects.select_for_update(no_key=True).get(pk=employee.pk)
    if employee.career_goals.count() >= MOST:
        raise Refusal(_("Twenty goals are enough: remove one first."), code="too_many_goals")
    goal = CareerGoal(employee=employee, **_checked({"text": text} | values))
    with audit.acting(actor, "add_goal"):
        goal.save()
    audit.record("add_goal", employee, actor=actor, after={"goal": goal.pk, "kind": goal.kind, "text": goal.text})
    return goal


@transaction.atomic
def change_goal(goal: CareerGoal, *, actor: User | None, **values: Any) -> CareerGoal:
    """Change a goal. Refuses what `add_goal` refuses."""
    goal = CareerGoal.objects.select_for_update(no_key=True).get(pk=goal.pk)
    before, after = audit.changed(goal, _checked(values))
    if after:
        with audit.acting(actor, "change_goal"):
            goal.save(update_fields=list(after))
        which = {"goal": goal.pk}
        audit.record("change_goal", goal.employee, actor=actor, before=which | before, after=which | after)
    return goal


@transaction.atomic
def remove_goal(goal: CareerGoal, *, actor: User | None) -> None:
    """Take a goal away; the history keeps that it stood."""
    goal = CareerGoal.objects.select_for_update(no_key=True).get(pk=goal.pk)
    before = {"goal": goal.pk, "kind": goal.kind, "text": goal.text}
    employee = goal.employee
    with audit.acting(actor, "remove_goal"):
        goal.delete()
    audit.record("remove_goal", employee, actor=actor, before=before)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    if unknown := values.keys() - set(CHANGEABLE):
        raise TypeError(f"not part of a goal: {sorted(unknown)}")
    if "text" in values:
        values["text"] = require_text(values["text"], field="text", longest=500)
    if values.get("kind", GoalKind.DIRECTION) not in GoalKind.values:
        raise Invalid(_("Choose what kind of goal it is."), field="kind")
    if values.get("importance", Level.THREE) not in Level.values:
        raise Invalid(_("How much it matters runs from 1 to 5."), field="importance")
    return values
