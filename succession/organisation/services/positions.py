"""Posts: set up, changed, classed, given more or fewer seats, closed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from succession.organisation import audit, outbox
from succession.organisation.choices import PositionClass
from succession.organisation.constraints import explained
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import Incumbency, OrgUnit, Position, SeatChange, User
from succession.organisation.reasons import require_reason
from succession.organisation.versions import require_version, version_of

from .values import require_length, require_text

CHANGEABLE = ("code", "title", "grade", "org_unit", "reports_to")


@explained()
@transaction.atomic
def create_position(
    *,
    code: str,
    title: str,
    org_unit: OrgUnit,
    actor: User | None,
    grade: str = "",
    reports_to: Position | None = None,
    position_class: str = PositionClass.GENERAL,
    seats: int = 1,
    reason: str = "",
) -> Position:
    """Set up a post with so many seats. Refuses a code that is taken, a closed unit, an unknown class."""
    _require_class(position_class)
    if org_unit.closed_on is not None:
        raise Invalid(_("This unit is closed."), field="org_unit")
    if seats < 0:
        raise Invalid(_("A post cannot have fewer than no seats."), field="seats")
    with audit.acting(actor, "create_position", reason=reason):
        position = Position.objects.create(
            code=require_text(code, field="code", longest=80),
            title=require_text(title, field="title", longest=300),
            grade=require_length(grade.strip(), field="grade", longest=60),
            org_unit=org_unit,
            reports_to=reports_to,
            position_class=position_class,
            base_seats=seats,
        )
    after = {"code": position.code, "title": position.title, "org_unit": org_unit.pk, "class": position_class}
    audit.record("create_position", position, actor=actor, after=after | {"seats": seats}, reason=reason)
    outbox.announce("position_changed", position=position.pk)
    return position


@explained()
@transaction.atomic
def change_position(
    position: Position, *, actor: User | None, reason: str = "", version: str | None = None, **values: Any
) -> Position:
    """Change code, title, grade, unit or whom the post reports to.

    Refuses a circle of reporting lines, a code that is taken, and a change made on a version that no longer stands.
    """
    position = _locked(position)
    require_version(version, version_of(position))
    if unknown := values.keys() - set(CHANGEABLE):
        raise TypeError(f"not changed here: {sorted(unknown)}")
    for name, longest in (("code", 80), ("title", 300)):
        if name in values:
            values[name] = require_text(values[name], field=name, longest=longest)
    before, after = audit.changed(position, values)
    if not after:
        return position
    with audit.acting(actor, "change_position", reason=reason):
        position.save(update_fields=list(after))
    audit.record("change_position", position, actor=actor, before=before, after=after, reason=reason)
    outbox.announce("position_changed", position=position.pk)
    return position


@transaction.atomic
def classify_position(position: Position, position_class: str, *, reason: str, actor: User | None) -> Position:
    """Decide the class of a post: key, management or general. Needs a reason; the same class again changes nothing.

    A pool that serves the post is not asked: the announcement lets the upper floors follow.
    """
    reason = require_reason(reason)
    _require_class(position_class)
    return _classify(_locked(position), position_class, reason=reason, actor=actor)


@transaction.atomic
def classify_positions(
    positions: Iterable[Position], position_class: str, *, reason: str, actor: User | None
) -> list[Position]:
    """The same decision for several posts, with one reason, all or none."""
    reason = require_reason(reason)
    _require_class(position_class)
    keys = [position.pk for position in positions]
    locked = Position.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return [_classify(position, position_class, reason=reason, actor=actor) for position in locked]


@explained()
@transaction.atomic
def change_seats(position: Position, *, on: date, delta: int, reason: str, actor: User | None) -> SeatChange:
    """Authorise more or fewer seats from a day on. Needs a reason.

    Refuses a change of nothing, and one after which the post would have fewer than no seats on any later day.
    Seats that are still held may be taken away: that is a plan, and shows until the holder leaves.
    """
    reason = require_length(require_reason(reason), field="reason", longest=300)
    position = _locked(position)
    if delta == 0:
        raise Invalid(_("A seat change adds or takes away at least one seat."), field="delta")
    _refuse_below_nothing(position, [(on, delta)])
    with audit.acting(actor, "change_seats", reason=reason):
        change = SeatChange.objects.create(position=position, on=on, delta=delta, reason=reason)
    audit.record(
        "change_seats", position, actor=actor, after={"seat_change": change.pk, "on": on, "delta": delta}, reason=reason
    )
    outbox.announce("seats_changed", position=position.pk)
    return change


@transaction.atomic
def withdraw_seat_change(change: SeatChange, *, reason: str, actor: User | None) -> None:
    """Take back a seat change, such as a plan that was dropped. Needs a reason.

    Refuses when the post would have fewer than no seats on any day without it.
    """
    reason = require_reason(reason)
    position = _locked(change.position)
    _refuse_below_nothing(position, [(change.on, -change.delta)])
    before = {"seat_change": change.pk, "on": change.on, "delta": change.delta}
    with audit.acting(actor, "withdraw_seat_change", reason=reason):
        change.delete()
    audit.record("withdraw_seat_change", position, actor=actor, before=before, reason=reason)
    outbox.announce("seats_changed", position=position.pk)


@transaction.atomic
def close_position(position: Position, on: date, *, reason: str, actor: User | None) -> Position:
    """Close a post from a day on. Needs a reason.

    Refuses while somebody holds it on or after that day, or open posts report to it.
    """
    reason = require_reason(reason)
    position = _locked(position)
    holders = Incumbency.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), position=position).count()
    if holders:
        raise Refusal(
            ngettext("%(n)d seat is still held on that day.", "%(n)d seats are still held on that day.", holders)
            % {"n": holders},
            code="position_is_held",
        )
    if position.reports.open_on(on).exists():
        raise Refusal(_("Other posts still report to this one."), code="position_has_reports")
    before, after = audit.changed(position, {"closed_on": on})
    with audit.acting(actor, "close_position", reason=reason):
        position.save(update_fields=["closed_on"])
    audit.record("close_position", position, actor=actor, before=before, after=after, reason=reason)
    outbox.announce("position_changed", position=position.pk)
    return position


def _classify(position: Position, position_class: str, *, reason: str, actor: User | None) -> Position:
    before, after = audit.changed(position, {"position_class": position_class})
    if after:
        with audit.acting(actor, "classify_position", reason=reason):
            position.save(update_fields=["position_class"])
        audit.record("classify_position", position, actor=actor, before=before, after=after, reason=reason)
        outbox.announce("position_changed", position=position.pk)
    return position


def _locked(position: Position) -> Position:
    return Position.objects.select_for_update(no_key=True).get(pk=position.pk)


def _require_class(position_class: str) -> None:
    if position_class not in PositionClass.values:
        raise Invalid(_("Choose key, management or general."), field="position_class")


def _refuse_below_nothing(position: Position, extra: list[tuple[date, int]]) -> None:
    changes = sorted([*position.seat_changes.values_list("on", "delta"), *extra])
    seats = position.base_seats
    for index, (on, delta) in enumerate(changes):
        seats += delta
        is_last_of_its_day = index + 1 == len(changes) or changes[index + 1][0] != on
        if is_last_of_its_day and seats < 0:
            raise Refusal(
                _("On %(day)s the post would have fewer than no seats.") % {"day": on.isoformat()},
                code="seats_below_zero",
            )
