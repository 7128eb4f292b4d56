"""Several people at once: each in a thread and a connection of its own, let go together."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at the same moment; what each returned or raised, in order."""
    barrier = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=20)
            found[number] = act()
        except Exception as error:  # noqa: BLE001 -- what an act raised is its result
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def take_back(act: Callable[[], Any]) -> Any:
    """Do something in a transaction and roll it back; what it returned."""
    with transaction.atomic():
        found = act()
        transaction.set_rollback(True)
    return found


def wait_until(fact: Callable[[], bool], patience: float = 20) -> None:
    """Wait for what another process does in its own time; a fact that never comes fails the test."""
    end = time.monotonic() + patience
    while not fact():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
