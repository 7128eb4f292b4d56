"""One search over people, posts, pools and units, each as far as the reader may see it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from pools.models import EchelonPool
from succession.organisation.access import access_of
from succession.organisation.models import Employee, OrgUnit, Position, User

PER_GROUP = 20
SHORTEST = 2


@dataclass(frozen=True)
class Group:
    """What was found of one sort; `more`: the list that shows the rest."""

    key: str
    found: list[Any]
    has_more: bool


def search(user: User, text: str, *, on: date) -> list[Group]:
    """Four statements. Fewer than two characters find nothing: that is no search."""
    if len(text) < SHORTEST:
        return []
    access = access_of(user)
    own = frozenset() if access.is_auditor else access.own_position_ids
    people = Employee.objects.visible_to(user).employed_on(on).filter(Q(name__ilike=text) | Q(number=text))
    posts = Position.objects.visible_to(user).open_on(on).filter(Q(title__ilike=text) | Q(code__ilike=text))
    pools = EchelonPool.objects.visible_to(user).open_on(on).filter(Q(name__ilike=text) | Q(code__ilike=text))
    units = OrgUnit.objects.visible_to(user).open_on(on).filter(Q(name__ilike=text) | Q(code=text))
    asked = {
        "posts": posts.exclude(pk__in=own).select_related("org_unit").order_by("title", "pk"),
        "people": people.select_related("org_unit").order_by("sort_name", "pk"),
        "pools": pools.order_by("name", "pk"),
        "units": units.order_by("name", "pk"),
    }
    groups = []
    for key, rows in asked.items():
        found = list(rows[: PER_GROUP + 1])
        if found:
            groups.append(Group(key, found[:PER_GROUP], len(found) > PER_GROUP))
    return groups
