"""Posts and people as a bipartite graph of whole numbers, built from whatever ids the caller holds."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

P = TypeVar("P", bound=Hashable)
Q = TypeVar("Q", bound=Hashable)
IntArray: TypeAlias = npt.NDArray[np.integer[Any]]

TABLE_PER_VALUE, TABLE_AT_LEAST = 8, 1024  # ids spread no wider than this are looked up in a table, others sorted


@dataclass(frozen=True, slots=True)
class Graph:
    """Posts x people in compressed rows; ids sorted, so that the order of the input leaves no trace."""

    posts: Sequence[Any] | IntArray
    people: Sequence[Any] | IntArray
    places: IntArray  # (posts,)
    indptr: IntArray  # (posts + 1,)
    indices: IntArray  # (names,) people, ascending within a post

    @property
    def degree(self) -> IntArray:
        return np.diff(self.indptr)

    def owners(self) -> IntArray:
        """The post of each name, shape (names,)."""
        return np.repeat(np.arange(len(self.places)), self.degree)


def build_graph(edges: Any, seats: Any, per_seat: int) -> Graph:
    """Check, number and compress; arguments and errors as `pools.matching.true_coverage`."""
    if per_seat < 1:
        raise ValueError("per_seat must be at least 1")
    if isinstance(edges, np.ndarray):
        posts, places, people, rows, columns = _encode_arrays(edges, seats)
    else:
        posts, places, people, rows, columns = _encode_pairs(edges, seats)
    if len(places) and places.min() < 0:
        raise ValueError("seats must not be negative")
    wanted = places[rows] > 0
    if not wanted.all():
        rows, columns = rows[wanted], columns[wanted]
    keys = np.sort(rows * max(len(people), 1) + columns)
    if len(keys):
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    rows, columns = np.divmod(keys, max(len(people), 1))
    indptr = np.zeros(len(places) + 1, np.int32)
    np.cumsum(np.bincount(rows, minlength=len(places)), out=indptr[1:])
    return Graph(posts, people, places * per_seat, indptr, columns.astype(np.int32))


def _encode_arrays(edges: IntArray, seats: Any) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
    """Ids to indices for integer arrays: (posts, seats per post, people, post index, person index per name)."""
    edges = edges.reshape(-1, 2)
    if isinstance(seats, Mapping):
        ids, places = np.fromiter(seats.keys(), np.int64, len(seats)), np.fromiter(seats.values(), np.int64, len(seats))
    else:
        ids, places = np.asarray(seats, np.int64).reshape(-1, 2).T
    if not (np.issubdtype(edges.dtype, np.integer) or edges.size == 0):
        raise ValueError("edge arrays hold integer ids")
    posts, order = _index(ids)
    if len(posts) != len(ids):
        raise ValueError("a position is given seats twice")
    sorted_places = np.empty_like(places)
    sorted_places[order] = places
    people, columns = _index(edges[:, 1].astype(np.int64))
    rows = _look_up(posts, edges[:, 0].astype(np.int64))
    return posts, sorted_places, people, rows, columns


def _encode_pairs(
    edges: Iterable[tuple[P, Q]], seats: Mapping[P, int]
) -> tuple[Any, IntArray, Any, IntArray, IntArray]:
    """Ids to indices for pairs of any hashable ids; result as `_encode_arrays`."""
    pairs = list(edges)
    posts: list[Any] = sorted(seats)
    people: list[Any] = sorted({person for _, person in pairs})
    row = {post: index for index, post in enumerate(posts)}
    column = {person: index for index, person in enumerate(people)}
    try:
        rows = np.fromiter((row[post] for post, _ in pairs), np.int64, len(pairs))
    except KeyError as unknown:
        raise ValueError(f"position {unknown.args[0]!r} is named but has no seats given") from None
    columns = np.fromiter((column[person] for _, person in pairs), np.int64, len(pairs))
    return posts, np.fromiter((seats[post] for post in posts), np.int64, len(posts)), people, rows, columns


def _index(values: IntArray) -> tuple[IntArray, IntArray]:
    """Distinct values ascending, and the place of each value among them; a lookup table where ids lie close."""
    if not len(values):
        return values, values
    low, span = int(values.min()), int(values.max()) - int(values.min()) + 1
    if span > TABLE_PER_VALUE * len(values) + TABLE_AT_LEAST:
        distinct, places = np.unique(values, return_inverse=True)
        return distinct, places
    seen = np.zeros(span, np.bool_)
    seen[values - low] = True
    return np.flatnonzero(seen) + low, (np.cumsum(seen) - 1)[values - low]


def _look_up(known: IntArray, values: IntArray) -> IntArray:
    """The place of each value in `known` (ascending, distinct); ValueError for a value that is not there."""
    distinct, which = _index(values)
    places = np.searchsorted(known, distinct)
    strange = places == len(known)
    strange[~strange] = known[places[~strange]] != distinct[~strange]
    if strange.any():
        raise ValueError(f"position {int(distinct[strange][0])} is named but has no seats given")
    return places[which]


def ids_at(ids: Sequence[Any] | IntArray, places: IntArray) -> list[Any]:
    """The ids at these places, as Python values."""
    if isinstance(ids, np.ndarray):
        found: list[Any] = ids[places].tolist()
        return found
    return [ids[place] for place in places.tolist()]
