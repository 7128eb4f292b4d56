"""How people are assessed: instruments, their exercises and who rates in them."""

from decimal import Decimal

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from candidates.choices import InstrumentKind
from candidates.querysets import InstrumentQuerySet
from succession.organisation.models import Competency

WEIGHTS = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(10))]


@pghistory.track()
class Instrument(models.Model):
    """A way of assessing people, with its scale and how much it counts."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=InstrumentKind.choices)
    scale_low = models.DecimalField(_("lowest score"), max_digits=6, decimal_places=2, default=Decimal(1))
    scale_high = models.DecimalField(_("highest score"), max_digits=6, decimal_places=2, default=Decimal(5))
    weight = models.DecimalField(
        _("weight against other instruments"), max_digits=4, decimal_places=2, default=Decimal(1), validators=WEIGHTS
    )
    half_life_months = models.PositiveSmallIntegerField(
        _("half-life in months"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Evidence of this age counts half, and is fresh no longer."),
    )
    closed_on = models.DateField(_("no longer used from"), null=True, blank=True)

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scale_low__lt=F("scale_high")),
                name="scale_rises",
                violation_error_message=_("The highest score lies above the lowest."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0, half_life_months__gte=1), name="instrument_counts_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def level_of(self, score: Decimal) -> Decimal:
        """A score of this instrument's scale as a level from 1 to 5, in proportion, to thousandths."""
        share = (score - self.scale_low) / (self.scale_high - self.scale_low)
        return (1 + 4 * share).quantize(Decimal("0.001"))


@pghistory.track()
class RaterGroup(models.Model):
    """Who rates in an instrument: assessors, superiors, peers, reports, oneself."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="rater_groups")
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    weight = models.DecimalField(
        _("weight"),
        max_digits=4,
        decimal_places=2,
        default=Decimal(1),
        validators=WEIGHTS,
        help_text=_("A group of weight 0 is shown and does not count."),
    )

    class Meta:
        verbose_name = _("rater group")
        verbose_name_plural = _("rater groups")
        ordering = ["instrument", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "code"], name="rater_group_named_once_per_instrument"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="rater_groups_weigh_0_or_more"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Exercise(models.Model):
    """A part of an instrument: an in-tray, a role play, a section of a questionnaire."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="exercises")
    name = models.CharField(_("name"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    competencies = models.ManyToManyField(Competency, through="ExerciseCompetency", related_name="exercises")

    class Meta:
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        ordering = ["instrument", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "name"], name="exercise_named_once_per_instrument")
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ExerciseCompetency(models.Model):
    """A competency that an exercise shows."""

    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="shown")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("competency of an exercise")
        verbose_name_plural = _("competencies of exercises")
        constraints = [
            models.UniqueConstraint(fields=["exercise", "competency"], name="exercise_shows_a_competency_once")
        ]

    def __str__(self) -> str:
        return f"{self.exercise} · {self.competency}"
