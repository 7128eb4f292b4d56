"""What a reader may see, as a condition inside a statement written by hand: the rule itself stays with `visible_to`."""

from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet


class Condition(NamedTuple):
    """The text of a condition and the values named in it."""

    sql: str
    values: dict[str, Any]


EVERYTHING = Condition("TRUE", {})
NOTHING = Condition("FALSE", {})


def among(rows: QuerySet[Any], column: str, name: str) -> Condition:
    """That `column` is the key of one of these rows; `name` tells the values of one condition from those of the next."""
    if not rows.query.where:
        return EVERYTHING
    try:
        text, given = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return NOTHING
    values = {f"{name}_{number}": value for number, value in enumerate(given)}
    named = text.replace("%%", "%%%%") % tuple(f"%({key})s" for key in values)
    return Condition(f"{column} IN ({named})", values)
