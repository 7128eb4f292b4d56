"""Taking a whole import back, while nothing later stands on it."""

import json
from collections.abc import Iterator
from typing import Any

import pghistory.models
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation import audit, outbox
from succession.organisation.choices import ImportAct, ImportState
from succession.organisation.constraints import explained
from succession.organisation.models import ImportBatch, ImportChange, User

from .alone import take_turn
from .applying import is_done_by
from .ledger import chunked
from .planning import Tell
from .problems import NotApplicable, StillNeeded
from .writing import rows_of

AT_ONCE = 2000
TOLD = 5
ANNOUNCED = {
    "position": ("position_changed", "seats_changed"),
    "seatchange": ("seats_changed",),
    "incumbency": ("incumbency_changed",),
    "employee": ("person_changed",),
    "orgunit": ("unit_changed",),
}


def undo_now(
    batch: ImportBatch, *, actor: User | None, job: int | None = None, tell: Tell = lambda done, total: None
) -> ImportBatch:
    """Delete what the import created and put back what it changed, all or none.

    Refused with `StillNeeded` when a record was changed since or another one points at it. Done again by the same job, it
    changes nothing.
    """
    with explained(), transaction.atomic():
        take_turn()
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if is_done_by(job, batch, ImportState.UNDONE):
            return batch
        if batch.state != ImportState.APPLIED:
            raise NotApplicable(_("Only what was applied can be undone."))
        Undoing(batch, tell).run()
        batch.state, batch.undone_by, batch.undone_at = ImportState.UNDONE, actor, timezone.now()
        batch.save(update_fields=["state", "undone_by", "undone_at"])
        audit.record(
            "import_undone",
            batch,
            actor=actor,
            before={"state": ImportState.APPLIED},
            after={"state": ImportState.UNDONE},
            job=job,
        )
    return batch


class Undoing:
    """Checks and takes back, model by model, in pieces."""

    def __init__(self, batch: ImportBatch, tell: Tell) -> None:
        self.batch, self.tell = batch, tell
        names = ImportChange.objects.filter(batch=batch).order_by().values_list("model", flat=True).distinct()
        self.models = [apps.get_model("organisation", name) for name in names]
        self.created = {model: self._ids(model, ImportAct.CREATED) for model in self.models}
        self.reasons: list[str] = []
        self._done = 0
        self._total = 2 * ImportChange.objects.filter(batch=batch).count()

    def run(self) -> None:
        """What nothing can point at goes first: seats must be free before a former holder is back on them."""
        leaves = [model for model in self.models if not _pointing_at(model)]
        others = [model for model in self.models if model not in leaves]
        for model in self.models:
            self._compare_created(model)
        for model in leaves:
            self._delete(model)
        for model in self.models:
            self._restore(model)
        for model in others:
            self._look_for_dependents(model)
        if self.reasons:
            raise StillNeeded(self.reasons[:TOLD])
        for model in others:
            self._delete(model)
        for kind in sorted({kind for model in self.models for kind in ANNOUNCED.get(_name(model), ())}):
            outbox.announce(kind, all=True)

    def _changes(self, model: type[models.Model], act: str) -> Any:
        return ImportChange.objects.filter(batch=self.batch, model=_name(model), act=act)

    def _ids(self, model: type[models.Model], act: str) -> set[int]:
        return set(self._changes(model, act).order_by().values_list("object_id", flat=True).iterator(AT_ONCE))

    def _pieces(self, changes: Any) -> Iterator[list[ImportChange]]:
        for piece in chunked(changes.iterator(AT_ONCE), AT_ONCE):
            yield piece
            self._progress(len(piece))

    def _progress(self, done: int) -> None:
        self._done += done
        self.tell(min(self._done, self._total), self._total)

    def _restore(self, model: type[models.Model]) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        for piece in self._pieces(self._changes(model, ImportAct.CHANGED).order_by("-pk")):
            records = rows_of(model).in_bulk([change.object_id for change in piece])
            names: set[str] = set()
            for change in piece:
                record = records.get(change.object_id)
                if record is None or not _is_as(record, change.after):
                    self._say_changed(model, record, change)
                    continue
                for name, value in (change.before or {}).items():
                    setattr(record, name, fields[name].to_python(value))
                    names.add(name)
            if names:
                rows_of(model).bulk_update(list(records.values()), sorted(names), batch_size=500)

    def _compare_created(self, model: type[models.Model]) -> None:
        """A record that the import both created and changed was compared where it was changed."""
        restored = self._ids(model, ImportAct.CHANGED)
        for piece in self._pieces(self._changes(model, ImportAct.CREATED).order_by("pk")):
            records = rows_of(model).in_bulk([change.object_id for change in piece])
            for change in piece:
                record = records.get(change.object_id)
                if record is None or (change.object_id not in restored and not _is_as(record, change.after)):
                    self._say_changed(model, record, change)

    def _say_changed(self, model: type[models.Model], record: models.Model | None, change: ImportChange) -> None:
        name = str(model._meta.verbose_name)
        if record is None:
            self.reasons.append(_("%(model)s %(id)s was deleted since") % {"model": name, "id": change.object_id})
        else:
            self.reasons.append(
                _("%(model)s “%(record)s” was changed since") % {"model": name, "record": str(record)[:100]}
            )

    def _look_for_dependents(self, model: type[models.Model]) -> None:
        """Rows of any app that point at what would go and did not come with it."""
        for other, column in _pointing_at(model):
            ours = self.created.get(other, set())
            found = [
                pk
                for piece in chunked(self.created[model], AT_ONCE)
                for pk in rows_of(other).filter(**{f"{column}__in": piece}).order_by().values_list("pk", flat=True)
                if pk not in ours
            ]
            if found:
                self.reasons.append(
                    _("%(count)s %(models)s depend on it (%(example)s)")
                    % {
                        "count": f"{len(found):,}",
                        "models": other._meta.verbose_name_plural,
                        "example": str(rows_of(other).get(pk=found[0]))[:100],
                    }
                )

    def _delete(self, model: type[models.Model]) -> None:
        """Without Django's cascade: whatever would fall with it was found above, and keys are checked at the end."""
        for piece in chunked(sorted(self.created[model]), AT_ONCE):
            rows = rows_of(model).filter(pk__in=piece)
            rows._raw_delete(rows.db)  # noqa: SLF001 -- see above
            self._progress(len(piece))


def _pointing_at(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Models of any app with a key to this one, and the key's column; the row history left out."""
    return [
        (relation.related_model, relation.field.attname)
        for relation in model._meta.related_objects
        if not relation.field.many_to_many and not issubclass(relation.related_model, pghistory.models.Event)
    ]


def _is_as(record: models.Model, values: dict[str, Any] | None) -> bool:
    now = {name: getattr(record, name) for name in values or ()}
    return json.loads(json.dumps(now, cls=DjangoJSONEncoder)) == values


def _name(model: type[models.Model]) -> str:
    return model._meta.model_name or ""
