"""The closed glossary of statuses: each is an icon, a word and a tint, the same on every page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Mark:
    """How one status is shown."""

    word: str | Promise
    tone: str = ""
    icon: str = ""


COVERAGE = {
    "empty": Mark(pgettext_lazy("coverage", "Empty"), "red", icon="circle-dashed"),
    "thin": Mark(pgettext_lazy("coverage", "Thin"), "orange", icon="alert-triangle"),
    "building": Mark(pgettext_lazy("coverage", "Building"), "amber", icon="stairs-up"),
    "full": Mark(pgettext_lazy("coverage", "Full"), "teal", icon="check"),
    "over": Mark(pgettext_lazy("coverage", "Over"), "violet", icon="plus"),
    "not_needed": Mark(pgettext_lazy("coverage", "Not needed"), icon="minus"),
}

READINESS = {
    "ready_now": _("Ready now"),
    "1_3_years": _("1–3 years"),
    "4_5_years": _("4–5 years"),
    "nobody": _("Nobody"),
    "": _("Not set"),
}

RISK = {
    "high": pgettext_lazy("risk", "High"),
    "medium": pgettext_lazy("risk", "Medium"),
    "low": pgettext_lazy("risk", "Low"),
}

STATE = {
    # people's answers
    "not_asked": Mark(_("Not asked"), icon="help-circle"),
    "asked": Mark(_("Asked"), "blue", icon="mail"),
    "agreed": Mark(_("Agreed"), "teal", icon="check"),
    "not_now": Mark(_("Not now"), "amber", icon="clock-pause"),
    "declined": Mark(_("Declined"), icon="user-x"),
    # evidence and counting
    "counted": Mark(_("Counted"), "teal", icon="check"),
    "stale": Mark(_("Evidence stale"), "orange", icon="clock-exclamation"),
    "shared": Mark(_("Shared cover"), "orange", icon="users-group"),
    # memberships
    "proposed": Mark(_("Proposed"), "blue", icon="user-plus"),
    "screening": Mark(_("In screening"), "blue", icon="list-check"),
    "active": Mark(_("In the pool"), "teal", icon="check"),
    "on_hold": Mark(_("On hold"), icon="player-pause"),
    "exited": Mark(_("Left"), icon="door-exit"),
    # approvals
    "draft": Mark(_("Draft"), icon="pencil"),
    "submitted": Mark(_("Submitted"), "blue", icon="send"),
    "approved": Mark(_("Approved"), "teal", icon="check"),
    "returned": Mark(_("Returned"), "amber", icon="arrow-back-up"),
    "rejected": Mark(_("Rejected"), "red", icon="x"),
    # assessments
    "final": Mark(_("Final"), "teal", icon="lock"),
    # background tasks
    "queued": Mark(_("Waiting"), icon="clock"),
    "running": Mark(_("Running"), "blue", icon="loader-2"),
    "done": Mark(_("Done"), "teal", icon="check"),
    "failed": Mark(_("Failed"), "red", icon="alert-circle"),
    "cancelled": Mark(_("Stopped"), icon="player-stop"),
    # classes of posts
    "key": Mark(_("Key post"), "brand", icon="key"),
    "management": Mark(_("Management post"), icon="hierarchy"),
    "general": Mark(_("General post"), icon="briefcase"),
}


def mark_of(state: str) -> Mark:
    """The mark of a state; a state the glossary does not know is shown as its own word."""
    return STATE.get(state) or Mark(state)
