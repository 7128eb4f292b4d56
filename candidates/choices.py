"""The closed lists of candidates and assessments: values are contracts with the API."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InstrumentKind(TextChoices):
    ASSESSMENT_CENTRE = "assessment_centre", _("Assessment centre")
    FEEDBACK_360 = "feedback_360", _("360° feedback")
    INTERVIEW = "interview", _("Structured interview")
    TEST = "test", _("Test")
    PERFORMANCE_REVIEW = "performance_review", _("Performance review")


class AssessmentState(TextChoices):
    DRAFT = "draft", _("Draft")
    FINAL = "final", _("Final")
