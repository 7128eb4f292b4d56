"""Units that the rows of a file name, found or made."""

import hashlib

from django.utils.text import slugify

from succession.organisation.imports.repairs import Nearest
from succession.organisation.imports.work import Work
from succession.organisation.models import OrgUnit

Path = tuple[str, ...]
LONGEST_SLUG = 50


class Units:
    """The organisation's units by code, by name and by their place in the tree."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.by_code: dict[str, OrgUnit] = {}
        self._by_name: dict[str, list[OrgUnit]] = {}
        self._at_place: dict[tuple[int | None, str], OrgUnit] = {}
        self._paths: dict[Path, OrgUnit] = {}
        self.touched: set[int] = set()
        self._nearest: tuple[int, Nearest] | None = None
        for unit in OrgUnit.objects.all():
            self._know(unit)

    def find(self, text: str) -> OrgUnit | None:
        """A unit by its code, else by its name if only one is called so."""
        unit = self.by_code.get(text)
        if unit is not None:
            return unit
        named = self._by_name.get(text.casefold(), [])
        return named[0] if len(named) == 1 else None

    def nearest(self, text: str) -> str:
        """The code or name of the unit that was probably meant, blank where none comes near."""
        if self._nearest is None or self._nearest[0] != len(self.by_code):
            named = (units[0].name for units in self._by_name.values() if len(units) == 1)
            self._nearest = len(self.by_code), Nearest([*self.by_code, *named])
        return self._nearest[1].to(text)

    def at(self, path: Path, code: str = "") -> OrgUnit:
        """The unit at the end of a path of names, made with all that is missing above it."""
        key = (*path, "\0", code)
        unit = self._paths.get(key)
        if unit is None:
            unit = self._paths[key] = self._settle(path, code)
            self.touched.add(unit.pk)
        return unit

    def add(self, code: str, name: str, parent: OrgUnit | None) -> OrgUnit:
        unit = OrgUnit(code=code, name=name, parent_id=parent.pk if parent else None)
        self.work.writer.create(OrgUnit, [unit])
        self.work.effect("units_created", example=name)
        self.work.announced.add("unit_changed")
        self._know(unit)
        return unit

    def name_of(self, pk: int) -> str:
        return next((unit.name for unit in self.by_code.values() if unit.pk == pk), "")

    def _settle(self, path: Path, code: str) -> OrgUnit:
        if code and code in self.by_code:
            return self.by_code[code]
        if len(path) == 1 and not code:
            found = self.find(path[0])
            if found is not None:
                return found
        parent = self.at(path[:-1]) if len(path) > 1 else None
        name = path[-1] if path else code
        found = self._at_place.get((parent.pk if parent else None, name.casefold()))
        if found is not None and not code:
            return found
        return self.add(code or self._code_for(path), name, parent)

    def _code_for(self, path: Path) -> str:
        """A code made of the name; of two units of one name each keeps its own by its place."""
        slug = slugify(path[-1], allow_unicode=True)[:LONGEST_SLUG].strip("-")
        if slug and slug not in self.by_code:
            return slug
        mark = hashlib.sha256("\0".join(path).encode()).hexdigest()
        return f"{slug[:40]}-{mark[:8]}".strip("-")

    def _know(self, unit: OrgUnit) -> None:
        self.by_code[unit.code] = unit
        self._by_name.setdefault(unit.name.casefold(), []).append(unit)
        self._at_place.setdefault((unit.parent_id, unit.name.casefold()), unit)
