"""What was seen of a candidate: drafts that assessors fill, and final results, frozen."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from candidates.choices import AssessmentState
from candidates.querysets import AssessmentQuerySet, AssignmentQuerySet, RatingQuerySet
from succession.organisation.models import Competency, User

from .instruments import Exercise, Instrument, RaterGroup
from .people import Candidate


@pghistory.track()
class Assessment(models.Model):
    """One candidate assessed with one instrument. A correction is a new version that replaces a final one."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="assessments", verbose_name=_("candidate"))
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="assessments", verbose_name=_("instrument"))
    assessed_on = models.DateField(_("assessed on"))
    state = models.CharField(_("state"), max_length=10, choices=AssessmentState.choices, default=AssessmentState.DRAFT)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    reason = models.TextField(_("why it was corrected"), blank=True)
    conclusion = models.TextField(
        _("what the integration came to"), blank=True, help_text=_("How differing ratings were settled.")
    )
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    finalised_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    finalised_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-assessed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=AssessmentState.FINAL, finalised_at__isnull=False)
                | Q(state=AssessmentState.DRAFT, finalised_at__isnull=True),
                name="assessment_is_dated_once_final",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces__isnull=True) | Q(version__gt=1, replaces__isnull=False),
                name="later_versions_replace_an_earlier",
            ),
        ]
        indexes = [models.Index(fields=["candidate", "state", "-assessed_on"], name="assessments_of_a_candidate")]

    def __str__(self) -> str:
        return f"{self.instrument} · {self.assessed_on:%Y-%m-%d}"


@pghistory.track()
class Assignment(models.Model):
    """A rater of an assessment: someone who signs in, or a name or group taken over from a file."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="assignments")
    group = models.ForeignKey(RaterGroup, models.PROTECT, related_name="assignments", verbose_name=_("rater group"))
    assessor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("assessor")
    )
    label = models.CharField(_("rater as named in a file"), max_length=200, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    handed_in_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    reminded_on = models.DateField(_("last reminded"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment of an assessor")
        verbose_name_plural = _("assignments of assessors")
        ordering = ["assessment", "group", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "assessor", "group"],
                condition=Q(assessor__isnull=False),
                name="assessor_rates_once_per_group",
                violation_error_message=_("This assessor already rates here."),
            ),
            models.CheckConstraint(
                condition=Q(assessor__isnull=False) | ~Q(label=""),
                name="rater_is_somebody",
                violation_error_message=_("Say who rates."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.assessor or self.label)


@pghistory.track()
class Rating(models.Model):
    """One score: a rater, an exercise, a competency, on the instrument's scale."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="ratings")
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=3)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "exercise", "competency"], name="rated_once_per_exercise_and_competency"
            )
        ]

    def __str__(self) -> str:
        return f"{self.competency} {self.score}"
