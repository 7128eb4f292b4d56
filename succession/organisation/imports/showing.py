"""An import as the page tells it: its steps, figures, what happens beside the rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from succession.organisation import formats
from succession.organisation.choices import ImportMendAct, ImportOutcome, ImportState, JobState
from succession.organisation.models import ImportBatch, ImportMend, ImportRow, Job

from .batches import is_running, undo_until
from .columns import spec_of
from .mending import field_of
from .rejects import reasons_of
from .repairs import ALONE, BLANK, CLEAN, CUT, KEEP, LONGEST_VALUE, USE

WHOLE = 1000
TOLD_NAMES = 3
LONGEST_OFFER = 40

# What happens beside the rows of the files, in the order in which it is told.
EFFECTS: dict[str, str | Promise] = {
    "posts_kept": gettext_lazy("Posts of these units that are not in the file: they stay as they are"),
    "posts_closed": gettext_lazy("Posts of these units that are not in the file: closed"),
    "people_kept": gettext_lazy("People who are not in the file: they stay as they are"),
    "requirements_kept": gettext_lazy("Requirements of these posts that are not in the file: they stay"),
    "without_superior": gettext_lazy("Created without a superior"),
    "units_created": gettext_lazy("Units created"),
    "seats_created": gettext_lazy("Seats of new posts"),
    "seats_changed": gettext_lazy("Posts with more or fewer seats"),
    "people_created": gettext_lazy("People created"),
    "undisclosed_holders": gettext_lazy("Seats with an undisclosed holder"),
    "incumbencies_created": gettext_lazy("Seats newly held"),
    "incumbencies_ended": gettext_lazy("Holders who leave their seat"),
    "head_posts_created": gettext_lazy("Head posts created"),
    "competencies_created": gettext_lazy("Competencies created"),
    "profiles_changed": gettext_lazy("Requirement profiles written"),
    "posts_created_for_occupations": gettext_lazy("Posts without seats, made for occupations"),
}


def effects_of(batch: ImportBatch) -> list[dict[str, Any]]:
    return [
        {
            "label": EFFECTS[name],
            "count": batch.effects[name]["count"],
            "examples": ", ".join(batch.effects[name]["examples"][:TOLD_NAMES]),
            "more": batch.effects[name]["count"] > TOLD_NAMES,
        }
        for name in EFFECTS
        if name in batch.effects
    ]


def steps_of(batch: ImportBatch) -> list[dict[str, Any]]:
    planned = batch.planned_at is not None
    applied = batch.state in (ImportState.APPLIED, ImportState.UNDONE)
    mapped = sum(len(entry["columns"]) for entry in batch.tables)
    columns = sum(len(entry["headings"]) for entry in batch.tables)
    understood = _("%(mapped)d of %(all)d mapped") % {"mapped": mapped, "all": columns}
    if batch.mapping:
        understood += _(", as in “%(name)s”") % {"name": batch.mapping}
    states = [
        (_("Upload"), "; ".join(sorted({entry["note"] for entry in batch.tables})), True),
        (_("Columns"), understood, planned or applied),
        (_("Dry run"), _("nothing written yet") if not applied else formats.day(batch.planned_at), applied),
        (_("Apply"), _("all or nothing") if not applied else formats.day(batch.applied_at), applied),
        (_("Undo"), _undo_note(batch), batch.state == ImportState.UNDONE),
    ]
    current = next((place for place, (_label, _note, done) in enumerate(states) if not done), len(states))
    return [
        {"label": label, "note": note, "done": done, "current": place == current}
        for place, (label, note, done) in enumerate(states)
    ]


def _undo_note(batch: ImportBatch) -> str:
    if batch.state == ImportState.UNDONE:
        return formats.day(batch.undone_at)
    until = undo_until(batch)
    return _("until %(day)s, in one step") % {"day": formats.day(until)} if until else _("in one step")


def figures_of(batch: ImportBatch) -> list[dict[str, Any]]:
    tones = {ImportOutcome.CREATED: "teal", ImportOutcome.REJECTED: "red" if batch.rejected else ""}
    labels = {
        ImportOutcome.CREATED: _("New"),
        ImportOutcome.CHANGED: _("Changed"),
        ImportOutcome.UNCHANGED: _("Same"),
        ImportOutcome.REJECTED: _("Errors"),
    }
    return [
        {
            "label": label,
            "value": formats.thousands(batch.counts[outcome]),
            "tone": tones.get(outcome, ""),
            "apart": True,
            "url": f"?outcome={outcome}",
        }
        for outcome, label in labels.items()
    ]


def filters_of(batch: ImportBatch, chosen: str) -> list[dict[str, Any]]:
    options = [
        ("rejected", _("Errors"), batch.rejected),
        ("created", _("New"), batch.created),
        ("changed", _("Changed"), batch.changed),
        ("unchanged", _("Same"), batch.unchanged),
        ("", _("All"), batch.row_count),
    ]
    return [
        {
            "label": label,
            "url": f"?outcome={value}" if value else "?",
            "current": chosen == value,
            "count": formats.thousands(count),
        }
        for value, label, count in options
    ]


def row_of(
    row: ImportRow, *, several: bool, mends: Sequence[ImportMend] = (), repairs: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """A row with what it comes to; `mends`: what was put right in it, `repairs`: what can be (see `repairs_of`)."""
    told = [reasons_of(row)] if row.errors else []
    told += row.warnings
    return {
        "number": formats.thousands(row.line),
        "record": row.record if not several else f"{row.table} · {row.record}",
        "outcome": row.outcome,
        "changes": row.changes,
        "sentence": " ".join(told),
        "mended": [{"pk": mend.pk, "words": mend_words(mend)} for mend in mends],
        "repairs": repairs,
        "object_url": reverse(row.object_type, args=[row.object_id])
        if row.object_id and row.object_type == "position"
        else "",
    }


def repairs_of(
    batch: ImportBatch, row: ImportRow, entered: Mapping[str, str], bad: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The cells of a row that can be put right; `entered` and `bad`: what was entered last, and why it cannot be taken."""
    found = []
    for place, offer in enumerate(row.repairs):
        key = f"{row.pk}-{place}"
        field = field_of(batch, row.table, offer["column"])
        found.append(
            {
                "key": key,
                "column": offer["column"],
                "value": entered.get(key, offer["value"]),
                "error": bad.get(key, ""),
                "choices": field.choices if field else (),
                "example": field.example if field else "",
                "most": LONGEST_VALUE,
                "button": offer_words(offer),
            }
        )
    return found


