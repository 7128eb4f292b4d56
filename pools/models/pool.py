"""A pool and the posts it serves."""

from decimal import Decimal

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pools.choices import PoolKind
from pools.querysets import PoolPositionQuerySet, PoolQuerySet
from succession.organisation.models import Employee, Position


@pghistory.track()
class EchelonPool(models.Model):
    """People kept ready for the posts it serves; a reserve pool serves levels, not posts."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=PoolKind.choices)
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="owned_pools", verbose_name=_("owner")
    )
    horizon_years = models.PositiveSmallIntegerField(
        _("horizon in years"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Empty: as the policy says."),
    )
    ratio_override = models.DecimalField(
        _("ratio of its own"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(20))],
    )
    ratio_reason = models.TextField(_("reason of the ratio"), blank=True)
    target_size = models.PositiveIntegerField(_("target size"), null=True, blank=True)
    levels = models.CharField(_("levels it prepares for"), max_length=300, blank=True)
    minimum_years_in_post = models.PositiveSmallIntegerField(_("years in post at least"), default=2)
    grades = models.CharField(
        _("grades"), max_length=300, blank=True, help_text=_("Separated by commas. Empty: every grade.")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = PoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("echelon pool")
        verbose_name_plural = _("echelon pools")
        ordering = ["kind", "name"]
        permissions = [("exceed_capacity", _("Can admit above the capacity"))]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PoolKind.values), name="pool_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind=PoolKind.RESERVE, target_size__isnull=False, ratio_override__isnull=True)
                | ~Q(kind=PoolKind.RESERVE) & Q(target_size__isnull=True),
                name="reserve_pool_has_a_target_others_a_ratio",
                violation_error_message=_("A reserve pool has a target size; the others have a ratio."),
            ),
            models.CheckConstraint(
                condition=Q(ratio_override__isnull=True) | Q(ratio_override__gt=0) & ~Q(ratio_reason=""),
                name="own_ratio_has_a_reason",
                violation_error_message=_("A ratio of its own needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PoolPosition(models.Model):
    """A post that a pool serves."""

    pool = models.ForeignKey(EchelonPool, models.PROTECT, related_name="pool_positions")
    position = models.OneToOneField(
        Position,
        models.PROTECT,
        related_name="pool_position",
        error_messages={"unique": _("Another pool already serves this post.")},
    )
    demand_override = models.PositiveIntegerField(_("demand instead"), null=True, blank=True)
    override_reason = models.TextField(_("reason"), blank=True)

    objects = PoolPositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("post of a pool")
        verbose_name_plural = _("posts of pools")
        ordering = ["pool", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(demand_override__isnull=True) | ~Q(override_reason=""),
                name="overridden_demand_has_a_reason",
                violation_error_message=_("An overridden demand needs a reason."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="pool_serves_posts_of_its_class",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("pool_id", "position_id"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM pools_echelonpool p JOIN organisation_position o ON o.id = NEW.position_id
                        WHERE p.id = NEW.pool_id AND p.kind = o.position_class
                    ) THEN
                        RAISE EXCEPTION 'class' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'pool_serves_posts_of_its_class', TABLE = 'pools_poolposition';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.pool} · {self.position}"
