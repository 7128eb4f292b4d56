"""Lets a borrowed template, written in Django's language, show what our pages are made of."""

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from succession.organisation.interface import chips, pictures

register = template.Library()
register.simple_tag(chips.icon)
register.simple_tag(pictures.brand_sign)


@register.simple_tag(takes_context=True)
def part(context: template.Context, name: str, **values: Any) -> SafeString:
    """A fragment of ours, with these values and the request."""
    drawn = get_template(name, using="pages").render(values, context.get("request"))
    return mark_safe(drawn)  # noqa: S308 -- a rendered template, which escapes
