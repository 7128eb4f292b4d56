"""Plain records of what the demonstration company is made of: no database here."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class UnitPlan:
    code: str
    name: str
    parent: str | None
    head: str | None


@dataclass(frozen=True, slots=True)
class PostPlan:
    """`seats` at the day of loading; `changes` are (days from then, seats more or fewer, reason)."""

    code: str
    title: str
    grade: str
    unit: str
    reports_to: str | None
    position_class: str = "general"
    seats: int = 1
    vacant: int = 0
    changes: tuple[tuple[int, int, str], ...] = ()


@dataclass(slots=True)
class PersonPlan:
    name: str
    sort_name: str
    post: str
    unit: str
    hired_on: date
    in_post_since: date
    birth_date: date | None = None
    leaving: tuple[date, str] | None = None
    acting: bool = False
    username: str = ""


@dataclass(frozen=True, slots=True)
class NamePlan:
    post: str
    readiness: str


@dataclass(slots=True)
class MemberPlan:
    person: str
    posts: tuple[NamePlan, ...]
    state: str = "active"
    admitted: date | None = None
    evidence: date | None = None
    willingness: str = "agreed"
    next_screening: date | None = None
    reason: str = ""
    exit_reason: str = ""


@dataclass(slots=True)
class PoolPlan:
    code: str
    name: str
    kind: str
    owner: str
    horizon_years: int
    posts: tuple[str, ...] = ()
    target_size: int | None = None
    levels: str = ""
    grades: str = ""
    over_capacity_reason: str = ""
    members: list[MemberPlan] = field(default_factory=list)


@dataclass(slots=True)
class CompanyPlan:
    name: str
    units: tuple[UnitPlan, ...]
    posts: tuple[PostPlan, ...]
    people: list[PersonPlan]
    pools: list[PoolPlan]
