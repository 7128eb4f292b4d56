"""Dated rows of people: the units and titles they had."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from succession.organisation.imports.ledger import chunked
from succession.organisation.imports.mapping import MappedTable, Parsed
from succession.organisation.imports.repairs import BLANK, USE
from succession.organisation.imports.work import Work, difference, fault, outcome_of
from succession.organisation.models import OrgUnit, TitlePeriod, UnitPeriod

from .people import PeopleWriter
from .units import Units

AT_ONCE = 2000
Numbered = tuple[int, MappedTable, Parsed]
Key = tuple[int, Any, date]


class PeriodsImport:
    """Periods by person, what (a unit or a title) and first day; only their end can change."""

    def __init__(
        self,
        work: Work,
        table: str,
        model: type[UnitPeriod] | type[TitlePeriod],
        people: PeopleWriter,
        *,
        units: Units | None = None,
    ) -> None:
        self.work, self.table, self.model, self.people, self.units = work, table, model, people, units
        self.what = "org_unit_id" if units else "title"
        self._repeats: set[int] | None = None

    def survey(self) -> Iterator[tuple[str, OrgUnit, date, date | None]]:
        """(number, unit, from, until) of each row that will stand."""
        self._repeats, seen = set(), set()
        for index, (table, row) in enumerate(self.work.rows(self.table)):
            if self.faults(table, row):
                continue
            mark = hash(self._key(row))
            if mark in seen:
                self._repeats.add(index)
                continue
            seen.add(mark)
            unit = self._unit(row)
            if unit is not None:
                yield row.values["number"], unit, row.values["starts_on"], row.values["ends_on"]

    def write(self) -> None:
        if self._repeats is None:
            for _row in self.survey():
                pass
        rows = ((index, table, row) for index, (table, row) in enumerate(self.work.rows(self.table)))
        for piece in chunked(rows, AT_ONCE):
            self._write(piece)

    def faults(self, table: MappedTable, row: Parsed) -> list[dict[str, str]]:
        if row.errors:
            return row.errors
        values = row.values
        if values["number"] not in self.people.pk_of:
            return fault(table, "number", _("Nobody has the number %(number)s.") % {"number": values["number"]})
        if self.units is not None and self._unit(row) is None:
            meant = self.units.nearest(values["unit"])
            message = _("The unit “%(unit)s” is not known.") % {"unit": values["unit"][:60]}
            return fault(table, "unit", message, mend=USE if meant else "", to=meant)
        if values["ends_on"] is not None and values["ends_on"] < values["starts_on"]:
            return fault(table, "ends_on", _("The end lies before the beginning."), mend=BLANK)
        return []

    def _unit(self, row: Parsed) -> OrgUnit | None:
        return self.units.find(row.values["unit"]) if self.units is not None else None

    def _key(self, row: Parsed) -> Key:
        unit = self._unit(row)
        what = unit.pk if unit is not None else row.values.get("title")
        return self.people.pk_of[row.values["number"]], what, row.values["starts_on"]

    def _write(self, rows: Sequence[Numbered]) -> None:
        good = [(index, table, row) for index, table, row in rows if not self.faults(table, row)]
        keys = {index: self._key(row) for index, _table, row in good}
        known: dict[Key, Any] = {}
        people = {pk for pk, _what, _day in keys.values() if pk > 0}
        for period in self.model.objects.filter(employee__in=people):
            known[period.employee_id, getattr(period, self.what), period.starts_on] = period
        created: list[Any] = []
        changed: list[tuple[Any, dict[str, Any]]] = []
        for index, table, row in rows:
            self._one(index, table, row, keys.get(index), known, created, changed)
        self.work.writer.create(self.model, created)
        self.work.writer.change(self.model, changed)
        if created or changed:
            self.work.announced.add("person_changed")

    def _one(
        self,
        index: int,
        table: MappedTable,
        row: Parsed,
        key: Key | None,
        known: dict[Key, Any],
        created: list[Any],
        changed: list[tuple[Any, dict[str, Any]]],
    ) -> None:
        values = row.values
        record = f"{values.get('number', '')} · {values.get('unit') or values.get('title') or ''}"
        if key is None:
            self.work.reject(table, row, record, self.faults(table, row))
            return
        if index in (self._repeats or ()):
            self.work.reject(table, row, record, fault(table, "starts_on", _("An earlier row says the same.")))
            return
        period = known.get(key)
        ends_on = values["ends_on"]
        changes = []
        if period is None:
            employee, what, starts_on = key
            period = self.model(employee_id=employee, starts_on=starts_on, ends_on=ends_on, **{self.what: what})
            created.append(period)
            is_new = True
        else:
            is_new = False
            if period.ends_on != ends_on:
                changes.append(difference(_("Until"), period.ends_on, ends_on))
                changed.append((period, {"ends_on": period.ends_on}))
                period.ends_on = ends_on
        self.work.ledger.row(
            table.name, row.line, outcome_of(is_new, changes), record, subject=("employee", key[0]), changes=changes
        )
