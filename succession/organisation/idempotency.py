"""A command sent twice is done once and answered twice."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .errors import Refusal
from .models import IdempotentAnswer, User

Answer = tuple[int, Any]


def fingerprint(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()


def once(user: User, key: str, *, scope: str, request: str, do: Callable[[], Answer]) -> Answer:
    """Run `do` unless this user's key was used before; then give the first answer again.

    The key's row is written first, in the transaction of the command: a second request at the same moment waits for
    the first to end. A key used for another command is refused. What failed leaves no key behind.
    """
    with transaction.atomic():
        row, is_new = IdempotentAnswer.objects.get_or_create(
            user=user, key=key[:200], defaults={"scope": scope[:300], "fingerprint": request}
        )
        if not is_new:
            if (row.scope, row.fingerprint) != (scope[:300], request):
                raise Refusal(_("This idempotency key was used for another request."), code="key_reused")
            return row.status or 200, row.body
        status, body = do()
        if status < HTTPStatus.BAD_REQUEST:
            row.status, row.body = status, body
            row.save(update_fields=["status", "body"])
        else:
            row.delete()
        return status, body
