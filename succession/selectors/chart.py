"""The organisation as it reports: a tree of posts that unfolds branch by branch, an outline of the same, and who follows whom."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from pools.choices import CoverageStatus
from pools.models import Coverage, PoolPosition
from pools.selectors.figures import of_row
from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass
from succession.organisation.models import Incumbency, Position, User
from succession.organisation.selectors.policies import policy_in_force

from .behind import Behind, Seats, people_behind, seats_of

NODES_SHOWN = 60
OUTLINE_ROWS = 300
LINEAGE_STEPS = 5
CLASSES = {
    "weighty": (PositionClass.KEY, PositionClass.MANAGEMENT),
    "key": (PositionClass.KEY,),
    "all": tuple(PositionClass),
}

_ABOVE = """
WITH RECURSIVE above(id, reports_to_id) AS (
    SELECT id, reports_to_id FROM organisation_position WHERE id = %s
    UNION
    SELECT p.id, p.reports_to_id FROM organisation_position p JOIN above ON p.id = above.reports_to_id
)
SELECT id FROM above
"""


@dataclass
class Node:
    """A post in the tree, with those below it that are unfolded."""

    position: Any
    seats: Seats
    coverage: Coverage | None
    colour: str
    reports: int
    is_own: bool
    level: int = 0
    children: list["Node"] = field(default_factory=list)
    unfolded: bool = False

    @property
    def struck(self) -> int:
        return self.coverage.members - self.coverage.filled if self.coverage else 0

    @property
    def holder(self) -> str:
        names = self.seats.names
        return names[0] if len(names) == 1 and self.seats.seats == 1 else ""

    @property
    def is_vacant(self) -> bool:
        return self.seats.vacant > 0


@dataclass(frozen=True)
class View:
    """How the tree is asked for."""

    classes: str = "weighty"
    colour: str = "counted"


@dataclass(frozen=True)
class Tree:
    """The unfolded part. `too_many`: more stand at the top than fit."""

    roots: list[Node]
    shown: int
    too_many: bool


def chart(user: User, view: View, *, on: date, chosen: int | None = None) -> Tree:
    """The top of what the reader sees with one level below, and the way down to the chosen post."""
    visible = _visible(user, view, on)
    tops = list(_tops(user, visible, on)[: NODES_SHOWN + 1])
    open_ids = {post.pk for post in tops[:3]} | (_above(chosen) if chosen else set())
    below = list(visible.filter(reports_to__in=open_ids).exclude(pk__in=[post.pk for post in tops])[: 4 * NODES_SHOWN])
    nodes = _nodes(user, [*tops[:NODES_SHOWN], *below], view, on)
    for node in nodes.values():
        upper = nodes.get(node.position.reports_to_id)
        if upper is not None and node.position.reports_to_id in open_ids:
            upper.children.append(node)
            upper.unfolded = True
    roots = [nodes[post.pk] for post in tops[:NODES_SHOWN]]
    return Tree(roots, len(nodes), len(tops) > NODES_SHOWN)


def branch(user: User, position_id: int, view: View, *, on: date) -> list[Node]:
    """Who reports to a post, ready to be unfolded further."""
    below = _visible(user, view, on).filter(reports_to=position_id)[:NODES_SHOWN]
    return list(_nodes(user, below, view, on).values())


def outline(user: User, view: View, *, on: date, root: int | None = None) -> list[Node]:
    """Three levels as lines, from the top or from one post."""
    visible = _visible(user, view, on)
    level = visible.filter(pk=root) if root else _tops(user, visible, on)
    found: list[Position] = list(level[:OUTLINE_ROWS])
    top = [post.pk for post in found]
    below_top = Q(reports_to__in=top) | Q(reports_to__reports_to__in=top)
    found += visible.filter(below_top).exclude(pk__in=top)[: OUTLINE_ROWS - len(found)]
    nodes = _nodes(user, found, view, on)
    below: dict[int | None, list[Node]] = defaultdict(list)
    for node in nodes.values():
        below[None if node.position.pk in top else node.position.reports_to_id].append(node)
    return list(_in_order(below, None, 0))


def statuses(user: User, view: View) -> Counter[str]:
    """How many posts stand at each status."""
    rows = Coverage.objects.visible_to(user).of_positions().filter(kind__in=CLASSES[view.classes])
    return Counter(dict(rows.order_by().values_list("status").annotate(posts=Count("pk"))))


@dataclass(frozen=True)
class Step:
    """One step of the lineage: who would follow on which post, and which post that leaves behind."""

    position: Position
    follower: Behind | None


def lineage(user: User, position: Position, *, on: date) -> list[Step]:
    """Who follows, who follows them on the post they leave, and so on to the first gap."""
    policy = policy_in_force()
    steps: list[Step] = []
    seen: set[int] = set()
    at: Position | None = position
    while at is not None and at.pk not in seen and len(steps) < LINEAGE_STEPS:
        seen.add(at.pk)
        counted = [each for each in people_behind(user, [at.pk], on=on, policy=policy).get(at.pk, []) if each.counted]
        follower = counted[0] if counted else None
        steps.append(Step(at, follower))
        at = _post_of(user, follower, on) if follower else None
    return steps


def _post_of(user: User, follower: Behind, on: date) -> Position | None:
    """The post that would be left behind, if the reader may know what stands there."""
    held = Incumbency.objects.held_on(on).permanent().filter(employee=follower.candidate.employee_id)
    weighty = Position.objects.with_succession_for(user).exclude(position_class=PositionClass.GENERAL)
    return weighty.filter(incumbencies__in=held).order_by("code").first() if follower.candidate.employee_id else None


def _visible(user: User, view: View, on: date) -> QuerySet[Position]:
    """Posts of the classes asked for, and whatever else has reports, so that no line breaks."""
    posts = Position.objects.visible_to(user).open_on(on)
    reports = Position.objects.visible_to(user).open_on(on).filter(reports_to=OuterRef("pk"))
    wanted = reports.filter(position_class__in=CLASSES[view.classes]) if view.classes != "all" else reports
    count = wanted.order_by().values("reports_to").annotate(n=Count("pk")).values("n")
    if view.classes != "all":
        posts = posts.filter(Q(position_class__in=CLASSES[view.classes]) | Exists(wanted))
    return (
        posts.with_seats(on)
        .annotate(reports_count=Coalesce(Subquery(count, output_field=IntegerField()), 0))
        .order_by("-reports_count", "code")
    )


def _tops(user: User, visible: QuerySet[Position], on: date) -> QuerySet[Position]:
    """Posts whose superior the reader does not see, or who have none."""
    upper = Position.objects.visible_to(user).open_on(on).filter(pk=OuterRef("reports_to"))
    return visible.filter(Q(reports_to__isnull=True) | ~Exists(upper))


def _above(position_id: int) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [position_id])
        return {row[0] for row in cursor.fetchall()}


def _nodes(user: User, positions: Iterable[Position], view: View, on: date) -> dict[int, Node]:
    """Holders, coverage and colour of some posts: three statements, a fourth when coloured by true coverage."""
    posts: list[Any] = list(positions)
    seated = seats_of(posts, on)
    rows = Coverage.objects.visible_to(user).of_positions().filter(position__in=[post.pk for post in posts])
    coverage = {row.position_id: row for row in rows if row.position_id}
    shared = _shared(user, list(coverage)) if view.colour == "true" else set()
    access = access_of(user)
    own: frozenset[int] = frozenset() if access.is_auditor else access.own_position_ids
    return {
        post.pk: Node(
            position=post,
            seats=seated[post.pk],
            coverage=coverage.get(post.pk),
            colour=_colour(coverage.get(post.pk), view, shared),
            reports=post.reports_count,
            is_own=post.pk in own,
        )
        for post in posts
    }


def _colour(row: Coverage | None, view: View, shared: Collection[int]) -> str:
    if row is None or row.status == CoverageStatus.NOT_NEEDED:
        return ""
    if view.colour != "true":
        return row.status
    if not row.seats_counted:
        return CoverageStatus.EMPTY
    is_short = row.position_id in shared or row.seats_counted < row.seats
    return CoverageStatus.THIN if is_short else CoverageStatus.FULL


def _shared(user: User, position_ids: list[int]) -> set[int]:
    """Posts among these that rest on too few people together with others."""
    pools = PoolPosition.objects.visible_to(user).filter(position__in=position_ids).values("pool")
    rows = Coverage.objects.visible_to(user).of_pools().filter(pool__in=pools).select_related("policy")
    return {position for row in rows for block in of_row(row).shared for position in block["positions"]}


def _in_order(below: dict[int | None, list[Node]], upper: int | None, level: int) -> Iterable[Node]:
    for node in below.get(upper, []):
        node.level = level
        yield node
        yield from _in_order(below, node.position.pk, level + 1)
