"""Behind each seat: who stands in which slot, drawn solid once, on the seat they would take if every seat fell empty."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from pools.assignment import Rank
from pools.choices import NotCounted, Readiness
from pools.coverage_rules import TIERS
from pools.matching import TrueCoverage, true_coverage
from pools.selectors.demand import PostDemand
from pools.selectors.people import Person
from pools.selectors.standing import Name

STATES = {Readiness.READY_NOW: "now", Readiness.YEARS_1_3: "mid", Readiness.YEARS_4_5: "far"}
EMPTY, STRUCK, OVER = "empty", "struck", "over"

# A post sorts by its code: of assignments that are equally good the one first in that order is drawn.
PostKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a post: its state (now, mid, far, struck, over, empty), who stands in it and why they do not count.

    elsewhere: they are named for another post, too, and drawn solid there.
    """

    state: str = EMPTY
    person: Person | None = None
    readiness: str = ""
    why_not: str = ""
    elsewhere: bool = False

    @property
    def name(self) -> str:
        return self.person.name if self.person else ""

    @property
    def initials(self) -> str:
        return self.person.initials if self.person else ""

    @property
    def why(self) -> str:
        """In words: why they do not count, else how ready they are."""
        return _why(self.why_not, self.readiness, get_language())


@lru_cache(maxsize=256)
def _why(why_not: str, readiness: str, _language: str | None) -> str:
    """The same few words stand in every slot; the language is part of what is remembered."""
    if why_not:
        return str(NotCounted(why_not).label)
    return str(Readiness(readiness).label) if readiness else ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Who would take which post if every seat fell empty, and on which post each person is drawn solid."""

    matched: TrueCoverage[PostKey, int]
    solid: Mapping[int, int]

    def taking(self, post: PostDemand) -> tuple[int, ...]:
        """The candidates who would take the post."""
        return self.matched.assignment.get(key_of(post), ())


def key_of(post: PostDemand) -> PostKey:
    return post.position.code, post.position.pk


def draw(posts: Iterable[PostDemand], names: Iterable[Name]) -> Drawing:
    """The assignment that is drawn: most ready now, then 1-3 years, then greatest fit, then post code and candidate."""
    keys = {post.position.pk: key_of(post) for post in posts}
    seats = {key_of(post): post.seats for post in posts}
    counted = sorted((name for name in names if name.counted and name.post in keys), key=lambda name: keys[name.post])
    rank = {(keys[name.post], name.candidate): Rank(TIERS.index(name.readiness), name.fit) for name in counted}
    with_seats = {pair: each for pair, each in rank.items() if seats[pair[0]] > 0}
    matched = true_coverage(list(with_seats), seats, rank=with_seats)
    solid: dict[int, int] = {}
    for name in counted:
        solid.setdefault(name.candidate, name.post)
    solid.update({person: key[1] for key, person in matched.assignment.pairs()})
    return Drawing(matched, solid)


def slots_of(
    post: PostDemand, capacity: int, names: Iterable[Name], drawing: Drawing, people: Mapping[int, Person]
) -> list[list[Slot]]:
    """The slots of a post, one group a seat of its demand: who would take it first, other counted people, the rest.

    People not counted are drawn as far as there is room; counted people beyond the capacity always, as over.
    """
    taking = drawing.taking(post)
    ordered = sorted(names, key=lambda name: _order(name, taking, drawing, post))
    groups: list[list[Slot]] = [[] for _ in range(max(post.demand, 1))]
    sizes = _sizes(capacity, len(groups))
    firsts = [name for name in ordered if name.candidate in taking][: sum(size > 0 for size in sizes)]
    for group, name in zip(groups, firsts, strict=False):
        group.append(_slot(name, post, drawing, people))
    for name in ordered:
        if name in firsts:
            continue
        free = next((number for number, group in enumerate(groups) if len(group) < sizes[number]), None)
        if free is not None:
            groups[free].append(_slot(name, post, drawing, people))
        elif name.counted:
            groups[-1].append(_slot(name, post, drawing, people, state=OVER))
    for group, size in zip(groups, sizes, strict=True):
        group.extend(Slot() for _ in range(size - len(group)))
    return [group for group in groups if group]


def by_post(names: Iterable[Name]) -> dict[int, list[Name]]:
    found: dict[int, list[Name]] = defaultdict(list)
    for name in names:
        found[name.post].append(name)
    return found


def _sizes(capacity: int, groups: int) -> list[int]:
    """The capacity spread over the seats, the first ones taking what is left over."""
    each, rest = divmod(capacity, groups)
    return [each + (number < rest) for number in range(groups)]


def _order(name: Name, taking: tuple[int, ...], drawing: Drawing, post: PostDemand) -> tuple[object, ...]:
    return (
        not name.counted,
        name.candidate not in taking,
        drawing.solid.get(name.candidate) != post.position.pk,
        TIERS.index(name.readiness),
        -name.fit,
        name.candidate,
    )


def _slot(name: Name, post: PostDemand, drawing: Drawing, people: Mapping[int, Person], *, state: str = "") -> Slot:
    return Slot(
        state=state or (STATES[Readiness(name.readiness)] if name.counted else STRUCK),
        person=people.get(name.candidate),
        readiness=name.readiness,
        why_not=name.why_not,
        elsewhere=name.counted and drawing.solid.get(name.candidate) != post.position.pk,
    )
