"""People considered for posts, and the evidence about them."""

from .assessments import Assessment, Assignment, Rating
from .instruments import Exercise, ExerciseCompetency, Instrument, RaterGroup
from .people import Candidate, ExternalPerson
from .profiles import ProfileLevel

__all__ = [
    "Assessment",
    "Assignment",
    "Candidate",
    "Exercise",
    "ExerciseCompetency",
    "ExternalPerson",
    "Instrument",
    "ProfileLevel",
    "RaterGroup",
    "Rating",
]
