"""Matching of a handful of posts and people in plain Python: arrays take longer to set up than this takes to answer.

Gives what does not depend on which maximum matching is found: how many places are filled, and the blocking sets.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

P = TypeVar("P", bound=Hashable)
Q = TypeVar("Q", bound=Hashable)


class SmallMatching(Generic[P, Q]):
    """A maximum matching, place by place along alternating paths. Arguments and errors as `matching.true_coverage`."""

    def __init__(self, edges: Iterable[tuple[P, Q]], seats: Mapping[P, int]) -> None:
        if any(places < 0 for places in seats.values()):
            raise ValueError("seats must not be negative")
        named: dict[P, set[Q]] = defaultdict(set)
        for post, person in edges:
            if post not in seats:
                raise ValueError(f"position {post!r} is named but has no seats given")
            if seats[post]:
                named[post].add(person)
        self._seats = seats
        self._named = named
        self._holds: dict[Q, P] = {}
        for post, people in named.items():
            for _place in range(min(seats[post], len(people))):
                if not self._place_someone(post, set()):
                    break

    @property
    def covered(self) -> int:
        return len(self._holds)

    def blocking(self) -> list[tuple[tuple[P, ...], tuple[Q, ...], int]]:
        """Posts that share too few people: (positions, people, how many are missing), sorted."""
        held: dict[P, list[Q]] = defaultdict(list)
        for person, post in self._holds.items():
            held[post].append(person)
        parts = [self._told(part, held) for part in self._parts(held)]
        return sorted(parts, key=_first_post)

    def _told(self, part: set[P], held: Mapping[P, list[Q]]) -> tuple[tuple[P, ...], tuple[Q, ...], int]:
        positions: list[Any] = sorted(part)
        people: list[Any] = sorted(person for post in part for person in held.get(post, ()))
        return tuple(positions), tuple(people), sum(self._seats[post] - len(held.get(post, ())) for post in part)

    def _place_someone(self, post: P, seen: set[Q]) -> bool:
        free = next((person for person in self._named[post] if person not in self._holds), None)
        if free is not None:
            self._holds[free] = post
            return True
        for person in self._named[post]:
            if person in seen:
                continue
            seen.add(person)
            if self._place_someone(self._holds[person], seen):
                self._holds[person] = post
                return True
        return False

    def _parts(self, held: Mapping[P, list[Q]]) -> Iterator[set[P]]:
        """Posts left short, and those whose people they share, in connected parts.

        From an unfilled place everyone named holds a seat, else the matching were not the largest; that seat might as
        well stand empty.
        """
        part_of: dict[P, set[P]] = {}
        waiting = [post for post, people in self._named.items() if len(held.get(post, ())) < self._seats[post]]
        for post in waiting:
            part_of[post] = {post}
        while waiting:
            post = waiting.pop()
            for person in self._named[post]:
                holder = self._holds[person]
                if holder not in part_of:
                    part_of[holder] = {holder}
                    waiting.append(holder)
                if part_of[holder] is not part_of[post]:
                    part_of[post] |= part_of[holder]
                    part_of.update(dict.fromkeys(part_of[holder], part_of[post]))
        yield from {id(part): part for part in part_of.values()}.values()


def _first_post(part: tuple[tuple[Any, ...], tuple[Any, ...], int]) -> Any:
    return part[0][0]
