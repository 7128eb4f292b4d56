"""What a signed-in person is here: roles, units in reach, own seat. Read once a request, with the user, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

from .choices import Role
from .prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import User

_FACTS = """
WITH RECURSIVE
me AS (
    SELECT id FROM organisation_employee
    WHERE user_id = %(user)s AND (left_on IS NULL OR left_on > %(today)s)
),
held AS (
    SELECT i.position_id, i.acting FROM organisation_incumbency i JOIN me ON me.id = i.employee_id
    WHERE i.starts_on <= %(today)s AND (i.ends_on IS NULL OR i.ends_on > %(today)s)
),
given AS (
    SELECT role, org_unit_id FROM organisation_roleassignment WHERE user_id = %(user)s
),
led AS (
    SELECT u.id FROM organisation_orgunit u JOIN held h ON h.position_id = u.head_position_id
    WHERE NOT h.acting OR NOT EXISTS (
        SELECT 1 FROM organisation_incumbency p
        WHERE p.position_id = h.position_id AND NOT p.acting AND p.employee_id IS NOT NULL
          AND p.starts_on <= %(today)s AND (p.ends_on IS NULL OR p.ends_on > %(today)s)
    )
    UNION
    SELECT org_unit_id FROM given WHERE role = 'department_head'
),
reach(id, role) AS (
    SELECT id, 'department_head'::varchar FROM led
    UNION
    SELECT org_unit_id, role FROM given WHERE org_unit_id IS NOT NULL
    UNION
    SELECT u.id, reach.role FROM organisation_orgunit u JOIN reach ON u.parent_id = reach.id
)
SELECT (SELECT array_agg(id) FROM me),
       (SELECT array_agg(DISTINCT position_id) FROM held),
       (SELECT array_agg(DISTINCT id) FROM led),
       (SELECT array_agg(DISTINCT role) FROM given),
       (SELECT array_agg(DISTINCT role) FROM given WHERE org_unit_id IS NULL),
       (SELECT array_agg(id) FROM reach WHERE role = 'department_head'),
       (SELECT array_agg(id) FROM reach WHERE role = 'hr_manager'),
       (SELECT array_agg(id) FROM reach WHERE role = 'auditor'),
       (SELECT array_agg(u.name ORDER BY u.name) FROM organisation_orgunit u WHERE u.id IN (
            SELECT id FROM led UNION SELECT org_unit_id FROM given WHERE role IN ('hr_manager', 'auditor'))),
       (SELECT array_agg(d.object_id) FROM organisation_disclosure d
          JOIN django_content_type t ON t.id = d.content_type_id
         WHERE d.user_id = %(user)s AND t.app_label = 'organisation' AND t.model = 'position'
           AND d.since <= %(now)s AND (d.until IS NULL OR d.until > %(now)s)){columns}
FROM organisation_user u WHERE u.id = %(user)s
"""


@dataclass(frozen=True)
class Access:
    """The facts that rules and querysets ask for."""

    roles: frozenset[str] = frozenset()
    whole_roles: frozenset[str] = frozenset()
    employee_id: int | None = None
    own_position_ids: frozenset[int] = frozenset()
    led_unit_ids: frozenset[int] = frozenset()
    headed_unit_ids: frozenset[int] = frozenset()
    hr_unit_ids: frozenset[int] = frozenset()
    audited_unit_ids: frozenset[int] = frozenset()
    unit_names: tuple[str, ...] = ()
    disclosed_position_ids: frozenset[int] = field(default=frozenset())

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """Units led or given with a role, with all below."""
        return self.headed_unit_ids | self.hr_unit_ids | self.audited_unit_ids

    @cached_property
    def is_hr(self) -> bool:
        return Role.HR_MANAGER in self.roles

    @cached_property
    def is_auditor(self) -> bool:
        return Role.AUDITOR in self.whole_roles

    @cached_property
    def is_committee(self) -> bool:
        return Role.COMMITTEE_MEMBER in self.roles

    @cached_property
    def is_head(self) -> bool:
        return Role.DEPARTMENT_HEAD in self.roles

    @cached_property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @cached_property
    def is_whole_hr(self) -> bool:
        return Role.HR_MANAGER in self.whole_roles

    @cached_property
    def sees_everything(self) -> bool:
        """HR for the whole organisation, and auditors; their own standing is left out elsewhere."""
        return self.is_whole_hr or self.is_auditor

    @cached_property
    def reads_succession(self) -> bool:
        """Whether pages about posts and pools exist for them at all."""
        return self.sees_everything or self.is_committee or bool(self.unit_ids)

    @cached_property
    def sees_candidates(self) -> bool:
        """Whether pages about people who are considered exist for them."""
        return self.sees_everything or bool(self.unit_ids)

    def only(self, role: str) -> "Access":
        """What is left with one of the roles alone; with one that is not held, nothing.

        Who one is and where one sits stays: that keeps the own standing out of sight. What was put before a person by
        name goes with the roles to which things are put.
        """
        is_head = role == Role.DEPARTMENT_HEAD
        headed = self.headed_unit_ids if is_head else frozenset()
        served = self.hr_unit_ids if role == Role.HR_MANAGER else frozenset()
        audited = self.audited_unit_ids if role == Role.AUDITOR else frozenset()
        is_all = headed | served | audited == self.unit_ids
        return replace(
            self,
            headed_unit_ids=headed,
            hr_unit_ids=served,
            audited_unit_ids=audited,
            roles=self.roles & {role},
            whole_roles=self.whole_roles & {role},
            led_unit_ids=self.led_unit_ids if is_head else frozenset(),
            # Names are kept for all roles together.
            unit_names=self.unit_names if is_all else (),
            disclosed_position_ids=self.disclosed_position_ids if role in PUT_BEFORE else frozenset(),
        )


NOBODY = Access()
PUT_BEFORE = frozenset({Role.COMMITTEE_MEMBER, Role.ASSESSOR})
# How many columns of the statement come before the user's own.
_FACT_COUNT = 10
KEPT_AS = "_access"
SEEN_AS = "_seen_as"
HELD = "_roles_held"


def access_of(user: "User | AnonymousUser") -> Access:
    """The facts about a user, kept on the object for the length of a request."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    known: Access | None = getattr(user, KEPT_AS, None)
    if known is None:
        known = _read(user.pk)
        role = getattr(user, SEEN_AS, "")
        known = known.only(role) if role else known
        # Set as an attribute it passes through a lazy `request.user`: permissions are asked of the user behind it.
        setattr(user, KEPT_AS, known)
    return known


