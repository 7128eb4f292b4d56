"""Changes on any floor that coverage must follow: gathered, computed once for many, seen within two seconds.

Announcements wait in the outbox. One drain runs at a time. It lets a burst end before it computes, and goes on until
nothing waits; rows are deleted in the transaction that computes, so what fails stands there for the next try. Pools and
posts come first, within milliseconds; that the units and the whole have to follow is itself written to the outbox.
"""

import logging
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from pools import recompute
from pools.models import Membership, PoolPosition
from pools.services import take_out_posts_of_another_class
from succession.organisation import outbox
from succession.organisation.models import OutboxMessage

logger = logging.getLogger(__name__)

CONSUMER = "coverage"
LOCK = 4203
QUIET = timedelta(milliseconds=300)
OLDEST = timedelta(milliseconds=1200)
# While changes keep coming without a pause, each gathering may take longer than the one before: fewer, larger ones.
OLDEST_IN_A_BURST = timedelta(seconds=6)
NAP = 0.05
EVERYTHING_FROM = 200
UNITS_TO_FOLLOW = "units_to_follow"
ONLY_UNITS = frozenset({UNITS_TO_FOLLOW, "unit_changed"})


@dataclass(slots=True)
class Reach:
    """What the changes touch: some pools and posts, or everything."""

    pools: set[int] = field(default_factory=set)
    posts: set[int] = field(default_factory=set)
    units: bool = False
    everything: bool = False

    @property
    def is_wide(self) -> bool:
        return self.everything or len(self.pools) + len(self.posts) >= EVERYTHING_FROM


def follow() -> int:
    """Compute what the waiting changes touch, until none wait. Returns how often it computed; 0 while another drains."""
    computed = 0
    while is_anything_waiting():
        with _alone() as is_mine:
            if not is_mine:
                break
            rounds = 0
            while _wait_for_quiet(rounds):
                computed += _follow_once()
                rounds += 1
    return computed


def is_anything_waiting() -> bool:
    return OutboxMessage.objects.filter(consumer=CONSUMER).exists()


def reach_of(messages: Iterable[OutboxMessage]) -> Reach:
    """Which pools and posts the announcements touch. Three statements at most, however many they are."""
    reach = Reach()
    people: set[int] = set()
    candidates: set[int] = set()
    outsiders: set[int] = set()
    for message in messages:
        payload = message.payload
        if payload.get("all") or message.kind == "policy_changed":
            reach.everything = True
        reach.units |= message.kind in ONLY_UNITS
        reach.pools.update(_ids(payload, "pool"))
        reach.posts.update(_ids(payload, "position"))
        people.update(_ids(payload, "employee"))
        candidates.update(_ids(payload, "candidate"))
        outsiders.update(_ids(payload, "externalperson"))
    if not reach.everything:
        reach.pools.update(_pools_of(people, candidates, outsiders))
        if reach.posts:
            serving = PoolPosition.objects.filter(position__in=reach.posts)
            reach.pools.update(serving.order_by().values_list("pool", flat=True))
    return reach


def _pools_of(people: set[int], candidates: set[int], outsiders: set[int]) -> set[int]:
    if not (people or candidates or outsiders):
        return set()
    members = Membership.objects.standing()
    touched = (
        members.filter(candidate__employee__in=people)
        | members.filter(candidate__in=candidates)
        | members.filter(candidate__external__in=outsiders)
    )
    return set(touched.order_by().values_list("pool", flat=True))


def _ids(payload: dict, name: str) -> Iterator[int]:
    if isinstance(payload.get(name), int):
        yield payload[name]
    yield from payload.get(f"{name}s", ())


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _wait_for_quiet(rounds: int) -> bool:
    """Whether something waits; comes back once nothing new came for a moment, or what waits is old enough."""
    patience = min(OLDEST * (rounds + 1), OLDEST_IN_A_BURST)
    while True:
        waiting = OutboxMessage.objects.filter(consumer=CONSUMER).aggregate(
            first=Min("created_at"), last=Max("created_at"), count=Count("pk")
        )
        if not waiting["count"]:
            return False
        now = timezone.now()
        if now - waiting["last"] >= QUIET or now - waiting["first"] >= patience:
            return True
        time.sleep(NAP)


def _follow_once() -> int:
    """One gathering of changes, computed in the transaction that takes them out of the outbox."""
    reach = Reach(everything=True)
    try:
        with recompute.one_at_a_time():
            messages = outbox.take(CONSUMER)
            reach = reach_of(messages)
            reach.pools.update(take_out_posts_of_another_class(reach.posts) if reach.posts else ())
            _compute(reach)
    except Exception as error:
        logger.exception("coverage could not be computed")
        say_that_it_failed(None if reach.is_wide else reach.pools, error)
        raise
    return any(message.kind != UNITS_TO_FOLLOW for message in messages)


def _compute(reach: Reach) -> None:
    if reach.is_wide:
        recompute.recompute_all()
        return
    if reach.pools or reach.posts:
        recompute.recompute_pools(sorted(reach.pools), sorted(reach.posts))
        if not reach.units:
            OutboxMessage.objects.create(consumer=CONSUMER, kind=UNITS_TO_FOLLOW)
    if reach.units:
        recompute.recompute_units()


def say_that_it_failed(pools: Collection[int] | None, error: Exception) -> None:
    """Mark the figures concerned as old, best effort: where the database itself is away, nobody could read it anyway.

    What is shown of a failure is its kind, never its data.
    """
    told = _("Computing failed (%(kind)s). It is tried again.") % {"kind": type(error).__name__}
    with suppress(DatabaseError):
        recompute.mark_stale(None if pools is None else sorted(pools), told)
