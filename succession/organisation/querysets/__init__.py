"""The glossary: what may be seen, and what has a name in the business."""

from .imports import ImportBatchQuerySet, ImportRowQuerySet, OfImportsQuerySet
from .people import CareerGoalQuerySet, EmployeeQuerySet, IncumbencyQuerySet
from .spine import (
    AuditEventQuerySet,
    DisclosureQuerySet,
    EverythingForAuditorsQuerySet,
    JobQuerySet,
)
from .structure import (
    CriticalityRatingQuerySet,
    OrgUnitQuerySet,
    PositionQuerySet,
    RequirementQuerySet,
    SeatChangeQuerySet,
)

__all__ = [
    "AuditEventQuerySet",
    "CareerGoalQuerySet",
    "CriticalityRatingQuerySet",
    "DisclosureQuerySet",
    "EmployeeQuerySet",
    "EverythingForAuditorsQuerySet",
    "ImportBatchQuerySet",
    "ImportRowQuerySet",
    "IncumbencyQuerySet",
    "JobQuerySet",
    "OfImportsQuerySet",
    "OrgUnitQuerySet",
    "PositionQuerySet",
    "RequirementQuerySet",
    "SeatChangeQuerySet",
]
