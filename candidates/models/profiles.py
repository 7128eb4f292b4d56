"""The competency profile as it was last derived, kept so that many people can be compared at once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from candidates.querysets import ProfileLevelQuerySet
from succession.organisation.models import Competency

from .people import Candidate


class ProfileLevel(models.Model):
    """The derived level of a candidate in one competency: a read model, never typed, worked out anew by a service."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="profile")
    competency = models.ForeignKey(Competency, models.CASCADE, related_name="+")
    level = models.DecimalField(_("level"), max_digits=4, decimal_places=3)
    spread = models.DecimalField(_("spread of the raters"), max_digits=4, decimal_places=3, default=0)
    newest_on = models.DateField(_("newest evidence"))
    fresh_until = models.DateField(_("first day on which it is stale"))
    computed_at = models.DateTimeField()
    formula_version = models.PositiveSmallIntegerField()

    objects = ProfileLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("level of a profile")
        verbose_name_plural = _("levels of profiles")
        constraints = [
            models.UniqueConstraint(fields=["candidate", "competency"], name="profile_holds_a_competency_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="profile_levels_run_from_1_to_5"),
        ]
        indexes = [models.Index(fields=["competency", "-level"], name="people_by_level")]

    def __str__(self) -> str:
        return f"{self.competency} {self.level}"
