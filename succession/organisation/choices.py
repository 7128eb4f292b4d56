"""The closed lists of the organisation: values are contracts with the API."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    HR_MANAGER = "hr_manager", _("HR manager")
    DEPARTMENT_HEAD = "department_head", _("Department head")
    COMMITTEE_MEMBER = "committee_member", _("Committee member")
    ASSESSOR = "assessor", _("Assessor")
    EMPLOYEE = "employee", _("Employee")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class PositionClass(TextChoices):
    KEY = "key", _("Key post")
    MANAGEMENT = "management", _("Management post")
    GENERAL = "general", _("General post")


class Willingness(TextChoices):
    NOT_ASKED = "not_asked", _("Not asked")
    ASKED = "asked", _("Asked")
    AGREED = "agreed", _("Agreed")
    NOT_NOW = "not_now", _("Not now")
    DECLINED = "declined", _("Declined")


UNWILLING = (Willingness.NOT_NOW, Willingness.DECLINED)


class LeavingSource(TextChoices):
    ENTERED = "entered", _("Entered")
    IMPORTED = "imported", _("Imported")
    DERIVED_FROM_AGE = "derived_from_age", _("Derived from age")


class Transparency(TextChoices):
    CLOSED = "closed", _("Closed: the person is told nothing")
    POOL_KNOWN = "pool_known", _("The person knows that they are in a pool")
    POST_KNOWN = "post_known", _("The person knows the post they are prepared for")


class PolicyState(TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    RETIRED = "retired", _("Retired")


class CriticalityFactor(TextChoices):
    BUSINESS_IMPACT = "business_impact", _("Business impact")
    REPLACEMENT_DIFFICULTY = "replacement_difficulty", _("Difficulty of replacement")
    OUTSIDE_SCARCITY = "outside_scarcity", _("Scarcity outside")
    KNOWLEDGE_HELD_BY_FEW = "knowledge_held_by_few", _("Knowledge held by few")
    TIME_TO_COMPETENCE = "time_to_competence", _("Time to competence")


class GoalKind(TextChoices):
    POSITION = "position", _("A post I aim at")
    COMPETENCY = "competency", _("Something I want to be better at")
    DIRECTION = "direction", _("A direction")


class Level(IntegerChoices):
    """Levels, weights and importances all run from 1 to 5."""

    ONE = 1, "1"
    TWO = 2, "2"
    THREE = 3, "3"
    FOUR = 4, "4"
    FIVE = 5, "5"


class JobState(TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Stopped")


ENDED_JOB_STATES = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class ImportKind(TextChoices):
    ORGANISATION = "organisation", _("Organisation: units, posts, holders")
    EMPLOYEES = "employees", _("People with their units and titles")
    REQUIREMENTS = "requirements", _("Competencies and what posts require")


class ImportState(TextChoices):
    DRAFT = "draft", _("Not applied")
    APPLIED = "applied", _("Applied")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


class ImportOutcome(TextChoices):
    CREATED = "created", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Same")
    REJECTED = "rejected", _("Rejected")


class ImportMendAct(TextChoices):
    CELL = "cell", _("Another value")
    KEEP = "keep", _("This row instead of another")


class ImportAct(TextChoices):
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
