"""Employees compared with those that stand and written in pieces."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from succession.organisation.imports.ledger import chunked
from succession.organisation.imports.mapping import MappedTable, Parsed
from succession.organisation.imports.repairs import BLANK, KEEP, USE
from succession.organisation.imports.work import Work, difference, fault, outcome_of
from succession.organisation.models import Employee, OrgUnit
from succession.organisation.services.employees import sortable

from .seating import Seating
from .units import Units

AT_ONCE = 2000
LABELS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "org_unit_id": gettext_lazy("Unit"),
    "birth_date": gettext_lazy("Born on"),
    "hired_on": gettext_lazy("Hired on"),
    "left_on": gettext_lazy("Left on"),
}


@dataclass(slots=True)
class Standing:
    """The last unit of a person by their periods, and the day the last of them ended."""

    unit: OrgUnit
    ends_on: date | None
    key: tuple[bool, date, date]


class PeopleWriter:
    """Knows which numbers stand and writes the people of the file."""

    def __init__(self, work: Work, units: Units) -> None:
        self.work, self.units = work, units
        self.pk_of: dict[str, int] = dict(Employee.objects.order_by().values_list("number", "pk").iterator(5000))
        self.accepted: dict[str, int] = {}
        self.standing_of: dict[str, Standing] = {}
        self.seating = Seating(work)

    def survey(self) -> None:
        """Which rows stand: the first of each number whose cells can be read."""
        for table, row in self.work.rows("people"):
            number = row.values.get("number")
            if not number or number in self.accepted or self.work.other_kept(table, number, row.line):
                continue
            if not self._faults(table, row):
                self.accepted[number] = row.line
        new = [number for number in self.accepted if number not in self.pk_of]
        for number, pk in zip(new, self.work.writer.new_ids(Employee, len(new)), strict=True):
            self.pk_of[number] = pk

    def write(self) -> None:
        for rows in chunked(self.work.rows("people"), AT_ONCE):
            self._write(rows)

    def _faults(  # noqa: PLR0911 -- one answer a reason
        self, table: MappedTable, row: Parsed
    ) -> list[dict[str, str]]:
        """Reasons against a row that hold whatever the other rows are."""
        if row.errors:
            return row.errors
        values = row.values
        if not full_name(row):
            return fault(table, "name" if table.has("name") else "last_name", _("The name is blank."))
        if values.get("email") and not _is_email(values["email"]):
            message = _("“%(value)s” is not an e-mail address.") % {"value": values["email"][:60]}
            return fault(table, "email", message, mend=BLANK)
        hired, left, born = values.get("hired_on"), values.get("left_on"), values.get("birth_date")
        if hired and left and left < hired:
            return fault(table, "left_on", _("The day of leaving lies before the day of hiring."))
        if hired and born and hired <= born:
            return fault(table, "hired_on", _("The day of hiring lies before the day of birth."))
        if values.get("unit") and self.units.find(values["unit"]) is None:
            message = _("The unit “%(unit)s” is not known.") % {"unit": values["unit"][:60]}
            meant = self.units.nearest(values["unit"])
            return fault(table, "unit", message, mend=USE if meant else "", to=meant)
        return []

    def _write(self, rows: Sequence[tuple[MappedTable, Parsed]]) -> None:
        numbers = [row.values["number"] for _table, row in rows if row.values.get("number")]
        known = {employee.number: employee for employee in Employee.objects.filter(number__in=numbers)}
        self.seating.prepare([row.values["position"] for _t, row in rows if row.values.get("position")], known.values())
        created: list[Employee] = []
        changed: list[tuple[Employee, dict[str, Any]]] = []
        for table, row in rows:
            self._one(table, row, known, created, changed)
        self.work.writer.create(Employee, created)
        self.work.writer.change(Employee, changed)
        self.seating.put()
        if created or changed:
            self.work.announced.add("person_changed")

    def _one(
        self,
        table: MappedTable,
        row: Parsed,
        known: dict[str, Employee],
        created: list[Employee],
        changed: list[tuple[Employee, dict[str, Any]]],
    ) -> None:
        number = row.values.get("number") or ""
        record = f"{number} · {full_name(row)}"
        errors = self._faults(table, row)
        if not errors and self.accepted.get(number) != row.line:
            chosen = self.work.other_kept(table, number, row.line)
            message = (
                _("Line %(line)d was chosen for this number.")
                if chosen
                else _("Line %(line)d already has this number.")
            )
            line = chosen or self.accepted.get(number, 0)
            errors = fault(table, "number", message % {"line": line}, mend=KEEP, to=number)
        employee = known.get(number)
        pk = self.pk_of.get(number, 0)
        seated = None
        if not errors and row.values.get("position"):
            since = row.values.get("position_since") or row.values.get("hired_on") or self.work.today
            seated = self.seating.seat(row.values["position"], pk, full_name(row), since)
            if seated.refusal:
                errors = fault(table, "position", seated.refusal, mend=BLANK)
        if errors:
            self.work.reject(table, row, record, errors)
            return
        values, warnings = self._values(row)
        changes = [*self._apply(employee, values, number, pk, created, changed), *(seated.changes if seated else [])]
        is_new = employee is None
        self.work.ledger.row(
            table.name,
            row.line,
            outcome_of(is_new, changes),
            record,
            subject=("employee", pk),
            changes=[] if is_new else changes,
            warnings=[*warnings, *(seated.warnings if seated else [])],
        )

    def _values(self, row: Parsed) -> tuple[dict[str, Any], list[str]]:
        """What the row and the periods say of the person, by attribute."""
        name = full_name(row)
        values: dict[str, Any] = {"name": name, "sort_name": sortable(name)}
        warnings: list[str] = []
        for attribute in ("email", "birth_date", "hired_on", "left_on"):
            if attribute in row.values:
                values[attribute] = row.values[attribute]
        if row.values.get("unit"):
            unit = self.units.find(row.values["unit"])
            values["org_unit_id"] = unit.pk if unit else None
        standing = self.standing_of.get(row.values["number"])
        if standing is not None:
            values["org_unit_id"] = standing.unit.pk
            if "left_on" not in row.values:
                values["left_on"] = standing.ends_on
            hired = values.get("hired_on")
            if values.get("left_on") and hired and values["left_on"] < hired:
                warnings.append(_("The last unit ended before the day of hiring: taken as still employed."))
                values["left_on"] = None
        return values, warnings

    def _apply(
        self,
        employee: Employee | None,
        values: dict[str, Any],
        number: str,
        pk: int,
        created: list[Employee],
        changed: list[tuple[Employee, dict[str, Any]]],
    ) -> list[dict[str, str]]:
        if employee is None:
            created.append(Employee(pk=pk, number=number, **values))
            return [difference(_("Number"), None, number)]
        before: dict[str, Any] = {}
        changes = []
        for attribute, value in values.items():
            old = getattr(employee, attribute)
            if old != value:
                before[attribute] = old
                setattr(employee, attribute, value)
                if attribute in LABELS:
                    changes.append(
                        difference(LABELS[attribute], self._shown(attribute, old), self._shown(attribute, value))
                    )
        if before:
            changed.append((employee, before))
            changes = changes or [difference(_("Name to sort by"), before.get("sort_name"), values.get("sort_name"))]
        return changes

    def _shown(self, attribute: str, value: Any) -> Any:
        if attribute == "org_unit_id" and value is not None:
            return self.units.name_of(value)
        return value


def full_name(row: Parsed) -> str:
    values = row.values
    joined = " ".join(part for part in (values.get("first_name"), values.get("last_name")) if part)
    return values.get("name") or joined


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
