"""The facts an import would change that upper floors rest their figures on, as a dry run comes by them.

Plain lists, kept with the import until somebody has worked the figures out from them. Keys below zero are records to come.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation import outbox
from succession.organisation.models import (
    Employee,
    ImportBatch,
    ImportForecast,
    Incumbency,
    Position,
    SeatChange,
)

MOST = 100_000
FOLLOWED = "import_planned"


@dataclass
class Foreseen:
    """Posts, seats, holders and leavers as they would stand. Beyond so many nothing more is kept."""

    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    seats: list[dict[str, Any]] = field(default_factory=list)
    holders: dict[int, dict[str, Any]] = field(default_factory=dict)
    left: dict[int, Any] = field(default_factory=dict)
    newcomers: dict[int, str] = field(default_factory=dict)

    @property
    def is_too_much(self) -> bool:
        return len(self.posts) + len(self.seats) + len(self.holders) + len(self.left) > MOST

    def take(self, model: type[models.Model], records: Iterable[Any], *, new: bool) -> None:
        """Note what a writer would write."""
        if self.is_too_much:
            return
        if model is Position:
            self.posts |= {post.pk: _post(post) for post in records}
        elif model is SeatChange:
            self.seats += [{"post": one.position_id, "on": one.on, "delta": one.delta} for one in records]
        elif model is Incumbency:
            self.holders |= {held.pk: _holder(held) for held in records}
        elif model is Employee and new:
            # Nobody can succeed whom nobody knew; who they are is told where they take a seat.
            self.newcomers |= {person.pk: person.name for person in records}
        elif model is Employee:
            self.left |= {person.pk: person.left_on for person in records}

    def facts(self) -> dict[str, Any] | None:
        if self.is_too_much:
            return None
        seated = {held["person"] for held in self.holders.values()}
        names = {pk: name for pk, name in self.newcomers.items() if pk in seated}
        return {
            "posts": list(self.posts.values()),
            "seats": self.seats,
            "holders": list(self.holders.values()),
            "left": [{"id": pk, "on": on} for pk, on in self.left.items()],
            "newcomers": [{"id": pk, "name": name} for pk, name in names.items()],
        }


def keep_facts(batch: ImportBatch, foreseen: Foreseen) -> None:
    """Put the facts beside the dry run and say that figures can be worked out from them, in the same transaction."""
    facts = foreseen.facts()
    problem = "" if facts is not None else _("More than %(count)s facts would change.") % {"count": f"{MOST:,}"}
    ImportForecast.objects.update_or_create(
        batch=batch,
        defaults={
            "digest": batch.digest,
            "facts": facts,
            "figures": None,
            "problem": problem,
            "worked_out_at": None,
        },
    )
    if facts is not None:
        outbox.announce(FOLLOWED, importbatch=batch.pk)


def waiting_facts(batches: Iterable[int]) -> list[ImportForecast]:
    """Forecasts of these imports whose figures nobody has worked out, locked."""
    return list(
        ImportForecast.objects.select_for_update()
        .filter(batch__in=list(batches), facts__isnull=False, figures__isnull=True)
        .order_by("pk")
    )


def keep_figures(forecast: ImportForecast, figures: dict[str, Any] | None, *, problem: str = "") -> None:
    """Keep what was worked out, or why it was not; the facts have done their work."""
    forecast.facts, forecast.figures, forecast.problem = None, figures, problem
    forecast.worked_out_at = timezone.now()
    forecast.save()


def _post(post: Position) -> dict[str, Any]:
    return {
        "id": post.pk,
        "code": post.code,
        "title": post.title,
        "unit": post.org_unit_id,
        "kind": post.position_class,
        "base": post.base_seats,
        "closed": post.closed_on,
    }


def _holder(held: Incumbency) -> dict[str, Any]:
    return {
        "id": held.pk,
        "post": held.position_id,
        "person": held.employee_id,
        "starts": held.starts_on,
        "ends": held.ends_on,
        "acting": held.acting,
    }
