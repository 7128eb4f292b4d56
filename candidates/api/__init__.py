"""REST resources of candidates. The floors above add what they know."""

from .assessments import Assessments, Instruments
from .people import CandidateResource, CandidateSerializer

__all__ = ["Assessments", "CandidateResource", "CandidateSerializer", "Instruments"]
