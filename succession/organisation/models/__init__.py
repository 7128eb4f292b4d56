"""What an organisation is made of, one module a noun."""

from .access import ApiToken, Disclosure, Reading, RoleAssignment, User
from .competence import Competency, CompetencyLevel, Requirement
from .criticality import CriticalityRating
from .imports import (
    ImportBatch,
    ImportChange,
    ImportFile,
    ImportFilePart,
    ImportForecast,
    ImportMapping,
    ImportMend,
    ImportRow,
)
from .people import CareerGoal, Employee, Incumbency, TitlePeriod, UnitPeriod, WillingPerson
from .policy import Policy
from .spine import AuditEvent, Heartbeat, IdempotentAnswer, Job, OutboxMessage
from .structure import OrgUnit, Position, SeatChange

__all__ = [
    "ApiToken",
    "AuditEvent",
    "CareerGoal",
    "Competency",
    "CompetencyLevel",
    "CriticalityRating",
    "Disclosure",
    "Employee",
    "Heartbeat",
    "IdempotentAnswer",
    "ImportBatch",
    "ImportChange",
    "ImportFile",
    "ImportFilePart",
    "ImportForecast",
    "ImportMapping",
    "ImportMend",
    "ImportRow",
    "Incumbency",
    "Job",
    "OrgUnit",
    "OutboxMessage",
    "Policy",
    "Position",
    "Reading",
    "Requirement",
    "RoleAssignment",
    "SeatChange",
    "TitlePeriod",
    "UnitPeriod",
    "User",
    "WillingPerson",
]
