"""How acts on pools and their members are told in one line: icon, tone, words after the name of the record."""

from typing import Any

from django.utils.translation import gettext_lazy as _

TOLD: dict[str, tuple[str, str, Any]] = {
    "admit_member": ("user-plus", "teal", _("is in the pool now")),
    "propose_member": ("user-plus", "", _("was proposed")),
    "start_screening": ("list-check", "", _("is being screened")),
    "screen_member": ("list-check", "", _("was screened")),
    "hold_member": ("player-pause", "orange", _("is on hold")),
    "resume_member": ("check", "teal", _("is back in the pool")),
    "exit_member": ("door-exit", "orange", _("left the pool")),
    "move_up": ("trending-up", "teal", _("moved up")),
    "name_for_post": ("user-check", "teal", _("was named for a post")),
    "remove_name": ("user-x", "orange", _("is no longer named for a post")),
    "change_readiness": ("trending-up", "", _("has a new readiness")),
    "create_pool": ("plus", "teal", _("was set up")),
    "change_pool": ("settings", "", _("was changed")),
    "serve_position": ("plus", "", _("serves one post more")),
    "stop_serving_position": ("minus", "orange", _("serves one post less")),
    "override_demand": ("adjustments-horizontal", "orange", _("has a demand set by hand")),
}
