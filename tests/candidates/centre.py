"""An assessment centre with two exercises, a candidate, and assessors: made through the services."""

from decimal import Decimal
from itertools import count

from django.utils import timezone

from candidates import services
from candidates.models import ExerciseCompetency
from tests.factories import CandidateFactory, CompetencyFactory, RoleAssignmentFactory

_numbers = count(1)
WHY = "Found to be needed in the conference of the assessors."


def plan_for(competencies, **values):
    """Two exercises: the first shows all of the competencies, the second the first of them."""
    known = [competency.pk for competency in competencies]
    given = {
        "name": "Centre",
        "kind": "assessment_centre",
        "exercises": [services.ExercisePlan("In-tray", known), services.ExercisePlan("Role play", known[:1])],
        "groups": [services.GroupPlan("Assessors"), services.GroupPlan("Observers", Decimal(0))],
    }
    return services.InstrumentPlan(**(given | values))


def instrument_with(code="", **values):
    return services.define_instrument(
        code or f"AC-{next(_numbers)}",
        plan_for([CompetencyFactory(name="Strategy"), CompetencyFactory(name="Safety")], **values),
        actor=None,
    )


def assessor(name=""):
    name = name or f"assessor{next(_numbers)}"
    return RoleAssignmentFactory(role="assessor", user__username=name, user__name=name.title()).user


def draft(candidate=None, instrument=None, **values):
    given = {"assessed_on": timezone.localdate(), "actor": None} | values
    return services.plan_assessment(candidate or CandidateFactory(), instrument or instrument_with(), **given)


def sheet_of(assessment, user=None, label=""):
    group = assessment.instrument.rater_groups.first()
    return services.assign_assessor(assessment, group, assessor=user, label=label, actor=None)


def cells(assessment):
    """In-tray: Safety, Strategy; role play: Strategy."""
    return list(
        ExerciseCompetency.objects.filter(exercise__instrument=assessment.instrument).order_by(
            "exercise__order", "competency__name"
        )
    )


def fill(sheet, *scores):
    """Rate the first cells, and hand in."""
    known = cells(sheet.assessment)
    given = {cell.pk: Decimal(score) for cell, score in zip(known, scores, strict=False)}
    services.rate_sheet(sheet, given, actor=sheet.assessor)
    return services.hand_in(sheet, actor=sheet.assessor)


def ready_to_finalise(*scores, candidate=None):
    """A draft that one assessor rated and handed in."""
    assessment = draft(candidate)
    fill(sheet_of(assessment, assessor()), *(scores or (3, 4, 4)))
    return assessment
