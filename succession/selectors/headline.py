"""True coverage and the steps that lead down to it, with every key seat by pool."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Exists, F, FloatField, OuterRef, When
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from candidates.models import Candidate
from pools.models import Coverage, CoverageDay, EchelonPool, MembershipPost, PoolPosition
from succession.organisation.models import Employee, Position, Requirement, User
from succession.organisation.selectors.policies import policy_in_force

from .scope import Scope, shared_posts

POOLS_SHOWN = 12
SEATS_DRAWN = 36
NAMED_AT_MOST = 4


@dataclass(frozen=True)
class Headline:
    """The ladder of one scope: seats, of them named, counted, filled by different people."""

    row: Any
    blocking_people: list[str]
    blocking_posts: int
    change: int | None
    since: date | None

    @property
    def blocking_words(self) -> str:
        """Osei, Horváthová and Li; of many the first."""
        names = self.blocking_people[:NAMED_AT_MOST]
        if len(self.blocking_people) > NAMED_AT_MOST:
            names.append(_("others"))
        return get_text_list(names, _("and"))

    @property
    def nobody(self) -> int:
        return self.row.seats - self.row.seats_named

    @property
    def not_counted(self) -> int:
        return self.row.seats_named - self.row.seats_counted

    @property
    def shared(self) -> int:
        return self.row.seats_counted - self.row.seats_true


@dataclass(frozen=True)
class PoolSeats:
    """One pool's seats, a cell each; too many are told in figures alone."""

    row: Any
    cells: list[dict[str, str]]


def headline(user: User, scope: Scope, rows: list[Any], row: Any, *, as_of: date | None) -> Headline:
    """What stands beside the figure: who is shared, and how it moved since the end of last month."""
    blocks = sorted((row, *rows), key=lambda each: each is not row)
    shared = [block for each in blocks[:1] or [] for block in each.blocking if len(block["positions"]) > 1]
    if not shared:
        shared = [block for each in rows for block in each.blocking if len(block["positions"]) > 1]
    largest = max(shared, key=lambda block: (block["short"], len(block["positions"])), default=None)
    since = (as_of or timezone.localdate()).replace(day=1) - timedelta(days=1)
    before = scope.coverage(CoverageDay.objects.visible_to(user)).filter(on__lte=since).order_by("-on").first()
    return Headline(
        row=row,
        blocking_people=_names(user, largest["people"]) if largest else [],
        blocking_posts=len(largest["positions"]) if largest else 0,
        change=row.seats_true - before.seats_true if before else None,
        since=since if before else None,
    )


def figures_of(user: User, scope: Scope, *, as_of: date | None) -> Any | None:
    """The stored figures of the scope, of today or as a past day ended."""
    if as_of:
        return scope.coverage(CoverageDay.objects.visible_to(user)).filter(on__lte=as_of).order_by("-on").first()
    return scope.coverage(Coverage.objects.visible_to(user)).first()


def weakest_pools(user: User, scope: Scope, *, as_of: date | None) -> list[Any]:
    """Coverage of the scope's pools, the smallest truly covered share first."""
    if as_of:
        found = list(scope.pools(CoverageDay.objects.visible_to(user)).last_on(as_of).select_related("pool"))
        return sorted(found, key=_share)[:POOLS_SHOWN]
    share = Case(When(seats=0, then=2.0), default=F("seats_true") * 1.0 / F("seats"), output_field=FloatField())
    stored = scope.pools(Coverage.objects.visible_to(user)).select_related("pool")
    return list(stored.order_by(share, "-seats", "pool__code")[:POOLS_SHOWN])


def seats_by_pool(user: User, rows: list[Any], *, as_of: date | None) -> list[PoolSeats]:
    """One cell a seat: covered by someone of its own, shared, not counted, nobody; named after their posts where told."""
    titles = {} if as_of else _titles(user, rows)
    return [PoolSeats(row, _cells(row, titles) if row.seats <= SEATS_DRAWN else []) for row in rows]


def first_steps() -> list[dict[str, Any]]:
    """How far an organisation is that has just begun; which of the five steps are done."""
    done = (
        type(policy_in_force())
        .objects.annotate(
            imported=Exists(Employee.objects.all()),
            key_posts=Exists(Position.objects.of_class("key")),
            profiles=Exists(Requirement.objects.all()),
            pools=Exists(EchelonPool.objects.all()),
            named=Exists(MembershipPost.objects.all()),
        )
        .values("imported", "key_posts", "profiles", "pools", "named")
        .first()
    )
    return [{"step": step, "done": bool(done and done[step])} for step in done or ()]


def short_pools(rows: list[Any]) -> list[Any]:
    """Those under their capacity, the smallest share of counted people first."""
    short = [row for row in rows if row.gap]
    for row in short:
        row.struck = row.members - row.filled
    return sorted(short, key=lambda row: (row.filled / row.capacity if row.capacity else 1, row.pool.code))


def _share(row: Any) -> tuple[float, int]:
    return (row.seats_true / row.seats if row.seats else 2.0, -row.seats)


def _names(user: User, candidate_ids: list[int]) -> list[str]:
    """Names of people shared, as far as the user may see them."""
    people = Candidate.objects.visible_to(user).filter(pk__in=candidate_ids).in_name_order()
    return list(people.values_list("person_name", flat=True)[: NAMED_AT_MOST + 1])


def _titles(user: User, rows: list[Any]) -> dict[int, list[tuple[int, str, int, int, int]]]:
    """Of each pool its posts: id, title, seats, named seats, counted seats."""
    stored = Coverage.objects.visible_to(user).of_positions().filter(position=OuterRef("position"))
    served = (
        PoolPosition.objects.visible_to(user)
        .filter(pool__in=[row.pool_id for row in rows if row.seats <= SEATS_DRAWN])
        .annotate(**{name: stored.values(name)[:1] for name in ("seats", "seats_named", "seats_counted")})
        .order_by("position__code")
        .values_list("pool", "position", "position__title", "seats", "seats_named", "seats_counted")
    )
    found: dict[int, list[tuple[int, str, int, int, int]]] = {}
    for pool, position, title, seats, named, counted in served:
        found.setdefault(pool, []).append((position, title, seats or 0, named or 0, counted or 0))
    return found


def _cells(row: Any, titles: dict[int, list[tuple[int, str, int, int, int]]]) -> list[dict[str, str]]:
    states = (
        ("covered", row.seats_true),
        ("shared", row.seats_counted - row.seats_true),
        ("not_counted", row.seats_named - row.seats_counted),
        ("nobody", row.seats - row.seats_named),
    )
    words = _labels(row, titles.get(row.pool_id, []))
    return [
        {"state": state, "label": words[state].pop(0) if words[state] else row.pool.name}
        for state, count in states
        for _seat in range(count)
    ]


def _labels(row: Any, posts: list[tuple[int, str, int, int, int]]) -> dict[str, list[str]]:
    """For each state the titles its cells can be told by; of shared seats those of the set that shares."""
    shared = shared_posts([row])
    labels: dict[str, list[str]] = {"covered": [], "shared": [], "not_counted": [], "nobody": []}
    for position, title, seats, named, counted in posts:
        labels["covered" if position not in shared else "shared"] += [title] * counted
        labels["not_counted"] += [title] * (named - counted)
        labels["nobody"] += [title] * (seats - named)
    spare = row.seats_true - len(labels["covered"])
    if spare > 0:
        labels["covered"] += labels["shared"][:spare]
        labels["shared"] = labels["shared"][spare:]
    return labels
