"""Candidates with the categories they stand in and their best readiness, as far as the reader may know."""

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from candidates.api import CandidateResource, CandidateSerializer
from candidates.models import Candidate
from pools.choices import PoolKind, Readiness
from pools.models import Membership, MembershipPost


class StandingSerializer(CandidateSerializer):
    categories = serializers.SerializerMethodField()
    readiness = serializers.SerializerMethodField()

    class Meta(CandidateSerializer.Meta):
        fields = (*CandidateSerializer.Meta.fields, "categories", "readiness")

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=PoolKind.choices)))
    def get_categories(self, candidate: Candidate) -> list[str]:
        kinds = {membership.pool.kind for membership in candidate.standing_memberships}
        return [kind for kind in PoolKind.values if kind in kinds]

    @extend_schema_field(serializers.ChoiceField(choices=Readiness.choices, allow_null=True))
    def get_readiness(self, candidate: Candidate) -> str | None:
        """The best over the posts they are named for; none when they are named for none."""
        tiers = {post.readiness for membership in candidate.standing_memberships for post in membership.visible_posts}
        return next((tier for tier in Readiness.values if tier in tiers), None)


class Candidates(CandidateResource):
    serializer_class = StandingSerializer

    def visible(self) -> QuerySet:
        user = self.request.user
        posts = Prefetch("posts", queryset=MembershipPost.objects.visible_to(user), to_attr="visible_posts")
        standing = Membership.objects.visible_to(user).standing().select_related("pool").prefetch_related(posts)
        return super().visible().prefetch_related(Prefetch("memberships", standing, to_attr="standing_memberships"))
