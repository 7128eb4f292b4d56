"""Which state follows which, one table for each kind of record; every door asks them."""

from collections.abc import Mapping
from typing import TypeAlias

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from succession.organisation.errors import Refusal

from .choices import AssessmentState

Moves: TypeAlias = Mapping[str, frozenset[str]]

# What is final stays as it is: a correction is a version of its own, which begins as a draft.
ASSESSMENT: Moves = {
    AssessmentState.DRAFT: frozenset({AssessmentState.FINAL}),
    AssessmentState.FINAL: frozenset(),
}


class MoveNotAllowed(Refusal):
    """The record is not in a state from which this follows."""

    code = "move_not_allowed"

    @classmethod
    def from_state(cls, state: TextChoices) -> "MoveNotAllowed":
        return cls(_("This is not possible from the state “%(state)s”.") % {"state": state.label})


def can_move(moves: Moves, current: str, to: str) -> bool:
    return to in moves[current]


def require_move(moves: Moves, current: TextChoices, to: TextChoices) -> None:
    """Refuse a move that is not in the table."""
    if not can_move(moves, current, to):
        raise MoveNotAllowed.from_state(current)
