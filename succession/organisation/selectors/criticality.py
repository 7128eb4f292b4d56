"""Posts as the criticality screen shows them."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from succession.organisation.access import access_of
from succession.organisation.choices import CriticalityFactor, PositionClass
from succession.organisation.models import CriticalityRating, Policy, Position, User

from .units import unit_and_below


def factors_of(policy: Policy) -> list[tuple[str, str]]:
    """The factors that weigh something under a policy, with their words."""
    return [(value, str(label)) for value, label in CriticalityFactor.choices if policy.criticality_weights.get(value)]


def posts_to_rate(user: User, *, q: str = "", unit: int | None = None, position_class: str = "") -> QuerySet[Position]:
    """Open posts whose criticality the user may read, each with `last_ratings`: the newest, if there is one."""
    posts = Position.objects.with_succession_for(user).open_on(timezone.localdate()).select_related("org_unit")
    if q:
        posts = posts.filter(title__ilike=q) | posts.filter(code=q)
    if unit is not None:
        posts = posts.filter(org_unit__in=unit_and_below(unit))
    if position_class:
        posts = posts.filter(position_class=position_class)
    newest = (
        CriticalityRating.objects.order_by("position_id", "-version").distinct("position_id").select_related("policy")
    )
    return posts.prefetch_related(Prefetch("criticality_ratings", queryset=newest, to_attr="last_ratings"))


def proposed_as_management(user: User) -> QuerySet[Position]:
    """Open general posts to which open posts report: proposed as management posts, in the reach of an HR manager."""
    today = timezone.localdate()
    reports = Position.objects.open_on(today).filter(reports_to=OuterRef("pk"))
    posts = Position.objects.with_succession_for(user).open_on(today).of_class(PositionClass.GENERAL)
    access = access_of(user)
    if not access.is_whole_hr:
        posts = posts.filter(org_unit__in=access.hr_unit_ids)
    return posts.filter(Exists(reports)).select_related("org_unit").order_by("code")
