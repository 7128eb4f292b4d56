"""The organisation as it reports: a tree of posts that unfolds branch by branch, an outline of the same, and who follows whom."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from pools.choices import CoverageScope, CoverageStatus
from pools.models import Coverage, PoolPosition
from pools.selectors.figures import of_row
from succession.organisation.access import access_of
from succession.organisation.choices import PositionClass
from succession.organisation.models import Incumbency, Position, User
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.statements import found, from_json

from .behind import Behind, people_behind
from .nodes import NODES_SHOWN, UNFOLDED_AT_FIRST, Cover, Node, nodes_from_the_top, nodes_of

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
    nodes = _top_and_below(user, view, on, chosen)
    _colour(user, nodes, view)
    roots = [node for node in nodes.values() if node.is_top]
    shown = roots[:NODES_SHOWN]
    for node in nodes.values():
        upper = None if node.is_top else nodes.get(node.position.reports_to_id or 0)
        if upper is not None:
            upper.children.append(node)
            upper.unfolded = True
    return Tree(shown, len(nodes) - (len(roots) - len(shown)), len(roots) > len(shown))


def _top_and_below(user: User, view: View, on: date, chosen: int | None) -> dict[int, Node]:
    """One post more at the top than fits, so that it can be told."""
    if access_of(user).sees_everything:
        return nodes_from_the_top(user, CLASSES[view.classes], on, chosen=chosen)
    visible = _visible(user, view, on)
    tops = list(_picked(_tops(user, visible, on)[: NODES_SHOWN + 1]))
    keys = {pk for pk, _reports in tops}
    opened = {pk for pk, _reports in tops[:UNFOLDED_AT_FIRST]} | (_above(chosen) if chosen else set())
    below = _picked(visible.filter(reports_to__in=opened).exclude(pk__in=keys)[: 4 * NODES_SHOWN])
    nodes = nodes_of(user, [*tops, *below], on)
    for pk in keys & set(nodes):
        nodes[pk].is_top = True
    return nodes


def branch(user: User, position_id: int, view: View, *, on: date) -> list[Node]:
    """Who reports to a post, ready to be unfolded further."""
    nodes = nodes_of(user, _picked(_visible(user, view, on).filter(reports_to=position_id)[:NODES_SHOWN]), on)
    _colour(user, nodes, view)
    return list(nodes.values())


def outline(user: User, view: View, *, on: date, root: int | None = None) -> list[Node]:
    """Three levels as lines, from the top or from one post."""
    visible = _visible(user, view, on)
    level = visible.filter(pk=root) if root else _tops(user, visible, on)
    picked = list(_picked(level[:OUTLINE_ROWS]))
    top = {pk for pk, _reports in picked}
    below_top = Q(reports_to__in=top) | Q(reports_to__reports_to__in=top)
    picked += _picked(visible.filter(below_top).exclude(pk__in=top)[: OUTLINE_ROWS - len(picked)])
    nodes = nodes_of(user, picked, on)
    _colour(user, nodes, view)
    below: dict[int | None, list[Node]] = defaultdict(list)
    for node in nodes.values():
        below[None if node.position.pk in top else node.position.reports_to_id].append(node)
    return list(_in_order(below, None, 0))


def statuses(user: User, view: View) -> Counter[str]:
    """How many posts stand at each status."""
    classes = CLASSES[view.classes]
    rows = Coverage.objects.visible_to(user)
    if access_of(user).sees_everything:
        whole = rows.filter(scope=CoverageScope.WHOLE, kind__in=classes)
        asked = ("statuses of posts", access_of(user), classes)
        kept = [from_json(posts) for (posts,) in found(asked, lambda: whole.values_list("post_statuses")) if posts]
        if kept:
            counted: Counter[str] = Counter()
            for posts in kept:
                counted.update(posts)
            return counted - _own_statuses(user, classes)
    live = rows.of_positions().filter(kind__in=classes).order_by().values_list("status").annotate(posts=Count("pk"))
    return Counter(dict(live))


def _own_statuses(user: User, classes: Collection[str]) -> Counter[str]:
    """What is counted for the whole, but kept from those who sit there."""
    access = access_of(user)
    if access.is_auditor or not access.own_position_ids:
        return Counter()
    own = Coverage.objects.of_positions().filter(position__in=access.own_position_ids, kind__in=classes)
    return Counter(own.values_list("status", flat=True))


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
    reports_count = Coalesce(Subquery(count, output_field=IntegerField()), 0)
    return posts.annotate(reports_count=reports_count).order_by("-reports_count", "code")


def _tops(user: User, visible: QuerySet[Position], on: date) -> QuerySet[Position]:
    """Posts whose superior the reader does not see, or who have none."""
    upper = Position.objects.visible_to(user).open_on(on).filter(pk=OuterRef("reports_to"))
    return visible.filter(Q(reports_to__isnull=True) | ~Exists(upper))


def _above(position_id: int) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [position_id])
        return {row[0] for row in cursor.fetchall()}


def _picked(posts: QuerySet[Any, Any]) -> Iterable[tuple[int, int]]:
    return posts.values_list("pk", "reports_count")


def _colour(user: User, nodes: dict[int, Node], view: View) -> None:
    """By true coverage, where that is asked for; one statement more."""
    if view.colour != "true":
        return
    shared = _shared(user, [pk for pk, node in nodes.items() if node.coverage])
    for pk, node in nodes.items():
        if node.coverage and node.colour:
            node.colour = _true_colour(node.coverage, is_shared=pk in shared)


def _true_colour(row: Cover, *, is_shared: bool) -> str:
    if not row.seats_counted:
        return CoverageStatus.EMPTY
    return CoverageStatus.THIN if is_shared or row.seats_counted < row.seats else CoverageStatus.FULL


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
