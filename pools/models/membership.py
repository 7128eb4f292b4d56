"""Who is in a pool, for which posts, and how they were screened."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from candidates.models import Candidate
from pools.choices import ExitReason, MembershipState, Readiness, ScreeningOutcome
from pools.querysets import MembershipPostQuerySet, MembershipQuerySet, ScreeningQuerySet
from succession.organisation.models import Position, User

from .pool import EchelonPool


@pghistory.track()
class Membership(models.Model):
    """A candidate's place in an echelon pool."""

    pool = models.ForeignKey(EchelonPool, models.PROTECT, related_name="memberships", verbose_name=_("pool"))
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="memberships", verbose_name=_("candidate"))
    state = models.CharField(
        _("state"), max_length=10, choices=MembershipState.choices, default=MembershipState.PROPOSED
    )
    proposed_on = models.DateField(_("proposed on"), default=timezone.localdate)
    proposal_reason = models.TextField(_("why they were proposed"), blank=True)
    admitted_on = models.DateField(_("in the pool since"), null=True, blank=True)
    place = models.PositiveIntegerField(_("place"), null=True, blank=True)
    capacity_at_admission = models.PositiveIntegerField(null=True, blank=True)
    over_capacity_reason = models.TextField(_("why above the capacity"), blank=True)
    next_screening_on = models.DateField(_("next screening"), null=True, blank=True)
    hold_reason = models.TextField(_("why on hold"), blank=True)
    exited_on = models.DateField(_("left on"), null=True, blank=True)
    exit_reason = models.CharField(_("why they left"), max_length=12, choices=ExitReason.choices, blank=True)
    exit_note = models.TextField(_("note"), blank=True)
    moved_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="moved_to", verbose_name=_("moved up from")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["pool", "pk"]
        indexes = [
            models.Index(fields=["pool", "state"]),
            models.Index(
                fields=["next_screening_on"], condition=Q(state=MembershipState.ACTIVE), name="membership_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "candidate"],
                condition=~Q(state=MembershipState.EXITED),
                name="candidate_stands_once_in_a_pool",
                violation_error_message=_("This person already stands in the pool."),
            ),
            models.UniqueConstraint(
                fields=["pool", "place"],
                condition=Q(state=MembershipState.ACTIVE),
                name="place_is_taken_once",
                violation_error_message=_("Somebody else has just taken this place."),
            ),
            models.CheckConstraint(
                condition=~Q(state=MembershipState.ACTIVE)
                | Q(place__gte=1, capacity_at_admission__isnull=False)
                & (Q(place__lte=F("capacity_at_admission")) | ~Q(over_capacity_reason="")),
                name="place_above_capacity_has_a_reason",
                violation_error_message=_("The pool is full. Above the capacity a reason is needed."),
            ),
            models.CheckConstraint(
                condition=~Q(state=MembershipState.ACTIVE)
                | Q(next_screening_on__isnull=False, admitted_on__isnull=False),
                name="member_is_screened_routinely",
                violation_error_message=_("A member always has a next screening."),
            ),
            models.CheckConstraint(
                condition=Q(state=MembershipState.EXITED, exited_on__isnull=False) & ~Q(exit_reason="")
                | ~Q(state=MembershipState.EXITED) & Q(exited_on__isnull=True, exit_reason=""),
                name="membership_dated_once_exited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} · {self.pool}"


@pghistory.track()
class MembershipPost(models.Model):
    """A post a member is named for, and how ready they are for it."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="posts")
    position = models.ForeignKey(Position, models.PROTECT, related_name="named")
    readiness = models.CharField(_("readiness"), max_length=10, choices=Readiness.choices)
    readiness_on = models.DateField(_("decided on"), default=timezone.localdate)
    reason = models.TextField(_("reason"), blank=True)
    fit = models.DecimalField(_("fit in %"), max_digits=4, decimal_places=1, null=True, blank=True)

    objects = MembershipPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("naming")
        verbose_name_plural = _("namings")
        ordering = ["membership", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "position"],
                name="member_is_named_once_for_a_post",
                violation_error_message=_("This member is already named for that post."),
            ),
            models.CheckConstraint(condition=Q(readiness__in=Readiness.values), name="readiness_is_one_of_three"),
        ]

    def __str__(self) -> str:
        return f"{self.membership} · {self.position}"


@pghistory.track()
class Screening(models.Model):
    """A member looked at again: what was found and what follows."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="screenings")
    on = models.DateField(default=timezone.localdate)
    outcome = models.CharField(max_length=6, choices=ScreeningOutcome.choices)
    reason = models.TextField()
    screened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["membership", "-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.membership} · {self.on}"
