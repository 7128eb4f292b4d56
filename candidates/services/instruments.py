"""How people are assessed: what an instrument consists of, and how much it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from candidates.choices import InstrumentKind
from candidates.models import Assignment, Exercise, ExerciseCompetency, Instrument, RaterGroup, Rating
from succession.organisation import audit, outbox
from succession.organisation.constraints import explained
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import Competency, User
from succession.organisation.services.values import require_text
from succession.organisation.versions import require_version, version_of

HEAVIEST, LONGEST_HALF_LIFE, MOST_EXERCISES, MOST_GROUPS = 10, 120, 20, 12


@dataclass(frozen=True, slots=True)
class ExercisePlan:
    """An exercise and the competencies it shows, by id. `pk`: the exercise it was before."""

    name: str
    competencies: Sequence[int]
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group of raters and how much it counts against the others. `pk`: the group it was before."""

    name: str
    weight: Decimal = Decimal(1)
    code: str = ""
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class InstrumentPlan:
    """All that an instrument is."""

    name: str
    kind: str
    exercises: Sequence[ExercisePlan]
    groups: Sequence[GroupPlan]
    scale_low: Decimal = Decimal(1)
    scale_high: Decimal = Decimal(5)
    weight: Decimal = Decimal(1)
    half_life_months: int = 24


@explained()
@transaction.atomic
def define_instrument(code: str, plan: InstrumentPlan, *, actor: User | None) -> Instrument:
    """Describe a way of assessing people. Refuses a code that is taken, and one without exercises or rater groups."""
    _require_whole(plan)
    with audit.acting(actor, "define_instrument"):
        instrument = Instrument.objects.create(code=require_text(code, field="code", longest=60), **_values(plan))
        _write_groups(instrument, plan.groups)
        _write_exercises(instrument, plan.exercises)
    audit.record("define_instrument", instrument, actor=actor, after={"code": instrument.code} | _told(plan))
    return instrument


