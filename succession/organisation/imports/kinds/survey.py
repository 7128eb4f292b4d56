"""The first pass over posts: which rows live, which repeat, what is grouped, who reports to whom."""

import hashlib
import math
from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum

from django.utils.translation import gettext as _

from succession.organisation.imports.mapping import MappedTable, Parsed
from succession.organisation.imports.work import Work, fault

from .holders import ELIMINATED, UNDISCLOSED, VACANT
from .lines import ROOT, Lines

MOST_SEATS = 100_000
Key = tuple[tuple[str, ...], str, str, str, str]


class Fate(IntEnum):
    """What a row of posts comes to, as far as the rows alone tell."""

    REJECTED = 0
    POST = 1
    GROUPED = 2
    ELIMINATED = 3
    REPEATED = 4
    REPORTS_TO_ITSELF = 5
    IN_A_CIRCLE = 6


@dataclass(slots=True)
class Group:
    """Posts without a code of their own that are the same in unit, title, grade and superior."""

    key: Key
    code: str
    as_of: date | None = None
    amount: Decimal = Decimal(0)
    vacant: Decimal = Decimal(0)
    rows: int = 0
    pk: int = 0
    outcome: str = ""
    changes: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def seats(self) -> int:
        return min(math.ceil(self.amount), MOST_SEATS)

    @property
    def held(self) -> int:
        return min(math.ceil(self.amount - self.vacant), self.seats)


class Survey:
    """Reads the rows once and keeps a few bytes of each."""

    def __init__(self, work: Work, lines: Lines) -> None:
        self.work, self.lines = work, lines
        self.groups_codeless = bool(work.options.get("group_posts_without_code"))
        roots = [str(value) for value in work.options.get("root_values", ["XX"])]
        self.roots = frozenset(value.casefold() for value in roots)
        # What is written where a post has no superior; blank where the files have no word for it.
        self.root = roots[0] if roots else ""
        self.fates = bytearray()
        self.group_of = array("l")
        self.groups: list[Group] = []
        self.first_line: dict[str, int] = {}
        self.refused: set[str] = set()
        self.circles: dict[str, list[str]] = {}
        self.posts_of_person: Counter[str] = Counter()
        self._by_key: dict[Key, int] = {}
        self._interned: dict[str, str] = {}
        self._eliminated: list[str] = []

    def read(self) -> None:
        for table, row in self.work.rows("posts"):
            self.fates.append(self._fate(table, row))
        for code in self._eliminated:
            if code not in self.first_line:
                self.lines.lost.add(code)
        self.circles = self.lines.drop_circles()
        self.refused.update(self.circles)

    def fate(self, index: int, row: Parsed) -> Fate:
        fate = Fate(self.fates[index])
        if fate is Fate.POST and row.values["code"] in self.circles:
            return Fate.IN_A_CIRCLE
        return fate

    def path(self, row: Parsed) -> tuple[str, ...]:
        """The names of the units from above down to the row's own."""
        names: list[str] = []
        for name in (row.values.get("department"), row.values.get("organisation"), row.values.get("unit")):
            if name and (not names or names[-1] != name):
                names.append(self._same(name))
        return tuple(names)

    def check(self, table: MappedTable, row: Parsed) -> list[dict[str, str]]:
        """Reasons against a row that its cells alone give."""
        if row.errors:
            return row.errors
        if not self.path(row) and not row.values.get("unit_code"):
            return fault(table, "unit" if table.has("unit") else "unit_code", _("The unit is blank."))
        if not row.values.get("code") and not self.groups_codeless:
            return fault(table, "code", _("The post code is blank."))
        return []

    def is_root(self, superior: str) -> bool:
        return superior.casefold() in self.roots

    def _fate(self, table: MappedTable, row: Parsed) -> Fate:
        """Eliminated is decided before repeats are looked for: a live row holds against a dead one above it."""
        self.group_of.append(-1)
        code = row.values.get("code") or ""
        if is_eliminated(row):
            if code:
                self._eliminated.append(code)
                self.refused.add(code)
            return Fate.ELIMINATED
        if self.check(table, row):
            self.refused.add(code)
            return Fate.REJECTED
        if not code:
            self._group(row)
            return Fate.GROUPED
        if code in self.first_line or self.work.other_kept(table, code, row.line):
            return Fate.REPEATED
        superior = row.values.get("reports_to", None)
        if superior == code:
            self.refused.add(code)
            return Fate.REPORTS_TO_ITSELF
        code = self._same(code)
        self.first_line[code] = row.line
        self.lines.stated[code] = self._stated(superior)
        self.refused.discard(code)
        if row.values.get("number"):
            self.posts_of_person[row.values["number"]] += 1
        return Fate.POST

    def _stated(self, superior: str | None) -> str | None:
        """What a row says of its superior: a code, ROOT, or nothing; a blank says nothing."""
        if not superior:
            return None
        return ROOT if self.is_root(superior) else self._same(superior)

    def _group(self, row: Parsed) -> None:
        values = row.values
        superior = values.get("reports_to") or ""
        key: Key = (self.path(row), values.get("unit_code") or "", values["title"], values.get("grade") or "", superior)
        number = self._by_key.get(key)
        if number is None:
            number = self._by_key[key] = len(self.groups)
            self.groups.append(Group(key, group_code(key), as_of=values.get("as_of")))
        group = self.groups[number]
        amount = one_seat_if_blank(values.get("seats"))
        group.amount += amount
        if holder_of(row) in VACANT:
            group.vacant += amount
        group.rows += 1
        self.group_of[-1] = number

    def _same(self, text: str) -> str:
        """One object for equal texts: units and superiors repeat in every row."""
        return self._interned.setdefault(text, text)


def group_code(key: Key) -> str:
    """A code that the same unit, title, grade and superior always give."""
    path, unit_code, title, grade, superior = key
    mark = hashlib.sha256("\0".join([*path, unit_code, title, grade, superior]).encode()).hexdigest()
    return f"{superior[:60] or 'POST'}-{mark[:10]}"


def one_seat_if_blank(amount: Decimal | None) -> Decimal:
    return Decimal(1) if amount is None else amount


def holder_of(row: Parsed) -> str:
    return (row.values.get("name") or "").casefold()


def is_eliminated(row: Parsed) -> bool:
    values = row.values
    return any((values.get(name) or "").casefold() in ELIMINATED for name in ("name", "status", "title"))


def is_undisclosed(row: Parsed) -> bool:
    return holder_of(row) in UNDISCLOSED
