"""Requirement profiles of posts, compared and written."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from succession.organisation.choices import Level
from succession.organisation.imports.mapping import MappedTable, Parsed
from succession.organisation.imports.work import Work, difference, fault, outcome_of
from succession.organisation.models import Competency, Position, Requirement

from .competencies import Competencies

LABELS = {"level": gettext_lazy("Level"), "weight": gettext_lazy("Weight"), "must_have": gettext_lazy("Must-have")}


class Profiles:
    """The open posts by code and title, and what those asked for require."""

    def __init__(self, work: Work, competencies: Competencies) -> None:
        self.work, self.competencies = work, competencies
        self.by_code: dict[str, tuple[int, str]] = {}
        self.by_title: dict[str, list[tuple[int, str]]] = {}
        self._known: dict[int, dict[int, Requirement]] = {}
        self._named: set[tuple[int, int]] = set()
        self._created: list[Requirement] = []
        self._changed: list[tuple[Requirement, dict[str, Any]]] = []
        rows = Position.objects.open_on(work.today).order_by().values_list("pk", "code", "title")
        for pk, code, title in rows.iterator(5000):
            self.know(pk, code, title)

    def know(self, pk: int, code: str, title: str) -> None:
        self.by_code[code] = (pk, code)
        self.by_title.setdefault(title.casefold(), []).append((pk, code))

    def prepare(self, posts: Sequence[int]) -> None:
        new = [pk for pk in posts if pk not in self._known]
        for pk in new:
            self._known[pk] = {}
        for requirement in Requirement.objects.filter(position__in=new):
            self._known[requirement.position_id][requirement.competency_id] = requirement

    def is_repeated(self, post: int, competency: Competency) -> bool:
        """Whether this import asked for it before."""
        mark = (post, competency.pk)
        if mark in self._named:
            return True
        self._named.add(mark)
        return False

    def require(self, post: int, competency: Competency, values: dict[str, Any]) -> tuple[bool, list[dict[str, str]]]:
        """Ask a post for a competency; tells whether that is new, and what differs."""
        known = self._known[post].get(competency.pk)
        if known is None:
            requirement = Requirement(position_id=post, competency_id=competency.pk, **values)
            self._known[post][competency.pk] = requirement
            self._created.append(requirement)
            return True, []
        before = {name: getattr(known, name) for name, value in values.items() if getattr(known, name) != value}
        changes = [difference(LABELS[name], old, values[name]) for name, old in before.items()]
        if before:
            for name in before:
                setattr(known, name, values[name])
            self._changed.append((known, before))
        return False, changes

    def put(self) -> None:
        self.work.writer.create(Requirement, self._created)
        self.work.writer.change(Requirement, self._changed)
        touched = {requirement.position_id for requirement in self._created}
        touched |= {requirement.position_id for requirement, _before in self._changed}
        if touched:
            self.work.effect("profiles_changed", len(touched))
            self.work.announced.add("position_changed")
        kept = sum(
            competency not in {named for post, named in self._named if post == pk}
            for pk, known in self._known.items()
            if pk in touched
            for competency in known
        )
        if kept:
            self.work.effect("requirements_kept", kept)


def plain_rows(work: Work, competencies: Competencies, profiles: Profiles) -> None:
    """One requirement a row, posts by code or by a title that only one has."""
    for table, row in work.rows("requirements"):
        record = f"{row.values.get('position', '')} · {row.values.get('competency', '')}"
        if row.errors:
            work.reject(table, row, record)
        else:
            _plain_row(work, competencies, profiles, table, row, record)
    profiles.put()


def _plain_row(
    work: Work, competencies: Competencies, profiles: Profiles, table: MappedTable, row: Parsed, record: str
) -> None:
    values = row.values
    post = profiles.by_code.get(values["position"])
    if post is None:
        titled = profiles.by_title.get(values["position"].casefold(), [])
        if len(titled) != 1:
            message = _("%(count)d posts are called so; give the code.") if titled else _("The post is not known.")
            work.reject(table, row, record, fault(table, "position", message % {"count": len(titled)}))
            return
        post = titled[0]
    competency, made = competencies.at(
        values["competency"], values.get("competency_code") or "", values.get("description") or ""
    )
    if profiles.is_repeated(post[0], competency):
        work.reject(table, row, record, fault(table, "competency", _("An earlier row asks this post for it already.")))
        return
    wanted: dict[str, Any] = {"level": values["level"]}
    if "weight" in values:
        wanted["weight"] = values["weight"] or int(Level.THREE)
    if "must_have" in values:
        wanted["must_have"] = values["must_have"]
    profiles.prepare([post[0]])
    is_new, changes = profiles.require(post[0], competency, wanted)
    work.ledger.row(
        table.name,
        row.line,
        outcome_of(is_new or made, changes),
        record,
        subject=("position", post[0]),
        changes=changes,
    )
