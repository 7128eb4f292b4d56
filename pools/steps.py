"""What one step would do: which single admission, naming, reassessment or readiness raises true coverage, and what one
loss would cost.

Nothing is matched anew for each try. One decomposition tells the posts that some maximum matching leaves short and the
people every maximum matching needs (A. Dulmage, N. Mendelsohn 1958); new names of one person raise the figure, by one,
exactly when one of their posts is short and the person is not needed (C. Berge 1957); losing a person lowers it, by one,
exactly when they are needed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from pools.coverage_rules import READY_NOW, Id, MemberRow, NameRow
from pools.matching import Decomposition, decompose

StepKind: TypeAlias = Literal["admit", "name", "reassess", "ready"]
KINDS: tuple[StepKind, ...] = ("admit", "name", "reassess", "ready")
MENDED_BY_REASSESSMENT = frozenset({"stale", "no_evidence"})


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A person who could be named for a post; readiness as it would be written, empty when not yet judged."""

    person: Id
    post: Id
    readiness: str = ""
    fit: Decimal | int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do and true coverage before and after it: over all tiers, and with those ready now alone.

    admit: a person not in the pool, for the post. name: a counted member, for the post. reassess: a member whose
    evidence is stale or missing counts again, with all their names; the post is the one that gains. ready: a counted
    name becomes ready now.
    """

    kind: StepKind
    person: Id
    position: Id
    before: int
    after: int
    ready_before: int
    ready_after: int
    fit: Decimal | int = 0

    @property
    def raises(self) -> bool:
        """Whether true coverage rises; a step that raises nothing is still worth telling (6 -> 6)."""
        return self.after > self.before


@dataclass(frozen=True, slots=True)
class Loss:
    """What the leaving of one person costs; at most one seat. left_with_nobody: posts whose only counted name it is."""

    person: Id
    before: int
    after: int
    ready_before: int
    ready_after: int
    left_with_nobody: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where true coverage stands: over all counted names, and over those ready now."""

    all: Decomposition[Any, Any]
    ready: Decomposition[Any, Any]

    @classmethod
    def of(cls, names: Iterable[NameRow], seats: Mapping[Id, int]) -> "_Standing":
        counted = [name for name in names if name.counted]
        return cls(
            decompose([(name.post, name.person) for name in counted], seats),
            decompose([(name.post, name.person) for name in counted if name.readiness == READY_NOW], seats),
        )

    def step(
        self, kind: StepKind, new: Sequence[NameRow], *, fit: Decimal | int = 0, figure_moves: bool = True
    ) -> Step:
        """The step that brings these names of one person; it is told for the first post that gains most."""
        ready_names = [name for name in new if name.readiness == READY_NOW]
        gaining = {name.post for name in new if _raises(self.all, name)}
        ready_gaining = {name.post for name in ready_names if _raises(self.ready, name)}
        told = min(new, key=lambda name: (name.post not in gaining, name.post not in ready_gaining, name.post))
        return Step(
            kind=kind,
            person=told.person,
            position=told.post,
            before=self.all.covered,
            after=self.all.covered + bool(gaining),
            ready_before=self.ready.covered,
            ready_after=self.ready.covered + bool(ready_gaining),
            fit=fit,
        )


def what_one_step_would_do(
    names: Iterable[NameRow],
    seats: Mapping[Id, int],
    members: Iterable[MemberRow] = (),
    candidates: Iterable[CandidateRow] = (),
) -> list[Step]:
    """Every single step on a set of posts, best first.

    names: the members' names, counted or not. seats: of every post in question. members: who stands in the pool and why
    not counted; people without a row here are admitted, those counted are named. candidates: eligible people per post;
    names that count already are left out. Reassessed are members whose evidence is stale or missing.

    Order: seats gained, ready-now seats gained, kind (admit, name, reassess, ready), fit, post, person. Ids sort among
    their like. Raises ValueError when a post has no seats given.
    """
    rows = sorted(set(names), key=lambda name: (name.post, name.person, name.readiness, name.counted))
    standing = _Standing.of(rows, seats)
    known = list(members)
    steps = [*_namings(standing, rows, seats, known, candidates), *_reassessments(standing, rows, known)]
    steps += _readinesses(standing, rows)
    return sorted(steps, key=_order)


