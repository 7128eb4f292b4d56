"""The competencies work needs, and what each of their levels looks like."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from succession.organisation import audit
from succession.organisation.choices import Level
from succession.organisation.constraints import explained
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import Competency, CompetencyLevel, User

from .values import require_text


@explained()
@transaction.atomic
def create_competency(
    *, code: str, name: str, actor: User | None, description: str = "", levels: Mapping[int, str] | None = None
) -> Competency:
    """Describe something measurable, with a text for each level. Refuses a code that is taken, levels outside 1 to 5."""
    with audit.acting(actor, "create_competency"):
        competency = Competency.objects.create(
            code=require_text(code, field="code", longest=60),
            name=require_text(name, field="name", longest=200),
            description=description.strip(),
        )
        _write_levels(competency, levels or {})
    audit.record("create_competency", competency, actor=actor, after={"code": competency.code, "name": competency.name})
    return competency


@explained()
@transaction.atomic
def change_competency(
    competency: Competency,
    *,
    actor: User | None,
    name: str | None = None,
    description: str | None = None,
    levels: Mapping[int, str] | None = None,
) -> Competency:
    """Change name, description or the texts of levels; an empty text removes a level's. Refuses levels outside 1 to 5."""
    competency = Competency.objects.select_for_update(no_key=True).get(pk=competency.pk)
    values: dict[str, object] = {}
    if name is not None:
        values["name"] = require_text(name, field="name", longest=200)
    if description is not None:
        values["description"] = description.strip()
    before, after = audit.changed(competency, values)
    texts = dict(competency.levels.values_list("level", "description"))
    with audit.acting(actor, "change_competency"):
        if after:
            competency.save(update_fields=list(after))
        if levels is not None:
            _write_levels(competency, levels)
            before["levels"], after["levels"] = texts, texts | dict(levels)
    if after:
        audit.record("change_competency", competency, actor=actor, before=before, after=after)
    return competency


@transaction.atomic
def remove_competency(competency: Competency, *, actor: User | None) -> None:
    """Take away a competency that nothing uses. Refuses one that posts ask for."""
    competency = Competency.objects.select_for_update(no_key=True).get(pk=competency.pk)
    if competency.requirements.exists():
        raise Refusal(_("Posts ask for this competency."), code="competency_is_used")
    audit.record("remove_competency", competency, actor=actor, before={"code": competency.code})
    with audit.acting(actor, "remove_competency"):
        competency.delete()


def _write_levels(competency: Competency, levels: Mapping[int, str]) -> None:
    for level, text in levels.items():
        if level not in Level.values:
            raise Invalid(_("Levels run from 1 to 5."), field="levels")
        if text.strip():
            CompetencyLevel.objects.update_or_create(
                competency=competency, level=level, defaults={"description": text.strip()}
            )
        else:
            competency.levels.filter(level=level).delete()
