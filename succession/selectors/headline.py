"""True coverage and the steps that lead down to it, with every key seat by pool."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from candidates.models import Candidate
from pools.models import CoverageDay, EchelonPool, MembershipPost
from pools.selectors import coverage as stored
from pools.selectors.figures import Figures, of_row
from succession.organisation.access import access_of
from succession.organisation.models import Employee, Position, Requirement, User
from succession.organisation.selectors.policies import policy_in_force

from .own import OwnPool, over_own
from .scope import Scope, scopes_offered, shared_posts
from .stored import NAMED_AT_MOST, POOLS_SHOWN, SEATS_DRAWN, Pool, ScopeTold, Told, scope_told, weakest_pools

AnyPool = EchelonPool | OwnPool | Pool


@dataclass(frozen=True)
class Headline:
    """The ladder of one scope: seats, of them named, counted, filled by different people."""

    row: Figures
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
    """One pool's figures and its seats, a cell each; too many are told in figures alone."""

    pool: AnyPool
    row: Figures
    cells: list[dict[str, str]]

    @property
    def struck(self) -> int:
        """People in the pool who do not count."""
        return self.row.members - self.row.filled

    @property
    def filled_share(self) -> float:
        return self.row.filled / self.row.capacity if self.row.capacity else 1.0


@dataclass(frozen=True)
class Picture:
    """The overview of a scope. Without figures, or without seats, there is no headline."""

    row: Figures | None
    pools: list[PoolSeats]
    headline: Headline | None
    scopes: list[tuple[str, str]]


def figures_of(user: User, scope: Scope, *, as_of: date | None = None) -> Figures | None:
    """The figures of the scope, of today or as a past day ended; for a head over the posts that are theirs."""
    if scope.mine:
        return None if as_of else over_own(user, scope, timezone.localdate())[0]
    subject = _subject(scope)
    if as_of:
        return stored.coverage_on(user, as_of, **subject)
    if scope.pool:
        return stored.coverage_of_pool(user, scope.pool)
    if scope.unit:
        return stored.coverage_of_unit(user, scope.unit, scope.kind)
    return stored.coverage_of_whole(user, scope.kind)


def picture(user: User, scope: Scope, *, as_of: date | None = None) -> Picture:
    """Everything the overview shows of a scope at once."""
    since = (as_of or timezone.localdate()).replace(day=1) - timedelta(days=1)
    if as_of is None and not scope.mine and not scope.pool and access_of(user).sees_everything:
        told = scope_told(user, scope, since=since)
        if told is not None:
            return _of_stored(user, scope, told, since)
    if scope.mine:
        row, pools = _over_own(user, scope) if as_of is None else (None, [])
    else:
        row = figures_of(user, scope, as_of=as_of)
        pools = seats_by_pool(user, scope, as_of=as_of) if row and row.seats else []
    told_above = _headline(user, scope, row, pools, since) if row and row.seats else None
    return Picture(row, pools, told_above, scopes_offered(user, scope))


def _of_stored(user: User, scope: Scope, told: ScopeTold, since: date) -> Picture:
    pools = seats_by_pool(user, scope) if told.row.seats else []
    sharing, posts = told.sharing, told.shared_posts
    if not posts:
        sharing, posts = _shared(user, [block for each in pools for block in each.row.shared])
    above = _above(told.row, sharing, posts, told.seats_before, since)
    return Picture(told.row, pools, above, scopes_offered(user, scope, upper=told.upper))


def _headline(user: User, scope: Scope, row: Figures, pools: list[PoolSeats], since: date) -> Headline:
    """What stands beside the figure: who is shared, and how it moved since the end of last month."""
    sharing, posts = _shared(user, row.shared or [block for each in pools for block in each.row.shared])
    # The one figure alone: a day's row carries every blocking set of the whole.
    days = None if scope.mine else stored.history(user, **_subject(scope)).filter(on__lte=since)
    before = None if days is None else days.values_list("seats_true", flat=True).first()
    return _above(row, sharing, posts, before, since)


def _above(row: Figures, sharing: list[str], posts: int, before: int | None, since: date) -> Headline:
    return Headline(
        row=row,
        blocking_people=sharing,
        blocking_posts=posts,
        change=row.seats_true - before if before is not None else None,
        since=since if before is not None else None,
    )


