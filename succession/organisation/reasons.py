"""The one rule on reasons."""

from .errors import NeedsReason

MINIMUM = 20


def require_reason(text: str | None, *, field: str = "reason") -> str:
    """The reason without its margins; refuses one of fewer than 20 characters."""
    reason = (text or "").strip()
    if len(reason) < MINIMUM:
        raise NeedsReason(field)
    return reason
