"""The profile kept of each candidate: worked out anew from final assessments when one is finalised, and every night.

derive_profile(candidate) -> int
derive_profiles(candidates) -> int
derive_all() -> int
follow() -> int
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from candidates import profile, services
from candidates.evidence import as_ratings, ratings_in, read_instruments, settings_of
from succession.organisation import outbox
from succession.organisation.months import months_later

from .models import Assessment, Candidate, Instrument, ProfileLevel

CONSUMER = "profiles"
AT_ONCE = 500
KEPT = ("level", "spread", "newest_on", "fresh_until", "formula_version")


def derive_profile(candidate: Candidate, *, on: date | None = None) -> int:
    """Work out the profile of one candidate. Returns how many levels changed, came or went."""
    return derive_profiles([candidate.pk], on=on)


def derive_profiles(candidates: Collection[int], *, on: date | None = None) -> int:
    """The same for some candidates, a few hundred in one transaction. What is as it was is left alone.

    The candidates are locked first: of two runs the later reads what the earlier knew. Where the newest evidence is newer
    than what is written down of the person, that day is written down too, for the pools to follow.
    """
    on = on or timezone.localdate()
    wanted, changed = sorted(set(candidates)), 0
    instruments = read_instruments()
    for start in range(0, len(wanted), AT_ONCE):
        changed += _derive_some(wanted[start : start + AT_ONCE], instruments, on)
    return changed


def derive_all(*, on: date | None = None) -> int:
    """Everyone ever assessed: as evidence ages, levels and freshness move from day to day."""
    assessed = Assessment.objects.final().order_by().values_list("candidate", flat=True)
    left_over = ProfileLevel.objects.order_by().values_list("candidate", flat=True)
    return derive_profiles({*assessed.distinct(), *left_over.distinct()}, on=on)


def follow() -> int:
    """Derive for those of whom something was announced, until nothing waits. Returns how many levels changed.

    The announcements go in the transaction that derives, so what fails stands there for the next try.
    """
    changed = 0
    while True:
        with transaction.atomic():
            messages = outbox.take(CONSUMER, limit=AT_ONCE)
            if not messages:
                return changed
            changed += derive_profiles(_concerned(message.payload for message in messages))


def _concerned(payloads: Iterable[dict[str, Any]]) -> set[int]:
    """Candidates that announcements name, themselves or by an instrument with which they were assessed."""
    people: set[int] = set()
    instruments: set[int] = set()
    for payload in payloads:
        if "candidate" in payload:
            people.add(payload["candidate"])
        elif "instrument" in payload:
            instruments.add(payload["instrument"])
    if instruments:
        assessed = Assessment.objects.final().filter(instrument__in=instruments).order_by()
        people.update(assessed.values_list("candidate", flat=True).distinct())
    return people


@dataclass(frozen=True, slots=True)
class _Known:
    """A level as it is kept."""

    pk: int
    values: tuple[Any, ...]


@transaction.atomic
def _derive_some(wanted: Sequence[int], instruments: dict[int, Instrument], on: date) -> int:
    people = {
        each.pk: each for each in Candidate.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    }
    ratings = as_ratings(ratings_in(Assessment.objects.current().filter(candidate__in=people)), instruments)
    settings = settings_of(instruments)
    known = _known(people)
    new: list[ProfileLevel] = []
    for candidate in people:
        for found in profile.profile_of(ratings.get(candidate, ()), settings, on).values():
            if found.level is None:
                continue
            row = _row(candidate, found, settings)
            before = known.pop((candidate, found.competency), None)
            if before is None or before.values != tuple(getattr(row, name) for name in KEPT):
                new.append(row)
    _store(new, known.values())
    _write_down_newest(people, on)
    return len(new) + len(known)


def _known(people: Collection[int]) -> dict[tuple[int, int], _Known]:
    rows = ProfileLevel.objects.filter(candidate__in=people).values_list("candidate", "competency", "pk", *KEPT)
    return {(candidate, competency): _Known(pk, tuple(values)) for candidate, competency, pk, *values in rows}


def _row(candidate: int, found: profile.ProfileLevel, settings: dict[int, profile.Instrument]) -> ProfileLevel:
    counted = [piece for piece in found.evidence if piece.share]
    last = max(months_later(piece.on, settings[piece.instrument].half_life_months) for piece in counted)
    return ProfileLevel(
        candidate_id=candidate,
        competency_id=found.competency,
        level=_thousandths(found.level or 0),
        spread=_thousandths(found.spread.deviation),
        newest_on=max(piece.on for piece in counted),
        fresh_until=min(last, date.max - timedelta(days=1)) + timedelta(days=1),
        computed_at=timezone.now(),
        formula_version=profile.FORMULA_VERSION,
    )


def _thousandths(value: float) -> Decimal:
    return Decimal(f"{value:.{profile.PLACES}f}")


def _store(new: list[ProfileLevel], gone: Iterable[_Known]) -> None:
    ProfileLevel.objects.filter(pk__in=[each.pk for each in gone]).delete()
    ProfileLevel.objects.bulk_create(
        new,
        update_conflicts=True,
        unique_fields=["candidate", "competency"],
        update_fields=[*KEPT, "computed_at"],
    )


def _write_down_newest(people: dict[int, Candidate], on: date) -> None:
    newest: dict[int, date] = {}
    for candidate, day in ProfileLevel.objects.filter(candidate__in=people).values_list("candidate", "newest_on"):
        newest[candidate] = max(day, newest.get(candidate, day))
    for candidate, day in newest.items():
        known = people[candidate].evidence_on
        if day <= on and (known is None or day > known):
            services.record_evidence(people[candidate], day, actor=None)