def loss_of(person: Id, names: Iterable[NameRow], seats: Mapping[Id, int]) -> Loss:
    """What the leaving of this person would cost; arguments as `what_one_step_would_do`."""
    counted = [name for name in names if name.counted]
    return _loss(person, _Standing.of(counted, seats), _sole_posts(counted, seats))


def losses(names: Iterable[NameRow], seats: Mapping[Id, int]) -> list[Loss]:
    """The loss of each counted person, worst first: by seats, then posts left with nobody, then ready-now seats."""
    counted = [name for name in names if name.counted]
    standing, sole_posts = _Standing.of(counted, seats), _sole_posts(counted, seats)
    found = [_loss(person, standing, sole_posts) for person in {name.person for name in counted}]
    return sorted(found, key=_severity)


def _namings(
    standing: _Standing,
    names: Sequence[NameRow],
    seats: Mapping[Id, int],
    members: Sequence[MemberRow],
    candidates: Iterable[CandidateRow],
) -> Iterator[Step]:
    """Admissions and namings; a member who does not count is not helped by one more name."""
    held = {(name.post, name.person) for name in names}
    counted = {member.person for member in members if member.counted}
    uncounted = {member.person for member in members} - counted
    for candidate in set(candidates):
        if candidate.post not in seats:
            raise ValueError(f"position {candidate.post!r} is named but has no seats given")
        if (candidate.post, candidate.person) in held or candidate.person in uncounted:
            continue
        kind: StepKind = "name" if candidate.person in counted else "admit"
        new = NameRow(candidate.post, candidate.person, candidate.readiness)
        yield standing.step(kind, [new], fit=candidate.fit)


def _reassessments(standing: _Standing, names: Sequence[NameRow], members: Sequence[MemberRow]) -> Iterator[Step]:
    mended = {member.person for member in members if member.why_not in MENDED_BY_REASSESSMENT}
    for person in mended:
        if new := [name for name in names if name.person == person and not name.counted]:
            yield standing.step("reassess", new)


def _readinesses(standing: _Standing, names: Sequence[NameRow]) -> Iterator[Step]:
    """One step per counted name that is not ready now.

    The figure over all tiers stands still by itself: whoever a short post already names is needed.
    """
    for name in names:
        if name.counted and name.readiness != READY_NOW:
            yield standing.step("ready", [NameRow(name.post, name.person, READY_NOW)])


def _raises(found: Decomposition[Any, Any], name: NameRow) -> bool:
    return name.post in found.short_posts and name.person not in found.needed_people


def _order(step: Step) -> tuple[Any, ...]:
    gained, ready_gained = step.after - step.before, step.ready_after - step.ready_before
    return -gained, -ready_gained, KINDS.index(step.kind), -step.fit, step.position, step.person


def _loss(person: Id, standing: _Standing, sole_posts: Mapping[Id, tuple[Id, ...]]) -> Loss:
    return Loss(
        person=person,
        before=standing.all.covered,
        after=standing.all.covered - (person in standing.all.needed_people),
        ready_before=standing.ready.covered,
        ready_after=standing.ready.covered - (person in standing.ready.needed_people),
        left_with_nobody=sole_posts.get(person, ()),
    )


def _sole_posts(counted: Iterable[NameRow], seats: Mapping[Id, int]) -> dict[Id, tuple[Id, ...]]:
    """Person -> posts with seats whose only counted name they are, sorted."""
    people: dict[Id, set[Id]] = {}
    for name in counted:
        people.setdefault(name.post, set()).add(name.person)
    found: dict[Id, tuple[Id, ...]] = {}
    for post in sorted(people):  # type: ignore[type-var]
        if len(people[post]) == 1 and seats[post] > 0:
            (person,) = people[post]
            found[person] = (*found.get(person, ()), post)
    return found


def _severity(loss: Loss) -> tuple[Any, ...]:
    return loss.after - loss.before, -len(loss.left_with_nobody), loss.ready_after - loss.ready_before, loss.person
