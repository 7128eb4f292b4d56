"""What can be put right in a row that came out wrong: the cell, and one obvious value where there is one.

A repair is plain data kept with its row: {column, value, mend, to}: `value` is what stands in the cell, `mend` says what one
click does (blank: nothing is obvious, a value is entered) and `to` what the cell holds afterwards.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from .mapping import MappedTable

KEEP, ALONE, BLANK, USE, CUT, CLEAN = "keep", "alone", "blank", "use", "cut", "clean"
Repair = dict[str, str]
LONGEST_VALUE = 2000
ALIKE = 0.75
# Comparing by likeness looks at every word known: so many comparisons in one run, about a second.
COMPARED_AT_MOST = 50_000
REMEMBERED = 10_000


def repair(table: MappedTable, cells: Sequence[str], field_name: str, mend: str = "", to: str = "") -> list[Repair]:
    """The repair of the cell in which a field stands; none where no column means it."""
    heading = table.heading(field_name)
    return [_repair(table, cells, heading, mend, to)] if heading else []


def repairs_of(table: MappedTable, cells: Sequence[str], errors: Iterable[dict[str, Any]]) -> list[Repair]:
    """One repair for each reason that names a column; several reasons of one cell make one."""
    found: dict[str, Repair] = {}
    for error in errors:
        heading = error["column"]
        if heading and heading not in found and heading in table.places:
            found[heading] = _repair(table, cells, heading, error.get("mend", ""), error.get("to", ""))
    return list(found.values())


def _repair(table: MappedTable, cells: Sequence[str], heading: str, mend: str, to: str) -> Repair:
    value = cells[table.places[heading]]
    # A formula or an error value of a workbook is no text to begin from.
    shown = "" if value.startswith("\x00") else value[:LONGEST_VALUE]
    return {"column": heading, "value": shown, "mend": mend, "to": to}


class Nearest:
    """Finds what was probably meant among the words known: the same but for case and marks, else the likeliest."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = list(known)
        self._by_key: dict[str, str] | None = None
        self._found: dict[str, str] = {}
        self._compared = 0

    def to(self, text: str) -> str:
        """The one that was meant, blank where none comes near."""
        if text in self._found:
            return self._found[text]
        found = self._find(text)
        if len(self._found) < REMEMBERED:
            self._found[text] = found
        return found

    def _find(self, text: str) -> str:
        if self._by_key is None:
            keys: dict[str, list[str]] = {}
            for word in self._known:
                keys.setdefault(_key(word), []).append(word)
            self._by_key = {key: words[0] for key, words in keys.items() if len(words) == 1}
        same = self._by_key.get(_key(text), "")
        if same or self._compared + len(self._by_key) > COMPARED_AT_MOST:
            return same
        self._compared += len(self._by_key)
        likely = get_close_matches(_key(text), self._by_key, n=1, cutoff=ALIKE)
        return self._by_key[likely[0]] if likely else ""


def _key(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
