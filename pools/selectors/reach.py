"""What a reader may see, as a condition inside a statement written by hand: the rule itself stays with `visible_to`."""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from pools.models import Membership, MembershipPost
from succession.organisation.access import access_of
from succession.organisation.models import Position, User
from succession.organisation.statements import statement


class Condition(NamedTuple):
    """The text of a condition and the values named in it."""

    sql: str
    values: dict[str, Any]


EVERYTHING = Condition("TRUE", {})
NOTHING = Condition("FALSE", {})


def among(user: User, rows: Callable[[], QuerySet[Any]], column: str, name: str, *asked: Hashable) -> Condition:
    """That `column` is the key of one of the rows, built once for a reader and what they asked.

    `name` tells these rows, and their values, from those of other conditions.
    """
    known = statement((name, column, access_of(user), asked), lambda: rows().order_by().values("pk"))
    if not known.text:
        return NOTHING
    # Keys alone are selected: a restriction is the only other thing the text can hold.
    if "WHERE" not in known.text:
        return EVERYTHING
    values = {f"{name}_{number}": value for number, value in enumerate(known.values)}
    named = known.text.replace("%%", "%%%%") % tuple(f"%({key})s" for key in values)
    return Condition(f"{column} IN ({named})", values)


def readable_posts(user: User, column: str) -> Condition:
    """Posts whose succession the reader may read."""
    return among(user, lambda: Position.objects.with_succession_for(user), column, "posts")


def seen_members(user: User, column: str) -> Condition:
    return among(user, lambda: Membership.objects.visible_to(user), column, "members")


def seen_names(user: User, column: str) -> Condition:
    return among(user, lambda: MembershipPost.objects.visible_to(user), column, "names")
