"""Who is in a pool, for which posts, and what is done with them."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from candidates.models import Candidate
from pools import services
from pools.choices import ExitReason, MembershipState, NotCounted, Readiness, ScreeningOutcome
from pools.freshness import fresh_from
from pools.models import EchelonPool, Membership, MembershipPost
from pools.services import Naming
from succession.organisation.api.base import Lists, Resource, Retrieves, command_schema
from succession.organisation.api.fields import IdField, ReasonField, key, label
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


class NewNamingSerializer(serializers.Serializer):
    position = IdField()
    readiness = serializers.ChoiceField(choices=Readiness.choices)
    reason = ReasonField()


class NewMembershipSerializer(serializers.Serializer):
    candidate = IdField()
    positions = NewNamingSerializer(many=True, required=False, default=list)
    reason = ReasonField(help_text="Empty: the reason of the first position.")


class ScreenSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=ScreeningOutcome.choices, default=ScreeningOutcome.STAYS)
    next_screening_on = serializers.DateField(required=False, allow_null=True)
    reason = ReasonField()


class AdmitSerializer(serializers.Serializer):
    over_capacity_reason = ReasonField()


class ReasonSerializer(serializers.Serializer):
    reason = ReasonField()


class ResumeSerializer(AdmitSerializer, ReasonSerializer):
    pass


class ExitSerializer(serializers.Serializer):
    exit_reason = serializers.ChoiceField(choices=ExitReason.choices)
    reason = ReasonField()


class NameSerializer(serializers.Serializer):
    position = IdField()
    readiness = serializers.ChoiceField(choices=Readiness.choices)
    reason = ReasonField()


class UnnameSerializer(serializers.Serializer):
    position = IdField()
    reason = ReasonField()


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
        return self.referred(EchelonPool, int(self.kwargs["pool"]))

    def visible(self) -> QuerySet:
        return members_seen_by(self.request.user).filter(pool=self.pool())

    @command_schema(request=NewMembershipSerializer, responses={201: MembershipSerializer})
    def create(self, request: Request, pool: str) -> Response:
        """Propose a candidate for the pool, with the posts they are named for."""
        into = self.pool()
        self.may("pools.propose_member")
        given = self.given(NewMembershipSerializer)
        candidate = self.referred(Candidate, given["candidate"])
        posts = [
            Naming(self.referred(Position, row["position"]), row["readiness"], row["reason"] or given["reason"])
            for row in given["positions"]
        ]
        reason = given["reason"] or next((post.reason for post in posts), "")
        return self.command(
            lambda: self.shown(
                services.propose_member(into, candidate, actor=request.user, posts=posts, reason=reason).pk
            ),
            status=201,
        )


class Memberships(Retrieves, MembershipsBase):
    """One member and the commands on it."""

    def visible(self) -> QuerySet:
        return members_seen_by(self.request.user)

    def act(self, permission: str, shape: type, do: Callable[[Membership, dict[str, Any]], Any]) -> Response:
        """Find, may, understand, do, show."""
        membership = self.found()
        self.may(permission, membership)
        given = self.given(shape)

        def done() -> Any:
            do(membership, given)
            return self.shown(membership.pk)

        return self.command(done)

    @command_schema(request=ScreenSerializer, responses={200: MembershipSerializer})
    @action(detail=True, methods=["post"])
    def screen(self, request: Request, pk: str) -> Response:
        """Begin to screen someone proposed; later, write down what a routine screening found."""

        def do(membership: Membership, given: dict[str, Any]) -> None:
            if membership.state == MembershipState.PROPOSED:
                services.start_screening(membership, actor=request.user, reason=given["reason"])
            else:
                services.screen_member(membership, actor=request.user, **given)

        return self.act("pools.screen_member", ScreenSerializer, do)

    @command_schema(request=AdmitSerializer, responses={200: MembershipSerializer})
    @action(detail=True, methods=["post"])
    def admit(self, request: Request, pk: str) -> Response:
        """Move a screened person into the pool; above the capacity with a reason."""
        return self.act(
            "pools.admit_member",
            AdmitSerializer,
            lambda membership, given: services.admit_member(membership, actor=request.user, **given),
        )

    @command_schema(request=ReasonSerializer, responses={200: MembershipSerializer})
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> Response:
        """Put an active member on hold."""
        return self.act(
            "pools.hold_member",
            ReasonSerializer,
            lambda membership, given: services.hold_member(membership, actor=request.user, **given),
        )

    @command_schema(request=ResumeSerializer, responses={200: MembershipSerializer})
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Take someone back from hold into a free place."""
        return self.act(
            "pools.resume_member",
            ResumeSerializer,
            lambda membership, given: services.resume_member(membership, actor=request.user, **given),
        )

    @command_schema(request=ExitSerializer, responses={200: MembershipSerializer})
    @action(detail=True, methods=["post"])
    def exit(self, request: Request, pk: str) -> Response:
        """Take a person out of the pool, from any state."""
        return self.act(
            "pools.exit_member",
            ExitSerializer,
            lambda membership, given: services.exit_member(membership, actor=request.user, **given),
        )

    @command_schema(request=NameSerializer, responses={200: MembershipSerializer})
    @action(detail=True, methods=["post"], url_path="name")
    def name_for_post(self, request: Request, pk: str) -> Response:
        """Name a member for one more post of the pool, or decide anew how ready they are for one."""

        def do(membership: Membership, given: dict[str, Any]) -> None:
            post = self.referred(Position, given["position"])
            told = {"readiness": given["readiness"], "reason": given["reason"], "actor": request.user}
            standing = membership.posts.filter(position=post).first()
            if standing:
                services.change_readiness(standing, **told)
            else:
                services.name_for_post(membership, post, **told)

        return self.act("pools.name_for_post", NameSerializer, do)

    @command_schema(request=UnnameSerializer, responses={200: MembershipSerializer})
    @action(detail=True, methods=["post"], url_path="unname")
    def remove_name(self, request: Request, pk: str) -> Response:
        """Name a member no longer for a post."""

        def do(membership: Membership, given: dict[str, Any]) -> None:
            name = get_object_or_404(
                MembershipPost.objects.visible_to(request.user), membership=membership, position=given["position"]
            )
            services.remove_name(name, actor=request.user, reason=given["reason"])

        return self.act("pools.remove_name", UnnameSerializer, do)