def offer_words(offer: Mapping[str, str]) -> str:
    """What one click does, in a few words."""
    words = {
        KEEP: _("Keep this row instead"),
        ALONE: _("Without a superior"),
        BLANK: _("Leave it blank"),
        CUT: _("Shorten it"),
        CLEAN: _("Without these signs"),
        USE: _("Use %(value)s") % {"value": offer["to"][:LONGEST_OFFER]},
    }
    return words.get(offer["mend"], "")


def mend_words(mend: ImportMend) -> str:
    if mend.act == ImportMendAct.KEEP:
        return _("This row was chosen")
    value = f"“{mend.value}”" if mend.value else _("blank")
    return _("%(column)s: %(value)s") % {"column": mend.column, "value": value}


def columns_of(batch: ImportBatch) -> list[dict[str, Any]]:
    """For each table its columns, those that are not read at the end."""
    found = []
    for entry in batch.tables:
        spec = spec_of(batch.kind, entry["table"])
        meaning = {heading: field.label for field in spec.fields if (heading := entry["columns"].get(field.name))}
        rows = [(heading, meaning[heading]) for heading in entry["headings"] if heading in meaning]
        left = len(entry["headings"]) - len(rows)
        found.append({"source": entry["source"], "holds": spec.label, "rows": rows, "left": left})
    return found


def job_of(batch: ImportBatch) -> dict[str, Any] | None:
    """The background task of an import while it runs or where it failed."""
    job: Job | None = batch.job
    if job is None or job.state == JobState.DONE:
        return None
    return {
        "pk": job.pk,
        "label": job.label,
        "state": job.state,
        "done": round(job.progress * WHOLE),
        "total": WHOLE if job.state == JobState.RUNNING else 0,
        "message": job.message,
        "error": job.message,
    }


def apply_label(batch: ImportBatch) -> str:
    count = batch.accepted_count
    return ngettext("Apply %(n)s row", "Apply %(n)s rows", count) % {"n": formats.thousands(count)}


def may_apply(batch: ImportBatch) -> bool:
    return (
        batch.state == ImportState.DRAFT
        and batch.planned_at is not None
        and not is_running(batch)
        and batch.accepted_count > 0
        and not (batch.refuse_on_error and batch.rejected)
    )
