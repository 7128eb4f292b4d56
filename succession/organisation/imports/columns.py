"""What the columns of each kind of table can mean, and how a cell of each is read."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from succession.organisation.choices import ImportKind, PositionClass

from . import cells

Reader = Callable[[str], Any]


def line_of(limit: int) -> Reader:
    return lambda raw: cells.text(raw, limit)


def amount(most: int) -> Reader:
    return lambda raw: cells.number(raw, least=Decimal(0), most=Decimal(most))


def whole(least: int, most: int) -> Reader:
    return lambda raw: cells.whole(raw, least=least, most=most)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column can mean. `headings` are what it is often called; with `blank_says` a blank cell means something.

    `choices` are the words of a closed list; `example` shows how a value is written.
    """

    name: str
    label: str | Promise
    read: Reader
    headings: tuple[str, ...] = ()
    required: bool = False
    blank_says: bool = False
    choices: tuple[str, ...] = ()

    @property
    def example(self) -> str:
        return "2024-02-29" if self.read in (cells.day, cells.end_day, cells.month_end) else ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One kind of table: its fields, at least one of each tuple in `needs`; `hint` is looked for in the file's name."""

    name: str
    label: str | Promise
    fields: tuple[Field, ...]
    needs: tuple[tuple[str, ...], ...] = ()
    hint: str = ""

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def lacks(self, names: set[str]) -> list[str]:
        """Labels of what must be mapped and is not in `names`."""
        missing = [str(field.label) for field in self.fields if field.required and field.name not in names]
        groups = [group for group in self.needs if not names.intersection(group)]
        return missing + [
            " / ".join(str(field.label) for field in self.fields if field.name in group) for group in groups
        ]


CLASSES = {value: str(label) for value, label in PositionClass.choices}

POSTS = TableSpec(
    "posts",
    _("Posts"),
    (
        Field(
            "code",
            _("Post code"),
            line_of(80),
            ("position code", "post code", "post no.", "code", "post unique reference"),
        ),
        Field("title", _("Title"), line_of(300), ("position title", "post", "job title"), required=True),
        Field("grade", _("Grade"), line_of(60), ("grade (or equivalent)", "level")),
        Field("unit", _("Unit"), line_of(300), ("org unit", "department", "org_unit", "division")),
        Field("unit_code", _("Unit code"), line_of(60), ("department code", "org unit code")),
        Field("organisation", _("Unit above"), line_of(300), ("parent unit", "organisation")),
        Field("department", _("Unit above that"), line_of(300), ("parent department",)),
        Field(
            "reports_to",
            _("Reports to"),
            line_of(80),
            ("reports to senior post", "superior", "boss", "manager", "reports to code"),
        ),
        Field("name", _("Holder"), line_of(300), ("incumbent", "holder name", "name")),
        Field("number", _("Holder's employee number"), line_of(60), ("employee number", "pers. no.", "employee")),
        Field("seats", _("Seats or FTE"), amount(100_000), ("fte", "seats", "authorised seats", "headcount")),
        Field(
            "position_class",
            _("Class"),
            lambda raw: cells.one_of(raw, CLASSES),
            ("class", "position class", "kind"),
            choices=tuple(CLASSES),
        ),
        Field("as_of", _("As of"), cells.month_end, ("date", "back to index", "as of date")),
        Field("status", _("Status"), line_of(100), ("state",)),
    ),
    needs=(("unit", "unit_code", "organisation"),),
)

