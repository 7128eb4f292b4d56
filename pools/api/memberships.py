"""Who is in a pool, for which posts, and what is done with them."""

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import get_object_or_404

from candidates.models import Candidate
from pools.choices import MembershipState, NotCounted
from pools.freshness import fresh_from
from pools.models import EchelonPool, Membership, MembershipPost
from succession.organisation.api.base import Lists, Resource, Retrieves
from succession.organisation.api.fields import key, label
from succession.organisation.api.filters import IdFilter
from succession.organisation.models import Position, User
from succession.organisation.selectors.policies import policy_in_force


class NamingSerializer(serializers.ModelSerializer):
    position = key("position")
    position_label = label("position")

    class Meta:
        model = MembershipPost
        fields = ("position", "position_label", "readiness", "readiness_on", "reason")


class MembershipSerializer(serializers.ModelSerializer):
    pool = key("pool")
    pool_label = label("pool")
    candidate = key("candidate")
    candidate_label = label("candidate")
    positions = NamingSerializer(source="visible_posts", many=True)
    counted = serializers.SerializerMethodField()
    why_not_counted = serializers.ChoiceField(choices=NotCounted.choices, allow_blank=True)

    class Meta:
        model = Membership
        fields = (
            "id",
            "pool",
            "pool_label",
            "candidate",
            "candidate_label",
            "state",
            "positions",
            "proposed_on",
            "admitted_on",
            "next_screening_on",
            "exited_on",
            "exit_reason",
            "counted",
            "why_not_counted",
        )

    def get_counted(self, membership: Membership) -> bool:
        return not membership.why_not_counted


class MembershipFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=MembershipState.choices)
    candidate = IdFilter(field_name="candidate", seen=Candidate)
    position = IdFilter(field_name="posts__position", seen=Position)


def members_seen_by(user: User) -> QuerySet[Membership]:
    """Memberships the user may see, each with why it does not count and the posts the user may see."""
    today = timezone.localdate()
    fresh = fresh_from(today, policy_in_force().evidence_half_life_months)
    posts = MembershipPost.objects.visible_to(user).select_related("position").order_by("position__code")
    return (
        Membership.objects.visible_to(user)
        .with_why_not_counted(today, fresh_from=fresh)
        .select_related("pool", "candidate__employee", "candidate__external")
        .prefetch_related(Prefetch("posts", posts, to_attr="visible_posts"))
    )


class MembershipsBase(Resource):
    queryset = Membership.objects
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilters
    search_fields = ("candidate__employee__name", "candidate__external__name")
    ordering_fields = ("admitted_on", "next_screening_on", "state")
    ordering = ("candidate__employee__sort_name",)


class PoolMemberships(Lists, MembershipsBase):
    """The members of one pool."""

    def pool(self) -> EchelonPool:
        return get_object_or_404(EchelonPool.objects.visible_to(self.request.user), pk=self.kwargs["pool"])

    def visible(self) -> QuerySet:
        return members_seen_by(self.request.user).filter(pool=self.pool())


class Memberships(Retrieves, MembershipsBase):
    """One member and the commands on it."""

    def visible(self) -> QuerySet:
        return members_seen_by(self.request.user)
