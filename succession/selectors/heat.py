"""How well the people of a pool answer each of its posts: a table, one figure a cell."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from candidates.models import Candidate
from candidates.selectors.fit import FitTable, fits_of
from pools.models import EchelonPool, Membership, MembershipPost, PoolPosition
from succession.organisation.models import Position, User

POSTS_DRAWN = 60
# Tints of a cell: below the first bound none, from each bound on the next.
BOUNDS = (40, 55, 70, 85)


class Post(NamedTuple):
    """A column."""

    pk: int
    code: str
    title: str


class Person(NamedTuple):
    """A row."""

    pk: int
    employee_id: int | None
    name: str
    state: str


class Cell(NamedTuple):
    """A fit, None where the post requires nothing; `tint` 0-4; whether they are named for the post."""

    post: Post
    fit: float | None
    tint: int
    is_named: bool


@dataclass(frozen=True)
class Heat:
    """The posts of a pool that the reader may read, and how the fits of some of its people are laid out."""

    user: User
    pool: EchelonPool

    def posts(self) -> list[Post]:
        rows = PoolPosition.objects.visible_to(self.user).in_force().filter(pool=self.pool).order_by("position__code")
        return [Post(*row) for row in rows.values_list("position", "position__code", "position__title")[:POSTS_DRAWN]]

    def people(self) -> QuerySet[Membership, Any]:
        """Those who stand in the pool and whom the reader may see as candidates."""
        rows = Membership.objects.visible_to(self.user).standing().filter(pool=self.pool)
        seen = Candidate.objects.visible_to(self.user).order_by().values("pk")
        return (
            rows.filter(candidate__in=seen)
            .order_by("candidate__employee__sort_name", "candidate__external__name", "pk")
            .values_list(
                "candidate",
                "candidate__employee",
                Coalesce("candidate__employee__name", "candidate__external__name"),
                "state",
            )
        )

    def rows(self, posts: list[Post], people: list[Person]) -> list[tuple[Person, list[Cell]]]:
        """The fits of these people for these posts. Four statements, however many there are."""
        keys = [person.pk for person in people]
        table = fits_of(
            Candidate.objects.visible_to(self.user).filter(pk__in=keys),
            Position.objects.with_succession_for(self.user).filter(pk__in=[post.pk for post in posts]),
        )
        names = MembershipPost.objects.visible_to(self.user).filter(
            membership__pool=self.pool, membership__candidate__in=keys
        )
        named = set(names.values_list("membership__candidate", "position"))
        return [(person, [_cell(table, person, post, named) for post in posts]) for person in people]


def _cell(table: FitTable, person: Person, post: Post, named: set[tuple[int, int]]) -> Cell:
    fit = table.of(person.pk, post.pk)
    tint = sum((fit or 0) >= bound for bound in BOUNDS)
    return Cell(post, fit, tint, (person.pk, post.pk) in named)
