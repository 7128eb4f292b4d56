"""What the services of pools refuse."""

from succession.organisation.errors import Refusal


class PoolIsFull(Refusal):
    """No place is free; above the capacity a reason and the permission are needed."""

    code = "pool_is_full"


class PoolIsClosed(Refusal):
    code = "pool_is_closed"


class AlreadyThere(Refusal):
    """The person, post or name stands already."""

    code = "already_there"


class NoPostNamed(Refusal):
    """Nobody is admitted to a key or management pool without a post and a readiness for it."""

    code = "no_post_named"


class NominationNeeded(Refusal):
    """The policy asks for an approved nomination before a person is named for a post."""

    code = "nomination_needed"
