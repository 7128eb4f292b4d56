"""From a form to a service and back."""

from collections.abc import Callable
from typing import cast

from django.forms import BaseForm
from django.http import HttpRequest

from .errors import Invalid, Refusal
from .models import User


def actor_of(request: HttpRequest) -> User:
    """Who acts: the views that ask let nobody in who has not signed in."""
    return cast(User, request.user)


def carried_out(form: BaseForm, act: Callable[[], object]) -> bool:
    """Do it; a refusal becomes an error at the form, beside its field where it names one."""
    try:
        act()
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    return not form.errors
