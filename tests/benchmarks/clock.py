"""Taking times on a machine that others use: all in turn, so that noise falls on all alike."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Durations of one piece of work, in seconds."""

    taken: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.taken)

    @property
    def least(self) -> float:
        return min(self.taken)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def against(self, floor: "Times") -> str:
        """The ratio of the medians and, less touched by noise, of the least."""
        return f"{self.median / floor.median:.2f} / {self.least / floor.least:.2f}"

    def __str__(self) -> str:
        return f"{self.median * 1000:.1f} ms"


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turn(works: Mapping[str, Callable[[], object]], rounds: int, *, warm: int = 1) -> dict[str, Times]:
    """Each piece of work once a round, `rounds` times, after some rounds that do not count."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(warm + rounds):
        for name, work in works.items():
            duration = timed(work)
            if turn >= warm:
                taken[name].append(duration)
    return {name: Times(tuple(durations)) for name, durations in taken.items()}
