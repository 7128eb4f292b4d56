"""From a form to a service and back."""

from collections.abc import Callable

from django.forms import BaseForm

from .errors import Invalid, Refusal


def carried_out(form: BaseForm, act: Callable[[], object]) -> bool:
    """Do it; a refusal becomes an error at the form, beside its field where it names one."""
    try:
        act()
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    return not form.errors
