"""People who were assessed: instruments and results, no more than a test needs."""

from itertools import count

from django.utils import timezone

from candidates.models import Assessment, Exercise, Instrument, RaterGroup, Rating

_numbers = count(1)


def instrument(kind="assessment_centre", **values):
    """With one exercise and one group of raters."""
    number = next(_numbers)
    found = Instrument.objects.create(code=f"I{number}", name=f"Instrument {number}", kind=kind, **values)
    Exercise.objects.create(instrument=found, name="In-tray")
    RaterGroup.objects.create(instrument=found, code="assessors", name="Assessors")
    return found


def assess(candidate, tool, scores, *, on, state="final", replaces=None):
    """`scores`: competency -> the score of each rater."""
    found = Assessment.objects.create(
        candidate=candidate,
        instrument=tool,
        assessed_on=on,
        state=state,
        version=replaces.version + 1 if replaces else 1,
        replaces=replaces,
        finalised_at=timezone.now() if state == "final" else None,
    )
    group, exercise = tool.rater_groups.get(), tool.exercises.get()
    for number in range(max(map(len, scores.values()))):
        rater = found.assignments.create(group=group, label=f"Rater {number}")
        Rating.objects.bulk_create(
            Rating(assignment=rater, exercise=exercise, competency=skill, score=given[number])
            for skill, given in scores.items()
            if number < len(given)
        )
    return found
