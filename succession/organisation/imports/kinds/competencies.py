"""Competencies that the rows of a file name, found or made."""

import hashlib

from django.utils.text import slugify

from succession.organisation.imports.work import Work
from succession.organisation.models import Competency


class Competencies:
    """By code, else by name."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._by_code: dict[str, Competency] = {}
        self._by_name: dict[str, Competency] = {}
        for competency in Competency.objects.all():
            self._know(competency)

    def find(self, name: str, code: str = "") -> Competency | None:
        return self._by_code.get(code) if code else self._by_name.get(name.casefold())

    def at(self, name: str, code: str = "", description: str = "") -> tuple[Competency, bool]:
        """The competency and whether it was made for this."""
        found = self.find(name, code)
        if found is not None:
            return found, False
        competency = Competency(code=code or self._code_for(name), name=name, description=description)
        self.work.writer.create(Competency, [competency])
        self.work.effect("competencies_created", example=name)
        self._know(competency)
        return competency, True

    def _code_for(self, name: str) -> str:
        slug = slugify(name, allow_unicode=True)[:50].strip("-")
        if slug and slug not in self._by_code:
            return slug
        return f"{slug[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".strip("-")

    def _know(self, competency: Competency) -> None:
        self._by_code[competency.code] = competency
        self._by_name.setdefault(competency.name.casefold(), competency)
