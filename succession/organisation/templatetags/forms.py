"""What forms carry besides their fields."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from succession.organisation.once import FIELD, new_token

register = template.Library()


@register.simple_tag(takes_context=True)
def once_token(context: template.Context) -> SafeString:
    """A hidden field by which a form sent twice is known (see `once_per_form`).

    A form that came back with errors keeps its token: what it asks for is still the same thing.
    """
    request = context.get("request")
    sent = request.POST.get(FIELD, "") if request else ""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, sent or new_token())