def user_with_access(user_id: int) -> "User | None":
    """The user together with the facts, or None if there is none."""
    row = _row(user_id)
    if row is None:
        return None
    user: User = _model().from_db(connection.alias, _columns(), row[_FACT_COUNT:])
    setattr(user, KEPT_AS, _of(row))
    return user


def see_as(user: "User", role: str) -> bool:
    """Show the user what one of their roles shows, for as long as the object lives; not if they do not hold it."""
    everything = access_of(user)
    if role not in everything.roles:
        return False
    setattr(user, SEEN_AS, role)
    setattr(user, HELD, everything.roles)
    setattr(user, KEPT_AS, everything.only(role))
    return True


def seen_as(user: "User") -> str:
    """The one role the user chose to see as; blank for all of them."""
    return getattr(user, SEEN_AS, "")


def roles_held(user: "User") -> frozenset[str]:
    """All roles of the user, whichever of them they see as."""
    return getattr(user, HELD, None) or access_of(user).roles


def forget_access(user: "User") -> None:
    """Read afresh next time: after roles or seats changed within one request."""
    if hasattr(user, KEPT_AS):
        delattr(user, KEPT_AS)


def _read(user_id: int) -> Access:
    row = _row(user_id)
    return NOBODY if row is None else _of(row)


def _row(user_id: int) -> Sequence[Any] | None:
    with connection.cursor() as cursor:
        _statement().execute(cursor, {"user": user_id, "today": timezone.localdate(), "now": timezone.now()})
        return cursor.fetchone()


@cache
def _statement() -> Prepared:
    columns = "".join(f", u.{connection.ops.quote_name(name)}" for name in _columns())
    return Prepared(_FACTS.format(columns=columns), user="bigint", today="date", now="timestamptz")


@cache
def _columns() -> list[str]:
    return [field.attname for field in _model()._meta.concrete_fields]


def _model() -> type["User"]:
    return apps.get_model(settings.AUTH_USER_MODEL)


def _of(row: Sequence[Any]) -> Access:
    me, held, led, given, whole, headed, hr_reach, audited, names, disclosed = row[:_FACT_COUNT]
    roles = set(given or ())
    if me:
        roles.add(Role.EMPLOYEE.value)
    if led:
        roles.add(Role.DEPARTMENT_HEAD.value)
    return Access(
        roles=frozenset(roles),
        whole_roles=frozenset(whole or ()),
        employee_id=me[0] if me else None,
        own_position_ids=frozenset(held or ()),
        led_unit_ids=frozenset(led or ()),
        headed_unit_ids=frozenset(headed or ()),
        hr_unit_ids=frozenset(hr_reach or ()),
        audited_unit_ids=frozenset(audited or ()),
        unit_names=tuple(names or ()),
        disclosed_position_ids=frozenset(disclosed or ()),
    )
