"""What one step would do for a pool, in terms of people and posts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from pools import steps
from pools.coverage_rules import Id, MemberRow
from pools.selectors.demand import PostDemand
from pools.selectors.people import Person
from pools.selectors.pool_page import PoolPage
from pools.selectors.standing import scope_over
from pools.selectors.suggestions import Suggestions
from pools.steps import CandidateRow, Loss, Step

SUGGESTED = 20


@dataclass(frozen=True, slots=True)
class StepLine:
    """One thing to do (admit, name, reassess, ready), for whom and which post, and true coverage before and after."""

    step: Step
    person: Person
    post: PostDemand

    @property
    def kind(self) -> str:
        return self.step.kind


@dataclass(frozen=True, slots=True)
class LossLine:
    """What the leaving of one person would cost."""

    loss: Loss
    person: Person
    left_with_nobody: tuple[PostDemand, ...]


def steps_of(page: PoolPage, suggestions: Suggestions | None = None, *, limit: int = 6) -> list[StepLine]:
    """The best single steps, each person and kind once; no statement, all is in the page.

    Suggested people are tried for each post that is short, members for the posts they are not named for.
    """
    people = cast("dict[Id, Person]", dict(page.people))
    posts: dict[Id, PostDemand] = {line.post.position.pk: line.post for line in page.all_lines}
    rows = scope_over(posts.values(), page.names)
    seats = {post.id: post.seats for post in rows.posts}
    tried = [*_suggested(suggestions, seats, people), *_members(page, seats)]
    found = steps.what_one_step_would_do(rows.names, seats, _member_rows(page), tried)
    lines: list[StepLine] = []
    told: set[tuple[str, object]] = set()
    for step in found:
        if (step.kind, step.person) not in told and len(lines) < limit:
            told.add((step.kind, step.person))
            lines.append(StepLine(step, people[step.person], posts[step.position]))
    return lines


def losses_of(page: PoolPage) -> list[LossLine]:
    """The loss of each counted person, worst first."""
    people = cast("dict[Id, Person]", dict(page.people))
    posts: dict[Id, PostDemand] = {line.post.position.pk: line.post for line in page.all_lines}
    rows = scope_over(posts.values(), page.names)
    found = steps.losses(rows.names, {post.id: post.seats for post in rows.posts})
    return [LossLine(loss, people[loss.person], tuple(posts[post] for post in loss.left_with_nobody)) for loss in found]


def _suggested(
    suggestions: Suggestions | None, seats: dict[Id, int], people: dict[Id, Person]
) -> Iterable[CandidateRow]:
    """Who is not a candidate yet goes by the employee's number below zero: candidates' numbers are above it."""
    for suggestion in suggestions.eligible[:SUGGESTED] if suggestions else ():
        person = suggestion.person
        key = person.candidate if person.candidate is not None else -(person.employee or 0)
        if key in people:
            continue
        people[key] = person
        for post in seats:
            yield CandidateRow(key, post)


def _members(page: PoolPage, seats: dict[Id, int]) -> Iterable[CandidateRow]:
    for line in page.members["in_pool"]:
        for post in seats if line.counted else ():
            yield CandidateRow(line.membership.candidate_id, post)


def _member_rows(page: PoolPage) -> list[MemberRow]:
    return [MemberRow(page.pool.pk, line.membership.candidate_id, line.why_not) for line in page.members["in_pool"]]
