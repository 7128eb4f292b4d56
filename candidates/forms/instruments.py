"""What is asked of those who describe an instrument: its settings, rater groups, and exercises × competencies."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from candidates.choices import InstrumentKind
from candidates.services import ExercisePlan, GroupPlan, InstrumentPlan
from candidates.services.instruments import HEAVIEST, LONGEST_HALF_LIFE, MOST_EXERCISES, MOST_GROUPS
from succession.organisation.lists import LONGEST_ID

# So many empty columns and rows are offered beyond what is there.
SPARE = 2
FIRST = 4


@dataclass
class GroupRow:
    """A rater group as it stands on the page."""

    pk: int | None = None
    name: str = ""
    weight: str = "1"


@dataclass
class ExerciseColumn:
    """An exercise as it stands on the page, with the competencies that are ticked."""

    pk: int | None = None
    name: str = ""
    ticked: frozenset[int] = field(default_factory=frozenset)


class InstrumentForm(forms.Form):
    """The settings; groups and exercises are plain inputs, read by `plan`."""

    code = forms.CharField(label=_("Code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=InstrumentKind.choices)
    scale_low = forms.DecimalField(label=_("Lowest score"), max_digits=6, decimal_places=2)
    scale_high = forms.DecimalField(label=_("Highest score"), max_digits=6, decimal_places=2)
    weight = forms.DecimalField(
        label=_("Weight against other instruments"), max_digits=4, decimal_places=2, min_value=0, max_value=HEAVIEST
    )
    half_life_months = forms.IntegerField(
        label=_("Half-life in months"),
        min_value=1,
        max_value=LONGEST_HALF_LIFE,
        help_text=_("Evidence of this age counts half, and is fresh no longer."),
    )
    version = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, standing: InstrumentPlan | None = None, **kwargs: Any) -> None:
        """`standing`: the instrument that is revised; its code stays."""
        super().__init__(data, **kwargs)
        if standing is not None:
            del self.fields["code"]
        self.groups = _groups_sent(data) if data else _groups_of(standing)
        self.exercises = _exercises_sent(data) if data else _exercises_of(standing)

    def clean(self) -> dict[str, Any]:
        for row in self.groups:
            if row.name and _weight(row.weight) is None:
                self.add_error(None, _("Weights run from 0 to %(most)d.") % {"most": HEAVIEST})
        return self.cleaned_data

    def plan(self) -> InstrumentPlan:
        """What was filled in; rows and columns without a name are not there."""
        asked = self.cleaned_data
        return InstrumentPlan(
            name=asked["name"],
            kind=asked["kind"],
            scale_low=asked["scale_low"],
            scale_high=asked["scale_high"],
            weight=asked["weight"],
            half_life_months=asked["half_life_months"],
            groups=[
                GroupPlan(row.name, _weight(row.weight) or Decimal(0), pk=row.pk) for row in self.groups if row.name
            ],
            exercises=[ExercisePlan(one.name, sorted(one.ticked), one.pk) for one in self.exercises if one.name],
        )


def _groups_of(plan: InstrumentPlan | None) -> list[GroupRow]:
    known = [GroupRow(one.pk, one.name, f"{one.weight.normalize():f}") for one in plan.groups] if plan else []
    spare = SPARE if known else FIRST
    return [*known, *(GroupRow() for _row in range(min(spare, MOST_GROUPS - len(known))))]


def _exercises_of(plan: InstrumentPlan | None) -> list[ExerciseColumn]:
    known = [ExerciseColumn(one.pk, one.name, frozenset(one.competencies)) for one in plan.exercises] if plan else []
    spare = SPARE if known else FIRST
    return [*known, *(ExerciseColumn() for _row in range(min(spare, MOST_EXERCISES - len(known))))]


def _groups_sent(data: Any) -> list[GroupRow]:
    return [
        GroupRow(_whole(data.get(f"g-{n}-pk")), _text(data.get(f"g-{n}-name")), data.get(f"g-{n}-weight", "")[:8])
        for n in range(MOST_GROUPS)
        if f"g-{n}-name" in data
    ]


def _exercises_sent(data: Any) -> list[ExerciseColumn]:
    return [
        ExerciseColumn(_whole(data.get(f"e-{n}-pk")), _text(data.get(f"e-{n}-name")), _wholes(data.getlist(f"c-{n}")))
        for n in range(MOST_EXERCISES)
        if f"e-{n}-name" in data
    ]


def _text(value: str | None) -> str:
    return (value or "").replace("\0", "").strip()


def _whole(value: str | None) -> int | None:
    is_id = value and value.isascii() and value.isdigit() and len(value) <= LONGEST_ID
    return int(value) if value and is_id else None


def _wholes(values: Iterable[str]) -> frozenset[int]:
    return frozenset(found for value in values if (found := _whole(value)) is not None)


def _weight(text: str) -> Decimal | None:
    weight = forms.DecimalField(max_digits=4, decimal_places=2, min_value=0, max_value=HEAVIEST, required=False)
    try:
        return weight.clean(text.strip().replace(",", ".") or "1")
    except forms.ValidationError:
        return None
