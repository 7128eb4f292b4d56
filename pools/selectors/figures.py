"""Coverage figures as pages and programs read them: stored ones and those computed over visible posts look alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from pools import coverage_rules
from pools.choices import CoverageStatus
from pools.coverage_rules import FORMULA_VERSION, MemberRow, NameRow, PostRow
from pools.matching import covered_and_blocking
from pools.models import Coverage, CoverageDay
from pools.selectors.demand import PostDemand
from pools.selectors.standing import Name, scope_over
from succession.organisation.models import Policy
from succession.organisation.statements import from_json

COUNTS = (
    "seats",
    "planned",
    "closing",
    "demand",
    "capacity",
    "members",
    "filled",
    "ready_now",
    "years_1_3",
    "years_4_5",
    "gap",
    "surplus",
    "names",
    "named_people",
    "seats_named",
    "seats_counted",
    "seats_true",
    "seats_true_ready_now",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """How far something is covered, on a day.

    partial: over the posts that the reader may see, not all ("your posts"). blocking: [{positions, people, short}], ids
    of positions and candidates. overlap: None without names.
    """

    scope: str
    kind: str
    as_of: date
    computed_at: datetime
    seats: int
    planned: int
    closing: int
    demand: int
    ratio: Decimal | None
    capacity: int
    members: int
    filled: int
    ready_now: int
    years_1_3: int
    years_4_5: int
    gap: int
    surplus: int
    names: int
    named_people: int
    overlap: Decimal | None
    seats_named: int
    seats_counted: int
    seats_true: int
    seats_true_ready_now: int
    status: str
    formula_version: int
    policy_version: int
    blocking: list[dict[str, Any]] = field(default_factory=list)
    stale_since: datetime | None = None
    failure: str = ""
    partial: bool = False

    @property
    def gross(self) -> int:
        return self.members

    @property
    def stale(self) -> bool:
        return self.stale_since is not None

    @property
    def status_label(self) -> str:
        return str(CoverageStatus(self.status).label)

    @property
    def shared(self) -> list[dict[str, Any]]:
        """The blocking sets in which several posts rest on the same people."""
        return [blocking for blocking in self.blocking if len(blocking["positions"]) > 1]


def of_row(row: Coverage | CoverageDay, *, as_of: date | None = None) -> Figures:
    """Stored figures; of a past day when the row is one of the history."""
    now = row if isinstance(row, Coverage) else None
    day = row.on if isinstance(row, CoverageDay) else timezone.localdate()
    return Figures(
        scope=row.scope,
        kind=row.kind,
        as_of=as_of or day,
        computed_at=row.computed_at,
        ratio=row.ratio,
        overlap=row.overlap if row.named_people else None,
        status=row.status,
        formula_version=row.formula_version,
        policy_version=row.policy.version,
        blocking=row.blocking,
        stale_since=now.stale_since if now else None,
        failure=now.failure if now else "",
        **{name: getattr(row, name) for name in COUNTS},
    )


def of_values(values: Mapping[str, Any], policy_version: int, on: date) -> Figures:
    """Stored figures from a row's values by column."""
    return Figures(
        scope=values["scope"],
        kind=values["kind"],
        as_of=on,
        computed_at=values["computed_at"],
        ratio=values["ratio"],
        overlap=values["overlap"] if values["named_people"] else None,
        status=values["status"],
        formula_version=values["formula_version"],
        policy_version=policy_version,
        blocking=from_json(values["blocking"]),
        stale_since=values["stale_since"],
        failure=values["failure"],
        **{name: values[name] for name in COUNTS},
    )


def over_posts(
    scope: str,
    kind: str,
    posts: Iterable[PostDemand],
    names: Iterable[Name],
    policy: Policy,
    on: date,
    *,
    members: Iterable[MemberRow] | None = None,
    ratio: Decimal | None = None,
    target: int | None = None,
    partial: bool = False,
) -> Figures:
    """Figures computed now by the arithmetic that the stored ones are proved against."""
    posts = list(posts)
    return over_scope(
        scope,
        kind,
        scope_over(posts, names, members),
        policy,
        on,
        planned=sum(post.planned for post in posts),
        closing=sum(post.closing for post in posts),
        ratio=ratio,
        target=target,
        partial=partial,
    )


def over_scope(
    scope: str,
    kind: str,
    rows: coverage_rules.Scope,
    policy: Policy,
    on: date,
    *,
    planned: int,
    closing: int,
    ratio: Decimal | None = None,
    target: int | None = None,
    partial: bool = False,
) -> Figures:
    """The same over rows; `planned` and `closing` are those of their posts together."""
    if target is not None:
        rows = coverage_rules.Scope((), rows.members, (), target)
    counted = [name for name in rows.names if name.counted]
    seats_true, blocking = _matched(rows.posts, counted)
    found = coverage_rules.figures(rows, seats_true=seats_true)
    values = {name: getattr(found, name) for name in COUNTS if hasattr(found, name)}
    return Figures(
        scope=scope,
        kind=kind,
        as_of=on,
        computed_at=timezone.now(),
        planned=planned,
        closing=closing,
        ratio=ratio,
        named_people=len({name.person for name in counted}),
        overlap=found.overlap,
        status=found.status,
        formula_version=FORMULA_VERSION,
        policy_version=policy.version,
        blocking=blocking,
        partial=partial,
        **values,
    )


def _matched(posts: Iterable[PostRow], counted: Iterable[NameRow]) -> tuple[int, list[dict[str, Any]]]:
    """Seats filled at once by different people, and the blocking sets."""
    pairs = [(name.post, name.person) for name in counted]
    covered, blocking = covered_and_blocking(pairs, {post.id: post.seats for post in posts})
    return covered, [
        {"positions": list(block.positions), "people": list(block.people), "short": block.short} for block in blocking
    ]
