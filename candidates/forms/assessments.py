"""What is asked of those who plan assessments, put raters on them, and rate."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from candidates.choices import AssessmentState
from candidates.models import Assessment, Instrument, RaterGroup
from succession.organisation.choices import Role
from succession.organisation.models import User

LONGEST_CONCLUSION = 4000
LONGEST_SCORE = 12
READY = "ready"


def parse_score(text: str) -> Decimal | None:
    """A score as it is typed, with a point or a comma; nothing clears the cell. ValueError for what is no number."""
    text = text.strip().replace(",", ".")
    if not text:
        return None
    if len(text) > LONGEST_SCORE:
        raise ValueError("too long")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("not a number") from None


class AssessmentFilter(forms.Form):
    """The filters of the list of assessments, as they stand in the URL."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *AssessmentState.choices, (READY, _("All handed in, not final"))],
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, instruments: list[tuple[int, str]]) -> None:
        super().__init__(data)
        chosen = self.fields["instrument"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("All")), *instruments]

    def wanted(self) -> dict[str, str]:
        """What was asked; a value that is not offered counts as not asked."""
        self.is_valid()
        return {
            name: self.cleaned_data.get(name, "").replace("\0", "").strip() for name in ("q", "instrument", "state")
        }


class PlanForm(forms.Form):
    """Who is to be assessed, with what, when."""

    number = forms.CharField(
        label=_("Person"), required=False, max_length=60, help_text=_("The number of the employee.")
    )
    instrument = forms.ModelChoiceField(Instrument.objects.none(), label=_("Instrument"))
    assessed_on = forms.DateField(label=_("Day of the assessment"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        """`is_known`: the person is given by the address."""
        super().__init__(*args, **kwargs)
        self.fields["number"].required = not is_known
        if is_known:
            del self.fields["number"]
        offered = self.fields["instrument"]
        assert isinstance(offered, forms.ModelChoiceField)
        offered.queryset = Instrument.objects.in_use(timezone.localdate())


class AssignForm(forms.Form):
    """Who rates, as what, until when."""

    assessor = forms.ModelChoiceField(
        User.objects.none(), label=_("Assessor"), required=False, empty_label=_("Someone who does not sign in")
    )
    label = forms.CharField(
        label=_("Name of a rater who does not sign in"),
        required=False,
        max_length=200,
        help_text=_("HR enters what they wrote."),
    )
    group = forms.ModelChoiceField(RaterGroup.objects.none(), label=_("Rater group"), empty_label=None)
    due_on = forms.DateField(label=_("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assessors, groups = self.fields["assessor"], self.fields["group"]
        assert isinstance(assessors, forms.ModelChoiceField)
        assert isinstance(groups, forms.ModelChoiceField)
        assessors.queryset = (
            User.objects.filter(is_active=True, role_assignments__role=Role.ASSESSOR).distinct().order_by("name", "pk")
        )
        groups.queryset = assessment.instrument.rater_groups.all()


class FinaliseForm(forms.Form):
    """What the integration came to."""

    assessed_on = forms.DateField(label=_("Assessed on"), widget=forms.DateInput(attrs={"type": "date"}))
    conclusion = forms.CharField(
        label=_("What the integration came to"),
        required=False,
        max_length=LONGEST_CONCLUSION,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Where ratings disagree, how that was settled: at least 20 characters."),
    )