@explained()
@transaction.atomic
def revise_instrument(
    instrument: Instrument, plan: InstrumentPlan, *, actor: User | None, version: str | None = None
) -> Instrument:
    """Change an instrument; profiles follow. Refuses another scale once it was used, and to take away what was rated."""
    instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
    require_version(version, version_of(instrument))
    _require_whole(plan)
    before = _told(plan_of(instrument))
    values = _values(plan)
    scale_stays = (instrument.scale_low, instrument.scale_high) == (plan.scale_low, plan.scale_high)
    if not scale_stays and Rating.objects.filter(assignment__assessment__instrument=instrument).exists():
        raise Refusal(
            _("People were rated on this scale. Define another instrument for the new one."), code="scale_is_used"
        )
    with audit.acting(actor, "revise_instrument"):
        for name, value in values.items():
            setattr(instrument, name, value)
        instrument.save()
        _write_groups(instrument, plan.groups)
        _write_exercises(instrument, plan.exercises)
    after = _told(plan)
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        audit.record(
            "revise_instrument",
            instrument,
            actor=actor,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        outbox.announce("instrument_changed", instrument=instrument.pk)
    return instrument


@transaction.atomic
def close_instrument(instrument: Instrument, on: date | None, *, actor: User | None) -> Instrument:
    """Plan nothing more with it from a day on; None opens it again. What was assessed by it keeps counting."""
    instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
    before, after = audit.changed(instrument, {"closed_on": on})
    if after:
        with audit.acting(actor, "close_instrument"):
            instrument.save(update_fields=["closed_on"])
        audit.record("close_instrument", instrument, actor=actor, before=before, after=after)
    return instrument


def plan_of(instrument: Instrument) -> InstrumentPlan:
    """An instrument as it stands, in the shape in which it is revised."""
    shown: dict[int, list[int]] = {}
    for exercise, competency in ExerciseCompetency.objects.filter(exercise__instrument=instrument).values_list(
        "exercise", "competency"
    ):
        shown.setdefault(exercise, []).append(competency)
    return InstrumentPlan(
        name=instrument.name,
        kind=instrument.kind,
        exercises=[
            ExercisePlan(each.name, sorted(shown.get(each.pk, [])), each.pk) for each in instrument.exercises.all()
        ],
        groups=[GroupPlan(each.name, each.weight, each.code, each.pk) for each in instrument.rater_groups.all()],
        scale_low=instrument.scale_low,
        scale_high=instrument.scale_high,
        weight=instrument.weight,
        half_life_months=instrument.half_life_months,
    )


def _require_whole(plan: InstrumentPlan) -> None:
    if plan.kind not in InstrumentKind.values:
        raise Invalid(_("Choose a kind from the list."), field="kind")
    if not plan.scale_low < plan.scale_high:
        raise Invalid(_("The highest score lies above the lowest."), field="scale_high")
    if not (0 <= plan.weight <= HEAVIEST and all(0 <= group.weight <= HEAVIEST for group in plan.groups)):
        raise Invalid(_("Weights run from 0 to %(most)d.") % {"most": HEAVIEST}, field="weight")
    if not 1 <= plan.half_life_months <= LONGEST_HALF_LIFE:
        raise Invalid(
            _("A half-life lasts from 1 to %(most)d months.") % {"most": LONGEST_HALF_LIFE}, field="half_life_months"
        )
    if not 1 <= len(plan.groups) <= MOST_GROUPS or not any(group.weight for group in plan.groups):
        raise Invalid(_("Name at least one group of raters that counts, and at most %(most)d.") % {"most": MOST_GROUPS})
    if not 1 <= len(plan.exercises) <= MOST_EXERCISES or not all(each.competencies for each in plan.exercises):
        raise Invalid(
            _("Name 1 to %(most)d exercises, each with a competency that it shows.") % {"most": MOST_EXERCISES}
        )
    for named in (plan.groups, plan.exercises):
        names = [each.name.strip().casefold() for each in named]
        if len(set(names)) < len(names):
            raise Invalid(_("Two groups or two exercises have the same name."))
    wanted = {pk for each in plan.exercises for pk in each.competencies}
    if Competency.objects.filter(pk__in=wanted).count() < len(wanted):
        raise Invalid(_("Choose competencies from the list."))


def _values(plan: InstrumentPlan) -> dict[str, object]:
    return {
        "name": require_text(plan.name, field="name", longest=200),
        "kind": plan.kind,
        "scale_low": plan.scale_low,
        "scale_high": plan.scale_high,
        "weight": plan.weight,
        "half_life_months": plan.half_life_months,
    }


def _write_groups(instrument: Instrument, groups: Sequence[GroupPlan]) -> None:
    known = {group.pk: group for group in instrument.rater_groups.all()}
    kept = {group.pk for group in groups if group.pk in known}
    gone = [group for pk, group in known.items() if pk not in kept]
    for group in gone:
        if Assignment.objects.filter(group=group).exists():
            raise Refusal(
                _("People rated as “%(group)s”. Give the group the weight 0 instead.") % {"group": group.name},
                code="group_is_used",
            )
        group.delete()
    codes = {known[pk].code for pk in kept}
    for plan in groups:
        name = require_text(plan.name, field="groups", longest=100)
        if plan.pk in kept:
            group = known[plan.pk]
            group.name, group.weight = name, plan.weight
            group.save()
        else:
            code = _free_code(plan.code or name, codes)
            codes.add(code)
            RaterGroup.objects.create(instrument=instrument, code=code, name=name, weight=plan.weight)


def _free_code(text: str, taken: set[str]) -> str:
    """Names in any script get a code: what a slug cannot hold is numbered."""
    start = slugify(text)[:30] or "group"
    return next(code for code in (start, *(f"{start}-{n}" for n in range(2, 100))) if code not in taken)


def _write_exercises(instrument: Instrument, exercises: Sequence[ExercisePlan]) -> None:
    known = {exercise.pk: exercise for exercise in instrument.exercises.all()}
    kept = {each.pk for each in exercises if each.pk in known}
    rated = set(Rating.objects.filter(exercise__instrument=instrument).values_list("exercise", "competency").distinct())
    for pk, exercise in known.items():
        if pk not in kept:
            if any(pk == one for one, _competency in rated):
                _refuse_rated(exercise)
            exercise.delete()
    for order, plan in enumerate(exercises):
        name = require_text(plan.name, field="exercises", longest=200)
        exercise = known[plan.pk] if plan.pk in kept else Exercise(instrument=instrument)
        exercise.name, exercise.order = name, order
        exercise.save()
        wanted = set(plan.competencies)
        if any(pk == exercise.pk and competency not in wanted for pk, competency in rated):
            _refuse_rated(exercise)
        shown = set(exercise.shown.values_list("competency", flat=True))
        exercise.shown.exclude(competency__in=wanted).delete()
        for competency in sorted(wanted - shown):
            ExerciseCompetency.objects.create(exercise=exercise, competency_id=competency)


def _refuse_rated(exercise: Exercise) -> None:
    raise Refusal(
        _("People were rated in “%(exercise)s”: what was rated stays. Define another instrument instead.")
        % {"exercise": exercise.name},
        code="exercise_is_used",
    )


def _told(plan: InstrumentPlan) -> dict[str, object]:
    return {
        "name": plan.name.strip(),
        "kind": plan.kind,
        "scale": f"{plan.scale_low.normalize():f}–{plan.scale_high.normalize():f}",
        "weight": f"{plan.weight.normalize():f}",
        "half_life_months": plan.half_life_months,
        "groups": {group.name.strip(): f"{group.weight.normalize():f}" for group in plan.groups},
        "exercises": {each.name.strip(): sorted(each.competencies) for each in plan.exercises},
    }
