"""Which column means what: by a saved mapping, by the headings, or by hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from succession.organisation.choices import ImportKind
from succession.organisation.models import ImportMapping

from . import cells
from .columns import TABLES, TableSpec, spec_of
from .problems import CellError, UnmappedColumns, UnreadableFile
from .reading import Row, Table

ORGANOGRAM = "organogram"
# The published organograms of UK ministries; its options are explained in `kinds.organisation`.
SHIPPED: dict[str, dict[str, Any]] = {
    ORGANOGRAM: {
        "kind": ImportKind.ORGANISATION,
        "tables": {
            "posts": {
                "code": "Post Unique Reference",
                "title": "Job Title",
                "grade": "Grade (or equivalent)",
                "unit": "Unit",
                "organisation": "Organisation",
                "department": "Parent Department",
                "reports_to": "Reports to Senior Post",
                "name": "Name",
                "seats": "FTE",
                "as_of": "Back to Index",
            }
        },
        "options": {"group_posts_without_code": True, "blank_name_is_undisclosed": True},
    },
    "onet": {
        "kind": ImportKind.REQUIREMENTS,
        "tables": {
            "skills": {
                "occupation_code": "O*NET-SOC Code",
                "occupation": "Title",
                "element_code": "Element ID",
                "element": "Element Name",
                "scale": "Scale ID",
                "value": "Data Value",
                "not_relevant": "Not Relevant",
            }
        },
        "options": {},
    },
    "people-history": {
        "kind": ImportKind.EMPLOYEES,
        "tables": {
            "units": {"code": "dept_no", "name": "dept_name"},
            "people": {
                "number": "emp_no",
                "first_name": "first_name",
                "last_name": "last_name",
                "birth_date": "birth_date",
                "hired_on": "hire_date",
            },
            "heads": {"number": "emp_no", "unit": "dept_no", "starts_on": "from_date", "ends_on": "to_date"},
            "unit_periods": {"number": "emp_no", "unit": "dept_no", "starts_on": "from_date", "ends_on": "to_date"},
            "titles": {"number": "emp_no", "title": "title", "starts_on": "from_date", "ends_on": "to_date"},
        },
        "options": {},
    },
}


@dataclass
class Known:
    """A mapping by name: shipped or saved."""

    name: str
    kind: str
    tables: dict[str, dict[str, str]]
    options: dict[str, Any] = field(default_factory=dict)


@dataclass
class Parsed:
    """A row as its fields: `errors` are [{column, message}]; without errors every value is as its reader made it."""

    line: int
    values: dict[str, Any]
    errors: list[dict[str, str]]
    cells: list[str]


class MappedTable:
    """A table with a meaning for its columns."""

    def __init__(
        self,
        table: Table,
        spec: TableSpec,
        columns: dict[str, str],
        mended: Mapping[int, Mapping[str, str]] | None = None,
    ) -> None:
        """`mended`: by line and heading, what cells hold instead of what the file says."""
        self.table, self.spec, self.columns = table, spec, columns
        self.places = places = {heading: place for place, heading in enumerate(table.columns)}
        self._mended = mended or {}
        self._plan = [
            (name, places[heading], heading, known.read, known.required and not known.blank_says)
            for name, heading in columns.items()
            if (known := spec.field(name)) is not None
        ]

    @property
    def name(self) -> str:
        return self.table.name

    def has(self, field_name: str) -> bool:
        return field_name in self.columns

    def heading(self, field_name: str) -> str:
        return self.columns.get(field_name, "")

    def rows(self) -> Iterator[Parsed]:
        for row in self.table.rows():
            for heading, value in self._mended.get(row.line, {}).items():
                if heading in self.places:
                    row.cells[self.places[heading]] = value
            yield self._parsed(row)

    def _parsed(self, row: Row) -> Parsed:
        if row.problem:
            return Parsed(row.line, {}, [{"column": "", "message": row.problem}], row.cells)
        values: dict[str, Any] = {}
        errors: list[dict[str, str]] = []
        cells_ = row.cells
        for name, place, heading, read, required in self._plan:
            try:
                value = read(cells_[place])
            except CellError as error:
                errors.append({"column": heading, "message": str(error), "mend": error.mend, "to": error.to})
                continue
            if required and (value is None or value == ""):
                errors.append({"column": heading, "message": _("The cell is blank.")})
            values[name] = value
        return Parsed(row.line, values, errors, cells_)


def known_mappings(kind: str = "") -> list[Known]:
    """All mappings by name, the saved ones first."""
    saved = [Known(row.name, row.kind, row.tables, row.options) for row in ImportMapping.objects.all()]
    names = {known.name for known in saved}
    shipped = [Known(name, **values) for name, values in SHIPPED.items() if name not in names]
    return [known for known in [*saved, *shipped] if not kind or known.kind == kind]


def find_mapping(name: str) -> Known:
    for known in known_mappings():
        if known.name == name:
            return known
    raise UnmappedColumns(_("There is no mapping called “%(name)s”.") % {"name": cells.shown(name)})


def resolve(tables: list[Table], kind: str, known: Known | None) -> tuple[list[dict[str, Any]], list[str]]:
    """The meaning of each table as plain data, and notes on what is not read.

    A table inside a ZIP or a workbook of several sheets may be left out, an uploaded file may not.
    """
    resolved, notes = [], []
    for table in tables:
        entry = _by_mapping(table, known) if known else _by_headings(table, kind)
        if entry is not None:
            resolved.append(entry)
        elif table.is_inside:
            notes.append(_("%(name)s was not read: its columns are not known.") % {"name": table.name})
        else:
            raise UnmappedColumns(_what_is_missing(table, kind, known))
    if not resolved:
        raise UnmappedColumns(_("None of the tables has columns that are known."))
    return resolved, notes


def open_entry(table: Table, kind: str) -> dict[str, Any]:
    """A table whose columns are still to be chosen, with what can be guessed."""
    spec = min(TABLES[kind], key=lambda spec: len(spec.lacks(set(guess(table, spec)))))
    return _entry(table, spec, guess(table, spec))


def bound(
    tables: list[Table], kind: str, entries: Iterable[dict[str, Any]], mended: Mapping[str, Mapping[int, Any]]
) -> dict[str, list[MappedTable]]:
    """The tables by what they hold, as it was resolved before; `mended`: cells by table, line and heading."""
    by_name = {table.name: table for table in tables}
    found: dict[str, list[MappedTable]] = {}
    for entry in entries:
        table = by_name.get(entry["source"])
        if table is None:
            raise UnreadableFile(_("%(name)s is no longer there.") % {"name": entry["source"]})
        found.setdefault(entry["table"], []).append(
            MappedTable(
                table,
                spec_of(kind, entry["table"]),
                check_columns(table, kind, entry["table"], entry["columns"]),
                mended.get(table.name),
            )
        )
    return found


def check_columns(table: Table, kind: str, spec_name: str, columns: dict[str, str]) -> dict[str, str]:
    """The columns if all of them are in the table and all that must be known are known."""
    spec = spec_of(kind, spec_name)
    kept = {name: heading for name, heading in columns.items() if heading and spec.field(name)}
    absent = [heading for heading in kept.values() if heading not in table.columns]
    if absent:
        raise UnmappedColumns(
            _("%(name)s has no column “%(column)s”.") % {"name": table.name, "column": cells.shown(absent[0])}
        )
    lacking = spec.lacks(set(kept))
    if lacking:
        raise UnmappedColumns(
            _("%(name)s: no column is known for %(fields)s.") % {"name": table.name, "fields": ", ".join(lacking)}
        )
    return kept


def guess(table: Table, spec: TableSpec) -> dict[str, str]:
    """Field to heading, by what columns are often called; each column means one thing."""
    by_key = {_key(heading): heading for heading in reversed(table.columns)}
    columns: dict[str, str] = {}
    for known in spec.fields:
        for name in (known.name, *known.headings, str(known.label)):
            heading = by_key.get(_key(name))
            if heading is not None and heading not in columns.values():
                columns[known.name] = heading
                break
    return columns


def _by_headings(table: Table, kind: str) -> dict[str, Any] | None:
    fitting = []
    for known in known_mappings(kind):
        entry = _by_mapping(table, known)
        if entry is not None:
            fitting.append(entry)
    for spec in TABLES[kind]:
        if spec.hint and spec.hint not in table.name.casefold():
            continue
        columns = guess(table, spec)
        if not spec.lacks(set(columns)):
            fitting.append(_entry(table, spec, columns))
    # A saved mapping is believed before a guess of the same width.
    return max(fitting, key=lambda entry: len(entry["columns"]), default=None)


def _by_mapping(table: Table, known: Known) -> dict[str, Any] | None:
    """The widest of the mapping's tables that this one has all columns of."""
    best = None
    for spec in TABLES[known.kind]:
        columns = known.tables.get(spec.name)
        if not columns or (spec.hint and spec.hint not in table.name.casefold()):
            continue
        if set(columns.values()) <= set(table.columns) and (best is None or len(columns) > len(best["columns"])):
            best = _entry(table, spec, columns) | {"mapping": known.name, "options": known.options}
    return best


def _entry(table: Table, spec: TableSpec, columns: dict[str, str]) -> dict[str, Any]:
    return {
        "table": spec.name,
        "source": table.name,
        "note": table.note,
        "headings": table.columns,
        "columns": dict(columns),
    }


def _what_is_missing(table: Table, kind: str, known: Known | None) -> str:
    if known:
        specs = [spec for spec in TABLES[known.kind] if spec.name in known.tables]
        wanted = {heading for spec in specs for heading in known.tables[spec.name].values()}
        absent = sorted(wanted - set(table.columns))
        return _("%(name)s does not fit the mapping “%(mapping)s”: it has no column %(columns)s.") % {
            "name": table.name,
            "mapping": known.name,
            "columns": ", ".join(f"“{heading}”" for heading in absent[:5]),
        }
    nearest = min(TABLES[kind], key=lambda spec: len(spec.lacks(set(guess(table, spec)))))
    return _("%(name)s: no column is known for %(fields)s. Choose the columns by hand.") % {
        "name": table.name,
        "fields": ", ".join(nearest.lacks(set(guess(table, nearest)))),
    }


def _key(heading: str) -> str:
    return " ".join(heading.casefold().replace("_", " ").split())
