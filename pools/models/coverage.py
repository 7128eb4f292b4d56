"""The read model: how far each post, pool, unit and the whole are covered."""

from decimal import Decimal
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, F, FloatField, Q, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from pools.choices import CoverageScope, CoverageStatus, PoolKind
from pools.querysets import CoverageDayQuerySet, CoverageQuerySet
from succession.organisation.models import OrgUnit, Policy, Position

from .pool import EchelonPool


class CoverageFigures(models.Model):
    """The figures, whatever they are of."""

    seats = models.IntegerField(default=0)
    planned = models.IntegerField(default=0)
    closing = models.IntegerField(default=0)
    demand = models.IntegerField(default=0)
    ratio = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    capacity = models.IntegerField(default=0)
    members = models.IntegerField(default=0)
    filled = models.IntegerField(default=0)
    ready_now = models.IntegerField(default=0)
    years_1_3 = models.IntegerField(default=0)
    years_4_5 = models.IntegerField(default=0)
    gap = models.IntegerField(default=0)
    surplus = models.IntegerField(default=0)
    names = models.IntegerField(default=0)
    named_people = models.IntegerField(default=0)
    overlap = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(0))
    seats_named = models.IntegerField(default=0)
    seats_counted = models.IntegerField(default=0)
    seats_true = models.IntegerField(default=0)
    seats_true_ready_now = models.IntegerField(default=0)
    blocking = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    status = models.CharField(max_length=10, choices=CoverageStatus.choices)
    formula_version = models.PositiveSmallIntegerField()
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class _Subject(models.Model):
    """What the figures are of: exactly one of position, pool, unit; none of them for the whole."""

    scope = models.CharField(max_length=8, choices=CoverageScope.choices)
    kind = models.CharField(max_length=10, choices=PoolKind.choices)
    position = models.ForeignKey(Position, models.CASCADE, null=True, related_name="+")
    pool = models.ForeignKey(EchelonPool, models.CASCADE, null=True, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.CASCADE, null=True, related_name="+")

    class Meta:
        abstract = True


def _one_subject(name: str) -> models.CheckConstraint:
    def only(subject: str) -> Q:
        filled = {f"{field}__isnull": field != subject for field in ("position", "pool", "unit")}
        return Q(scope=subject, **filled)

    return models.CheckConstraint(
        condition=only(CoverageScope.POSITION)
        | only(CoverageScope.POOL)
        | only(CoverageScope.UNIT)
        | only(CoverageScope.WHOLE),
        name=name,
    )


class Coverage(_Subject, CoverageFigures):
    """The current figures of one subject."""

    computed_at = models.DateTimeField()
    stale_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    # Of the whole: how many posts stand at each status.
    post_statuses = models.JSONField(null=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        indexes: ClassVar = [
            models.Index(fields=["scope", "kind", "status"]),
            # The pools of a kind, the weakest first: an overview reads a dozen of them.
            models.Index(
                "kind",
                Case(When(seats=0, then=2.0), default=Cast("seats_true", FloatField()) / F("seats")),
                F("seats").desc(),
                condition=Q(scope=CoverageScope.POOL),
                name="weakest_pools_first",
            ),
            # The pools of a kind, the shortest first, with what a list sums up.
            models.Index(
                "kind",
                F("gap").desc(),
                include=["pool", "filled", "capacity", "surplus"],
                condition=Q(scope=CoverageScope.POOL),
                name="shortest_pools_first",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope", "kind", "position", "pool", "unit"],
                nulls_distinct=False,
                name="coverage_once_a_subject",
            ),
            _one_subject("coverage_has_one_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.kind}: {self.seats_true}/{self.seats}"


class CoverageDay(_Subject, CoverageFigures):
    """The figures as a day ended, kept when they differ from the day before."""

    on = models.DateField()
    computed_at = models.DateTimeField()

    objects = CoverageDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage of a day")
        verbose_name_plural = _("coverage of days")
        ordering: ClassVar = ["-on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["on", "scope", "kind", "position", "pool", "unit"],
                nulls_distinct=False,
                name="coverage_day_once_a_subject",
            ),
            _one_subject("coverage_day_has_one_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.scope} {self.kind}"
