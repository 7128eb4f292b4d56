"""Who led a unit: its head post with incumbencies.

A unit without a head post gets one, called so and with a code made of the unit's; it becomes the unit's head post.
"""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from succession.organisation.imports.mapping import MappedTable, Parsed
from succession.organisation.imports.work import Work, difference, fault, outcome_of
from succession.organisation.models import Incumbency, OrgUnit, Position, UnitPeriod

from .people import PeopleWriter
from .periods import PeriodsImport
from .units import Units


class HeadsImport:
    """Few rows: they are compared one by one, and written together."""

    def __init__(self, work: Work, units: Units, people: PeopleWriter) -> None:
        self.work, self.units, self.people = work, units, people
        self._posts: dict[int, Position] = {}
        self._held: dict[int, list[Incumbency]] = {}
        self._of_person: dict[int, list[Incumbency]] = {}
        self._created: list[Incumbency] = []
        self._changed: list[tuple[Incumbency, dict[str, Any]]] = []

    def write(self) -> None:
        if not self.work.has("heads"):
            return
        rows = PeriodsImport(self.work, "heads", UnitPeriod, self.people, units=self.units)
        self._load()
        for table, row in self.work.rows("heads"):
            errors = rows.faults(table, row)
            record = f"{row.values.get('number', '')} · {row.values.get('unit', '')}"
            if errors:
                self.work.reject(table, row, record, errors)
            else:
                self._one(table, row, record)
        self.work.writer.change(Incumbency, self._changed)
        self.work.writer.create(Incumbency, self._created)
        if self._created or self._changed:
            self.work.announced.update({"incumbency_changed", "seats_changed"})

    def _load(self) -> None:
        for held in Incumbency.objects.permanent().filter(employee__isnull=False):
            if held.employee_id is not None:
                self._of_person.setdefault(held.employee_id, []).append(held)
        heads = Position.objects.filter(heads_units__isnull=False)
        for held in Incumbency.objects.permanent().filter(position__in=heads, seat=1):
            self._held.setdefault(held.position_id, []).append(held)

    def _one(self, table: MappedTable, row: Parsed, record: str) -> None:
        unit = self.units.find(row.values["unit"])
        assert unit is not None
        post = self._post(unit)
        employee = self.people.pk_of[row.values["number"]]
        starts_on, ends_on = row.values["starts_on"], row.values["ends_on"]
        standing = self._held.setdefault(post.pk, [])
        same = next((held for held in standing if held.employee_id == employee and held.starts_on == starts_on), None)
        meets = next((held for held in standing if held is not same and _overlap(held, starts_on, ends_on)), None)
        if meets is not None:
            message = _("The seat has another holder since %(day)s.") % {"day": meets.starts_on.isoformat()}
            self.work.reject(table, row, record, fault(table, "starts_on", message))
            return
        changes = []
        warnings = []
        if same is None:
            others = self._of_person.setdefault(employee, [])
            concurrent = any(_overlap(held, starts_on, ends_on) and not held.concurrent for held in others)
            if concurrent:
                warnings.append(_("Holds another post besides."))
            held = Incumbency(
                position_id=post.pk, employee_id=employee, starts_on=starts_on, ends_on=ends_on, concurrent=concurrent
            )
            self._created.append(held)
            standing.append(held)
            others.append(held)
        elif same.ends_on != ends_on:
            changes.append(difference(_("Until"), same.ends_on, ends_on))
            self._changed.append((same, {"ends_on": same.ends_on}))
            same.ends_on = ends_on
        self.work.ledger.row(
            table.name,
            row.line,
            outcome_of(same is None, changes),
            f"{post.code} · {record}",
            subject=("position", post.pk),
            changes=changes,
            warnings=warnings,
        )

    def _post(self, unit: OrgUnit) -> Position:
        """The unit's head post, made if there is none."""
        post = self._posts.get(unit.pk)
        if post is None:
            post = unit.head_position or self._new_post(unit)
            self._posts[unit.pk] = post
        return post

    def _new_post(self, unit: OrgUnit) -> Position:
        code = f"{unit.code}-HEAD"
        post = Position.objects.filter(code=code).first()
        if post is None:
            post = Position(code=code, title=_("Head of %(unit)s") % {"unit": unit.name}, org_unit_id=unit.pk)
            self.work.writer.create(Position, [post])
            self.work.effect("head_posts_created", example=code)
        else:
            self._held[post.pk] = list(Incumbency.objects.permanent().filter(position=post, seat=1))
        unit.head_position_id = post.pk
        self.work.writer.change(OrgUnit, [(unit, {"head_position_id": None})])
        self.work.announced.update({"position_changed", "unit_changed"})
        return post


def _overlap(held: Incumbency, starts_on: date, ends_on: date | None) -> bool:
    """Whether two half-open periods share a day; an empty one shares none."""
    if starts_on == ends_on or held.starts_on == held.ends_on:
        return False
    return (ends_on is None or held.starts_on < ends_on) and (held.ends_on is None or starts_on < held.ends_on)
