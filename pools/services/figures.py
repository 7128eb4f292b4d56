"""Asking for figures to be computed anew."""

from django.db import transaction
from django.utils.translation import gettext as _

from pools.models import EchelonPool
from succession.organisation import audit, jobs
from succession.organisation.models import Job, User


@transaction.atomic
def ask_to_recompute(pool: EchelonPool | None, *, actor: User | None) -> Job:
    """Compute the figures of a pool, or of every pool, anew in the background."""
    if pool is None:
        job = jobs.start_job("pools.recompute_all", actor=actor, args={}, label=_("Recompute every pool"))
    else:
        label = _("Recompute %(pool)s") % {"pool": pool}
        job = jobs.start_job("pools.recompute_pool", actor=actor, args={"pool": pool.pk}, label=label[:200])
    audit.record("ask_to_recompute", pool, actor=actor, after={"job": job.pk})
    return job
