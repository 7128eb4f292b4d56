"""The people behind candidates, as lists and drawings name them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from candidates.models import Candidate
from pools.choices import ExitReason
from succession.organisation.formats import initials


@dataclass(frozen=True, slots=True)
class Person:
    """Who someone is: their name and the post they hold now. `candidate` is None for who is not a candidate yet."""

    candidate: int | None
    employee: int | None
    name: str
    title: str = ""

    @property
    def is_external(self) -> bool:
        return self.employee is None

    @property
    def initials(self) -> str:
        return initials(self.name)


class Standing(NamedTuple):
    """Where someone stands in a pool, or stood: a membership as lists read it."""

    pk: int
    state: str
    candidate_id: int
    employee_id: int | None
    proposed_on: date
    admitted_on: date | None
    next_screening_on: date | None
    exited_on: date | None
    exit_reason: str

    def get_exit_reason_display(self) -> str:
        return str(ExitReason(self.exit_reason).label) if self.exit_reason else ""


class PostName(NamedTuple):
    """A post by what it is called."""

    pk: int
    code: str
    title: str


class NamedPost(NamedTuple):
    """A post someone is named for, and how ready they are for it."""

    pk: int
    position: PostName
    readiness: str
    readiness_on: date
    fit: Decimal | None


def person_of(candidate: Candidate, titles: dict[int, str]) -> Person:
    """A candidate whose employee and external person were selected along."""
    title = titles.get(candidate.employee_id, "") if candidate.employee_id else ""
    return Person(candidate.pk, candidate.employee_id, str(candidate), title)
