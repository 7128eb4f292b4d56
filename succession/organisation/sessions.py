"""Sessions as Django keeps them in the database, read by a statement that is planned once a connection."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from .prepared import Prepared

_LIVE = Prepared(
    "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(now)s",
    key="text",
    now="timestamptz",
)


class SessionStore(db.SessionStore):
    """The engine; the name is part of what sessions are signed with."""

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            _LIVE.execute(cursor, {"key": self.session_key, "now": timezone.now()})
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])
