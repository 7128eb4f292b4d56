"""The closed lists of pools: values are contracts with the API."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PoolKind(TextChoices):
    KEY = "key", _("Key pool")
    MANAGEMENT = "management", _("Management pool")
    RESERVE = "reserve", _("Reserve pool")


class Readiness(TextChoices):
    """The tiers of ISO 30414, best first."""

    READY_NOW = "ready_now", _("Ready now")
    YEARS_1_3 = "1_3_years", _("1–3 years")
    YEARS_4_5 = "4_5_years", _("4–5 years")


class MembershipState(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    SCREENING = "screening", _("Screening")
    ACTIVE = "active", _("In the pool")
    ON_HOLD = "on_hold", _("On hold")
    EXITED = "exited", _("Left")


class ExitReason(TextChoices):
    APPOINTED = "appointed", _("Appointed")
    MOVED_UP = "moved_up", _("Moved up")
    SCREENED_OUT = "screened_out", _("Screened out")
    DECLINED = "declined", _("Declined")
    LEFT = "left", _("Left the organisation")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ScreeningOutcome(TextChoices):
    STAYS = "stays", _("Stays in the pool")
    HOLD = "hold", _("Put on hold")
    OUT = "out", _("Screened out")


class CoverageScope(TextChoices):
    POSITION = "position", _("Post")
    POOL = "pool", _("Pool")
    UNIT = "unit", _("Unit")
    WHOLE = "whole", _("Whole organisation")


class CoverageStatus(TextChoices):
    NOT_NEEDED = "not_needed", _("Not needed")
    EMPTY = "empty", _("Empty")
    THIN = "thin", _("Thin")
    BUILDING = "building", _("Building")
    FULL = "full", _("Full")
    OVER = "over", _("Over")


class NotCounted(TextChoices):
    """Why someone in a pool does not fill a place; the first that applies is told."""

    NOT_ACTIVE = "not_active", _("Not in the pool yet")
    ON_HOLD = "on_hold", _("On hold")
    LEFT = "left", _("Left the organisation")
    DECLINED = "declined", _("Declined")
    NOT_NOW = "not_now", _("Not now")
    NO_EVIDENCE = "no_evidence", _("No evidence")
    STALE = "stale", _("Evidence stale")
    HOLDS_THE_POST = "holds_the_post", _("Holds the post")
