"""O*NET's skills of occupations: two rows, level and importance, make one requirement."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from succession.organisation.choices import ImportOutcome
from succession.organisation.errors import Invalid
from succession.organisation.imports.mapping import MappedTable, Parsed
from succession.organisation.imports.work import Work, fault, outcome_of
from succession.organisation.models import Position

from .competencies import Competencies
from .profiles import Profiles
from .units import Units

LEVEL, IMPORTANCE = "LV", "IM"
UNIT = "O*NET occupations"


@dataclass(slots=True)
class Skill:
    """What the two rows of an occupation's skill say, and what came of it."""

    level: Decimal | None = None
    importance: Decimal | None = None
    not_relevant: bool = False
    outcome: str = ""
    changes: tuple[dict[str, str], ...] = ()


class SkillsImport:
    """First pass: skills and occupations; then profiles; second pass: what became of each row."""

    def __init__(
        self,
        work: Work,
        competencies: Competencies,
        profiles: Profiles,
        *,
        level: Callable[[Decimal], int],
        weight: Callable[[Decimal], int],
    ) -> None:
        self.work, self.competencies, self.profiles = work, competencies, profiles
        self.level, self.weight = level, weight
        self.chosen = [str(text).strip() for text in work.options.get("occupations") or [] if str(text).strip()]
        self.posts_of: dict[str, list[int]] = {}
        self.titles: dict[str, str] = {}
        self.skills: dict[tuple[str, str], Skill] = {}
        self.made: dict[str, int] = {}

    def run(self) -> None:
        self._survey()
        self._write()
        self.profiles.put()
        for table, row in self.work.rows("skills"):
            self._tell(table, row)

    def _survey(self) -> None:
        for _table, row in self.work.rows("skills"):
            if row.errors or not self._is_known_scale(row):
                continue
            values = row.values
            occupation = values["occupation_code"]
            if occupation not in self.titles:
                self.titles[occupation] = values["occupation"]
            if self._is_chosen(occupation):
                self._note(self.skills.setdefault((occupation, values["element_code"]), Skill()), values)
            made = self.competencies.at(values["element"], values["element_code"])[1]
            if made:
                self.made[values["element_code"]] = row.line
        self._refuse_unknown_choices()

    @staticmethod
    def _note(skill: Skill, values: dict[str, Any]) -> None:
        if values["scale"] == LEVEL and skill.level is None:
            skill.level = values["value"]
            skill.not_relevant = bool(values.get("not_relevant"))
        elif values["scale"] == IMPORTANCE and skill.importance is None:
            skill.importance = values["value"]

    def _is_chosen(self, occupation: str) -> bool:
        if self.chosen:
            wanted = {text.casefold() for text in self.chosen}
            return occupation.casefold() in wanted or self.titles[occupation].casefold() in wanted
        return bool(self._posts(occupation))

    def _posts(self, occupation: str) -> list[int]:
        found = [pk for pk, _code in self.profiles.by_title.get(self.titles[occupation].casefold(), [])]
        coded = self.profiles.by_code.get(occupation)
        return sorted({*found, *([coded[0]] if coded else [])})

    def _refuse_unknown_choices(self) -> None:
        known = {text.casefold() for pair in self.titles.items() for text in pair}
        unknown = [text for text in self.chosen if text.casefold() not in known]
        if unknown:
            raise Invalid(_("The file has no occupation “%(name)s”.") % {"name": unknown[0][:100]}, field="occupations")

    def _write(self) -> None:
        occupations = sorted({occupation for occupation, _element in self.skills})
        for occupation in occupations:
            self.posts_of[occupation] = self._posts(occupation) or [self._new_post(occupation)]
        self.profiles.prepare([pk for posts in self.posts_of.values() for pk in posts])
        for (occupation, element), skill in self.skills.items():
            if skill.level is None or skill.not_relevant:
                continue
            self._require(skill, self.posts_of[occupation], element)

    def _require(self, skill: Skill, posts: Iterable[int], element: str) -> None:
        competency = self.competencies.find("", element)
        assert competency is not None
        assert skill.level is not None
        values = {"level": self.level(skill.level)}
        if skill.importance is not None:
            values["weight"] = self.weight(skill.importance)
        is_new, changes = False, []
        for post in posts:
            self.profiles.is_repeated(post, competency)
            new_here, changed_here = self.profiles.require(post, competency, values)
            is_new = is_new or new_here
            changes += changed_here
        skill.outcome, skill.changes = outcome_of(is_new, changes), tuple(changes)

    def _new_post(self, occupation: str) -> int:
        unit = Units(self.work).at((str(self.work.options.get("unit") or UNIT),))
        post = Position(code=occupation, title=self.titles[occupation], org_unit_id=unit.pk, base_seats=0)
        self.work.writer.create(Position, [post])
        self.work.effect("posts_created_for_occupations", example=f"{post.code} {post.title}")
        self.profiles.know(post.pk, post.code, post.title)
        return post.pk

    @staticmethod
    def _is_known_scale(row: Parsed) -> bool:
        return row.values["scale"] in (LEVEL, IMPORTANCE)

    def _tell(self, table: MappedTable, row: Parsed) -> None:
        values = row.values
        record = f"{values.get('occupation', '')} · {values.get('element', '')} · {values.get('scale', '')}"
        if row.errors:
            self.work.reject(table, row, record)
            return
        if not self._is_known_scale(row):
            self.work.reject(table, row, record, fault(table, "scale", _("The scale is neither LV nor IM.")))
            return
        skill = self.skills.get((values["occupation_code"], values["element_code"]))
        posts = self.posts_of.get(values["occupation_code"], [])
        competency = self.competencies.find("", values["element_code"])
        subject = ("position", posts[0]) if posts else ("competency", competency.pk if competency else None)
        outcome, warnings = ImportOutcome.UNCHANGED, []
        changes: tuple[dict[str, str], ...] = ()
        if self.made.get(values["element_code"]) == row.line:
            outcome = ImportOutcome.CREATED
        if skill is None:
            pass
        elif skill.not_relevant:
            warnings.append(_("Not relevant for this occupation: nothing is required."))
        elif skill.level is None:
            warnings.append(_("The file gives no level: nothing is required."))
        elif outcome != ImportOutcome.CREATED:
            outcome, changes = ImportOutcome(skill.outcome), skill.changes
        self.work.ledger.row(table.name, row.line, outcome, record, subject=subject, changes=changes, warnings=warnings)
