"""The tree as lists and filters ask for it."""

from typing import Any

from django.db import connection
from django.db.models import Q

from succession.organisation.access import access_of
from succession.organisation.models import OrgUnit, User
from succession.organisation.statements import found

OFFERED = 60

_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM organisation_orgunit WHERE id = %s
    UNION
    SELECT u.id FROM organisation_orgunit u JOIN below ON u.parent_id = below.id
)
SELECT id FROM below
"""


def unit_and_below(unit_id: int) -> list[int]:
    """The unit's id and those of all below it; empty for a unit that does not exist."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [unit_id])
        return [row[0] for row in cursor.fetchall()]


def offered_units(user: User, asked: int | None = None) -> list[tuple[int, str]]:
    """Units for a filter: the top of what the user sees and one below it, and the one asked for if they see it."""
    access = access_of(user)
    return found(("offered units", access, asked), lambda: _offered(user, asked))


def _offered(user: User, asked: int | None) -> Any:
    led = access_of(user).led_unit_ids
    roots = OrgUnit.objects.filter(parent__isnull=True).order_by().values("pk")
    top = Q(parent__isnull=True) | Q(parent__in=roots) | Q(pk__in=led) | Q(parent__in=led)
    wanted = top | Q(pk=asked) if asked else top
    units = OrgUnit.objects.visible_to(user).filter(wanted).order_by("name", "pk")
    return units.values_list("pk", "name")[:OFFERED]
