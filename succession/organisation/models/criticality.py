"""How critical a post is, and who said so."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from succession.organisation.choices import PositionClass
from succession.organisation.querysets import CriticalityRatingQuerySet

from .access import User
from .policy import Policy
from .structure import Position


@pghistory.track()
class CriticalityRating(models.Model):
    """One version of a post's criticality: the scores, what they propose, what was decided and why."""

    position = models.ForeignKey(Position, models.CASCADE, related_name="criticality_ratings")
    version = models.PositiveIntegerField()
    scores = models.JSONField(_("scores"), help_text=_("1 to 5 for each factor"))
    score = models.DecimalField(_("score"), max_digits=3, decimal_places=2)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    proposed_class = models.CharField(max_length=10, choices=PositionClass.choices)
    decided_class = models.CharField(max_length=10, choices=PositionClass.choices)
    reason = models.TextField(_("reason"))
    rated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    rated_at = models.DateTimeField(default=timezone.now)

    objects = CriticalityRatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("criticality rating")
        verbose_name_plural = _("criticality ratings")
        ordering: ClassVar = ["position", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["position", "version"], name="criticality_versions_are_counted"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="criticality_score_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.position} v{self.version}"
