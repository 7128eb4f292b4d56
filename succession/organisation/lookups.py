"""Searching in names by an index: PostgreSQL's ILIKE, which trigrams serve; Django's own `icontains` is none of it."""

from typing import Any

from django.db.models import Lookup


class ILike(Lookup):
    """`field__ilike="anna"`: the text stands somewhere in the field, whatever its case."""

    lookup_name = "ilike"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"{left} ILIKE %s", (*left_params, f"%{escaped(self.rhs)}%")


def escaped(text: str) -> str:
    """The text with the signs that mean "anything" to LIKE taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
