"""REST resources of candidates. The floors above add what they know."""

from .assessments import Assessments, Instruments
from .fit import CandidateFit, CandidateProfile
from .people import CandidateResource, CandidateSerializer

__all__ = [
    "Assessments",
    "CandidateFit",
    "CandidateProfile",
    "CandidateResource",
    "CandidateSerializer",
    "Instruments",
]
