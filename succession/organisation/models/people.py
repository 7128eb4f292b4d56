"""Employees, the seats they hold, and what they say of themselves."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from succession.organisation.choices import GoalKind, LeavingSource, Level, Willingness
from succession.organisation.querysets import CareerGoalQuerySet, EmployeeQuerySet, IncumbencyQuerySet

from .access import User
from .structure import OrgUnit, Position


class WillingPerson(models.Model):
    """What a person answered when asked in general whether they would move up."""

    willingness = models.CharField(
        _("willingness"), max_length=10, choices=Willingness.choices, default=Willingness.NOT_ASKED
    )
    willingness_on = models.DateField(_("answered on"), null=True, blank=True)
    willingness_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(willingness_until__isnull=True) | Q(willingness_until__gte=F("willingness_on")),
                name="%(class)s_answer_ends_after_it_was_given",
            ),
        ]


@pghistory.track()
class Employee(WillingPerson):
    """Someone who works here."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=300)
    sort_name = models.CharField(_("name to sort by"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="employee", verbose_name=_("user")
    )
    org_unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="employees", verbose_name=_("unit")
    )
    birth_date = models.DateField(_("born on"), null=True, blank=True)
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    left_on = models.DateField(
        _("left on"), null=True, blank=True, help_text=_("The first day on which they no longer work here.")
    )
    mobility = models.CharField(_("mobility"), max_length=300, blank=True)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["sort_name", "pk"]
        indexes = [
            models.Index(fields=["sort_name", "id"]),
            models.Index(fields=["org_unit", "sort_name", "id"]),
            models.Index(fields=["hired_on", "sort_name", "id"]),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="employee_name_trigrams"),
        ]
        constraints = [
            *WillingPerson.Meta.constraints,
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(hired_on__isnull=True) | Q(left_on__gte=F("hired_on")),
                name="employee_leaves_after_being_hired",
                violation_error_message=_("The day of leaving lies before the day of hiring."),
            ),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True) | Q(hired_on__isnull=True) | Q(hired_on__gt=F("birth_date")),
                name="employee_is_born_before_being_hired",
                violation_error_message=_("The day of hiring lies before the day of birth."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Days(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


def _held_days() -> Days:
    return Days(F("starts_on"), F("ends_on"), Value("[)"))


@pghistory.track()
class Incumbency(models.Model):
    """Someone holds a seat from a day until, but not including, another; without an employee the holder is undisclosed."""

    position = models.ForeignKey(Position, models.PROTECT, related_name="incumbencies", verbose_name=_("position"))
    seat = models.PositiveIntegerField(_("seat"), default=1, validators=[MinValueValidator(1)])
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="incumbencies", verbose_name=_("employee")
    )
    starts_on = models.DateField(_("since"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    acting = models.BooleanField(_("acting"), default=False)
    concurrent = models.BooleanField(
        _("beside another post"), default=False, help_text=_("Held beside another permanent post.")
    )
    end_reason = models.CharField(_("reason of the end"), max_length=300, blank=True)
    expected_leaving_on = models.DateField(_("expected to leave on"), null=True, blank=True)
    expected_leaving_source = models.CharField(_("source"), max_length=20, choices=LeavingSource.choices, blank=True)
    expected_leaving_note = models.CharField(_("note"), max_length=200, blank=True)

    objects = IncumbencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("incumbency")
        verbose_name_plural = _("incumbencies")
        ordering = ["position", "seat", "starts_on"]
        indexes = [models.Index(fields=["employee", "starts_on"]), models.Index(fields=["expected_leaving_on"])]
        constraints = [
            ExclusionConstraint(
                name="seat_has_one_permanent_holder_a_day",
                expressions=[
                    ("position", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    (_held_days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(acting=False),
                violation_error_message=_("This seat already has a holder in that time."),
            ),
            ExclusionConstraint(
                name="seat_has_one_acting_holder_a_day",
                expressions=[
                    ("position", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    (_held_days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(acting=True),
                violation_error_message=_("Somebody already acts on this seat in that time."),
            ),
            ExclusionConstraint(
                name="employee_has_one_permanent_post_a_day",
                expressions=[
                    ("employee", RangeOperators.EQUAL),
                    (_held_days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(acting=False, concurrent=False, employee__isnull=False),
                violation_error_message=_("This person already holds a permanent post in that time."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="incumbency_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(expected_leaving_on__isnull=True, expected_leaving_source="")
                | Q(expected_leaving_on__isnull=False) & ~Q(expected_leaving_source=""),
                name="expected_leaving_names_its_source",
            ),
            models.CheckConstraint(condition=Q(seat__gte=1), name="seats_are_numbered_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.position} · {self.seat}"


@pghistory.track()
class TitlePeriod(models.Model):
    """A job title a person had from a day until, but not including, another."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="titles")
    title = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("title period")
        verbose_name_plural = _("title periods")
        ordering = ["employee", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "title", "starts_on"], name="title_begins_once_a_day_for_a_person"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="title_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class UnitPeriod(models.Model):
    """A unit a person belonged to from a day until, but not including, another."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="unit_periods")
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="employee_periods")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("unit period")
        verbose_name_plural = _("unit periods")
        ordering = ["employee", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "org_unit", "starts_on"], name="unit_begins_once_a_day_for_a_person"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="unit_period_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.org_unit}"


@pghistory.track()
class CareerGoal(models.Model):
    """What a person wants, in their own words."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="career_goals")
    kind = models.CharField(_("kind"), max_length=12, choices=GoalKind.choices, default=GoalKind.DIRECTION)
    text = models.CharField(_("in your own words"), max_length=500)
    position = models.ForeignKey(Position, models.SET_NULL, null=True, blank=True, related_name="+")
    competency = models.ForeignKey("organisation.Competency", models.SET_NULL, null=True, blank=True, related_name="+")
    importance = models.PositiveSmallIntegerField(
        _("how much it matters, 1 to 5"), choices=Level.choices, default=Level.THREE
    )
    until = models.DateField(_("by when"), null=True, blank=True)

    objects = CareerGoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("career goal")
        verbose_name_plural = _("career goals")
        ordering = ["employee", "-importance", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(importance__gte=1, importance__lte=5), name="goal_importance_runs_from_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return self.text
