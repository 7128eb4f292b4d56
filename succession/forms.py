"""What is asked on pages that span the apps: shape alone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pools.choices import CoverageStatus, PoolKind, Readiness
from pools.models import Membership
from succession.organisation.choices import Level, PositionClass, Willingness
from succession.organisation.forms import ReasonForm
from succession.organisation.lists import LONGEST_ID
from succession.organisation.models import Competency, Employee, User
from succession.organisation.selectors.units import offered_units
from succession.organisation.statements import found
from succession.selectors import candidates
from succession.selectors.positions import DEFAULT_SORT, Filters

LONGEST_NOTE = 200


class PositionFilter(forms.Form):
    """The filters of the list of posts, as they stand in the URL."""

    q = forms.CharField(label=_("Title or code"), required=False, max_length=200)
    position_class = forms.ChoiceField(
        label=_("Class"), required=False, choices=[("", _("All")), *PositionClass.choices]
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    status = forms.ChoiceField(
        label=_("Cover"),
        required=False,
        choices=[("", _("Any")), ("weak", _("Empty or thin")), *CoverageStatus.choices],
    )
    vacant = forms.ChoiceField(label=_("Seats"), required=False, choices=[("", _("All")), ("yes", _("Vacant"))])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        asked = self.data.get("unit", "")
        known = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_ID else None
        fields: Any = self.fields
        fields["unit"].choices = [("", _("All")), *offered_units(user, known)]

    def add_prefix(self, field_name: str) -> str:
        """The class stands in the URL under its plain name."""
        return super().add_prefix({"position_class": "class"}.get(field_name, field_name))

    def filters(self) -> Filters:
        """What was asked; a value that is not offered counts as not asked."""
        self.is_valid()
        asked = self.cleaned_data
        return Filters(
            q=asked.get("q", "").strip().replace("\0", ""),
            position_class=asked.get("position_class", ""),
            unit=int(asked["unit"]) if asked.get("unit") else None,
            status=asked.get("status", ""),
            vacant=asked.get("vacant") == "yes",
            sort=asked.get("sort") or DEFAULT_SORT,
        )


class CandidateFilter(forms.Form):
    """The filters of the list of candidates, as they stand in the URL."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=100)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    category = forms.ChoiceField(
        label=_("Stands in"),
        required=False,
        choices=[("", _("Any")), *PoolKind.choices, (candidates.NO_POOL, _("No pool"))],
    )
    readiness = forms.ChoiceField(label=_("Readiness"), required=False, choices=[("", _("Any")), *Readiness.choices])
    willingness = forms.ChoiceField(label=_("Willing"), required=False, choices=[("", _("Any")), *Willingness.choices])
    evidence = forms.ChoiceField(
        label=_("Evidence"),
        required=False,
        choices=[
            ("", _("Any")),
            (candidates.FRESH, _("Fresh")),
            (candidates.STALE, _("Stale")),
            (candidates.NONE, _("None")),
        ],
    )
    where = forms.ChoiceField(
        label=_("From"),
        required=False,
        choices=[("", _("Anywhere")), (candidates.INSIDE, _("Inside")), (candidates.OUTSIDE, _("Outside"))],
    )
    competency = forms.ChoiceField(label=_("Competency"), required=False)
    level = forms.ChoiceField(
        label=_("At least level"), required=False, choices=[("", _("Any")), *((n, n) for n in Level.values[1:])]
    )
    mobility = forms.CharField(label=_("Would move to"), required=False, max_length=100)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, units: list[tuple[int, str]]) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["unit"].choices = [("", _("All")), *units]
        rows = found("competencies", lambda: Competency.objects.order_by("name", "pk").values_list("pk", "name"))
        fields["competency"].choices = [("", _("Any")), *rows]

    def wanted(self) -> candidates.Wanted:
        """What was asked; a value that is not offered counts as not asked."""
        self.is_valid()
        asked = self.cleaned_data
        return candidates.Wanted(
            **{name: asked.get(name, "") for name in ("category", "readiness", "willingness", "evidence", "where")},
            q=asked.get("q", "").replace("\0", "").strip(),
            mobility=asked.get("mobility", "").replace("\0", "").strip(),
            unit=int(asked["unit"]) if asked.get("unit") else None,
            competency=int(asked["competency"]) if asked.get("competency") else None,
            level=int(asked.get("level") or 1),
        )


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HolderForm(forms.Form):
    """Who takes which seat from when on; nobody named is an undisclosed holder."""

    employee = forms.CharField(
        label=_("Number of the employee"),
        required=False,
        max_length=60,
        help_text=_("Empty: the seat is filled, but by whom is not disclosed."),
    )
    seat = forms.IntegerField(
        label=_("Seat"), required=False, min_value=1, max_value=100_000, help_text=_("Empty: the lowest free one.")
    )
    from_ = forms.DateField(label=_("From"), widget=DayInput)
    acting = forms.BooleanField(label=_("Acting"), required=False)
    concurrent = forms.BooleanField(label=_("Beside another post"), required=False)

    def clean_employee(self) -> Employee | None:
        number = self.cleaned_data["employee"].strip()
        if not number:
            return None
        employee = Employee.objects.filter(number=number).first()
        if employee is None:
            raise forms.ValidationError(_("Nobody has this number."))
        return employee


class EndForm(ReasonForm):
    on = forms.DateField(label=_("The seat is free from"), widget=DayInput)

    field_order = ["on", "reason"]


class LeavingForm(forms.Form):
    on = forms.DateField(label=_("Expected to leave on"), required=False, widget=DayInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE)


class SeatChangeForm(ReasonForm):
    on = forms.DateField(label=_("From"), widget=DayInput)
    delta = forms.IntegerField(
        label=_("Seats more or fewer"),
        min_value=-100_000,
        max_value=100_000,
        help_text=_("Fewer with a minus before the number."),
    )

    field_order = ["on", "delta", "reason"]


class WithdrawForm(ReasonForm):
    """Why a seat change is taken back."""


class ClassForm(ReasonForm):
    position_class = forms.ChoiceField(label=_("Class"), choices=PositionClass.choices, widget=forms.RadioSelect)

    field_order = ["position_class", "reason"]


class NameMemberForm(ReasonForm):
    """A member of the pool, and how ready they are for the post."""

    member = forms.ModelChoiceField(label=_("Member of the pool"), queryset=Membership.objects.none())
    readiness = forms.ChoiceField(label=_("Readiness"), choices=Readiness.choices, widget=forms.RadioSelect)

    field_order = ["member", "readiness", "reason"]

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["member"].queryset = members
        fields["member"].label_from_instance = lambda membership: str(membership.candidate)
