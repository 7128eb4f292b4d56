"""The audit trail as it is read: words for acts, names for ids."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from succession.organisation.models import AuditEvent, Employee, OrgUnit, Position, Reading, User

VERBS: dict[str, Promise] = {
    "add_goal": _("Added a goal"),
    "administer_add": _("Added in the administration"),
    "administer_change": _("Changed in the administration"),
    "administer_delete": _("Removed in the administration"),
    "answer_willingness": _("Answered on willingness"),
    "ask_willingness": _("Asked about willingness"),
    "assign_assessor": _("Put an assessor on an assessment"),
    "assign_role": _("Gave a role"),
    "cancel_job": _("Stopped a background task"),
    "change_competency": _("Changed a competency"),
    "change_draft": _("Changed a draft of the policy"),
    "change_employee": _("Changed a person"),
    "change_goal": _("Changed a goal"),
    "change_position": _("Changed a post"),
    "change_seats": _("Changed seats"),
    "classify_position": _("Decided the class of a post"),
    "close_instrument": _("Closed or opened an instrument"),
    "close_position": _("Closed a post"),
    "close_unit": _("Closed a unit"),
    "correct_assessment": _("Began to correct an assessment"),
    "create_competency": _("Described a competency"),
    "create_position": _("Set up a post"),
    "create_unit": _("Set up a unit"),
    "define_instrument": _("Described an instrument"),
    "derive_leaving_from_age": _("Derived leaving from age"),
    "draft_policy": _("Drafted a policy"),
    "end_incumbency": _("Ended a holding"),
    "export": _("Took a list as a file"),
    "finalise_assessment": _("Made an assessment final"),
    "give_back": _("Gave a sheet back to its assessor"),
    "give_title": _("Gave a title"),
    "hand_in": _("Handed in a sheet"),
    "import_applied": _("Applied an import"),
    "import_mend_taken_back": _("Took back what was put right in an import"),
    "import_mended": _("Put rows of an import right"),
    "import_undone": _("Undid an import"),
    "import_uploaded": _("Uploaded files to import"),
    "issue_token": _("Issued a token"),
    "mapping_saved": _("Saved a mapping of columns"),
    "mark_left": _("Wrote down that someone leaves"),
    "move_unit": _("Moved a unit"),
    "plan_assessment": _("Planned an assessment"),
    "put_policy_in_force": _("Put a policy in force"),
    "rate": _("Rated"),
    "rate_criticality": _("Rated criticality"),
    "register_employee": _("Registered a person"),
    "reinstate": _("Took someone back"),
    "remove_competency": _("Removed a competency"),
    "remove_goal": _("Removed a goal"),
    "remove_role": _("Took a role away"),
    "rename_unit": _("Renamed a unit"),
    "replace_requirements": _("Replaced a requirement profile"),
    "reset_password": _("Set a new password"),
    "revise_instrument": _("Changed an instrument"),
    "set_expected_leaving": _("Set an expected leaving"),
    "set_head_post": _("Set the head post"),
    "start_incumbency": _("Put someone on a seat"),
    "withdraw_assessor": _("Took an assessor off an assessment"),
    "withdraw_seat_change": _("Withdrew a seat change"),
}
NAMED: dict[str, type[Model]] = {
    "employee": Employee,
    "org_unit": OrgUnit,
    "parent": OrgUnit,
    "position": Position,
    "reports_to": Position,
    "head_position": Position,
    "user": User,
}
# Ids of the rows written: the record beside them says what it is about.
ROW_IDS = frozenset({"incumbency", "goal", "seat_change"})
LONGEST = 80
# From one verb to the next by the index: a trail of millions is not read to name some fifty.
_VERBS = """
WITH RECURSIVE written(verb) AS (
    SELECT min(verb) FROM organisation_auditevent
    UNION ALL
    SELECT (SELECT min(e.verb) FROM organisation_auditevent e WHERE e.verb > written.verb)
    FROM written WHERE written.verb IS NOT NULL
)
SELECT verb FROM written WHERE verb IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One value of an event, before and after; None where there was or is none."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """An event in words."""

    event: AuditEvent
    act: str
    changes: list[Change]


def verb_in_words(verb: str) -> str:
    """What was done; an act of another floor is its own words."""
    return str(VERBS.get(verb) or verb.replace("_", " ").capitalize())


def written_verbs() -> list[tuple[str, str]]:
    """Every kind of act that stands in the trail, with its words, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_VERBS)
        verbs = [row[0] for row in cursor.fetchall()]
    return sorted(((verb, verb_in_words(verb)) for verb in verbs), key=lambda pair: pair[1])


def told(events: Iterable[AuditEvent]) -> list[Told]:
    """Events with their changes in words; ids of people, posts and units become names, a statement a kind."""
    events = list(events)
    names = _names(events)
    return [Told(event, verb_in_words(event.verb), _changes(event, names)) for event in events]


def opened(readings: Iterable[Reading]) -> list[tuple[Reading, str, str]]:
    """Readings with the kind and the name of what was opened; a record that is gone keeps its number."""
    readings = list(readings)
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for reading in readings:
        if model := reading.content_type.model_class():
            wanted[model].add(reading.object_id)
    names: dict[tuple[type[Model] | None, int], str] = {
        (model, pk): label for model, keys in wanted.items() for pk, label in _labels(model, keys).items()
    }
    return [
        (
            reading,
            reading.content_type.name,
            names.get((reading.content_type.model_class(), reading.object_id), f"#{reading.object_id}"),
        )
        for reading in readings
    ]


def _labels(model: type[Model], keys: Iterable[int]) -> dict[int, str]:
    # A record is often called by the name of one it points at.
    near = [field.name for field in model._meta.concrete_fields if field.is_relation]
    found = model._default_manager.filter(pk__in=keys).select_related(*near)  # noqa: SLF001 -- Django documents it
    return {record.pk: str(record) for record in found}


def _changes(event: AuditEvent, names: dict[type[Model], dict[int, str]]) -> list[Change]:
    before, after = event.before or {}, event.after or {}
    keys = [key for key in [*before, *(key for key in after if key not in before)] if key not in ROW_IDS]
    return [
        Change(key.replace("_", " "), _said(key, before, names), _said(key, after, names))
        for key in keys
        if before.get(key) != after.get(key) or key not in before
    ]


def _said(key: str, values: dict[str, Any], names: dict[type[Model], dict[int, str]]) -> str | None:
    if key not in values or values[key] is None:
        return None
    value = values[key]
    model = NAMED.get(key)
    text = names[model].get(value, str(value)) if model and isinstance(value, int) else _plain(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict):
        return ", ".join(f"{key.replace('_', ' ')} {_plain(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)


def _names(events: Sequence[AuditEvent]) -> dict[type[Model], dict[int, str]]:
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for event in events:
        for values in (event.before or {}, event.after or {}):
            for key, model in NAMED.items():
                if isinstance(values.get(key), int):
                    wanted[model].add(values[key])
    names: dict[type[Model], dict[int, str]] = defaultdict(dict)
    for model, keys in wanted.items():
        names[model] = _labels(model, keys)
    return names
