"""True coverage: how many seats could be filled at once by distinct people, and where people run short.

A pool is read as a bipartite graph: posts with places on one side, people on the other, a counted name as an edge.

* The **figure** is the size of a maximum matching: J. Hopcroft, R. Karp, "An n^5/2 algorithm for maximum matchings in
  bipartite graphs", SIAM J. Comput. 2 (1973), as `scipy.sparse.csgraph.maximum_bipartite_matching`.
* The **blocking sets** are the over-demanded part of the decomposition of A. Dulmage, N. Mendelsohn, "Coverings of
  bipartite graphs", Canad. J. Math. 10 (1958): the posts that some maximum matching leaves short, with the people they
  name, split into connected parts. By their theorem this part is the same whatever maximum matching it is read from.
* The **drawn** assignment (when `rank` is given) is unique: see `pools.assignment`.

Everything up to the last step is vectorised over the whole organisation. Ids may be anything hashable that sorts among
its like (numbers, codes, `(code, id)` pairs); integer arrays take a fast path.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeAlias, overload

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_bipartite_matching

from pools.assignment import Rank, best_assignment
from pools.graph import Graph, IntArray, P, Q, build_graph, ids_at
from pools.small_matching import SmallMatching

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.number[Any]]

NOBODY = -1
# So many names are matched without arrays.
SMALL = 100


@dataclass(frozen=True, slots=True)
class BlockingSet(Generic[P, Q]):
    """Posts that together want `short` more people than the `people` they all share.

    Both tuples are sorted. A single post with fewer names than places is a blocking set of one position.
    """

    positions: tuple[P, ...]
    people: tuple[Q, ...]
    short: int

    @property
    def is_shared(self) -> bool:
        """Whether several posts rest on the same people."""
        return len(self.positions) > 1


class Assignment(Mapping[P, tuple[Q, ...]], Generic[P, Q]):
    """Who would take which post: position -> its people, sorted; posts left with nobody are not in it.

    Kept as index arrays and turned into a dictionary when first read: the figure alone never pays for it.
    """

    def __init__(self, posts: Sequence[P] | IntArray, people: Sequence[Q] | IntArray, post_of: IntArray) -> None:
        self._posts, self._people, self._post_of = posts, people, post_of

    @cached_property
    def _by_post(self) -> dict[P, tuple[Q, ...]]:
        placed = np.flatnonzero(self._post_of != NOBODY)
        placed = placed[np.argsort(self._post_of[placed], kind="stable")]
        found: dict[P, tuple[Q, ...]] = {}
        for post, person in zip(ids_at(self._posts, self._post_of[placed]), ids_at(self._people, placed), strict=True):
            found[post] = (*found.get(post, ()), person)
        return found

    def __getitem__(self, position: P) -> tuple[Q, ...]:
        return self._by_post[position]

    def __iter__(self) -> Iterator[P]:
        return iter(self._by_post)

    def __len__(self) -> int:
        return len(self._by_post)

    def __repr__(self) -> str:
        return f"Assignment({self._by_post!r})"

    def pairs(self) -> list[tuple[P, Q]]:
        """All (position, person), sorted."""
        return [(post, person) for post, people in self._by_post.items() for person in people]

    def positions_filled(self) -> list[P]:
        """The position of each place filled, in no order: a position with two people comes twice."""
        return ids_at(self._posts, self._post_of[self._post_of != NOBODY])


@dataclass(frozen=True, slots=True)
class TrueCoverage(Generic[P, Q]):
    """What `true_coverage` found.

    covered: places filled at once by distinct people.
    assignment: one maximum matching; with `rank` the chosen one, without it any (but always the same).
    blocking: the over-demanded posts that name someone, sorted by their first position.
    nobody: positions with places and no name at all, sorted; over-demanded as well, but sharing no one they block
        nobody and stand apart.
    places: all places wanted. `places - covered` = the sum of `short` + the places of `nobody`.
    """

    covered: int
    assignment: Assignment[P, Q]
    blocking: tuple[BlockingSet[P, Q], ...]
    nobody: tuple[P, ...]
    places: int


@dataclass(frozen=True, slots=True)
class Decomposition(Generic[P, Q]):
    """Which posts and people are loose ends, independent of the matching (Dulmage-Mendelsohn).

    short_posts: some maximum matching leaves a place of theirs unfilled (posts without any name included).
    needed_people: every maximum matching uses them; to lose one costs exactly one place. Everyone else is spare.
    """

    covered: int
    places: int
    short_posts: frozenset[P]
    needed_people: frozenset[Q]


@overload
def true_coverage(
    edges: IntArray,
    seats: IntArray | Mapping[int, int],
    per_seat: int = ...,
    rank: FloatArray | Mapping[tuple[int, int], Rank] | None = ...,
) -> TrueCoverage[int, int]: ...


@overload
def true_coverage(
    edges: Iterable[tuple[P, Q]],
    seats: Mapping[P, int],
    per_seat: int = ...,
    rank: Mapping[tuple[P, Q], Rank] | None = ...,
) -> TrueCoverage[P, Q]: ...


def true_coverage(edges: Any, seats: Any, per_seat: int = 1, rank: Any = None) -> TrueCoverage[Any, Any]:
    """Match people to places, at most one place each.

    edges: (position, person) pairs, or an integer array of shape (names, 2). Repeated pairs count once.
    seats: position -> seats, or an integer array of shape (posts, 2) of (position, seats) rows. A position that is named
        must be in it; one with 0 seats takes nobody.
    per_seat: persons wanted behind each seat; a seat is then so many places.
    rank: per edge (tier 0 = ready now, 1 = 1-3 years, 2 = 4-5 years; fit in %, 0-100, read in tenths), as a mapping
        from pair to `Rank`, or an array of shape (names, 2) aligned with the edge array. The assignment is then, among
        the maximum matchings, the one with most of tier 0, then of tier 1, then the greatest total fit, then the
        smallest sorted list of (position, person). Costs far more than the figure: meant for one pool.

    Raises ValueError for negative seats, a repeated or unknown position, `per_seat` below 1, a rank out of range or
    missing.
    """
    graph = build_graph(edges, seats, per_seat)
    post_of = _any_matching(graph) if rank is None else _chosen_matching(graph, edges, rank)
    small = _small(edges, seats, per_seat)
    nameless = (graph.degree == 0) & (graph.places > 0)
    return TrueCoverage(
        covered=int((post_of != NOBODY).sum()),
        assignment=Assignment(graph.posts, graph.people, post_of),
        blocking=_blocking_of(small) if small is not None else _blocking(graph, post_of),
        nobody=tuple(ids_at(graph.posts, np.flatnonzero(nameless))),
        places=int(graph.places.sum()),
    )


def max_matching_size(edges: Any, seats: Any, per_seat: int = 1) -> int:
    """The figure alone; arguments and errors as `true_coverage`."""
    small = _small(edges, seats, per_seat)
    if small is not None:
        return small.covered
    return int((_any_matching(build_graph(edges, seats, per_seat)) != NOBODY).sum())


def covered_and_blocking(
    edges: Collection[tuple[P, Q]], seats: Mapping[P, int]
) -> tuple[int, tuple[BlockingSet[P, Q], ...]]:
    """Without an assignment: what `true_coverage` says of these two; arguments and errors as there."""
    small = _small(edges, seats, 1)
    if small is not None:
        return small.covered, _blocking_of(small)
    found = true_coverage(edges, seats)
    return found.covered, found.blocking


def _small(edges: Any, seats: Any, per_seat: int) -> SmallMatching[Any, Any] | None:
    """The same without arrays, where few names are given one by one."""
    is_told = per_seat == 1 and isinstance(edges, Sized) and isinstance(seats, Mapping)
    if not is_told or isinstance(edges, np.ndarray) or len(edges) > SMALL:
        return None
    return SmallMatching(edges, seats)


def any_assignment(edges: Any, seats: Any, per_seat: int = 1) -> Assignment[Any, Any]:
    """Some maximum matching, always the same; arguments and errors as `true_coverage`."""
    graph = build_graph(edges, seats, per_seat)
    return Assignment(graph.posts, graph.people, _any_matching(graph))


def decompose(
    edges: Iterable[tuple[P, Q]] | IntArray, seats: Mapping[P, int] | IntArray, per_seat: int = 1
) -> Decomposition[P, Q]:
    """Tell short posts and needed people; arguments and errors as `true_coverage`.

    A new name (post, person) raises the figure, by one, exactly when the post is short and the person is not needed:
    an augmenting path through it is an alternating path from an unfilled place to the post, and one from the person to
    somebody free (C. Berge, "Two theorems in graph theory", PNAS 43 (1957)).
    """
    graph = build_graph(edges, seats, per_seat)
    post_of = _any_matching(graph)
    unfilled = graph.places - np.bincount(post_of[post_of != NOBODY], minlength=len(graph.places))
    needed = (post_of != NOBODY) & ~_spare(graph, post_of)
    return Decomposition(
        covered=int((post_of != NOBODY).sum()),
        places=int(graph.places.sum()),
        short_posts=frozenset(ids_at(graph.posts, np.flatnonzero(_short(graph, post_of, unfilled)))),
        needed_people=frozenset(ids_at(graph.people, np.flatnonzero(needed))),
    )


def _any_matching(graph: Graph) -> IntArray:
    """A maximum matching: the post of each person, or NOBODY; shape (people,).

    A post with several places becomes as many rows; never more than it has names, since further ones stay empty.
    """
    post_of = np.full(len(graph.people), NOBODY, np.int64)
    if not len(graph.indices):
        return post_of
    row_post, indptr, indices = _rows_per_place(graph)
    shape = (len(row_post), len(graph.people))
    rows = csr_matrix((np.ones(len(indices), np.int8), indices, indptr), shape=shape)
    person_of = maximum_bipartite_matching(rows, perm_type="column")
    matched = person_of >= 0
    post_of[person_of[matched]] = row_post[matched]
    return post_of


def _rows_per_place(graph: Graph) -> tuple[IntArray, IntArray, IntArray]:
    """The graph with a row per usable place: the post of each row, and the compressed rows."""
    degree = graph.degree
    usable = np.minimum(graph.places, degree)
    if usable.max() <= 1:
        return np.arange(len(degree)), graph.indptr, graph.indices
    row_post = np.repeat(np.arange(len(degree)), usable)
    lengths = degree[row_post]
    indptr = np.concatenate(([0], np.cumsum(lengths)))
    within = np.arange(indptr[-1]) - np.repeat(indptr[:-1], lengths)
    indices = graph.indices[np.repeat(graph.indptr[row_post], lengths) + within]
    return row_post, indptr, indices


def _chosen_matching(graph: Graph, edges: Any, rank: Any) -> IntArray:
    """The one assignment to draw: the post of each person, or NOBODY; shape (people,)."""
    owners = graph.owners()
    if isinstance(rank, Mapping):
        posts, people = ids_at(graph.posts, owners), ids_at(graph.people, graph.indices)
        try:
            ranks = [rank[pair] for pair in zip(posts, people, strict=True)]
        except KeyError as unknown:
            raise ValueError(f"name {unknown.args[0]!r} has no rank") from None
        return best_assignment(owners, graph.indices, graph.places, ranks, len(graph.people))
    given = np.asarray(rank).reshape(-1, 2)
    if len(given) != len(edges):
        raise ValueError("rank must have one row per edge")
    rows = zip(np.asarray(edges).reshape(-1, 2).tolist(), given.tolist(), strict=True)
    by_pair: dict[tuple[Any, Any], Rank] = {}
    for (post, person), (tier, fit) in rows:
        held = by_pair.setdefault((post, person), Rank(tier, fit))
        if held != Rank(tier, fit):
            raise ValueError(f"name {(post, person)!r} has two ranks")
    return _chosen_matching(graph, edges, by_pair)


def _short(graph: Graph, post_of: IntArray, unfilled: IntArray) -> BoolArray:
    """Posts that some maximum matching leaves short: reached from an unfilled place by alternating paths.

    A step leads from a post over a person it names to the post that person fills. From an unfilled place no free person
    can be reached, else the matching were not maximum.
    """
    start: BoolArray = unfilled > 0
    if not (start & (graph.degree > 0)).any():
        return start
    return start | _reached(graph.indptr, post_of[graph.indices], start)


def _spare(graph: Graph, post_of: IntArray) -> BoolArray:
    """People that some maximum matching leaves free: reached from a free person by alternating paths.

    A step leads from a person over a post that names them to the people who fill that post.
    """
    free: BoolArray = post_of == NOBODY
    owners = graph.owners()
    replaced = csr_matrix(
        (np.ones(len(owners), np.int8), (graph.indices, owners)), shape=(len(free), len(graph.places))
    )
    filled = np.flatnonzero(~free)
    fills = csr_matrix((np.ones(len(filled), np.int8), (post_of[filled], filled)), shape=(len(graph.places), len(free)))
    # posts stand behind the people, so that every arc leads person -> post or post -> person
    arcs_out = [replaced.indices + len(free), fills.indices]
    indptr = np.concatenate((replaced.indptr, replaced.indptr[-1] + fills.indptr[1:]))
    start = np.concatenate((free, np.zeros(len(graph.places), np.bool_)))
    if not start.any():
        return free
    reached: BoolArray = start | _reached(indptr, np.concatenate(arcs_out), start)
    return reached[: len(free)]


def _reached(indptr: IntArray, heads: IntArray, start: BoolArray) -> BoolArray:
    """Nodes a search from all of `start` meets; arcs in compressed rows, a head of NOBODY leads nowhere."""
    nodes = len(start)
    source, sink = nodes, nodes + 1
    indices = np.concatenate((heads, np.flatnonzero(start)), dtype=np.int32, casting="same_kind")
    indices[indices == NOBODY] = sink
    total = len(indices)
    bounds = np.concatenate((indptr, [total, total])).astype(np.int32)
    arcs = csr_matrix((np.ones(total), indices, bounds), shape=(nodes + 2, nodes + 2))
    met = breadth_first_order(arcs, source, directed=True, return_predecessors=False)
    reached: BoolArray = np.zeros(nodes + 2, np.bool_)
    reached[met] = True
    return reached[:nodes]


def _blocking_of(small: SmallMatching[P, Q]) -> tuple[BlockingSet[P, Q], ...]:
    return tuple(BlockingSet(*sides) for sides in small.blocking())


def _blocking(graph: Graph, post_of: IntArray) -> tuple[BlockingSet[Any, Any], ...]:
    """The over-demanded posts that name someone, in connected parts, sorted."""
    unfilled = graph.places - np.bincount(post_of[post_of != NOBODY], minlength=len(graph.places))
    degree = graph.degree
    is_short = _short(graph, post_of, unfilled) & (degree > 0)
    posts = np.flatnonzero(is_short)
    if not len(posts):
        return ()
    label = np.full(len(graph.places), NOBODY, np.int32)
    label[posts] = np.arange(len(posts))
    # every person such a post names fills such a post, so posts linked over people show the parts
    heads = label[post_of[graph.indices[np.repeat(is_short, degree)]]]
    bounds = np.concatenate(([0], np.cumsum(degree[posts]))).astype(np.int32)
    links = csr_matrix((np.ones(len(heads)), heads, bounds), shape=(len(posts), len(posts)))
    _, part = connected_components(links, directed=True, connection="weak")
    people = np.flatnonzero(post_of != NOBODY)
    people = people[label[post_of[people]] != NOBODY]
    post_parts = _split(graph.posts, posts, part)
    people_parts = _split(graph.people, people, part[label[post_of[people]]])
    short = np.bincount(part, weights=unfilled[posts]).astype(np.int64).tolist()
    found = [BlockingSet(*sides) for sides in zip(post_parts, people_parts, short, strict=True)]
    return tuple(sorted(found, key=lambda blocking: blocking.positions[0]))


def _split(ids: Sequence[Any] | IntArray, places: IntArray, part: IntArray) -> list[tuple[Any, ...]]:
    """Ids gathered by part 0, 1, ...; `places` ascending, every part met at least once."""
    order = np.argsort(part, kind="stable")
    bounds = np.cumsum(np.bincount(part)).tolist()
    sorted_ids = ids_at(ids, places[order])
    return [tuple(sorted_ids[low:high]) for low, high in zip([0, *bounds], bounds, strict=False)]
