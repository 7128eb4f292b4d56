"""What a service says when it does not do what was asked. The text is a sentence for the person who asked."""

from django.utils.translation import gettext as _


class Refusal(Exception):
    """The state of things forbids it: 409 for programs, a message at the form for people."""

    code = "refused"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code or self.code


class Invalid(Refusal):
    """What was given cannot be: 400 for programs, a message beside the field for people."""

    code = "invalid"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NeedsReason(Invalid):
    """A reason of at least 20 characters is missing."""

    code = "reason_needed"

    def __init__(self, field: str = "reason") -> None:
        super().__init__(_("Give a reason of at least 20 characters."), field=field)


class StaleVersion(Refusal):
    """Somebody changed the record since it was read."""

    code = "stale_version"
