"""Seats that will open, and who is ready by then."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pools.models import Coverage
from succession.organisation import formats
from succession.organisation.models import Incumbency, SeatChange, User

from .behind import people_behind
from .headline import figures_of
from .risk import AHEAD, with_openings
from .scope import Scope, shared_posts

TICK_MONTHS = 3
MONTHS = 18


@dataclass(frozen=True)
class Opening:
    """One seat that opens: when, why, and how many who count are ready by then."""

    position: Any
    on: date
    because: str
    at: float
    ready: int
    named: int
    shared: bool

    @property
    def stroke(self) -> str:
        if not self.ready:
            return "red"
        return "orange" if self.shared else "now"

    @property
    def words(self) -> str:
        if self.ready:
            found = ngettext("Ready: %(n)d", "Ready: %(n)d", self.ready) % {"n": self.ready}
            return _("%(ready)s, shared") % {"ready": found} if self.shared else found
        return _("nobody ready") if self.named else _("nobody named")


def openings(user: User, scope: Scope, *, on: date, limit: int = 8) -> list[Opening]:
    """Vacant seats, expected leavings and new seats of the scope within 18 months, soonest first."""
    stored = Coverage.objects.visible_to(user)
    found = [
        *_vacancies(scope, stored, on, limit),
        *_leavings(user, scope, on, limit),
        *_new_seats(user, scope, on, limit),
    ]
    found = sorted(found, key=lambda each: (each[1], each[0].code))[:limit]
    behind = people_behind(user, {position.pk for position, _on, _why in found}, on=on)
    shared = shared_posts(figures_of(user, scope))
    return [
        Opening(
            position=position,
            on=day,
            because=because,
            at=min(max((day - on).days, 4) / AHEAD.days, 1.0),
            ready=sum(each.counted and each.is_ready_on(day) for each in behind.get(position.pk, [])),
            named=len(behind.get(position.pk, [])),
            shared=position.pk in shared,
        )
        for position, day, because in found
    ]


def ticks(on: date) -> list[tuple[float, str]]:
    """Every third month of the lane; the year at the first and at each new one."""
    found = []
    for step in range(0, MONTHS, TICK_MONTHS):
        year, month = divmod(on.month - 1 + step, 12)
        day = date(on.year + year, month + 1, 1)
        word = formats.date_format(day, "M Y" if not step or month < TICK_MONTHS else "M")
        found.append((step / MONTHS, word))
    return found


def _vacancies(scope: Scope, stored: Any, on: date, limit: int) -> list[tuple[Any, date, str]]:
    rows = scope.rows(stored.of_positions().filter(kind=scope.kind, seats__gt=0))
    empty = with_openings(rows, on).filter(held_seats__lt=F("seats")).select_related("position")
    found = []
    for row in empty.order_by("position__code")[:limit]:
        free = row.seats - row.held_seats
        several = ngettext("%(n)d of %(seats)d seats is vacant", "%(n)d of %(seats)d seats are vacant", free)
        words = _("Vacant") if row.seats == 1 else several % {"n": free, "seats": row.seats}
        found.append((row.position, on, words))
    return found


def _leavings(user: User, scope: Scope, on: date, limit: int) -> list[tuple[Any, date, str]]:
    leaving: Any = (
        Incumbency.objects.held_on(on)
        .permanent()
        .filter(position__in=scope.posts(user), expected_leaving_on__lte=on + AHEAD)
        .select_related("position")
        .order_by("expected_leaving_on", "pk")[:limit]
    )
    return [
        (
            each.position,
            max(each.expected_leaving_on, on),
            _("%(how)s, %(day)s")
            % {"how": each.expected_leaving_note or _("Leaving"), "day": formats.day(each.expected_leaving_on)},
        )
        for each in leaving
    ]


def _new_seats(user: User, scope: Scope, on: date, limit: int) -> list[tuple[Any, date, str]]:
    changes = (
        SeatChange.objects.filter(position__in=scope.posts(user), on__gt=on, on__lte=on + AHEAD, delta__gt=0)
        .select_related("position")
        .order_by("on", "pk")[:limit]
    )
    return [
        (
            change.position,
            change.on,
            _("%(seats)s, %(day)s")
            % {
                "seats": ngettext("%(n)d new seat", "%(n)d new seats", change.delta) % {"n": change.delta},
                "day": formats.day(change.on),
            },
        )
        for change in changes
    ]
