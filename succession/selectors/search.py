"""One search over people, posts, pools and units, each as far as the reader may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from pools.choices import PoolKind
from pools.models import EchelonPool
from succession.organisation.access import access_of
from succession.organisation.models import Employee, OrgUnit, Position, User
from succession.organisation.statements import found

PER_GROUP = 20
SHORTEST = 2
Rows = QuerySet[Any, Any]


class Unit(NamedTuple):
    name: str


class Found(NamedTuple):
    """What a line says: of posts and people with their unit, of posts with their class, of pools with their kind."""

    pk: int
    name: str
    code: str
    org_unit: Unit | None = None
    position_class: str = ""
    kind: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return self.name

    def get_kind_display(self) -> str:
        return str(PoolKind(self.kind).label)


@dataclass(frozen=True)
class Group:
    """What was found of one sort; `more`: the list that shows the rest."""

    key: str
    found: list[Found]
    has_more: bool


def search(user: User, text: str, *, on: date) -> list[Group]:
    """Four statements. Fewer than two characters find nothing: that is no search."""
    if len(text) < SHORTEST:
        return []
    asked: dict[str, tuple[Callable[[User, str, date], Rows], Callable[..., Found]]] = {
        "posts": (_posts, lambda pk, title, code, unit, of: Found(pk, title, code, Unit(unit), position_class=of)),
        "people": (_people, lambda pk, name, unit: Found(pk, name, "", Unit(unit) if unit else None)),
        "pools": (_pools, lambda pk, name, code, kind: Found(pk, name, code, kind=kind)),
        "units": (_units, Found),
    }
    groups = []
    for key, (rows, make) in asked.items():
        lines = found(("search", key, access_of(user), text, on), partial(_first, rows, user, text, on))
        if lines:
            groups.append(Group(key, [make(*line) for line in lines[:PER_GROUP]], len(lines) > PER_GROUP))
    return groups


def _first(rows: Callable[[User, str, date], Rows], user: User, text: str, on: date) -> Rows:
    return rows(user, text, on)[: PER_GROUP + 1]


def _posts(user: User, text: str, on: date) -> Rows:
    posts = Position.objects.with_succession_for(user).open_on(on).filter(Q(title__ilike=text) | Q(code__ilike=text))
    return posts.order_by("title", "pk").values_list("pk", "title", "code", "org_unit__name", "position_class")


def _people(user: User, text: str, on: date) -> Rows:
    people = Employee.objects.visible_to(user).employed_on(on).filter(Q(name__ilike=text) | Q(number=text))
    return people.order_by("sort_name", "pk").values_list("pk", "name", "org_unit__name")


def _pools(user: User, text: str, on: date) -> Rows:
    pools = EchelonPool.objects.visible_to(user).open_on(on).filter(Q(name__ilike=text) | Q(code__ilike=text))
    return pools.order_by("name", "pk").values_list("pk", "name", "code", "kind")


def _units(user: User, text: str, on: date) -> Rows:
    units = OrgUnit.objects.visible_to(user).open_on(on).filter(Q(name__ilike=text) | Q(code=text))
    return units.order_by("name", "pk").values_list("pk", "name", "code")
