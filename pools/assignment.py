"""The one assignment that is drawn: best by tier, then fit, then order, exact in whole numbers.

Method: successive shortest augmenting paths with node potentials (N. Tomizawa, "On some techniques useful for solution of
transportation network problems", Networks 1 (1971); J. Edmonds, R. Karp, J. ACM 19 (1972)). After each path the matching
has the greatest weight among those of its size, so at the end it is the best of the maximum ones.

The lexicographic wish is one integer per name, of whatever length it takes: no rounding, at any size. From the highest
digit: ready now, 1-3 years, tenths of a per cent of fit, and last one bit for each name, the first in (position, person)
order highest, which makes the optimum unique and equal to the smallest sorted list of pairs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

READY_NOW, YEARS_1_3, YEARS_4_5 = range(3)
HUNDRED_PER_CENT = 100
MOST_FIT = 1000  # tenths of a per cent
SINK, SOURCE = -1, -2
SMALL = 100  # so many names are parted without arrays


class Rank(NamedTuple):
    """How good a name is: tier 0 = ready now, 1 = 1-3 years, 2 = 4-5 years; fit in per cent, 0 when unknown."""

    tier: int
    fit: int | float | Decimal = 0

    def fit_in_tenths(self) -> int:
        """Fit as tenths of a per cent, half to even; ValueError when out of range."""
        if self.tier not in (READY_NOW, YEARS_1_3, YEARS_4_5):
            raise ValueError(f"tier {self.tier!r} is not 0, 1 or 2")
        fit = Decimal(str(self.fit))
        if not (fit.is_finite() and 0 <= fit <= HUNDRED_PER_CENT):
            raise ValueError(f"fit {self.fit!r} is not between 0 and 100")
        return int((fit * 10).to_integral_value(ROUND_HALF_EVEN))


def best_assignment(
    posts: npt.NDArray[np.integer[Any]],
    people: npt.NDArray[np.integer[Any]],
    places: npt.NDArray[np.integer[Any]],
    ranks: Sequence[Rank],
    number_of_people: int,
) -> npt.NDArray[np.int64]:
    """The post of each person, or -1; shape (number_of_people,).

    posts, people: indices per name, shape (names,), sorted by (post, person) and without repeats; posts have places > 0.
    places: per post. ranks: per name. Parts that share nobody are solved apart, which keeps the integers short.
    Time grows about with the square of the largest part.
    """
    post_of = [-1] * number_of_people
    post, person, free = posts.tolist(), people.tolist(), places.tolist()
    is_small = len(post) <= SMALL
    for names in _few_parts(post, person) if is_small else _parts(posts, people, len(places), number_of_people):
        network = _Network.of(
            [(post[name], person[name], ranks[name]) for name in names],
            {each: free[each] for each in {post[name] for name in names}},
        )
        while network.augment():
            pass
        for taken, by in network.post_of.items():
            post_of[taken] = by
    return np.array(post_of, np.int64)


def _few_parts(posts: Sequence[int], people: Sequence[int]) -> list[list[int]]:
    """As `_parts`, without arrays: for a handful of names they take longer to set up than this takes."""
    of_post: dict[int, list[int]] = {}
    of_person: dict[int, list[int]] = {}
    for name, (post, person) in enumerate(zip(posts, people, strict=True)):
        part = of_post.setdefault(post, [])
        other = of_person.setdefault(person, part)
        if other is not part:
            part.extend(other)
            for each in other:
                of_post[posts[each]] = of_person[people[each]] = part
        part.append(name)
    return [sorted(part) for part in {id(part): part for part in of_post.values()}.values()]


def _parts(
    posts: npt.NDArray[np.integer[Any]], people: npt.NDArray[np.integer[Any]], many_posts: int, many_people: int
) -> Iterator[list[int]]:
    """The names of each connected part, in order."""
    if not len(posts):
        return
    size = many_posts + many_people
    links = csr_matrix(
        (np.ones(len(posts), np.int8), (posts, people.astype(np.int64) + many_posts)), shape=(size, size)
    )
    _, part = connected_components(links, directed=True, connection="weak")
    of_name = part[posts]
    order = np.argsort(of_name, kind="stable")
    for names in np.split(order, np.flatnonzero(np.diff(of_name[order])) + 1):
        yield names.tolist()


def _costs(names: Sequence[tuple[int, int, Rank]], most: int) -> list[int]:
    """A negative integer per name whose sums compare as the wish does, for up to `most` names together."""
    digit_fit = MOST_FIT * most + 1
    digit_tier = most + 1
    costs = []
    for order, (_, _, rank) in enumerate(names):
        weight = rank.fit_in_tenths()
        weight += digit_fit * (rank.tier == YEARS_1_3)
        weight += digit_fit * digit_tier * (rank.tier == READY_NOW)
        costs.append(-((weight << len(names)) | (1 << (len(names) - 1 - order))))
    return costs


@dataclass(slots=True)
class _Network:
    """One connected part: source -> posts (their places) -> people -> sink, with potentials that keep costs >= 0.

    Nodes are integers: post i is 2i, person i is 2i + 1, and the two ends. The source needs no rows of its own: its arcs
    lead to the posts with a free place.
    """

    cost: dict[int, dict[int, int]]
    free: dict[int, int]
    potential: dict[int, int]
    post_of: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Sequence[tuple[int, int, Rank]], places: dict[int, int]) -> "_Network":
        cost: dict[int, dict[int, int]] = {2 * post: {} for post in places}
        potential = dict.fromkeys(cost, 0)
        most = min(sum(places.values()), len({person for _, person, _ in names}))
        for (post, person, _), price in zip(names, _costs(names, most), strict=True):
            node = 2 * person + 1
            cost[2 * post][node] = price
            potential[node] = min(price, potential.get(node, 0))
        potential[SINK] = min(potential.values())
        return cls(cost, {2 * post: number for post, number in places.items()}, potential)

    def augment(self) -> bool:
        """Fill one more place along the cheapest alternating path; False when there is none."""
        done, parent = self._search()
        if SINK not in done:
            return False
        reach = done[SINK]
        for node, distance in done.items():
            self.potential[node] += distance - reach
        node = parent[SINK]
        while True:
            post = parent[node]
            before = parent[post]
            self.post_of[node // 2] = post // 2
            if before == SOURCE:
                self.free[post] -= 1
                return True
            node = before

    def _search(self) -> tuple[dict[int, int], dict[int, int]]:
        """Dijkstra over reduced costs up to the sink: distance and parent of each settled node.

        Only differences of distance matter, so the potential of the source is left out.
        """
        heap: list[tuple[int, int, int]] = [
            (-self.potential[post], post, SOURCE) for post, left in self.free.items() if left
        ]
        heapify(heap)
        done: dict[int, int] = {}
        parent: dict[int, int] = {}
        while heap:
            distance, node, before = heappop(heap)
            if node in done:
                continue
            done[node], parent[node] = distance, before
            if node == SINK:
                break
            base = distance + self.potential[node]
            for onward, price in self._arcs(node):
                if onward not in done:
                    heappush(heap, (base + price - self.potential[onward], onward, node))
        return done, parent

    def _arcs(self, node: int) -> Iterator[tuple[int, int]]:
        if node % 2 == 0:
            yield from self.cost[node].items()  # its own people only lead back to it
        elif (post := self.post_of.get(node // 2)) is None:
            yield SINK, 0
        else:
            yield 2 * post, -self.cost[2 * post][node]
