"""People considered for posts, from inside and outside."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from candidates.querysets import CandidateQuerySet
from succession.organisation.models import Employee, WillingPerson


@pghistory.track()
class ExternalPerson(WillingPerson):
    """Someone outside who is being recruited."""

    name = models.CharField(_("name"), max_length=300)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    consent_on = models.DateField(_("consent given on"), null=True, blank=True)
    retain_until = models.DateField(_("kept until"), null=True, blank=True)

    class Meta:
        verbose_name = _("external person")
        verbose_name_plural = _("external people")
        constraints = [*WillingPerson.Meta.constraints]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Candidate(models.Model):
    """A person considered: an employee, or someone outside."""

    employee = models.OneToOneField(
        Employee, models.PROTECT, null=True, blank=True, related_name="candidate", verbose_name=_("employee")
    )
    external = models.OneToOneField(
        ExternalPerson,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="candidate",
        verbose_name=_("external person"),
    )
    evidence_on = models.DateField(_("newest evidence"), null=True, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [
            models.CheckConstraint(
                condition=Q(employee__isnull=False) | Q(external__isnull=False),
                name="candidate_is_a_person",
                violation_error_message=_("A candidate is an employee or an external person."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def person(self) -> WillingPerson:
        """Whose answer counts: the employee, once they are one."""
        person = self.employee or self.external
        assert person is not None, "candidate_is_a_person"
        return person
