"""The closed lists of candidates."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CandidateSource(TextChoices):
    EMPLOYEE = "employee", _("Works here")
    EXTERNAL = "external", _("From outside")
