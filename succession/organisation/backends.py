"""Who signs in is found by password; what they may do is a predicate's concern (see `rules.py`), never a table's."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from .access import user_with_access
from .models import User


class _Backend(ModelBackend):
    """Who is signed in is read with what they may see. A predicate that says no has the last word: nothing is looked up
    behind it.
    """

    def get_user(self, user_id: int) -> User | None:
        user = user_with_access(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    get_user_permissions = get_group_permissions = get_all_permissions

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False


class PasswordBackend(_Backend):
    """For programs that ask for a token."""


class SignInBackend(_Backend, AuthenticationBackend):
    """For people at the sign-in page."""
