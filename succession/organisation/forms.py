"""What is asked on the pages of the ground floor: shape alone."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .choices import CriticalityFactor, JobState, Level, PositionClass, Willingness
from .history import end_of, start_of
from .models import CareerGoal, Employee, OrgUnit, Policy
from .reasons import MINIMUM
from .selectors.people import ALL, HERE, LEFT, NO_POST, Wanted

LONGEST_REASON = 2000


def _offer(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        min_length=MINIMUM,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 20 characters."),
    )


class PeopleFilter(forms.Form):
    """The filters of the list of people, as they stand in the URL."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=100)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    post = forms.ChoiceField(
        label=_("Post"),
        required=False,
        choices=[("", _("Any")), *PositionClass.choices, (NO_POST, _("No post"))],
    )
    standing = forms.ChoiceField(
        label=_("Standing"),
        required=False,
        choices=[(HERE, _("Works here")), (LEFT, _("Has left")), (ALL, _("Everyone"))],
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, units: list[tuple[int, str]]) -> None:
        super().__init__(data)
        _offer(self, "unit", [("", _("All")), *units])

    def wanted(self) -> Wanted:
        """What was asked; a value that is not offered counts as not asked."""
        self.is_valid()
        asked = self.cleaned_data
        return Wanted(
            q=asked.get("q", "").replace("\0", "").strip(),
            unit=int(asked["unit"]) if asked.get("unit") else None,
            post=asked.get("post", ""),
            standing=asked.get("standing", HERE),
        )


class EmployeeForm(forms.ModelForm):
    """Facts about a person that HR corrects."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=20)

    class Meta:
        model = Employee
        fields = ["name", "sort_name", "number", "email", "org_unit", "birth_date", "hired_on", "mobility"]
        widgets = {
            "birth_date": forms.DateInput(attrs={"type": "date"}),
            "hired_on": forms.DateInput(attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["org_unit"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = units


class LeavingForm(ReasonForm):
    """When a person leaves, and why."""

    on = forms.DateField(
        label=_("First day on which they no longer work here"), widget=forms.DateInput(attrs={"type": "date"})
    )
    field_order = ["on", "reason"]


class WillingnessForm(forms.Form):
    """One's own answer, in general."""

    willingness = forms.ChoiceField(
        label=_("May we count on you for bigger roles?"),
        widget=forms.RadioSelect,
        choices=[
            (Willingness.AGREED, _("Yes, I am willing")),
            (Willingness.NOT_NOW, _("Not now")),
            (Willingness.DECLINED, _("No")),
        ],
    )


class GoalForm(forms.ModelForm):
    """One goal in one's own words."""

    class Meta:
        model = CareerGoal
        fields = ["text", "importance", "until"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
            "until": forms.DateInput(attrs={"type": "date"}),
        }
        labels = {"text": _("My goal, in my own words")}


class MobilityForm(forms.ModelForm):
    """Where someone would move to."""

    class Meta:
        model = Employee
        fields = ["mobility"]
        labels = {"mobility": _("Would move to")}


