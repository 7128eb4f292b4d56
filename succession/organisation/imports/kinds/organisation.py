"""Posts with their units, lines, seats and holders.

Options of a mapping: `group_posts_without_code` makes rows without a code one post per unit, title, grade and superior,
with the seats of their summed FTE rounded up; `blank_name_is_undisclosed` says that somebody sits where no name is given;
`root_values` are superiors that mean *none*; `absent` says what happens to posts of these units that the file leaves
out: `keep` or `close`; `as_of` is the day the file speaks of when no column tells.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from succession.organisation.choices import ImportOutcome
from succession.organisation.imports.ledger import chunked
from succession.organisation.imports.mapping import MappedTable, Parsed
from succession.organisation.imports.repairs import ALONE, KEEP, USE, Nearest, Repair, repair
from succession.organisation.imports.work import Work, fault, outcome_of
from succession.organisation.models import Position

from .lines import ROOT, Lines
from .posts import Desired, Post, PostWriter
from .survey import Fate, Group, Survey, is_eliminated, one_seat_if_blank
from .units import Units

AT_ONCE = 1000
Numbered = tuple[int, MappedTable, Parsed, Fate]


def run(work: Work) -> None:
    OrganisationImport(work).run()


class OrganisationImport:
    """Two passes over the rows: the first tells what stands, the second compares and writes in pieces."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.lines = Lines()
        self.units = Units(work)
        self.survey = Survey(work, self.lines)
        self.posts = PostWriter(work, self.survey)
        self.states_lines = work.maps("posts", "reports_to")
        self.default_day = date.fromisoformat(work.options["as_of"]) if work.options.get("as_of") else work.today
        self.last_day = self.default_day
        self._nearest: Nearest | None = None

    def run(self) -> None:
        self.survey.read()
        self._number_new_posts()
        for groups in chunked(self.survey.groups, AT_ONCE):
            self._write_groups(groups)
        for rows in chunked(self._numbered_rows(), AT_ONCE):
            self._write_rows(rows)
        self._look_at_absent_posts()
        if self.posts.touched_seats:
            self.work.announced.update({"seats_changed", "incumbency_changed"})

    def _numbered_rows(self) -> Iterator[Numbered]:
        for index, (table, row) in enumerate(self.work.rows("posts")):
            yield index, table, row, self.survey.fate(index, row)

    def _number_new_posts(self) -> None:
        """New posts get their keys first: a row may report to one that stands far below it."""
        new = [code for code in self.survey.lines.stated if code not in self.lines.pk_of]
        self.posts.new_codes = set(new)
        for code, pk in zip(new, self.work.writer.new_ids(Position, len(new)), strict=True):
            self.lines.pk_of[code] = pk

    # --- grouped posts ---------------------------------------------------------------------------------------------
    def _write_groups(self, groups: Sequence[Group]) -> None:
        found = self.posts.standing([group.code for group in groups])
        desired = [(self._desired_group(group), found.get(group.code)) for group in groups]
        for group, post in zip(groups, self.posts.write(desired), strict=True):
            group.pk, group.changes = post.position.pk, post.told
            group.outcome = outcome_of(post.is_new, post.changes)
            group.warnings = [*post.warnings, *self._superior_warnings(group.key[4], is_new=post.is_new)]
            if group.warnings and post.is_new and self._lacks_superior(group.key[4]):
                self.work.effect("without_superior", example=group.code)

    def _desired_group(self, group: Group) -> Desired:
        path, unit_code, title, grade, superior = group.key
        unit = self.units.at(path, unit_code)
        return Desired(
            code=group.code,
            on=self._day(group.as_of),
            values={"title": title, "grade": grade, "org_unit_id": unit.pk} | self._line(superior),
            words={"org_unit_id": unit.name, "reports_to_id": superior},
            seats=group.seats,
            undisclosed=group.held if self.work.options.get("blank_name_is_undisclosed") else 0,
        )

    # --- rows ------------------------------------------------------------------------------------------------------
    def _write_rows(self, rows: Sequence[Numbered]) -> None:
        live = [(table, row) for _index, table, row, fate in rows if fate is Fate.POST]
        dead = [row.values["code"] for _i, _t, row, fate in rows if fate is Fate.ELIMINATED and row.values.get("code")]
        found = self.posts.standing([row.values["code"] for _table, row in live] + dead)
        written = self.posts.write([(self._desired(row), found.get(row.values["code"])) for _table, row in live])
        outcomes = iter(written)
        for index, table, row, fate in rows:
            if fate is Fate.POST:
                self._tell_post(table, row, next(outcomes))
            elif fate is Fate.GROUPED:
                self._tell_grouped(table, row, self.survey.groups[self.survey.group_of[index]])
            elif fate is Fate.ELIMINATED:
                self._eliminate(table, row, found.get(row.values.get("code") or ""))
            else:
                self.work.reject(table, row, label(row), self._reasons(table, row, fate))

    def _desired(self, row: Parsed) -> Desired:
        values = row.values
        wanted: dict[str, Any] = {"title": values["title"]}
        if "grade" in values:
            wanted["grade"] = values["grade"]
        if values.get("position_class"):
            wanted["position_class"] = values["position_class"]
        unit = self.units.at(self.survey.path(row), values.get("unit_code") or "")
        superior = values.get("reports_to") or ""
        wanted |= {"org_unit_id": unit.pk} | self._line(superior)
        return Desired(
            code=values["code"],
            on=self._day(values.get("as_of")),
            values=wanted,
            seats=math.ceil(one_seat_if_blank(values.get("seats"))) if "seats" in values else None,
            row=row,
            words={"org_unit_id": unit.name, "reports_to_id": "" if self.survey.is_root(superior) else superior},
        )

    def _line(self, superior: str) -> dict[str, int | None]:
        """The superior to be written, nothing where the file's word comes to nothing."""
        if not superior:
            return {}
        if self.survey.is_root(superior):
            return {"reports_to_id": None}
        above = self.lines.resolved(superior)
        return {"reports_to_id": self.lines.pk_of[above]} if above != ROOT else {}

    def _day(self, stated: date | None) -> date:
        day = stated or self.default_day
        self.last_day = max(self.last_day, day)
        return day

    def _lacks_superior(self, superior: str) -> bool:
        return self.states_lines and not (
            superior and (self.survey.is_root(superior) or self.lines.resolved(superior) != ROOT)
        )

    def _superior_warnings(self, superior: str, *, is_new: bool) -> list[str]:
        if not self._lacks_superior(superior):
            return []
        end = _("created without a superior") if is_new else _("the superior stays as it is")
        if not superior:
            return [_("No superior is given: %(end)s.") % {"end": end}]
        if superior in self.survey.refused:
            return [_("The superior %(code)s was rejected: %(end)s.") % {"code": superior, "end": end}]
        return [_("The superior %(code)s is not known: %(end)s.") % {"code": superior, "end": end}]

    def _superior_repairs(self, table: MappedTable, row: Parsed, superior: str, *, is_new: bool) -> list[Repair]:
        """For a superior that comes to nothing, the one that was probably meant; a new post may be said to have none."""
        if not self._lacks_superior(superior):
            return []
        if not superior:
            return (
                repair(table, row.cells, "reports_to", ALONE, self.survey.root) if is_new and self.survey.root else []
            )
        if self._nearest is None:
            self._nearest = Nearest(code for code in self.lines.pk_of if self.lines.resolved(code) != ROOT)
        meant = self._nearest.to(superior)
        if meant and meant != row.values.get("code"):
            return repair(table, row.cells, "reports_to", USE, meant)
        return repair(table, row.cells, "reports_to")

    # --- what each row is told ---------------------------------------------------------------------------------------
    def _tell_post(self, table: MappedTable, row: Parsed, post: Post) -> None:
        superior = row.values.get("reports_to") or ""
        warnings = [*post.warnings, *self._superior_warnings(superior, is_new=post.is_new)]
        if post.is_new and self._lacks_superior(superior):
            self.work.effect("without_superior", example=row.values["code"])
        self.work.ledger.row(
            table.name,
            row.line,
            outcome_of(post.is_new, post.changes),
            label(row),
            subject=("position", post.position.pk),
            changes=post.told,
            warnings=warnings,
            repairs=self._superior_repairs(table, row, superior, is_new=post.is_new),
        )

    def _tell_grouped(self, table: MappedTable, row: Parsed, group: Group) -> None:
        self.work.ledger.row(
            table.name,
            row.line,
            group.outcome,
            f"{group.code} · {row.values['title']}",
            subject=("position", group.pk),
            changes=group.changes,
            warnings=group.warnings,
            repairs=self._superior_repairs(table, row, group.key[4], is_new=group.outcome == ImportOutcome.CREATED),
        )

    def _eliminate(self, table: MappedTable, row: Parsed, standing: Position | None) -> None:
        """A post that no longer is: closed where it stood, rejected where it did not."""
        code = row.values.get("code") or ""
        if code in self.survey.first_line:
            message = _("Eliminated; line %(line)d has a live row of this post.") % {
                "line": self.survey.first_line[code]
            }
            self.work.reject(table, row, label(row), fault(table, "name", message))
        elif standing is None:
            self.work.reject(table, row, label(row), fault(table, "name", _("Eliminated: the post no longer exists.")))
        else:
            changes = self.posts.close(standing, self._day(row.values.get("as_of")))
            self.work.ledger.row(
                table.name,
                row.line,
                outcome_of(False, changes),
                label(row),
                subject=("position", standing.pk),
                changes=changes,
            )

    def _reasons(self, table: MappedTable, row: Parsed, fate: Fate) -> list[dict[str, str]]:
        if fate is Fate.REJECTED:
            return self.survey.check(table, row)
        code = row.values["code"]
        if fate is Fate.REPEATED:
            chosen = self.work.other_kept(table, code, row.line)
            message = (
                _("Line %(line)d was chosen for this post.") if chosen else _("Line %(line)d already has this post.")
            )
            line = chosen or self.survey.first_line[code]
            return fault(table, "code", message % {"line": line}, mend=KEEP, to=code)
        alone: dict[str, str] = {"mend": ALONE, "to": self.survey.root}
        if fate is Fate.REPORTS_TO_ITSELF:
            return fault(table, "reports_to", _("The post reports to itself."), **alone)
        circle = " → ".join([*self.survey.circles[code][:5], self.survey.circles[code][0]])
        return fault(
            table, "reports_to", _("The reporting line runs in a circle: %(circle)s.") % {"circle": circle}, **alone
        )

    # --- what is not in the file ---------------------------------------------------------------------------------------
    def _look_at_absent_posts(self) -> None:
        """Posts of the units of the file that the file leaves out: kept, or closed if that was asked."""
        closes = self.work.options.get("absent") == "close"
        absent: list[Position] = []
        rows = (
            Position.objects.filter(org_unit__in=[pk for pk in self.units.touched if pk > 0], pk__lte=self.lines.newest)
            .open_on(self.last_day)
            .order_by("code")
        )
        for position in rows.iterator(2000):
            if position.pk in self.posts.seen:
                continue
            self.work.effect("posts_closed" if closes else "posts_kept", example=f"{position.code} {position.title}")
            if closes:
                absent.append(position)
        for position in absent:
            self.posts.close(position, self.last_day)


def label(row: Parsed) -> str:
    values = row.values
    if is_eliminated(row) and not values.get("title"):
        return str(values.get("code") or "")
    return " · ".join(str(part) for part in (values.get("code"), values.get("title")) if part)
