"""How a pool is doing over time, and what happened in it last."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, DurationField, ExpressionWrapper, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import GreaterThan

from pools.choices import NotCounted
from pools.models import EchelonPool, Membership
from pools.selectors.coverage import history
from pools.selectors.pool_page import PoolPage
from succession.organisation.models import AuditEvent, User
from succession.organisation.months import first_day_within

YEAR = 365
MONTHS = 12
RECENT = 8


@dataclass(frozen=True, slots=True)
class Health:
    """counted_share in %; flow_rate: exits in 365 days per average member, in %; counted: at the end of 12 months, oldest
    first, None before the pool was first computed. What cannot be told is None.
    """

    counted_share: float | None
    flow_rate: float | None
    stale: int
    members: int
    ready_now_per_seat: float | None
    counted: tuple[int | None, ...]


def health_of(user: User, page: PoolPage) -> Health:
    """Two statements beside the page: those who came and left in a year, and the days on which figures changed."""
    figures = page.figures
    stale = sum(line.why_not in {NotCounted.STALE, NotCounted.NO_EVIDENCE} for line in page.members["in_pool"])
    return Health(
        counted_share=100 * figures.filled / figures.members if figures.members else None,
        flow_rate=_flow_rate(user, page.pool, page.on),
        stale=stale,
        members=figures.members,
        ready_now_per_seat=figures.ready_now / figures.seats if figures.seats else None,
        counted=_counted_by_month(user, page.pool, page.on),
    )


def recent_in(user: User, pool: EchelonPool, *, limit: int = RECENT) -> QuerySet[AuditEvent]:
    """The last acts on the pool and its members, newest first, as far as the reader may read the trail."""
    types = ContentType.objects.get_for_models(EchelonPool, Membership)
    members = Membership.objects.visible_to(user).filter(pool=pool).values("pk")
    about = Q(content_type=types[EchelonPool], object_id=pool.pk)
    about |= Q(content_type=types[Membership], object_id__in=members)
    return AuditEvent.objects.visible_to(user).filter(about).select_related("actor").order_by("-at", "-pk")[:limit]


def _flow_rate(user: User, pool: EchelonPool, on: date) -> float | None:
    """Exits within a year divided by the average number of members: their days in the pool over 365."""
    start = on - timedelta(days=YEAR)
    members = Membership.objects.visible_to(user).filter(pool=pool, admitted_on__isnull=False)
    until = Least(Coalesce("exited_on", on), on)
    days = ExpressionWrapper(until - Greatest("admitted_on", start), output_field=DurationField())
    sums = members.filter(GreaterThan(until, start)).aggregate(
        days=Sum(days), exits=Count("pk", filter=Q(exited_on__gt=start, exited_on__lte=on))
    )
    average = sums["days"].days / YEAR if sums["days"] else 0
    return 100 * sums["exits"] / average if average else None


def _counted_by_month(user: User, pool: EchelonPool, on: date) -> tuple[int | None, ...]:
    """The figure that held at the same day of each of the last months, and today."""
    days = list(history(user, pool=pool).order_by("on").values_list("on", "filled"))
    marks = [first_day_within(on, months) for months in range(MONTHS - 1, -1, -1)]
    return tuple(next((filled for day, filled in reversed(days) if day <= mark), None) for mark in marks)
