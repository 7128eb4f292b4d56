"""The organisation's settings for succession, in versions."""

from decimal import Decimal

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from succession.organisation.choices import CriticalityFactor, PolicyState, Transparency

from .access import User


def equal_weights() -> dict[str, int]:
    return dict.fromkeys(CriticalityFactor.values, 1)


@pghistory.track()
class Policy(models.Model):
    """One version of the settings; what was computed under it says so."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    state = models.CharField(_("state"), max_length=10, choices=PolicyState.choices, default=PolicyState.DRAFT)
    in_force_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    ratio = models.DecimalField(
        _("successors per seat"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(3),
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(20))],
    )
    horizon_years = models.PositiveSmallIntegerField(
        _("horizon in years"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    evidence_half_life_months = models.PositiveSmallIntegerField(
        _("evidence is fresh for so many months"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    screening_interval_months = models.PositiveSmallIntegerField(
        _("months between screenings"), default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    willingness_valid_months = models.PositiveSmallIntegerField(
        _("an answer on willingness holds for so many months"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    criticality_threshold = models.DecimalField(
        _("a post is proposed as key from"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("3.50"),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(5))],
    )
    criticality_weights = models.JSONField(_("weights of the factors"), default=equal_weights)
    retirement_age = models.PositiveSmallIntegerField(
        _("age at which leaving is derived"),
        null=True,
        blank=True,
        validators=[MinValueValidator(50), MaxValueValidator(80)],
        help_text=_("Empty: leaving is never derived from age."),
    )
    transparency = models.CharField(
        _("transparency"), max_length=12, choices=Transparency.choices, default=Transparency.CLOSED
    )
    nomination_required = models.BooleanField(_("naming for a post needs an approved nomination"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=PolicyState.IN_FORCE),
                name="one_policy_is_in_force",
                violation_error_message=_("Another version is in force."),
            ),
            models.CheckConstraint(
                condition=Q(ratio__gt=0, horizon_years__gte=1, evidence_half_life_months__gte=1),
                name="policy_figures_are_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"
