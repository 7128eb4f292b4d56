"""Competencies and what posts require of them."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from succession.organisation.choices import Level
from succession.organisation.querysets import RequirementQuerySet

from .structure import Position


@pghistory.track()
class Competency(models.Model):
    """Something measurable that work needs, rated from 1 to 5."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CompetencyLevel(models.Model):
    """What one level of a competency looks like."""

    competency = models.ForeignKey(Competency, models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    description = models.TextField()

    class Meta:
        verbose_name = _("competency level")
        verbose_name_plural = _("competency levels")
        ordering = ["competency", "level"]
        constraints = [
            models.UniqueConstraint(fields=["competency", "level"], name="level_described_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="levels_run_from_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.competency} {self.level}"


@pghistory.track()
class Requirement(models.Model):
    """The level of a competency that a post asks for."""

    position = models.ForeignKey(Position, models.CASCADE, related_name="requirements")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="requirements")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    weight = models.PositiveSmallIntegerField(_("weight"), choices=Level.choices, default=Level.THREE)
    must_have = models.BooleanField(_("must-have"), default=False)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["position", "-weight", "competency"]
        constraints = [
            models.UniqueConstraint(
                fields=["position", "competency"],
                name="post_requires_a_competency_once",
                violation_error_message=_("This post already asks for this competency."),
            ),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="required_levels_run_from_1_to_5"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=5), name="weights_run_from_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.competency} {self.level}"
