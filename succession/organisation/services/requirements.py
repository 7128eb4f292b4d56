"""What a post asks of whoever holds it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from succession.organisation import audit, outbox
from succession.organisation.choices import Level
from succession.organisation.errors import Invalid
from succession.organisation.models import Competency, Position, Requirement, User
from succession.organisation.versions import require_version, version_of_rows


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """One line of a profile: a competency by id, the level asked for, how much it weighs, whether it must be had."""

    competency: int
    level: int
    weight: int = 3
    must_have: bool = False


def profile_of(position: Position) -> list[RequirementRow]:
    """The profile as it stands."""
    rows = position.requirements.values_list("competency_id", "level", "weight", "must_have")
    return [RequirementRow(*row) for row in rows]


def profile_version(position: Position) -> str:
    """A mark that changes with the profile; forms carry it."""
    return version_of_rows(profile_of(position))


@transaction.atomic
def replace_requirements(
    position: Position,
    rows: Sequence[RequirementRow],
    *,
    actor: User | None,
    reason: str = "",
    version: str | None = None,
) -> list[Requirement]:
    """Let these rows be the whole profile of a post.

    The post's row is locked first. Refuses a competency that does not exist or comes twice, levels and weights outside
    1 to 5, and a version that no longer stands.
    """
    position = Position.objects.select_for_update(no_key=True).get(pk=position.pk)
    before = profile_of(position)
    require_version(version, version_of_rows(before))
    _refuse_bad(rows)
    if sorted(map(repr, before)) != sorted(map(repr, rows)):
        with audit.acting(actor, "replace_requirements", reason=reason):
            _write(position, rows)
        audit.record(
            "replace_requirements",
            position,
            actor=actor,
            before={"requirements": _plain(before)},
            after={"requirements": _plain(rows)},
            reason=reason,
        )
        outbox.announce("position_changed", position=position.pk)
    return list(position.requirements.select_related("competency"))


def _write(position: Position, rows: Sequence[RequirementRow]) -> None:
    standing = {requirement.competency_id: requirement for requirement in position.requirements.all()}
    wanted = {row.competency: row for row in rows}
    gone = [requirement.pk for key, requirement in standing.items() if key not in wanted]
    Requirement.objects.filter(pk__in=gone).delete()
    Requirement.objects.bulk_create(
        Requirement(position=position, competency_id=key, level=row.level, weight=row.weight, must_have=row.must_have)
        for key, row in wanted.items()
        if key not in standing
    )
    kept = [requirement for key, requirement in standing.items() if key in wanted]
    for requirement in kept:
        row = wanted[requirement.competency_id]
        requirement.level, requirement.weight, requirement.must_have = row.level, row.weight, row.must_have
    Requirement.objects.bulk_update(kept, ["level", "weight", "must_have"])


def _refuse_bad(rows: Sequence[RequirementRow]) -> None:
    keys = [row.competency for row in rows]
    if len(keys) != len(set(keys)):
        raise Invalid(_("A competency comes twice."), field="competency")
    if Competency.objects.filter(pk__in=keys).count() != len(keys):
        raise Invalid(_("One of the competencies does not exist."), field="competency")
    for row in rows:
        if row.level not in Level.values:
            raise Invalid(_("Levels run from 1 to 5."), field="level")
        if row.weight not in Level.values:
            raise Invalid(_("Weights run from 1 to 5."), field="weight")


def _plain(rows: Sequence[RequirementRow]) -> list[dict[str, object]]:
    return [
        {"competency": row.competency, "level": row.level, "weight": row.weight, "must_have": row.must_have}
        for row in rows
    ]
