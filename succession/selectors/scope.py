"""What a page of figures is about: the whole, a unit with all below it, or a pool; key or management posts."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pools.choices import PoolKind
from pools.models import EchelonPool
from pools.selectors.figures import Figures
from succession.organisation.access import access_of
from succession.organisation.models import OrgUnit, Position, User
from succession.organisation.querysets import PositionQuerySet
from succession.organisation.statements import found

KINDS = (PoolKind.KEY, PoolKind.MANAGEMENT)
OFFERED_UNITS = 40
DIGITS_OF_AN_ID = 18
_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM organisation_orgunit WHERE id = ANY(%s)
    UNION
    SELECT u.id FROM organisation_orgunit u JOIN below ON u.parent_id = below.id
)
SELECT id FROM below
"""


@dataclass(frozen=True)
class Scope:
    """The posts in question. `mine`: only what a head is responsible for, figures worked out over those posts."""

    kind: str
    unit: OrgUnit | None = None
    unit_ids: frozenset[int] = frozenset()
    pool: EchelonPool | None = None
    mine: bool = False

    @property
    def value(self) -> str:
        """As it stands in the URL."""
        if self.unit:
            return f"unit-{self.unit.pk}"
        return f"pool-{self.pool.pk}" if self.pool else ""

    @property
    def label(self) -> str:
        if self.unit or self.pool:
            return str(self.unit or self.pool)
        return _("All my units") if self.mine else _("Whole organisation")

    def rows(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """Of rows with a position those within the scope."""
        if self.pool:
            return found.filter(position__pool_position__pool=self.pool)
        return found.filter(position__org_unit__in=self.unit_ids) if self.unit else found

    def posts(self, user: User) -> PositionQuerySet:
        """The posts of the scope whose succession the user may read."""
        posts = Position.objects.with_succession_for(user).of_class(self.kind)
        if self.pool:
            return posts.filter(pool_position__pool=self.pool)
        return posts.filter(org_unit__in=self.unit_ids) if self.unit else posts

    def pools(self, rows: Any) -> Any:
        """Of coverage rows those of the pools that serve posts of the scope."""
        pools = rows.of_pools().filter(kind=self.kind, pool__closed_on__isnull=True)
        if self.pool:
            return pools.filter(pool=self.pool)
        if self.unit:
            serving = EchelonPool.objects.filter(pool_positions__position__org_unit__in=self.unit_ids)
            return pools.filter(pool__in=serving)
        return pools


def scope_asked(user: User, value: str, kind: str, *, mine: bool = False) -> Scope | None:
    """The scope named in a URL, or nothing when the user may not see it or it does not exist."""
    kind = kind if kind in KINDS else PoolKind.KEY
    which, _dash, number = value.partition("-")
    if not value:
        return Scope(kind, mine=mine)
    if not number.isdecimal() or len(number) > DIGITS_OF_AN_ID:
        return None
    if which == "unit":
        unit = OrgUnit.objects.visible_to(user).filter(pk=number).first()
        return Scope(kind, unit=unit, unit_ids=units_below([unit.pk]), mine=mine) if unit else None
    if which == "pool" and not mine:
        pool = EchelonPool.objects.visible_to(user).filter(pk=number, kind__in=KINDS).first()
        return Scope(pool.kind, pool=pool) if pool else None
    return None


def units_below(unit_ids: list[int]) -> frozenset[int]:
    """These units and all below them."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [unit_ids])
        return frozenset(row[0] for row in cursor.fetchall())


def scopes_offered(user: User, scope: Scope, *, upper: list[tuple[int, str]] | None = None) -> list[tuple[str, str]]:
    """The scopes to choose from, as (value in the URL, words): the upper units; of a head those they lead.

    `upper`: those units, where they are known already.
    """
    units = _units_offered(user, scope) if upper is None else upper
    offered = [("", Scope(scope.kind, mine=scope.mine).label)]
    offered += [(f"unit-{pk}", name) for pk, name in units]
    if scope.value and scope.value not in dict(offered):
        offered.append((scope.value, scope.label))
    return offered


def _units_offered(user: User, scope: Scope) -> list[tuple[int, str]]:
    return found(("units offered", access_of(user), scope.mine), partial(_units, user, scope))


def _units(user: User, scope: Scope) -> Any:
    access = access_of(user)
    units: Any = OrgUnit.objects.visible_to(user).filter(closed_on__isnull=True)
    if scope.mine:
        units = units.filter(pk__in=access.led_unit_ids or access.unit_ids)
    else:
        units = units.filter(parent__parent__isnull=True)
    return units.values_list("pk", "name")[:OFFERED_UNITS]


def shared_posts(row: Figures | None) -> dict[int, dict[str, Any]]:
    """Posts that rest on the same people as others, with their blocking set."""
    return {position: block for block in (row.shared if row else ()) for position in block["positions"]}
