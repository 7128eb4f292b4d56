"""What an act would do to a pool's figures, told before the click: the same functions, with the act already done."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from pools.choices import CoverageScope, PoolKind
from pools.coverage_rules import MemberFacts, MemberRow, why_not_counted
from pools.models import EchelonPool, Membership, MembershipPost
from pools.selectors.demand import equation_of
from pools.selectors.figures import Figures, over_posts
from pools.selectors.standing import Name, members_of, names_over
from succession.organisation.access import access_of
from succession.organisation.models import Policy, Position, User
from succession.organisation.selectors.policies import policy_in_force


@dataclass(frozen=True)
class Consequence:
    """The figures as they stand and as they would stand."""

    before: Figures
    after: Figures


class Rehearsal:
    """A pool's names and members in memory, to try an act on. Over all its posts, without the one who asks."""

    def __init__(self, user: User, pool: EchelonPool) -> None:
        access = access_of(user)
        self.pool = pool
        self.on: date = timezone.localdate()
        self.policy: Policy = policy_in_force()
        self.posts = equation_of(pool, self.policy).posts
        without = None if access.is_auditor else access.employee_id
        keys = [post.position.pk for post in self.posts]
        self.names = names_over(keys, self.policy, self.on, without_employee=without)
        self.members = members_of(pool.pk, self.policy, self.on, without_employee=without)

    def without(self, memberships: Iterable[Membership]) -> Consequence:
        """These people go: on hold or out."""
        gone = {membership.candidate_id for membership in memberships}
        return self._told(
            [name for name in self.names if name.candidate not in gone],
            [member for member in self.members if member.person not in gone],
        )

    def joined(self, membership: Membership) -> Consequence:
        """Someone takes a place, with the names they have."""
        why_not = self._why_if_active(membership)
        names = [name for name in self.names if name.candidate != membership.candidate_id]
        new = [_as_name(each, membership, why_not) for each in membership.posts.all()]
        members = [member for member in self.members if member.person != membership.candidate_id]
        return self._told([*names, *new], [*members, MemberRow(self.pool.pk, membership.candidate_id, why_not)])

    def named(self, membership: Membership, position: Position, readiness: str) -> Consequence:
        """A member is named for a post, or with another readiness."""
        why_not = next((each.why_not for each in self.members if each.person == membership.candidate_id), "not_active")
        kept = [each for each in self.names if (each.candidate, each.post) != (membership.candidate_id, position.pk)]
        row = MembershipPost(position=position, readiness=readiness, readiness_on=self.on)
        return self._told([*kept, _as_name(row, membership, why_not)], self.members)

    def unnamed(self, name: MembershipPost) -> Consequence:
        """A name is taken back."""
        return self._told([each for each in self.names if each.id != name.pk], self.members)

    def _told(self, names: Collection[Name], members: Iterable[MemberRow]) -> Consequence:
        return Consequence(self._figures(self.names, self.members), self._figures(names, members))

    def _figures(self, names: Iterable[Name], members: Iterable[MemberRow]) -> Figures:
        return over_posts(
            CoverageScope.POOL,
            self.pool.kind,
            self.posts,
            names,
            self.policy,
            self.on,
            members=members,
            target=self.pool.target_size if self.pool.kind == PoolKind.RESERVE else None,
        )

    def _why_if_active(self, membership: Membership) -> str:
        candidate = membership.candidate
        person = candidate.person
        facts = MemberFacts(
            state="active",
            left_on=candidate.employee.left_on if candidate.employee else None,
            willingness=person.willingness,
            willingness_until=person.willingness_until,
            evidence_on=candidate.evidence_on,
        )
        return why_not_counted(facts, self.on, self.policy.evidence_half_life_months)


def _as_name(row: MembershipPost, membership: Membership, why_not: str) -> Name:
    return Name(
        id=row.pk or 0,
        post=row.position_id,
        pool=membership.pool_id,
        membership=membership.pk or 0,
        candidate=membership.candidate_id,
        employee=membership.candidate.employee_id,
        readiness=row.readiness,
        readiness_on=row.readiness_on,
        fit=float(row.fit or 0),
        why_not=why_not,
    )
