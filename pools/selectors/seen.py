"""Why someone sees a pool or what stands behind a post: the rules that hold for them, each a sentence."""

from django.utils.translation import gettext as _

from pools.choices import PoolKind
from pools.models import EchelonPool
from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass
from succession.organisation.models import Position, User


def why_pool_seen(user: User, pool: EchelonPool) -> list[str]:
    access = access_of(user)
    rules = [
        (access.is_whole_hr, _("HR managers see every pool, without themselves and their own seat.")),
        (access.is_auditor, _("Auditors read everything.")),
        (access.is_committee and pool.kind == PoolKind.KEY, _("The committee sees the pools of key posts.")),
        (
            bool(access.unit_ids) and not access.sees_everything,
            _("It serves posts of units you are responsible for; the figures are over those posts alone."),
        ),
    ]
    return [sentence for holds, sentence in rules if holds]


def why_post_seen(user: User, position: Position) -> list[str]:
    access = access_of(user)
    is_key = position.position_class == PositionClass.KEY
    rules = [
        (access.is_whole_hr, _("HR managers see every post but the seat they sit on.")),
        (access.is_auditor, _("Auditors read everything.")),
        (access.is_committee and is_key, _("The committee sees key posts.")),
        (
            position.org_unit_id in access.unit_ids,
            _("You are responsible for %(unit)s, or for a unit above it.") % {"unit": position.org_unit},
        ),
        (position.pk in access.disclosed_position_ids, _("It was put before you.")),
    ]
    return [sentence for holds, sentence in rules if holds]
