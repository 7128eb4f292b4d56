"""Key posts at risk: which may stand empty soon, and what is thin behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, DateField, F, IntegerField, Min, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pools.choices import CoverageStatus
from pools.models import Coverage, PoolPosition
from succession.organisation import formats
from succession.organisation.models import Incumbency, User

from .behind import Seats, seats_of
from .headline import figures_of
from .scope import Scope, shared_posts

AHEAD = timedelta(days=548)
SOON = 180
WEAK = (CoverageStatus.EMPTY, CoverageStatus.THIN)


@dataclass(frozen=True)
class AtRisk:
    """A post, why it is here, and what to do next."""

    row: Any
    seats: Seats
    opens_on: date | None
    pool_id: int | None
    why: str
    step: str

    @property
    def position(self) -> Any:
        return self.row.position

    @property
    def struck(self) -> int:
        """People named who do not count."""
        return self.row.members - self.row.filled

    @property
    def best(self) -> str:
        return best_tier(self.row)


@dataclass(frozen=True)
class Risks:
    """The most urgent ones, and how many there are."""

    shown: list[AtRisk]
    found: int
    posts: int


def best_tier(row: Any) -> str:
    """The best readiness behind a post, `nobody` without any."""
    tiers = (("ready_now", row.ready_now), ("1_3_years", row.years_1_3), ("4_5_years", row.years_4_5))
    return next((tier for tier, people in tiers if people), "nobody")


def with_openings(rows: Any, on: date) -> Any:
    """Annotate coverage rows of posts with the holders they have and the day the next seat stands empty."""
    held = Incumbency.objects.held_on(on).filter(position=OuterRef("position")).order_by().values("position")
    holders = held.filter(acting=False).annotate(seats=Count("seat", distinct=True)).values("seats")
    leaving = held.annotate(first=Min("expected_leaving_on")).values("first")
    return rows.annotate(
        held_seats=Coalesce(Subquery(holders, output_field=IntegerField()), 0),
        leaving_on=Subquery(leaving, output_field=DateField()),
    ).annotate(
        opens_on=Case(
            When(held_seats__lt=F("seats"), then=Value(on, output_field=DateField())),
            default=F("leaving_on"),
            output_field=DateField(),
        )
    )


def posts_at_risk(user: User, scope: Scope, *, on: date, limit: int = 6) -> Risks:
    """Posts of the scope that open within 18 months without someone sure behind them, or have too few; by day, best state, criticality."""
    stored = Coverage.objects.visible_to(user)
    shared = shared_posts(figures_of(user, scope))
    rows = scope.rows(stored.of_positions().filter(kind=scope.kind, seats__gt=0))
    opens = Q(opens_on__lte=on + AHEAD)
    sure = Q(status__in=[CoverageStatus.FULL, CoverageStatus.OVER], ready_now__gt=0)
    urgent = (
        with_openings(rows, on)
        .filter(opens & ~sure | opens & Q(position__in=list(shared)[:1000]) | Q(status__in=WEAK))
        .select_related("position", "position__pool_position")
        .order_by(
            F("opens_on").asc(nulls_last=True),
            Case(When(ready_now__gt=0, then=2), When(filled__gt=0, then=1), default=0),
            F("position__criticality").desc(nulls_last=True),
            "position__code",
        )
    )
    first = list(urgent.annotate(found=Window(Count("*")))[:limit])
    seated = _seats(first, on)
    shown = [_at_risk(row, seated[row.position_id], shared, on) for row in first]
    return Risks(shown, first[0].found if first else 0, rows.count())


def _seats(rows: list[Any], on: date) -> Mapping[int, Seats]:
    positions = [row.position for row in rows]
    for row in rows:
        row.position.seats = row.seats
    return seats_of(positions, on)


def _at_risk(row: Any, seats: Seats, shared: Mapping[int, dict[str, Any]], on: date) -> AtRisk:
    served: PoolPosition | None = getattr(row.position, "pool_position", None)
    others = len(shared[row.position_id]["positions"]) - 1 if row.position_id in shared else 0
    reasons = sorted(_reasons(row, seats, others, on), key=lambda reason: -reason[0])
    return AtRisk(
        row=row,
        seats=seats,
        opens_on=row.opens_on,
        pool_id=served.pool_id if served else None,
        why=" ".join(sentence for _weight, sentence in reasons[:2]),
        step=_next_step(row, others, has_pool=served is not None),
    )


def _reasons(row: Any, seats: Seats, others: int, on: date) -> list[tuple[int, str]]:
    """Whole sentences with their weight."""
    found = [*_why_it_opens(row, seats, on), *_why_it_is_thin(row)]
    if others:
        shared = ngettext(
            "Those behind it also stand behind %(n)d other post.",
            "Those behind it also stand behind %(n)d other posts.",
            others,
        )
        found.append((60, shared % {"n": others}))
    if row.position.criticality:
        found.append((20, _("Criticality %(score)s.") % {"score": formats.level(row.position.criticality)}))
    return found


def _why_it_opens(row: Any, seats: Seats, on: date) -> list[tuple[int, str]]:
    found = []
    if seats.vacant:
        vacant = ngettext(
            "%(n)d of %(seats)d seats stands empty.", "%(n)d of %(seats)d seats stand empty.", seats.vacant
        )
        words = _("The seat stands empty.") if row.seats == 1 else vacant % {"n": seats.vacant, "seats": row.seats}
        found.append((100, words))
    if row.leaving_on and row.leaving_on <= on + AHEAD:
        days = (row.leaving_on - on).days
        leaving = ngettext("Leaves in %(n)s day.", "Leaves in %(n)s days.", max(days, 1))
        overdue = _("Was to leave on %(day)s.") % {"day": formats.day(row.leaving_on)}
        found.append((90 if days <= SOON else 70, leaving % {"n": formats.thousands(days)} if days > 0 else overdue))
    return found


def _why_it_is_thin(row: Any) -> list[tuple[int, str]]:
    if not row.seats_named:
        return [(80, _("Nobody is named."))]
    if not row.filled:
        none_counts = ngettext("The one named does not count.", "None of the %(n)d named counts.", row.members)
        return [(78, none_counts % {"n": row.members})]
    found = []
    if row.filled < row.seats:
        fewer = ngettext("%(n)d person for %(seats)d seats.", "%(n)d people for %(seats)d seats.", row.filled)
        found.append((75, fewer % {"n": row.filled, "seats": row.seats}))
    if not row.ready_now:
        away = ngettext("One successor, not ready yet.", "%(n)d successors, none ready now.", row.filled)
        found.append((65, away % {"n": row.filled}))
    if row.members > row.filled:
        off = ngettext("One named does not count.", "%(n)d named do not count.", row.members - row.filled)
        found.append((40, off % {"n": row.members - row.filled}))
    return found


def _next_step(row: Any, others: int, *, has_pool: bool) -> str:
    """What the button says: which act fits best."""
    if not has_pool:
        return "pool"
    if not row.filled:
        return "reassess" if row.members else "find"
    if row.filled < row.seats or others:
        return "find"
    return "reassess" if row.members > row.filled else "develop"