class RatingForm(forms.Form):
    """One line of the criticality screen."""

    decided_class = forms.ChoiceField(
        required=False, choices=[("", _("As proposed")), *PositionClass.choices], label=_("Decided")
    )
    reason = forms.CharField(required=False, max_length=LONGEST_REASON, label=_("Reason"))

    def __init__(self, *args: Any, factors: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.factors = [factor for factor, _label in factors]
        for factor, label in factors:
            self.fields[factor] = forms.IntegerField(
                label=label, required=False, min_value=min(Level.values), max_value=max(Level.values)
            )

    def scores(self) -> dict[str, int]:
        return {factor: value for factor in self.factors if (value := self.cleaned_data.get(factor)) is not None}


class PolicyForm(forms.ModelForm):
    """The settings of a draft; the weight of each factor stands in a field of its own."""

    class Meta:
        model = Policy
        fields = [
            "ratio",
            "horizon_years",
            "evidence_half_life_months",
            "screening_interval_months",
            "willingness_valid_months",
            "criticality_threshold",
            "retirement_age",
            "transparency",
            "nomination_required",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for factor, label in CriticalityFactor.choices:
            self.fields[f"weight_{factor}"] = forms.DecimalField(
                label=_("Weight: %(factor)s") % {"factor": label},
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=self.instance.criticality_weights.get(factor, 0),
            )

    def settings(self) -> dict[str, Any]:
        """What the draft is to hold."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        weights = {factor: _number(self.cleaned_data[f"weight_{factor}"]) for factor in CriticalityFactor.values}
        return values | {"criticality_weights": weights}


def _number(value: Decimal) -> int | float:
    """As JSON keeps it: whole numbers whole."""
    return int(value) if value == int(value) else float(value)


class RequirementLine(forms.Form):
    """One line of a requirement profile."""

    competency = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    level = forms.TypedChoiceField(
        coerce=int, choices=Level.choices, label=_("Level"), initial=3, widget=forms.Select(attrs={"class": "inp"})
    )
    weight = forms.TypedChoiceField(
        coerce=int, choices=Level.choices, label=_("Weight"), initial=3, widget=forms.Select(attrs={"class": "inp"})
    )
    must_have = forms.BooleanField(required=False, label=_("Must-have"))
    remove = forms.BooleanField(required=False, label=_("Remove"))


def visible_units(user: Any) -> Any:
    """Units a person may be put in: open ones that the user sees."""
    return OrgUnit.objects.visible_to(user).filter(closed_on__isnull=True)


class JobFilter(forms.Form):
    """Which background tasks are listed."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *JobState.choices])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def narrow(self, jobs: Any) -> Any:
        self.is_valid()
        state = self.cleaned_data.get("state")
        return jobs.filter(state=state) if state else jobs


class AuditFilter(forms.Form):
    """What of the audit trail is listed."""

    q = forms.CharField(label=_("Record or person"), required=False, max_length=100)
    verb = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, verbs: list[tuple[str, str]]) -> None:
        super().__init__(data)
        _offer(self, "verb", [("", _("All")), *verbs])

    def narrow(self, events: Any) -> Any:
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("verb"):
            events = events.filter(verb=asked["verb"])
        if asked.get("since"):
            events = events.filter(at__gte=start_of(asked["since"]))
        if asked.get("until"):
            events = events.filter(at__lte=end_of(asked["until"]))
        if text := asked.get("q", "").replace("\0", "").strip():
            events = events.filter(Q(object_label__ilike=text) | Q(actor_name__ilike=text))
        return events


class ReadingFilter(forms.Form):
    """Which readings of confidential records are listed."""

    q = forms.CharField(label=_("Reader"), required=False, max_length=100)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def narrow(self, readings: Any) -> Any:
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("since"):
            readings = readings.filter(at__gte=start_of(asked["since"]))
        if asked.get("until"):
            readings = readings.filter(at__lte=end_of(asked["until"]))
        if text := asked.get("q", "").replace("\0", "").strip():
            readings = readings.filter(Q(reader__name__ilike=text) | Q(reader__username__ilike=text))
        return readings


class CriticalityFilter(forms.Form):
    """Which posts the criticality screen lists."""

    q = forms.CharField(label=_("Title or code"), required=False, max_length=100)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    position_class = forms.ChoiceField(
        label=_("Class"), required=False, choices=[("", _("All")), *PositionClass.choices]
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, units: list[tuple[int, str]]) -> None:
        super().__init__(data)
        _offer(self, "unit", [("", _("All")), *units])

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        asked = self.cleaned_data
        return {
            "q": asked.get("q", "").replace("\0", "").strip(),
            "unit": int(asked["unit"]) if asked.get("unit") else None,
            "position_class": asked.get("position_class", ""),
        }
