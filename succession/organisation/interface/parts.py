"""Components that are templates of their own: they see what they are given, and the request."""

from datetime import tzinfo
from functools import lru_cache
from typing import Any

from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from jinja2 import Environment, pass_context, pass_environment
from jinja2.runtime import Context

from succession.organisation.interface.markup import Markup, made

# What every component may need: whose page it is, what a form must carry, and the words of the page's language.
CARRIED = ("request", "csrf_input", "csrf_token", "_", "plural")


@pass_context
def part(context: Context, component: str, **values: Any) -> Markup:
    """A component of `templates/components/`, by its name, with these values."""
    return fragment(context, f"components/{component}.html", **values)


@pass_context
def fragment(context: Context, template: str, **values: Any) -> Markup:
    """Any template with these values and nothing else of the page."""
    for name in CARRIED:
        if name in context:
            values.setdefault(name, context[name])
    return made(context.environment.get_template(template).render(values))


@pass_environment
def kept(environment: Environment, component: str, **values: Any) -> Markup:
    """A component that rests on these values, the language and the zone alone: drawn once for the same, whoever looks."""
    return _drawn(environment, f"components/{component}.html", get_language(), get_current_timezone(), **values)


@lru_cache(maxsize=512)
def _drawn(environment: Environment, template: str, _language: str | None, _zone: tzinfo, **values: Any) -> Markup:
    return made(environment.get_template(template).render(values))
