"""Which state of a membership follows which. The one table; every door asks it."""

from django.utils.translation import gettext as _

from succession.organisation.errors import Refusal

from .choices import MembershipState as State

MOVES: dict[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.SCREENING, State.EXITED}),
    State.SCREENING: frozenset({State.ACTIVE, State.EXITED}),
    State.ACTIVE: frozenset({State.ON_HOLD, State.EXITED}),
    State.ON_HOLD: frozenset({State.ACTIVE, State.EXITED}),
    State.EXITED: frozenset(),
}


class MoveNotAllowed(Refusal):
    """The membership is not in a state from which this follows."""

    code = "move_not_allowed"

    @classmethod
    def from_state(cls, state: str) -> "MoveNotAllowed":
        return cls(_("This is not possible from the state “%(state)s”.") % {"state": State(state).label})


def can_move(current: str, to: State) -> bool:
    return to in MOVES[State(current)]


def require_move(current: str, to: State) -> None:
    """Refuse a move that is not in the table."""
    if not can_move(current, to):
        raise MoveNotAllowed.from_state(current)
