"""How the people of the demonstration company were assessed, and what is still under way."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q

from candidates import deriving, services
from candidates.models import Assessment, Assignment, Candidate, ExerciseCompetency, Instrument
from succession.organisation.models import Competency, User

from .standards import requirements_of

if TYPE_CHECKING:
    from .loader import Loader

LEADING = ("OPS-STR", "P-AND-L", "SAFETY", "PEOPLE", "LEAN", "LABOUR", "CAPEX", "QUALITY")
# Instruments: code, name, kind, weight, half-life, exercises with what they show, rater groups with their weights.
INSTRUMENTS = (
    (
        "LEAD-AC", "Leadership assessment centre", "assessment_centre", 3, 24,
        (
            ("Business case", ("OPS-STR", "P-AND-L", "CAPEX")),
            ("Shop-floor walk", ("SAFETY", "LEAN", "QUALITY")),
            ("Role play: works council", ("PEOPLE", "LABOUR", "OPS-STR")),
        ),
        (("Assessors", 1), ("Observers", 0)),
    ),
    (
        "FULL-360", "360° feedback on leading", "feedback_360", 2, 18,
        (("Questionnaire", ("OPS-STR", "SAFETY", "PEOPLE", "LEAN", "LABOUR")),),
        (("Superiors", 2), ("Peers", 1), ("Reports", 1)),
    ),
    (
        "INTERVIEW", "Structured interview", "interview", 1, 24,
        (("Interview", ()),),
        (("Panel", 1),),
    ),
)  # fmt: skip
# Whoever is talked about for Plant Leadership: person -> levels in the order of LEADING.
PLANT_LEADERS: dict[str, tuple[float, ...]] = {
    "Daniel Osei": (3.6, 3.5, 4, 4, 4, 3, 3, 3),
    "Katarína Horváthová": (3, 3, 4, 3.5, 4, 2, 3, 3),
    "Li Na": (3, 3, 4, 3, 4, 2.5, 2, 3),
    "Samuel Adeyemi": (2.5, 3, 4, 3, 3, 2, 3, 3),
    "Mateo Vargas": (2, 2, 3.5, 3, 3, 2, 2, 2.5),
    "Ingeborg Dahl": (2, 2, 3, 3, 2, 2, 2, 2),
}
# Under way, one of a kind: person, days until it is due, cells the assessor has filled, whether they handed in, and by
# how much a second rater, who does not sign in, said otherwise.
UNDER_WAY = (
    ("Anjali Kulkarni", 6, 4, False, None),
    ("Kofi Mensah", -3, 0, False, None),
    ("Grace Nyambura", 2, 9, True, Decimal(2)),
    ("Petr Svoboda", 4, 9, True, Decimal("0.5")),
)
SECOND = "Dr. Friederike Hallström"
CONCLUSION = "Talked through in the conference of the assessors; the observations of both exercises were weighed."


def load_assessments(loader: "Loader") -> None:
    """Describe the instruments, assess who stands in a pool on the day of their evidence, and leave some under way."""
    known = dict(Competency.objects.values_list("code", "pk"))
    instruments = {row[0]: _describe(loader, row, known) for row in INSTRUMENTS}
    assessor = User.objects.get(username="assessor")
    for name, levels in PLANT_LEADERS.items():
        candidate = _candidate(name)
        by_competency = dict(zip((known[code] for code in LEADING), levels, strict=True))
        _finalise(loader, _rated(loader, candidate, instruments["LEAD-AC"], by_competency, assessor), CONCLUSION)
        _finalise(loader, _rated(loader, candidate, instruments["FULL-360"], by_competency), "")
    for plan in loader.plan.pools:
        for member in plan.members:
            _interview(loader, instruments["INTERVIEW"], member.person, [name.post for name in member.posts], known)
    for person, due, cells, is_handed_in, otherwise in UNDER_WAY:
        _begin(loader, instruments["LEAD-AC"], person, loader.ago(-due), assessor, cells, is_handed_in, otherwise)
    deriving.follow()


def _describe(loader: "Loader", row: tuple, known: Mapping[str, int]) -> Instrument:
    code, name, kind, weight, half_life, exercises, groups = row
    plan = services.InstrumentPlan(
        name=name,
        kind=kind,
        weight=Decimal(weight),
        half_life_months=half_life,
        exercises=[
            services.ExercisePlan(title, [known[one] for one in shown or sorted(known)]) for title, shown in exercises
        ],
        groups=[services.GroupPlan(group, Decimal(counts)) for group, counts in groups],
    )
    return services.define_instrument(code, plan, actor=loader.hr)


def _candidate(name: str) -> Candidate:
    return Candidate.objects.get(Q(employee__name=name) | Q(external__name=name))


def _rated(
    loader: "Loader",
    candidate: Candidate,
    instrument: Instrument,
    levels: Mapping[int, float],
    assessor: User | None = None,
) -> Assessment:
    """Two raters a group, a little above and below each level, so that their mean is the level."""
    assert candidate.evidence_on is not None, "who stands here has evidence"
    assessment = _planned(loader, candidate, instrument, candidate.evidence_on)
    for group in instrument.rater_groups.all():
        for number, by in enumerate((Decimal("0.2"), Decimal("-0.2"))):
            is_theirs = assessor is not None and number == 0 and group.weight > 0
            sheet = services.assign_assessor(
                assessment,
                group,
                assessor=assessor if is_theirs else None,
                label="" if is_theirs else f"{group.name}, {number + 1}",
                actor=loader.hr,
            )
            _fill(loader, sheet, _cells(instrument, levels), levels, by)
            services.hand_in(sheet, actor=sheet.assessor or loader.hr)
    return assessment


def _planned(loader: "Loader", candidate: Candidate, instrument: Instrument, on: date) -> Assessment:
    return services.plan_assessment(candidate, instrument, assessed_on=on, actor=loader.hr)


def _cells(instrument: Instrument, wanted: Iterable[int]) -> list[ExerciseCompetency]:
    return list(
        ExerciseCompetency.objects.filter(exercise__instrument=instrument, competency__in=list(wanted)).order_by("pk")
    )


def _fill(
    loader: "Loader",
    sheet: Assignment,
    cells: Sequence[ExerciseCompetency],
    levels: Mapping[int, float],
    by: Decimal,
) -> None:
    scores = {cell.pk: _within(Decimal(str(levels[cell.competency_id])) + by) for cell in cells}
    services.rate_sheet(sheet, scores, actor=sheet.assessor or loader.hr)


def _within(score: Decimal) -> Decimal:
    return min(max(score, Decimal(1)), Decimal(5))


def _finalise(loader: "Loader", assessment: Assessment, conclusion: str) -> None:
    services.finalise_assessment(assessment, conclusion=conclusion, actor=loader.hr)


def _interview(
    loader: "Loader", instrument: Instrument, person: str, posts: Sequence[str], known: Mapping[str, int]
) -> None:
    """On what the first post asks for that the person is named for, near what it asks."""
    candidate = loader.candidates.get(person)
    plan = next((post for post in loader.plan.posts if posts and post.code == posts[0]), None)
    if plan is None or candidate is None or person in PLANT_LEADERS or candidate.evidence_on is None:
        return
    if candidate.assessments.exists():
        return
    levels = {
        known[code]: min(max(level + loader.random.choice((-1.5, -1, -1, -0.5, -0.5, 0, 0, 0.5)), 1), 5)
        for code, level, _weight, _must in requirements_of(plan)
    }
    if not levels:
        return
    assessment = _planned(loader, candidate, instrument, candidate.evidence_on)
    sheet = services.assign_assessor(
        assessment, instrument.rater_groups.get(), label="Panel of the unit", actor=loader.hr
    )
    _fill(loader, sheet, _cells(instrument, levels), levels, Decimal(0))
    services.hand_in(sheet, actor=loader.hr)
    _finalise(loader, assessment, "")


def _begin(
    loader: "Loader",
    instrument: Instrument,
    person: str,
    due_on: date,
    assessor: User,
    filled: int,
    is_handed_in: bool,
    otherwise: Decimal | None,
) -> None:
    candidate = services.ensure_candidate(loader.people[person], actor=loader.hr)
    assessment = _planned(loader, candidate, instrument, loader.ago(2))
    group = instrument.rater_groups.get(code="assessors")
    sheet = services.assign_assessor(assessment, group, assessor=assessor, due_on=due_on, actor=loader.hr)
    cells = list(ExerciseCompetency.objects.filter(exercise__instrument=instrument).order_by("pk"))
    levels = {cell.competency_id: loader.random.choice((2.5, 3, 3, 3.5, 4)) for cell in cells}
    _fill(loader, sheet, cells[:filled], levels, Decimal(0))
    if is_handed_in:
        services.hand_in(sheet, actor=assessor)
    if otherwise is not None:
        second = services.assign_assessor(assessment, group, label=SECOND, actor=loader.hr)
        _fill(loader, second, cells[:3], levels, -otherwise)
        _fill(loader, second, cells[3:], levels, Decimal(0))
        services.hand_in(second, actor=loader.hr)
