"""The recompute through a real Celery worker: what the way costs, how soon a change is seen, what a burst comes to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from pools import recompute
from pools.models import Coverage, MembershipPost
from succession.organisation import jobs, outbox
from succession.organisation.models import Job, OutboxMessage
from tests.benchmarks import product
from tests.benchmarks.clock import Times, timed
from tests.benchmarks.ground import SMALL, Ground, Size
from tests.benchmarks.table import Table

OVERHEAD_SECONDS, NOT_WORK, SEEN_SECONDS, RECOMPUTES = 0.050, 0.05, 2.0, 5
BURST, AT_A_TIME = 1000, 20
PATIENCE = 120.0
READINESS = {"ready_now": "1_3_years", "1_3_years": "4_5_years", "4_5_years": "ready_now"}


def measure(ground: Ground, sizes: tuple[Size, ...], table: Table, *, rounds: int) -> None:
    table.title("Through Celery, with a worker of two processes")
    overhead = _tell_overhead(ground, table, rounds)
    for size in sizes:
        _tell_seen(ground, size, table, rounds=3)
    _tell_share(ground, sizes[-1], table, overhead)
    _tell_burst(ground, sizes[min(1, len(sizes) - 1)], table)


def _tell_overhead(ground: Ground, table: Table, rounds: int) -> float:
    """The same work called and sent, in turn, on the small company: what the way costs does not grow with the work."""
    _turn_to(ground, SMALL)
    direct, sent = [], []
    with ground.working(SMALL):
        _send()
        for _ in range(rounds):
            direct.append(timed(recompute.recompute_all))
            sent.append(timed(_send))
    called, through = Times(tuple(direct)), Times(tuple(sent))
    overhead = through.median - called.median
    table.add(
        f"a recompute through Celery: ≤ {OVERHEAD_SECONDS * 1000:g} ms more",
        floor=called,
        product=through,
        ratio=f"+{overhead * 1000:.0f} ms",
        met=overhead <= OVERHEAD_SECONDS,
    )
    return overhead


def _send() -> None:
    job = jobs.start_job("pools.recompute_all", actor=None, args={}, label="Recompute every pool")
    _wait_until(lambda: Job.objects.filter(pk=job.pk, state="done").exists(), pause=0.002)


def _tell_share(ground: Ground, size: Size, table: Table, overhead: float) -> None:
    _turn_to(ground, size)
    work = timed(recompute.recompute_all)
    table.add(
        f"a recompute at {size}: ≤ {NOT_WORK:.0%} of its time is not work",
        floor=f"{work * 1000:.0f} ms",
        product=f"+{overhead * 1000:.0f} ms",
        ratio=f"{overhead / (work + overhead):.1%}",
        met=overhead <= NOT_WORK * (work + overhead),
    )


def _tell_seen(ground: Ground, size: Size, table: Table, rounds: int) -> None:
    _turn_to(ground, size)
    name = MembershipPost.objects.filter(membership__pool=1, membership__state="active").order_by("pk").first()
    taken = []
    with ground.working(size):
        _change(name)
        _wait_until(lambda: not OutboxMessage.objects.exists())
        for _ in range(rounds):
            before = Coverage.objects.aggregate(at=Max("computed_at"))["at"]
            begun = time.perf_counter()
            _change(name)
            _wait_until(lambda before=before: Coverage.objects.filter(computed_at__gt=before).exists())
            taken.append(time.perf_counter() - begun)
            _wait_until(lambda: not OutboxMessage.objects.exists())
    times = Times(tuple(taken))
    table.add(
        f"a changed membership seen in coverage at {size}: ≤ {SEEN_SECONDS:g} s",
        product=times,
        ratio=f"least {times.least * 1000:.0f} ms",
        met=times.median <= SEEN_SECONDS,
    )


def _tell_burst(ground: Ground, size: Size, table: Table) -> None:
    _turn_to(ground, size)
    names = list(MembershipPost.objects.filter(membership__state="active").select_related("membership")[:BURST])
    seen: set[object] = set()
    is_over = threading.Event()
    with ground.working(size):
        _change(names[0])
        _wait_until(lambda: not OutboxMessage.objects.exists())
        watcher = threading.Thread(target=_watch, args=(seen, is_over))
        watcher.start()
        begun = time.perf_counter()
        for start in range(0, BURST, AT_A_TIME):
            _change(*names[start : start + AT_A_TIME])
        changed = time.perf_counter() - begun
        _wait_until(lambda: not OutboxMessage.objects.exists())
        time.sleep(0.5)
        is_over.set()
        watcher.join()
    recomputes = len(seen) - 1
    table.add(
        f"{BURST} changes, {AT_A_TIME} at a time, in {changed:.1f} s at {size}: ≤ {RECOMPUTES} recomputes",
        product=recomputes,
        met=0 < recomputes <= RECOMPUTES,
    )


def _watch(seen: set[object], is_over: threading.Event) -> None:
    """Every moment of computing that the figures ever showed, the one before the burst among them."""
    while not is_over.is_set():
        seen.add(Coverage.objects.aggregate(at=Max("computed_at"))["at"])
        time.sleep(0.01)
    connection.close()


def _change(*names: MembershipPost) -> None:
    """As the services write it, without their checks: the burst is to be short."""
    with transaction.atomic():
        for name in names:
            name.readiness = READINESS[name.readiness]
            name.save(update_fields=["readiness"])
            outbox.announce("membership_changed", pool=name.membership.pool_id)


def _turn_to(ground: Ground, size: Size) -> None:
    """Nothing waits from before, neither in the outbox nor at the broker that this process sends to."""
    product.turn_to(ground, size)
    OutboxMessage.objects.all().delete()
    with redis.Redis.from_url(settings.BROKER_URL) as broker:
        broker.flushdb()


def _wait_until(is_true: Callable[[], bool], *, pause: float = 0.01) -> None:
    end = time.monotonic() + PATIENCE
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing happened for {PATIENCE:.0f} s")
        time.sleep(pause)
