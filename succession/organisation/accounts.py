"""How people sign in: allauth, with the door for newcomers shut."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from .models import ApiToken, User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """After too many failures the answer is 429, before any password is looked at."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(respond_429(request)) from None

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        ApiToken.objects.filter(user=user).delete()


def display_name(user: User) -> str:
    return str(user)
