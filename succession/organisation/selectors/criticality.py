"""Posts as the criticality screen shows them."""

from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from succession.organisation.access import access_of
from succession.organisation.choices import CriticalityFactor, PositionClass
from succession.organisation.listed import COUNT_KEPT_SECONDS, Listed
from succession.organisation.lists import in_order
from succession.organisation.models import AuditEvent, CriticalityRating, OrgUnit, Policy, Position, User
from succession.organisation.statements import found, from_json, record, statement

from .units import unit_and_below

SORTS = {"code": ["code"], "title": ["title"], "score": ["-criticality", "code"], "class": ["position_class", "code"]}
DEFAULT_SORT = "code"
COLUMNS = ["id", "code", "title", "position_class", "criticality", "org_unit_id"]


def factors_of(policy: Policy) -> list[tuple[str, str]]:
    """The factors that weigh something under a policy, with their words."""
    return [(value, str(label)) for value, label in CriticalityFactor.choices if policy.criticality_weights.get(value)]


class Rated(NamedTuple):
    """What a post was rated last."""

    scores: dict[str, int]
    proposed_class: str
    reason: str

    @property
    def proposed_label(self) -> str:
        return str(PositionClass(self.proposed_class).label)


class ToRate(NamedTuple):
    """A post whose criticality the user may read, and its newest rating, if there is one."""

    position: Position
    last: Rated | None


def posts_to_rate(
    user: User,
    *,
    q: str = "",
    unit: int | None = None,
    position_class: str = "",
    sort: str = "",
    only: int | None = None,
) -> Listed:
    """Open posts whose criticality the user may read, as `ToRate`."""
    on = timezone.localdate()
    units = tuple(unit_and_below(unit)) if unit is not None else None
    sort = sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT

    def rows() -> QuerySet[Position]:
        posts = Position.objects.with_succession_for(user).open_on(on)
        if q:
            posts = posts.filter(Q(title__ilike=q) | Q(code=q))
        if units is not None:
            posts = posts.filter(org_unit__in=units)
        if position_class:
            posts = posts.filter(position_class=position_class)
        if only is not None:
            posts = posts.filter(pk=only)
        return in_order(posts, SORTS, sort)

    return Listed(
        key=("posts to rate", access_of(user), on, q, units, position_class, sort, only),
        rows=rows,
        columns=lambda: [*COLUMNS, "org_unit__name", _newest()],
        make=_to_rate,
    )


def _newest() -> Subquery:
    ratings = CriticalityRating.objects.filter(position=OuterRef("pk")).order_by("-version")
    rated = JSONObject(scores="scores", proposed_class="proposed_class", reason="reason")
    return Subquery(ratings.values(rated=rated)[:1])


def _to_rate(line: tuple[Any, ...]) -> ToRate:
    *values, unit, last = line
    position = record(Position, COLUMNS, tuple(values))
    position.org_unit = record(OrgUnit, ["id", "name"], (position.org_unit_id, unit))
    return ToRate(position, Rated(**from_json(last)) if last else None)


def how_many_proposed(user: User) -> int:
    """How long that list is: counted anew after any act of anyone, else kept for a minute."""
    newest = found("newest act", lambda: AuditEvent.objects.order_by("-pk").values_list("pk")[:1])
    key = ("management posts proposed", access_of(user), timezone.localdate())
    name = f"count:{statement(key, lambda: proposed_as_management(user).order_by().values('pk')).digest}"
    known = cache.get(name)
    if known is None or known[0] != newest:
        known = (newest, proposed_as_management(user).count())
        cache.set(name, known, COUNT_KEPT_SECONDS)
    return known[1]


def proposed_as_management(user: User) -> QuerySet[Position]:
    """Open general posts to which open posts report: proposed as management posts, in the reach of an HR manager."""
    today = timezone.localdate()
    reports = Position.objects.open_on(today).filter(reports_to=OuterRef("pk"))
    posts = Position.objects.with_succession_for(user).open_on(today).of_class(PositionClass.GENERAL)
    access = access_of(user)
    if not access.is_whole_hr:
        posts = posts.filter(org_unit__in=access.hr_unit_ids)
    return posts.filter(Exists(reports)).select_related("org_unit").order_by("code")
