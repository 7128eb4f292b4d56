"""How people sign in: allauth, with the door for newcomers shut."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from .models import ApiToken, User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        ApiToken.objects.filter(user=user).delete()


def display_name(user: User) -> str:
    return str(user)
