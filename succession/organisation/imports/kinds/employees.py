"""People: units, numbers and names, the units and titles they had over time, who led which unit.

Periods run from a day until, but not including, another; a year past 9000 means *still*. Where units over time are in
the import, a person's unit is that of the last period, and who has only ended ones has left on the day the last ended.
"""

from datetime import date

from django.utils.translation import gettext as _

from succession.organisation.choices import ImportOutcome
from succession.organisation.imports.mapping import MappedTable, Parsed
from succession.organisation.imports.repairs import BLANK, KEEP
from succession.organisation.imports.work import Work, difference, fault, outcome_of
from succession.organisation.models import Employee, OrgUnit, TitlePeriod, UnitPeriod

from .heads import HeadsImport
from .people import PeopleWriter, Standing
from .periods import PeriodsImport
from .units import Units


def run(work: Work) -> None:
    units = Units(work)
    people = PeopleWriter(work, units)
    _write_units(work, units)
    people.survey()
    unit_periods = PeriodsImport(work, "unit_periods", UnitPeriod, people, units=units)
    people.standing_of = _standing_by_periods(work, unit_periods)
    people.write()
    unit_periods.write()
    PeriodsImport(work, "titles", TitlePeriod, people).write()
    HeadsImport(work, units, people).write()
    _tell_absent(work, people)


def _write_units(work: Work, units: Units) -> None:
    """Units by code; the unit above must be known by then, so that no circle can come about."""
    seen: dict[str, int] = {}
    for table, row in work.rows("units"):
        code, name = row.values.get("code", ""), row.values.get("name", "")
        record = f"{code} · {name}"
        if row.errors:
            work.reject(table, row, record)
        elif code in seen or work.other_kept(table, code, row.line):
            chosen = work.other_kept(table, code, row.line)
            message = (
                _("Line %(line)d was chosen for this unit.") if chosen else _("Line %(line)d already has this unit.")
            )
            told = message % {"line": chosen or seen[code]}
            work.reject(table, row, record, fault(table, "code", told, mend=KEEP, to=code))
        else:
            seen[code] = row.line
            _write_unit(work, units, table, row, record)


def _write_unit(work: Work, units: Units, table: MappedTable, row: Parsed, record: str) -> None:
    code, name, above = row.values["code"], row.values["name"], row.values.get("parent") or ""
    parent = units.by_code.get(above) if above else None
    if above and parent is None:
        message = _("The unit above, %(code)s, is not known.") % {"code": above}
        work.reject(table, row, record, fault(table, "parent", message, mend=BLANK))
        return
    unit = units.by_code.get(code)
    if unit is None:
        unit = units.add(code, name, parent)
        work.ledger.row(table.name, row.line, ImportOutcome.CREATED, record, subject=("orgunit", unit.pk))
        return
    if parent is not None and _stands_above(units, unit, parent):
        work.reject(table, row, record, fault(table, "parent", _("The unit would stand above itself."), mend=BLANK))
        return
    before: dict[str, object] = {}
    changes = []
    if unit.name != name:
        before["name"] = unit.name
        changes.append(difference(_("Name"), unit.name, name))
        unit.name = name
    if parent is not None and unit.parent_id != parent.pk:
        before["parent_id"] = unit.parent_id
        changes.append(difference(_("Unit above"), None, parent.name))
        unit.parent_id = parent.pk
    if before:
        work.writer.change(OrgUnit, [(unit, before)])
        work.announced.add("unit_changed")
    work.ledger.row(
        table.name, row.line, outcome_of(False, changes), record, subject=("orgunit", unit.pk), changes=changes
    )


def _stands_above(units: Units, unit: OrgUnit, below: OrgUnit) -> bool:
    by_pk = {one.pk: one for one in units.by_code.values()}
    node: OrgUnit | None = below
    while node is not None:
        if node.pk == unit.pk:
            return True
        node = by_pk.get(node.parent_id) if node.parent_id else None
    return False


def _standing_by_periods(work: Work, periods: PeriodsImport) -> dict[str, Standing]:
    """Where each person of the periods' table stands: the unit of the last period and, if all have ended, the day."""
    standing: dict[str, Standing] = {}
    for number, unit, starts_on, ends_on in periods.survey():
        known = standing.get(number)
        key = (ends_on is None, ends_on or date.min, starts_on)
        if known is None or key > known.key:
            standing[number] = Standing(unit, ends_on, key)
    return standing


def _tell_absent(work: Work, people: PeopleWriter) -> None:
    if not work.has("people"):
        return
    absent = Employee.objects.employed_on(work.today).exclude(number="").order_by("number")
    for number, name in absent.values_list("number", "name").iterator(5000):
        if number not in people.accepted:
            work.effect("people_kept", example=f"{number} {name}")
