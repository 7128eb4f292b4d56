"""Posts compared with what stands and written in pieces: their values, dated seats, and holders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from succession.organisation.imports.mapping import Parsed
from succession.organisation.imports.work import Work, difference
from succession.organisation.models import Incumbency, OrgUnit, Position, SeatChange

from . import holders
from .persons import Persons
from .survey import Survey, holder_of, is_undisclosed

LABELS = {
    "title": gettext_lazy("Title"),
    "grade": gettext_lazy("Grade"),
    "org_unit_id": gettext_lazy("Unit"),
    "reports_to_id": gettext_lazy("Reports to"),
    "position_class": gettext_lazy("Class"),
}


@dataclass
class Desired:
    """A post as the file has it; `values` by attribute, what is not in it stays; `words` are what keys are called."""

    code: str
    on: date
    values: dict[str, Any]
    seats: int | None
    undisclosed: int = 0
    row: Parsed | None = None
    words: dict[str, str] = field(default_factory=dict)


@dataclass
class Post:
    """What became of it."""

    position: Position
    is_new: bool
    changes: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    facts: list[dict[str, str]] = field(default_factory=list)

    @property
    def told(self) -> list[dict[str, str]]:
        """What the row is told: of a new post what it is, of another what changes."""
        return self.facts if self.is_new else self.changes


class PostWriter:
    """Compares and writes some posts at once."""

    def __init__(self, work: Work, survey: Survey) -> None:
        self.work, self.survey = work, survey
        self.seen: set[int] = set()
        self.new_codes: set[str] = set()
        self.touched_seats = False
        self.persons = Persons(work, survey.posts_of_person)

    def standing(self, codes: Sequence[str]) -> dict[str, Position]:
        return {position.code: position for position in Position.objects.filter(code__in=codes)}

    def write(self, pairs: Sequence[tuple[Desired, Position | None]]) -> list[Post]:
        """Create or change each post; the answers stand in the order of the questions."""
        self._seats_now = self._seats(pairs)
        self._held = self._holders([position.pk for _desired, position in pairs if position is not None])
        self.persons.prepare(pairs, self._held)
        self._labels = self._labels_of(pairs)
        self._created: list[Position] = []
        self._changed: list[tuple[Position, dict[str, Any]]] = []
        self._seat_changes: list[SeatChange] = []
        self._settled: list[holders.Settled] = []
        posts = [self._one(desired, position) for desired, position in pairs]
        self._put()
        return posts

    def close(self, position: Position, on: date) -> list[dict[str, str]]:
        """End a post and whoever holds it; nothing if it has ended."""
        self.seen.add(position.pk)
        if position.closed_on is not None and position.closed_on <= on:
            return []
        settled = holders.Settled()
        holders.clear_all(holders.Seats(position.pk, on, self._holders([position.pk]).get(position.pk, [])), settled)
        before = {"closed_on": position.closed_on}
        position.closed_on = on
        self.work.writer.change(Position, [(position, before)])
        self.work.writer.change(Incumbency, settled.ended)
        self.work.announced.update({"position_changed", "incumbency_changed"})
        return [difference(_("Closed on"), before["closed_on"], on), *settled.changes]

    def _one(self, desired: Desired, position: Position | None) -> Post:
        if position is None:
            post = self._new(desired)
            authorised = post.position.base_seats
        else:
            post, authorised = self._compare(desired, position)
        if not post.is_new:
            self.seen.add(post.position.pk)
        self._settle_holders(desired, post, authorised)
        return post

    def _new(self, desired: Desired) -> Post:
        seats = 1 if desired.seats is None else desired.seats
        if desired.row is not None and holder_of(desired.row) not in holders.VACANT and desired.row.values.get("name"):
            seats = max(seats, 1)
        pk = self.survey.lines.pk_of.get(desired.code) or next(self.work.writer.new_ids(Position, 1))
        position = Position(pk=pk, code=desired.code, base_seats=seats, **desired.values)
        self._created.append(position)
        self.work.effect("seats_created", seats)
        facts = [
            difference(LABELS[name], None, word)
            for name, word in desired.words.items()
            if word and name in desired.values
        ]
        return Post(position, is_new=True, facts=[*facts, difference(_("Seats"), None, seats)])

    def _compare(self, desired: Desired, position: Position) -> tuple[Post, int]:
        post = Post(position, is_new=False)
        before: dict[str, Any] = {}
        for name, value in desired.values.items():
            old = getattr(position, name)
            if old != value:
                before[name] = old
                post.changes.append(difference(LABELS[name], self._shown(name, old), desired.words.get(name, value)))
                setattr(position, name, value)
        if position.closed_on is not None and position.closed_on <= desired.on:
            before["closed_on"] = position.closed_on
            post.changes.append(difference(_("Closed on"), position.closed_on, None))
            position.closed_on = None
        if before:
            self._changed.append((position, before))
        return post, self._compare_seats(desired, position, post)

    def _compare_seats(self, desired: Desired, position: Position, post: Post) -> int:
        now = self._seats_now[position.pk]
        wanted = now if desired.seats is None else desired.seats
        if desired.row is not None and desired.row.values.get("name") and holder_of(desired.row) not in holders.VACANT:
            wanted = max(wanted, 1)
        if wanted != now:
            self._seat_changes.append(
                SeatChange(position_id=position.pk, on=desired.on, delta=wanted - now, reason=_("Imported"))
            )
            self.work.effect("seats_changed")
            post.changes.append(difference(_("Seats from %(day)s") % {"day": desired.on.isoformat()}, now, wanted))
        return wanted

    def _settle_holders(self, desired: Desired, post: Post, authorised: int) -> None:
        settled = holders.Settled(warnings=post.warnings)
        seats = holders.Seats(post.position.pk, desired.on, self._held.get(post.position.pk, []))
        row = desired.row
        if row is None:
            holders.fill_undisclosed(seats, desired.undisclosed, settled)
        elif "name" in row.values or row.values.get("number"):
            self._settle_named(desired, row, seats, authorised, settled)
        holders.clear_above(seats, authorised, settled)
        (post.facts if post.is_new else post.changes).extend(settled.changes)
        self._settled.append(settled)

    def _settle_named(
        self, desired: Desired, row: Parsed, seats: holders.Seats, authorised: int, settled: holders.Settled
    ) -> None:
        holder = holder_of(row)
        blank = not holder and not row.values.get("number")
        if holder in holders.VACANT:
            holders.clear_all(seats, settled)
        elif is_undisclosed(row) or (blank and self.work.options.get("blank_name_is_undisclosed")):
            holders.fill_undisclosed(seats, authorised, settled)
            if blank:
                settled.warnings.append(_("No name is given: taken as an undisclosed holder."))
        elif not blank:
            self.persons.seat(desired, row, seats, settled)

    def _put(self) -> None:
        """Write what the comparison found, in an order in which everything pointed at is there."""
        writer = self.work.writer
        writer.create(Position, self._created)
        writer.change(Position, self._changed)
        writer.create(SeatChange, self._seat_changes)
        self.persons.put()
        begun = [held for settled in self._settled for held in settled.begun]
        ended = [pair for settled in self._settled for pair in settled.ended]
        # Ends first: the database lets nobody sit on a held seat.
        writer.change(Incumbency, ended)
        writer.create(Incumbency, begun)
        undisclosed = sum(held.employee_id is None for held in begun)
        if undisclosed:
            self.work.effect("undisclosed_holders", undisclosed)
        if ended:
            self.work.effect("incumbencies_ended", len(ended))
        if self._created or self._changed:
            self.work.announced.add("position_changed")
        if self._created or self._seat_changes or begun or ended:
            self.touched_seats = True

    def _seats(self, pairs: Sequence[tuple[Desired, Position | None]]) -> dict[int, int]:
        """Seats authorised on the day the file speaks of, one statement a day."""
        days: dict[date, list[int]] = {}
        for desired, position in pairs:
            if position is not None:
                days.setdefault(desired.on, []).append(position.pk)
        seats: dict[int, int] = {}
        for on, pks in days.items():
            rows = Position.objects.filter(pk__in=pks).with_seats(on).order_by().only("pk")
            seats |= {position.pk: position.seats for position in rows}  # type: ignore[attr-defined]  # annotated
        return seats

    @staticmethod
    def _holders(pks: Sequence[int]) -> dict[int, list[Incumbency]]:
        held: dict[int, list[Incumbency]] = {}
        if pks:
            rows = Incumbency.objects.permanent().filter(position__in=pks).select_related("employee")
            for incumbency in rows.order_by("position", "seat", "starts_on"):
                held.setdefault(incumbency.position_id, []).append(incumbency)
        return held

    def _labels_of(self, pairs: Sequence[tuple[Desired, Position | None]]) -> dict[str, dict[int, str]]:
        """What the present units and superiors are called, for telling changes."""
        units: set[int] = set()
        superiors: set[int] = set()
        for _desired, position in pairs:
            if position is not None:
                units.add(position.org_unit_id)
                superiors.add(position.reports_to_id or 0)
        return {
            "org_unit_id": dict(OrgUnit.objects.filter(pk__in=units).order_by().values_list("pk", "name")),
            "reports_to_id": dict(Position.objects.filter(pk__in=superiors).order_by().values_list("pk", "code")),
        }

    def _shown(self, name: str, value: Any) -> Any:
        if value is None or name not in self._labels:
            return value
        return self._labels[name].get(value)