def _shared(user: User, blocks: list[dict[str, Any]]) -> tuple[list[str], int]:
    """Of the sets in which posts rest on too few people, the one that is shortest: whose they are, and how many posts."""
    largest = max(blocks, key=lambda block: (block["short"], len(block["positions"])), default=None)
    return (_names(user, largest["people"]), len(largest["positions"])) if largest else ([], 0)


def seats_by_pool(user: User, scope: Scope, *, as_of: date | None = None) -> list[PoolSeats]:
    """The scope's pools, the smallest truly covered share first, with a cell for each seat of small ones."""
    if as_of:
        days: Any = scope.pools(CoverageDay.objects.visible_to(user)).last_on(as_of).select_related("pool", "policy")
        rows = [(row.pool, of_row(row, as_of=as_of)) for row in days]
        return _weakest([PoolSeats(pool, row, _cells(pool, row, [])) for pool, row in rows])
    if not stored.reads_stored(access_of(user), scope.kind):
        return []
    told = weakest_pools(user, scope)
    concerned = [each.pool.pk for each in told if each.concerns_reader]
    anew = stored.figures_of_pools(user, EchelonPool.objects.filter(pk__in=concerned)) if concerned else {}
    rows = [(each, anew.get(each.pool.pk) or each.row) for each in told]
    return _weakest([PoolSeats(each.pool, row, _cells(each.pool, row, each.posts)) for each, row in rows])


def _weakest(pools: list[PoolSeats]) -> list[PoolSeats]:
    return sorted(pools, key=lambda each: _weakness(each.pool, each.row))[:POOLS_SHOWN]


def _weakness(pool: AnyPool, row: Figures) -> tuple[float, int, str]:
    """The smallest truly covered share first, of equal ones the larger."""
    return row.seats_true / row.seats if row.seats else 2.0, -row.seats, pool.code


def short_pools(pools: list[PoolSeats]) -> list[PoolSeats]:
    """Those under their capacity, the smallest share of counted people first."""
    return sorted((each for each in pools if each.row.gap), key=lambda each: (each.filled_share, each.pool.code))


def first_steps() -> dict[str, bool]:
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
    return {str(step): bool(is_done) for step, is_done in (done or {}).items()}


def _subject(scope: Scope) -> dict[str, Any]:
    if scope.pool:
        return {"pool": scope.pool}
    return {"kind": scope.kind, "unit": scope.unit} if scope.unit else {"kind": scope.kind}


def _over_own(user: User, scope: Scope) -> tuple[Figures, list[PoolSeats]]:
    whole, pools = over_own(user, scope, timezone.localdate())
    shown = sorted(pools, key=lambda each: _weakness(each.pool, each.row))[:POOLS_SHOWN]
    return whole, [PoolSeats(each.pool, each.row, _cells(each.pool, each.row, each.posts)) for each in shown]


def _names(user: User, candidate_ids: list[int]) -> list[str]:
    """Names of people shared, as far as the user may see them."""
    people: Any = Candidate.objects.visible_to(user).filter(pk__in=candidate_ids).in_name_order()
    return list(people.values_list("person_name", flat=True)[: NAMED_AT_MOST + 1])


def _cells(pool: AnyPool, row: Figures, posts: list[Told]) -> list[dict[str, str]]:
    if row.seats > SEATS_DRAWN:
        return []
    states = {
        "covered": row.seats_true,
        "shared": row.seats_counted - row.seats_true,
        "not_counted": row.seats_named - row.seats_counted,
        "nobody": row.seats - row.seats_named,
    }
    words = _labels(row, posts)
    return [
        {"state": state, "label": words[state].pop(0) if words[state] else pool.name}
        for state, count in states.items()
        for _seat in range(count)
    ]


def _labels(row: Figures, posts: list[Told]) -> dict[str, list[str]]:
    """For each state the titles its cells can be told by; of shared seats those of the set that shares."""
    shared = shared_posts(row)
    labels: dict[str, list[str]] = {"covered": [], "shared": [], "not_counted": [], "nobody": []}
    for position, title, seats, named, counted in posts:
        labels["covered" if position not in shared else "shared"] += [title] * counted
        labels["not_counted"] += [title] * (named - counted)
        labels["nobody"] += [title] * (seats - named)
    spare = max(0, row.seats_true - len(labels["covered"]))
    labels["covered"] += labels["shared"][:spare]
    labels["shared"] = labels["shared"][spare:]
    return labels
