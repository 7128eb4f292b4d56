"""The product in this very process: its Django, turned to one company after the other."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.db import connection
from django.urls import NoReverseMatch, reverse

from tests.benchmarks.ground import SMALL, Ground, Size

if TYPE_CHECKING:
    from tests.benchmarks.pages import Page

BACKEND = "succession.organisation.backends.PasswordBackend"
# What Django brings; the floor knows no other.
PLAIN_BACKEND = "django.contrib.auth.backends.ModelBackend"
USERS = {"hr": 1, "head": 2, "employee": 3}
# Subjects alike at every size, so that pages about them can be compared.
_SUBJECTS = {
    "pool": "SELECT 1",
    "position": "SELECT position_id FROM pools_poolposition WHERE pool_id = 1 ORDER BY position_id OFFSET 1 LIMIT 1",
    "person": (
        "SELECT c.employee_id FROM pools_membership m JOIN candidates_candidate c ON c.id = m.candidate_id"
        " JOIN organisation_employee e ON e.id = c.employee_id AND e.left_on IS NULL"
        " GROUP BY c.employee_id HAVING count(*) = 2 AND bool_and(m.state = 'active') AND mod(c.employee_id, 5) = 1"
        " ORDER BY c.employee_id DESC LIMIT 1"
    ),
    "candidate": (
        "SELECT c.id FROM pools_membership m JOIN candidates_candidate c ON c.id = m.candidate_id"
        " JOIN organisation_employee e ON e.id = c.employee_id AND e.left_on IS NULL"
        " GROUP BY c.id, c.employee_id HAVING count(*) = 2 AND bool_and(m.state = 'active') AND mod(c.employee_id, 5) = 1"
        " ORDER BY c.employee_id DESC LIMIT 1"
    ),
}


@dataclass(frozen=True)
class Found:
    """Where the pages of a company are, and whose cookie opens them."""

    paths: dict[str, str]
    cookies: dict[str, str]
    plain_cookie: str


def set_up(ground: Ground) -> None:
    """Load the product, once a process."""
    os.environ.update(ground.environment(SMALL))
    django.setup()


def turn_to(ground: Ground, size: Size) -> None:
    """Work on this company from here on."""
    turn_to_database(ground.database(size))


def turn_to_database(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def turn_to_nothing() -> None:
    """Let go of the database."""
    connection.close()


def look_up(ground: Ground, size: Size, pages: Iterable[Page]) -> Found:
    turn_to(ground, size)
    subjects = {name: _one(statement) for name, statement in _SUBJECTS.items()}
    paths = {}
    for page in pages:
        arguments = [subjects[page.subject]] if page.subject else []
        with suppress(NoReverseMatch):
            paths[page.name] = reverse(page.url or page.name, args=arguments) + page.query
    cookies = {name: f"{settings.SESSION_COOKIE_NAME}={session_of(number)}" for name, number in USERS.items()}
    plain_cookie = f"sessionid={session_of(USERS['hr'], PLAIN_BACKEND)}"
    connection.close()
    return Found(paths, cookies, plain_cookie)


def session_of(user_id: int, backend: str = BACKEND) -> str:
    """A session of someone who signed in, as the sign-in page leaves it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore

    user = get_user_model().objects.get(pk=user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def _one(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]
