"""Units, positions and their authorised seats."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from succession.organisation.choices import PositionClass
from succession.organisation.querysets import OrgUnitQuerySet, PositionQuerySet, SeatChangeQuerySet
from succession.organisation.triggers import no_cycle


@pghistory.track()
class OrgUnit(models.Model):
    """A node of the organisation tree, led by the holder of its head post."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=300)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("unit above")
    )
    head_position = models.ForeignKey(
        "organisation.Position",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="heads_units",
        verbose_name=_("head post"),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="unit_is_not_above_itself",
                violation_error_message=_("A unit cannot stand above itself."),
            ),
        ]
        triggers = [no_cycle("organisation_orgunit", "parent_id", "units_make_no_circle")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Position(models.Model):
    """A post: it survives whoever holds it."""

    code = models.CharField(_("code"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    grade = models.CharField(_("grade"), max_length=60, blank=True)
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="positions", verbose_name=_("unit"))
    reports_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("reports to")
    )
    position_class = models.CharField(
        _("class"), max_length=10, choices=PositionClass.choices, default=PositionClass.GENERAL
    )
    base_seats = models.PositiveIntegerField(
        _("seats at first"), default=1, validators=[MinValueValidator(0), MaxValueValidator(100_000)]
    )
    criticality = models.DecimalField(_("criticality"), max_digits=3, decimal_places=2, null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["closed_on"], condition=Q(closed_on__isnull=False), name="position_closed"),
            models.Index(fields=["position_class", "code"]),
            models.Index(fields=["org_unit", "title", "id"]),
            # With what a search asks and shows of a post: read from the index alone, in the order in which it is shown.
            models.Index(
                fields=["title", "id"],
                include=["code", "closed_on", "position_class", "org_unit"],
                name="position_by_title",
            ),
            models.Index(F("criticality").asc(nulls_first=True), "code", name="position_by_criticality"),
            GinIndex(fields=["title", "code"], opclasses=["gin_trgm_ops"] * 2, name="position_trigrams"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("pk")),
                name="position_does_not_report_to_itself",
                violation_error_message=_("A post cannot report to itself."),
            ),
            models.CheckConstraint(
                condition=Q(criticality__isnull=True) | Q(criticality__gte=1, criticality__lte=5),
                name="criticality_runs_from_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(position_class__in=PositionClass.values), name="position_class_is_known"
            ),
        ]
        triggers = [no_cycle("organisation_position", "reports_to_id", "reporting_lines_make_no_circle")]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class SeatChange(models.Model):
    """So many seats more or fewer from a day on, and why."""

    position = models.ForeignKey(Position, models.CASCADE, related_name="seat_changes", verbose_name=_("position"))
    on = models.DateField(_("from"))
    delta = models.IntegerField(
        _("seats more or fewer"), validators=[MinValueValidator(-100_000), MaxValueValidator(100_000)]
    )
    reason = models.CharField(_("reason"), max_length=300)

    objects = SeatChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat change")
        verbose_name_plural = _("seat changes")
        ordering = ["position", "on", "pk"]
        indexes = [models.Index(fields=["position", "on"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(delta=0),
                name="seat_change_changes_something",
                violation_error_message=_("A seat change adds or takes away at least one seat."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delta:+d} · {self.on}"
