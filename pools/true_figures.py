"""True coverage of many pools, units and the whole at once, from the names as one array.

Subjects never share an edge, so they are matched together: in a pool a person is the membership, in a unit the pair of
unit and candidate. One pass over everything costs little more than one over the whole alone.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pools.matching import BlockingSet, any_assignment, true_coverage

IntArray = npt.NDArray[np.int64]
READY_NOW_TIER = 1
WHOLE = 0


class TrueFigures(NamedTuple):
    """What the matching found for one subject; blocking as JSON text."""

    scope: str
    subject: int
    kind: str | None
    seats: int
    ready_now: int
    blocking: str


def of_pools(rows: Mapping[str, IntArray]) -> list[TrueFigures]:
    """Every pool that has a name which counts. `rows`: the columns of `pools.sql.EDGES`."""
    pool_of = dict(zip(rows["position"].tolist(), rows["pool"].tolist(), strict=True))
    person_of = dict(zip(rows["membership"].tolist(), rows["candidate"].tolist(), strict=True))
    edges = np.column_stack((rows["position"], rows["membership"]))
    found, ready, blocking = _match(edges, rows["position"], rows["seats"], rows["tier"])
    seats = Counter(pool_of[position] for position in found)
    seats_now = Counter(pool_of[position] for position in ready)
    sets: dict[int, list[dict[str, Any]]] = {}
    for block in blocking:
        told = {
            "positions": list(block.positions),
            "people": sorted(person_of[member] for member in block.people),
            "short": block.short,
        }
        sets.setdefault(pool_of[block.positions[0]], []).append(told)
    return [
        TrueFigures("pool", pool, None, seats[pool], seats_now[pool], json.dumps(sets.get(pool, [])))
        for pool in sorted(seats)
    ]


def of_units(rows: Mapping[str, IntArray], parents: Mapping[int, int | None]) -> list[TrueFigures]:
    """Every unit with such a name in it or below, and the whole (`WHOLE`), for each class; `parents`: unit -> above."""
    row, over = _reach(rows["unit"], parents)
    group = over * 2 + rows["is_key"][row]
    posts, post = np.unique(rows["position"], return_inverse=True)
    people, person = np.unique(rows["candidate"], return_inverse=True)
    groups, place = np.unique(group, return_inverse=True)
    codes = place * len(posts) + post[row]
    edges = np.column_stack((codes, place * len(people) + person[row]))
    found, ready, blocking = _match(edges, codes, rows["seats"][row], rows["tier"][row])
    seats = Counter(code // len(posts) for code in found)
    seats_now = Counter(code // len(posts) for code in ready)
    post_ids, person_ids = posts.tolist(), people.tolist()
    sets: dict[int, list[dict[str, Any]]] = {}
    for block in blocking:
        told = {
            "positions": [post_ids[code % len(posts)] for code in block.positions],
            "people": [person_ids[code % len(people)] for code in block.people],
            "short": block.short,
        }
        sets.setdefault(block.positions[0] // len(posts), []).append(told)
    return [
        TrueFigures(
            "unit",
            key // 2,
            "key" if key % 2 else "management",
            seats[number],
            seats_now[number],
            json.dumps(sets.get(number, [])),
        )
        for number, key in enumerate(groups.tolist())
    ]


def of_whole(rows: Mapping[str, IntArray]) -> dict[str, tuple[int, int]]:
    """The whole alone: for each class the seats truly covered, and those by people ready now."""
    told = {}
    for kind, is_key in (("key", 1), ("management", 0)):
        of_kind = rows["is_key"] == is_key
        position = rows["position"][of_kind]
        edges = np.column_stack((position, rows["candidate"][of_kind]))
        found, ready, _blocking = _match(edges, position, rows["seats"][of_kind], rows["tier"][of_kind])
        told[kind] = (len(found), len(ready))
    return told


def _match(
    edges: IntArray, positions: IntArray, seats: IntArray, tiers: IntArray
) -> tuple[list[int], list[int], Iterable[BlockingSet[int, int]]]:
    """The position of each place filled, over all tiers and over those ready now, and the blocking sets."""
    if not len(edges):
        return [], [], ()
    known, first = np.unique(positions, return_index=True)
    places = np.column_stack((known, seats[first]))
    matched = true_coverage(edges, places)
    ready = any_assignment(edges[tiers == READY_NOW_TIER], places)
    return matched.assignment.positions_filled(), ready.positions_filled(), matched.blocking


def _reach(units: IntArray, parents: Mapping[int, int | None]) -> tuple[IntArray, IntArray]:
    """Each row once for every unit above it, its own among them, and once for the whole: (row, unit)."""
    known, place = np.unique(units, return_inverse=True)
    above = [_line(unit, parents) for unit in known.tolist()]
    lengths = np.array([len(line) for line in above], np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1])) if above else lengths
    flat = np.array([unit for line in above for unit in line], np.int64)
    repeats = lengths[place]
    row = np.repeat(np.arange(len(units)), repeats)
    within = np.arange(len(row)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return row, flat[starts[place][row] + within]


def _line(unit: int, parents: Mapping[int, int | None]) -> list[int]:
    """The unit, those above it, and the whole; a circle, which the database refuses, would end where it began."""
    line: list[int] = []
    here: int | None = unit
    while here is not None and here not in line:
        line.append(here)
        here = parents.get(here)
    return [*line, WHOLE]
