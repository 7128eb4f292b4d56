"""The shape of what services are given."""

from django.utils.translation import gettext as _

from succession.organisation.errors import Invalid


def require_text(text: str | None, *, field: str, longest: int) -> str:
    """The text without its margins; refuses an empty one, one too long, and the null character."""
    text = (text or "").strip()
    if not text:
        raise Invalid(_("This cannot be empty."), field=field)
    return require_length(text, field=field, longest=longest)


def require_length(text: str, *, field: str, longest: int) -> str:
    """Refuses a text that is too long or holds the null character."""
    if "\0" in text:
        raise Invalid(_("The text holds a character that cannot be stored."), field=field)
    if len(text) > longest:
        raise Invalid(_("Use at most %(n)d characters.") % {"n": longest}, field=field)
    return text