UNITS = TableSpec(
    "units",
    _("Units"),
    (
        Field("code", _("Unit code"), line_of(60), ("dept_no", "department code", "unit code"), required=True),
        Field("name", _("Unit name"), line_of(300), ("dept_name", "department name", "unit name"), required=True),
        Field("parent", _("Unit above"), line_of(60), ("parent code", "parent unit code")),
    ),
)
PEOPLE = TableSpec(
    "people",
    _("People"),
    (
        Field(
            "number",
            _("Employee number"),
            line_of(60),
            ("emp_no", "number", "employeenumber", "personnel number", "id"),
            required=True,
        ),
        Field("name", _("Name"), line_of(300), ("full name", "employee name")),
        Field("first_name", _("First name"), line_of(140), ("first name", "given name")),
        Field("last_name", _("Last name"), line_of(140), ("last name", "surname", "family name")),
        Field("email", _("E-mail"), line_of(254), ("email", "mail")),
        Field("unit", _("Unit (code or name)"), line_of(300), ("department", "org_unit", "org unit", "unit")),
        Field("hired_on", _("Hired on"), cells.day, ("hire_date", "hired", "hire date", "start date")),
        Field("left_on", _("Left on"), cells.end_day, ("left", "leaving date", "end date")),
        Field("birth_date", _("Born on"), cells.day, ("birth_date", "date of birth", "birthday")),
        Field("position", _("Holds post (code)"), line_of(80), ("position", "position code", "post", "post code")),
        Field("position_since", _("Holds it since"), cells.day, ("since", "in post since", "position since")),
    ),
    needs=(("name", "last_name"),),
)
UNIT_PERIODS = TableSpec(
    "unit_periods",
    _("Units over time"),
    (
        Field("number", _("Employee number"), line_of(60), ("emp_no", "number"), required=True),
        Field("unit", _("Unit code"), line_of(60), ("dept_no", "unit", "department"), required=True),
        Field("starts_on", _("From"), cells.day, ("from_date", "from", "since"), required=True),
        Field("ends_on", _("Until"), cells.end_day, ("to_date", "to", "until"), required=True, blank_says=True),
    ),
)
HEADS = TableSpec("heads", _("Heads of units"), UNIT_PERIODS.fields, hint="manager")
TITLES = TableSpec(
    "titles",
    _("Titles over time"),
    (
        Field("number", _("Employee number"), line_of(60), ("emp_no", "number"), required=True),
        Field("title", _("Title"), line_of(300), ("title", "job title"), required=True),
        Field("starts_on", _("From"), cells.day, ("from_date", "from", "since"), required=True),
        Field("ends_on", _("Until"), cells.end_day, ("to_date", "to", "until"), required=True, blank_says=True),
    ),
)

REQUIREMENTS = TableSpec(
    "requirements",
    _("Requirements"),
    (
        Field(
            "position",
            _("Post (code or title)"),
            line_of(300),
            ("position", "position code", "post", "post code"),
            required=True,
        ),
        Field("competency", _("Competency"), line_of(200), ("competency", "competency name", "skill"), required=True),
        Field("competency_code", _("Competency code"), line_of(60), ("competency code",)),
        Field("description", _("Description"), line_of(2000), ("description",)),
        Field("level", _("Level 1 to 5"), whole(1, 5), ("level", "required level"), required=True),
        Field("weight", _("Weight 1 to 5"), whole(1, 5), ("weight", "importance")),
        Field("must_have", _("Must-have"), cells.yes_or_no, ("must have", "must-have", "must_have")),
    ),
)
SKILLS = TableSpec(
    "skills",
    _("Skills of occupations (O*NET)"),
    (
        Field("occupation_code", _("Occupation code"), line_of(80), ("o*net-soc code",), required=True),
        Field("occupation", _("Occupation"), line_of(300), ("title",), required=True),
        Field("element_code", _("Skill code"), line_of(60), ("element id",), required=True),
        Field("element", _("Skill"), line_of(200), ("element name",), required=True),
        Field("scale", _("Scale (IM or LV)"), line_of(10), ("scale id",), required=True),
        Field("value", _("Value"), amount(7), ("data value",), required=True),
        Field("not_relevant", _("Not relevant"), cells.yes_or_no, ("not relevant",)),
    ),
)

TABLES: dict[str, tuple[TableSpec, ...]] = {
    ImportKind.ORGANISATION: (POSTS,),
    ImportKind.EMPLOYEES: (UNITS, PEOPLE, HEADS, UNIT_PERIODS, TITLES),
    ImportKind.REQUIREMENTS: (SKILLS, REQUIREMENTS),
}


def spec_of(kind: str, table: str) -> TableSpec:
    return next(spec for spec in TABLES[kind] if spec.name == table)
