"""Tokens for programs: shown once, kept as a digest, ended by a changed password or a disabled account."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from . import audit
from .models import ApiToken, User

LIFETIME = timedelta(days=90)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue_token(user: User) -> str:
    """A new token for a user; the text is not kept."""
    token = secrets.token_hex(20)
    ApiToken.objects.create(
        user=user,
        digest=digest_of(token),
        session_hash=user.get_session_auth_hash(),
        expires_at=timezone.now() + LIFETIME,
    )
    audit.record("issue_token", user, actor=user)
    return token


def user_of(token: str) -> User | None:
    """Whose token it is, or None when it does not open anything (any more)."""
    row = ApiToken.objects.select_related("user").filter(digest=digest_of(token), expires_at__gt=timezone.now()).first()
    if row is None or not row.user.is_active:
        return None
    if not secrets.compare_digest(row.session_hash, row.user.get_session_auth_hash()):
        return None
    return row.user
