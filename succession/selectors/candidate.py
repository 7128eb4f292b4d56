"""Everything the page of a candidate shows: who they are, where they stand, how well they answer which post."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from candidates.fit import Fit, fit_of
from candidates.models import Assessment, Candidate
from candidates.selectors.fit import requirements_of
from candidates.selectors.profile import LevelRead
from pools.choices import MembershipState, PoolKind, Readiness
from pools.models import Membership, MembershipPost
from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass
from succession.organisation.models import CareerGoal, Competency, Incumbency, Position, User
from succession.organisation.statements import GIVEN, found, from_json

OFFERED = 20
DAYS = ("admitted_on", "next_screening_on", "readiness_on", "starts_on", "until")


class Held(NamedTuple):
    """A post they sit on today."""

    position: int
    title: str
    code: str
    grade: str
    position_class: str
    acting: bool
    starts_on: date


class Named(NamedTuple):
    """A post they are named for."""

    position: int
    title: str
    code: str
    readiness: str
    readiness_on: date
    reason: str
    state: str


class InPool(NamedTuple):
    """A pool they stand in."""

    pool: int
    name: str
    kind: str
    state: str
    admitted_on: date | None
    next_screening_on: date | None


class Goal(NamedTuple):
    text: str
    importance: int
    until: date | None


class CandidateRead(NamedTuple):
    """A candidate with what stands with them."""

    pk: int
    evidence_on: date | None
    willingness: str
    employee_id: int | None
    name: str
    number: str | None
    unit_id: int | None
    unit: str | None
    left_on: date | None
    mobility: str | None
    source: str | None
    retain_until: date | None
    held: list[Held]
    named: list[Named]
    pools: list[InPool]
    goals: list[Goal]

    @property
    def is_external(self) -> bool:
        return self.employee_id is None

    @property
    def title(self) -> str:
        return self.held[0].title if self.held else ""

    @property
    def kinds(self) -> list[str]:
        standing = {each.kind for each in self.pools if each.state != MembershipState.EXITED}
        return [kind for kind in PoolKind.values if kind in standing]

    @property
    def readiness(self) -> str:
        """The best over the posts they are named for."""
        return next((tier for tier in Readiness.values if tier in {each.readiness for each in self.named}), "")


class AssessmentRead(NamedTuple):
    """A final assessment."""

    pk: int
    instrument: str
    kind: str
    half_life_months: int
    assessed_on: date
    version: int
    raters: int


class Post(NamedTuple):
    """A post that a fit is worked out for."""

    pk: int
    code: str
    title: str
    unit: str


@dataclass(frozen=True)
class FitLine:
    """How well someone answers one post."""

    post: Post
    fit: Fit
    named: Named | None

    @property
    def strip(self) -> list[dict[str, Any]]:
        return strip_of(self.fit)


def strip_of(fit: Fit) -> list[dict[str, Any]]:
    """What the fit strip is drawn from."""
    return [
        {"weight": part.weight, "required": part.required, "level": part.level, "must": part.must_have}
        for part in fit.parts
    ]


def read_candidates(user: User, keys: list[int], *, on: date) -> list[CandidateRead]:
    """Candidates the reader may see, by id as asked for. One statement."""
    rows = _described(Candidate.objects.visible_to(user).filter(pk__in=keys), user, on)
    read = {row[0]: _read(row) for row in rows}
    return [read[pk] for pk in keys if pk in read]


def read_candidate(user: User, pk: int, *, on: date) -> CandidateRead | None:
    """One of them, in a statement that is kept."""
    lines = found(
        ("candidate", access_of(user), on),
        lambda: _described(Candidate.objects.visible_to(user).filter(pk=GIVEN), user, on),
        pk,
    )
    return _read(lines[0]) if lines else None


def _described(people: Any, user: User, on: date) -> QuerySet[Any, Any]:
    here = OuterRef("pk")
    held = Incumbency.objects.visible_to(user).held_on(on).filter(employee=OuterRef("employee"))
    named = MembershipPost.objects.visible_to(user).filter(membership__candidate=here)
    named = named.exclude(membership__state=MembershipState.EXITED).order_by("readiness_on", "pk")
    pools = Membership.objects.visible_to(user).standing().filter(candidate=here).order_by("pk")
    goals = CareerGoal.objects.filter(employee=OuterRef("employee")).order_by("-importance", "pk")
    of_post = {"position": "position_id", "title": "position__title", "code": "position__code"}
    return (
        people.with_willingness(on)
        .order_by()
        .values_list(
            "pk",
            "evidence_on",
            "current_willingness",
            "employee_id",
            Coalesce("employee__name", "external__name"),
            "employee__number",
            "employee__org_unit_id",
            "employee__org_unit__name",
            "employee__left_on",
            "employee__mobility",
            "external__source",
            "external__retain_until",
            _listed(
                held.order_by("acting", "starts_on"),
                Held,
                **of_post,
                grade="position__grade",
                position_class="position__position_class",
            ),
            _listed(named, Named, **of_post, state="membership__state"),
            _listed(pools, InPool, pool="pool_id", name="pool__name", kind="pool__kind"),
            _listed(goals, Goal),
        )
    )


def _listed(rows: QuerySet[Any], shape: Any, **elsewhere: str) -> ArraySubquery:
    return ArraySubquery(rows.values(json=JSONObject(**{name: elsewhere.get(name, name) for name in shape._fields})))


def _read(line: tuple[Any, ...]) -> CandidateRead:
    *facts, held, named, pools, goals = line
    shapes = ((Held, held), (Named, named), (InPool, pools), (Goal, goals))
    return CandidateRead(*facts, *([_of(shape, text) for text in texts] for shape, texts in shapes))


def _of(shape: Any, text: Any) -> Any:
    known = from_json(text)
    days = {name: date.fromisoformat(known[name]) for name in DAYS if known.get(name)}
    return shape(**known | days)


def assessments_of(user: User, candidate: int) -> list[AssessmentRead]:
    """Final assessments of someone the reader may see, newest first; of a corrected one the version in force."""
    rows = found(("assessments", access_of(user)), lambda: _assessments(user), candidate)
    return [AssessmentRead(*row) for row in rows]


def _assessments(user: User) -> QuerySet[Any, Any]:
    seen = Candidate.objects.visible_to(user).filter(pk=GIVEN).order_by().values("pk")
    rows = Assessment.objects.current().filter(candidate__in=seen).order_by("-assessed_on", "-pk")
    return rows.annotate(raters=Count("assignments")).values_list(
        "pk", "instrument__name", "instrument__kind", "instrument__half_life_months", "assessed_on", "version", "raters"
    )


def fits_of_candidate(
    user: User, read: CandidateRead, levels: list[LevelRead], chosen: int | None, code: str = ""
) -> tuple[list[FitLine], FitLine | None]:
    """Fits for the posts they are named for, those of their pools, and the one chosen. Two statements.

    Returns them best first, and the one chosen: as asked for, else the first they are named for, else the best.
    """
    named = {each.position: each for each in read.named}
    posts = _posts(user, read, chosen, code)
    asked = requirements_of(user, [post.pk for post in posts])
    rated = {level.competency: level.level for level in levels}
    lines = [FitLine(post, fit_of(rated, asked[post.pk]), named.get(post.pk)) for post in posts if post.pk in asked]
    lines.sort(key=lambda line: (-(line.fit.fit or 0), line.post.code))
    by_post = {line.post.pk: line for line in lines}
    by_code = {line.post.code.casefold(): line for line in lines}
    first_named = next((by_post[pk] for pk in named if pk in by_post), None)
    found_chosen = by_code.get(code.casefold()) or by_post.get(chosen or 0)
    return lines, found_chosen or first_named or (lines[0] if lines else None)


def _posts(user: User, read: CandidateRead, chosen: int | None, code: str) -> list[Post]:
    pools = [each.pool for each in read.pools]
    reach = Q(pk__in=[each.position for each in read.named]) | Q(pool_position__pool__in=pools) | Q(pk=chosen)
    if code:
        reach |= Q(code__iexact=code)
    rows = Position.objects.with_succession_for(user).filter(reach, requirements__isnull=False).order_by("code")
    posts = [Post(*row) for row in rows.values_list("pk", "code", "title", "org_unit__name").distinct()]
    wanted = {each.position for each in read.named} | {chosen}
    first = [post for post in posts if post.pk in wanted or post.code.casefold() == code.casefold()]
    return [*first, *(post for post in posts if post not in first)][: max(OFFERED, len(first))]


def names_of(fit: Fit) -> dict[int, str]:
    """What the competencies of a fit are called."""
    keys = [part.competency for part in fit.parts]
    return dict(Competency.objects.filter(pk__in=keys).values_list("pk", "name"))


def classes_left(read: CandidateRead) -> list[tuple[str, str]]:
    """The posts that would stand empty: title and class."""
    return [(each.title, str(PositionClass(each.position_class).label)) for each in read.held if not each.acting]


def why_candidate_seen(user: User, read: CandidateRead) -> list[str]:
    """The rules by which someone may open a candidate's page, each a sentence."""
    access = access_of(user)
    rules = [
        (access.is_whole_hr, _("HR managers see every candidate but themselves.")),
        (access.is_auditor, _("Auditors read everything.")),
        (
            read.unit_id in access.unit_ids,
            _("You are responsible for %(unit)s, or for a unit above it.") % {"unit": read.unit},
        ),
    ]
    return [sentence for holds, sentence in rules if holds]
