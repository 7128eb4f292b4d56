"""Who signs in, in which roles, and what they were shown."""

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from succession.organisation.choices import Role
from succession.organisation.querysets import DisclosureQuerySet, EverythingForAuditorsQuerySet


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """A person or program that signs in."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    theme = models.CharField(
        _("theme"),
        max_length=5,
        default="auto",
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


@pghistory.track()
class RoleAssignment(models.Model):
    """A role someone has, for the whole organisation or for a unit and all below it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_assignments", verbose_name=_("user"))
    role = models.CharField(
        _("role"), max_length=20, choices=[choice for choice in Role.choices if choice[0] != Role.EMPLOYEE]
    )
    org_unit = models.ForeignKey(
        "organisation.OrgUnit",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="role_assignments",
        verbose_name=_("unit"),
        help_text=_("Empty: the whole organisation."),
    )

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "org_unit"],
                nulls_distinct=False,
                name="role_given_once_per_unit",
                violation_error_message=_("This person already has this role there."),
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.DEPARTMENT_HEAD, org_unit__isnull=True),
                name="department_head_has_a_unit",
                violation_error_message=_("A department head needs a unit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class ApiToken(models.Model):
    """A program's way in: only the digest is kept, and a changed password ends it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=128)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.user} · {self.created_at:%Y-%m-%d}"


class Disclosure(models.Model):
    """Something an upper process put before a person, and until when."""

    user = models.ForeignKey(User, models.CASCADE, related_name="disclosures")
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    because = models.CharField(max_length=300)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        indexes = [models.Index(fields=["user", "content_type", "object_id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="disclosure_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.because}"


class Reading(models.Model):
    """That someone opened a confidential record."""

    reader = models.ForeignKey(User, models.PROTECT, related_name="readings")
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    objects = EverythingForAuditorsQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = [models.Index(fields=["content_type", "object_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.reader} · {self.at:%Y-%m-%d %H:%M}"
