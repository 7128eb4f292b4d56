"""Markup that is written in Python. Every value goes through `escape`; only what then is markup goes through `made`."""

from markupsafe import Markup, escape

__all__ = ["Markup", "escape", "made"]


def made(html: str) -> Markup:
    """Say that this is markup: written here, every value in it escaped."""
    return Markup(html)  # noqa: S704 -- the one door; whoever calls it has escaped
