"""What is asked on the pages of pools: shape alone, the rules stand in the services."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.choices import CoverageStatus, ExitReason, PoolKind, Readiness, ScreeningOutcome
from pools.models import EchelonPool
from succession.organisation.models import Employee, Position
from succession.organisation.reasons import MINIMUM

LONGEST_REASON = 2000


class PoolFilter(forms.Form):
    """The filters of the list of pools, as they stand in the URL."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *PoolKind.choices])
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Empty to over")), *(each for each in CoverageStatus.choices if each[0] != "not_needed")],
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def wanted(self) -> dict[str, str]:
        """What was asked; a value that is not offered counts as not asked."""
        self.is_valid()
        return {
            name: self.cleaned_data.get(name, "").replace("\0", "").strip() for name in ("q", "kind", "status", "sort")
        }


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=MINIMUM,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 20 characters. HR and auditors read it."),
    )


class PoolForm(forms.ModelForm):
    """A pool as it is set up or changed."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = EchelonPool
        fields = [
            "code",
            "name",
            "kind",
            "owner",
            "horizon_years",
            "ratio_override",
            "ratio_reason",
            "target_size",
            "levels",
            "minimum_years_in_post",
            "grades",
        ]
        help_texts = {
            "ratio_override": _("Empty: as the policy says. Another ratio needs a reason."),
            "target_size": _("For a reserve pool, which has no ratio."),
        }
        widgets = {"ratio_reason": forms.Textarea(attrs={"rows": 2})}

    owner = forms.CharField(
        label=_("Owner"), required=False, max_length=60, help_text=_("The number of the employee who looks after it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["kind"], self.fields["code"]
            self.initial["owner"] = self.instance.owner.number if self.instance.owner else ""
        else:
            del self.fields["reason"]

    def clean_owner(self) -> Employee | None:
        number = self.cleaned_data["owner"].strip()
        if not number:
            return None
        employee = Employee.objects.filter(number=number).first()
        if employee is None:
            raise forms.ValidationError(_("Nobody has this number."))
        return employee

    def _post_clean(self) -> None:
        """The services decide what stands; a form that wrote into the instance would hide what changed."""


class ServeForm(forms.Form):
    """A post that the pool is to serve, by its code."""

    position = forms.CharField(label=_("Code of the post"), max_length=80)

    def clean_position(self) -> Position:
        position = Position.objects.filter(code=self.cleaned_data["position"].strip()).first()
        if position is None:
            raise forms.ValidationError(_("No post has this code."))
        return position


class DemandForm(forms.Form):
    """A demand set by hand; none takes it back to what is computed."""

    demand = forms.IntegerField(label=_("Demand instead"), required=False, min_value=0, max_value=100_000)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=LONGEST_REASON)


class ScreenForm(ReasonForm):
    outcome = forms.ChoiceField(label=_("What was found"), choices=ScreeningOutcome.choices, widget=forms.RadioSelect)


class EvidenceForm(ReasonForm):
    """The day of the newest evidence about a member, and what it is."""

    on = forms.DateField(
        label=_("Day of the evidence"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("A person counts while this is not older than the policy allows."),
    )

    field_order = ["on", "reason"]


class ExitForm(ReasonForm):
    exit_reason = forms.ChoiceField(label=_("Why they leave"), choices=ExitReason.choices)


class OverCapacityForm(forms.Form):
    """Admitting or bringing back; above the capacity it needs a reason."""

    over_capacity_reason = forms.CharField(
        label=_("Why above the capacity"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only needed when all places are taken."),
    )


class ReadinessForm(ReasonForm):
    readiness = forms.ChoiceField(label=_("Readiness"), choices=Readiness.choices, widget=forms.RadioSelect)


class NamingForm(ReadinessForm):
    """Naming a member for a post of the pool."""

    position = forms.ModelChoiceField(label=_("Post"), queryset=Position.objects.none())

    field_order = ["position", "readiness", "reason"]

    def __init__(self, *args: Any, posts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["position"].queryset = posts


class ProposeForm(ReasonForm):
    """Proposing a person: by number, with a post and how ready they are for it unless the pool is a reserve."""

    employee = forms.CharField(label=_("Number of the employee"), max_length=60)
    position = forms.ModelChoiceField(label=_("Post"), queryset=Position.objects.none(), required=False)
    readiness = forms.ChoiceField(label=_("Readiness"), choices=[("", "–"), *Readiness.choices], required=False)

    field_order = ["employee", "position", "readiness", "reason"]

    def __init__(self, *args: Any, posts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["position"].queryset = posts

    def clean_employee(self) -> Employee:
        employee = Employee.objects.filter(number=self.cleaned_data["employee"].strip()).first()
        if employee is None:
            raise forms.ValidationError(_("Nobody has this number."))
        return employee

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("position") and not cleaned.get("readiness"):
            self.add_error("readiness", _("Say how ready they are for this post."))
        return cleaned


class MoveUpForm(ReasonForm):
    """Moving someone up from a reserve pool."""

    pool = forms.ModelChoiceField(label=_("Into the pool"), queryset=EchelonPool.objects.none())

    field_order = ["pool", "reason"]

    def __init__(self, *args: Any, pools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["pool"].queryset = pools
