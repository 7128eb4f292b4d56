"""What is asked on pages that span the apps: shape alone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pools.choices import CoverageStatus
from succession.organisation.choices import PositionClass
from succession.organisation.models import OrgUnit, User
from succession.selectors.positions import DEFAULT_SORT, Filters

OFFERED_UNITS = 60
DIGITS_OF_AN_ID = 18


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
        self.fields["unit"].choices = [("", _("All")), *self._units(user)]

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

    def _units(self, user: User) -> list[tuple[int, str]]:
        """The upper units, and the one asked for."""
        visible = OrgUnit.objects.visible_to(user)
        asked = self.data.get("unit", "")
        upper = visible.filter(parent__parent__parent__isnull=True)
        offered = list(upper.values_list("pk", "name")[:OFFERED_UNITS])
        if asked.isdecimal() and len(asked) <= DIGITS_OF_AN_ID and int(asked) not in dict(offered):
            offered += visible.filter(pk=asked).values_list("pk", "name")
        return offered
