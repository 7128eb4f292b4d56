"""What a planned import would do to coverage: the very statements of `sql`, over facts as they would stand.

The tables an import writes are shadowed: in each statement a named query of the table's own name gives its rows with those
that the import would change or add. Nothing is written or locked, and what counts is decided where it always is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.utils import timezone

from candidates.models import Candidate
from pools import recompute, sql, true_figures
from succession.organisation.models import Employee, Position

TOLD_AT_MOST = 100
CLASSES = ("key", "management")

_SHADOWS = """
organisation_position AS (
    SELECT id, org_unit_id, position_class, base_seats, closed_on FROM organisation_position
    WHERE id <> ALL(%(post_id)s::bigint[])
    UNION ALL
    SELECT * FROM unnest(%(post_id)s::bigint[], %(post_unit)s::bigint[], %(post_kind)s::varchar[], %(post_base)s::int[],
                         %(post_closed)s::date[])
),
organisation_seatchange AS (
    SELECT position_id, "on", delta FROM organisation_seatchange
    UNION ALL
    SELECT * FROM unnest(%(seat_post)s::bigint[], %(seat_on)s::date[], %(seat_delta)s::int[])
),
organisation_incumbency AS (
    SELECT id, position_id, employee_id, starts_on, ends_on, acting FROM organisation_incumbency
    WHERE id <> ALL(%(held_id)s::bigint[])
    UNION ALL
    SELECT * FROM unnest(%(held_id)s::bigint[], %(held_post)s::bigint[], %(held_person)s::bigint[],
                         %(held_starts)s::date[], %(held_ends)s::date[], %(held_acting)s::bool[])
),
leaving(id, left_on) AS (
    SELECT * FROM unnest(%(left_id)s::bigint[], %(left_on)s::date[])
),
organisation_employee AS (
    SELECT e.id, CASE WHEN l.id IS NULL THEN e.left_on ELSE l.left_on END AS left_on, e.willingness, e.willingness_until
    FROM organisation_employee e LEFT JOIN leaving l ON l.id = e.id
),"""
_LISTS = {
    "post": ("posts", ("id", "unit", "kind", "base", "closed")),
    "seat": ("seats", ("post", "on", "delta")),
    "held": ("holders", ("id", "post", "person", "starts", "ends", "acting")),
    "left": ("left", ("id", "on")),
}

_POSTS = """
SELECT p.id, p.kind, p.seats, p.planned, p.closing, least(p.seats, coalesce(b.members, 0)),
       least(p.seats, coalesce(b.filled, 0))
FROM posts p LEFT JOIN behind b ON b.position_id = p.id"""
_NAMES = """
SELECT p.id, p.seats::bigint, (p.kind = 'key')::int::bigint, n.candidate_id, n.tier::bigint
FROM named n JOIN posts p ON p.id = n.position_id WHERE n.counted AND p.seats > 0"""
_HOLDERS = """
SELECT DISTINCT p.id, i.employee_id FROM posts p JOIN organisation_incumbency i ON i.position_id = p.id
WHERE NOT i.acting AND i.employee_id IS NOT NULL
  AND i.starts_on <= %(today)s AND (i.ends_on IS NULL OR i.ends_on > %(today)s)"""


class Post(NamedTuple):
    """A key or management post and its seats."""

    id: int
    kind: str
    seats: int
    planned: int
    closing: int
    named: int
    counted: int


@dataclass(frozen=True)
class Standing:
    """Posts of the two classes by id, who holds them, which names count, and how many seats are truly covered."""

    posts: dict[int, Post]
    holders: set[tuple[int, int]]
    names: set[tuple[int, int]]
    true: dict[str, tuple[int, int]]

    def figures(self, kind: str) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for post in self.posts.values():
            if post.kind == kind:
                sums.update(post._asdict() | {"id": 0, "kind": 0})
        seats_true, ready_now = self.true[kind]
        told = {name: sums[name] for name in ("seats", "planned", "closing", "named", "counted")}
        return told | {"true": seats_true, "ready_now": ready_now}


def foretold(facts: Mapping[str, Any], on: date | None = None) -> dict[str, Any]:
    """The figures of both classes before and after, and the posts, holders and successors concerned, as plain data.

    `facts` come from `organisation.imports.foreseen`. Lists are told up to a length, their counts in full.
    """
    on = on or timezone.localdate()
    with recompute.planned_for_everything():
        before, after = _standing({}, on), _standing(facts, on)
    told = Told(before, after, facts)
    return {
        "on": on.isoformat(),
        "figures": {kind: {"before": before.figures(kind), "after": after.figures(kind)} for kind in CLASSES},
        "posts": _counted(told.posts()),
        "holders": _counted(told.holders()),
        "successors": _counted(told.successors()),
    }


def _standing(facts: Mapping[str, Any], on: date) -> Standing:
    asked = recompute.facts_on(on) | _columns(facts)
    start = f"WITH {_SHADOWS if facts else ''} {sql.facts(sql.ALL)}"
    with connection.cursor() as cursor:
        cursor.execute(f"{start}{_POSTS}", asked)
        posts = {row[0]: Post(*row) for row in cursor.fetchall()}
        cursor.execute(f"{start}{_NAMES}", asked)
        rows = np.array(cursor.fetchall(), np.int64).reshape(-1, 5)
        cursor.execute(f"{start}{_HOLDERS}", asked)
        holders = set(cursor.fetchall())
    names = dict(zip(("position", "seats", "is_key", "candidate", "tier"), rows.T, strict=True))
    pairs = set(zip(rows[:, 0].tolist(), rows[:, 3].tolist(), strict=True))
    return Standing(posts, holders, pairs, true_figures.of_whole(names))


def _columns(facts: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The facts as one list a column, as the shadows ask for them."""
    return {
        f"{prefix}_{name}": [fact[name] for fact in facts.get(key, ())]
        for prefix, (key, names) in _LISTS.items()
        for name in names
    }


def _counted(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(rows), "rows": rows[:TOLD_AT_MOST]}


class Told:
    """What lies between two standings, in rows for people to read."""

    def __init__(self, before: Standing, after: Standing, facts: Mapping[str, Any]) -> None:
        self.before, self.after = before, after
        self._new_posts = {post["id"]: post for post in facts.get("posts", ())}
        self._newcomers = {person["id"]: person["name"] for person in facts.get("newcomers", ())}
        self._left = {person["id"]: person["on"] for person in facts.get("left", ())}
        changed = self._changed_posts()
        left, come = before.holders - after.holders, after.holders - before.holders
        gone, gained = before.names - after.names, after.names - before.names
        self._known = self._read_posts({pk for pk, _who in left | come | gone | gained} | set(changed))
        self._changed, self._left_seats, self._taken = changed, left, come
        self._gone, self._gained = gone, gained

    def posts(self) -> list[dict[str, Any]]:
        """Posts with other seats than before, or that become or cease to be key or management posts."""
        rows = []
        for pk in self._changed:
            old, new = self.before.posts.get(pk), self.after.posts.get(pk)
            kind = (new or old).kind  # type: ignore[union-attr]  # one of the two stands
            what = "changed"
            if old is None or new is None:
                what = "opened" if old is None else "closed"
            elif old.kind != new.kind:
                what = "class"
            rows.append(
                self._post(pk)
                | {
                    "kind": kind,
                    "what": what,
                    "before": old.seats if old else 0,
                    "after": new.seats if new else 0,
                    "later": new.planned - new.closing - (old.planned - old.closing if old else 0) if new else 0,
                }
            )
        return _in_order(rows)

    def holders(self) -> list[dict[str, Any]]:
        """People who leave such a post, with the one they move to, and people who take one."""
        names = self._names_of({who for _pk, who in self._left_seats | self._taken})
        to = {who: pk for pk, who in sorted(self._taken, reverse=True)}
        came_from = {who for _pk, who in self._left_seats}
        rows = [
            self._post(pk) | names[who] | {"what": "moves" if who in to else "leaves", "to": self._code(to.get(who))}
            for pk, who in self._left_seats
        ]
        rows += [
            self._post(pk) | names[who] | {"what": "comes", "to": ""} for pk, who in self._taken if who not in came_from
        ]
        return _in_order(rows)

    def successors(self) -> list[dict[str, Any]]:
        """Names that no longer count, with the reason, and names that count anew."""
        people = {person for _pk, person in self._gone | self._gained}
        found = Candidate.objects.select_related("employee", "external").in_bulk(people)
        rows = []
        for pk, person in self._gone | self._gained:
            candidate = found[person]
            what = "counts" if (pk, person) in self._gained else self._why_gone(pk, candidate.employee_id)
            rows.append(self._post(pk) | {"person": candidate.employee_id, "name": str(candidate), "what": what})
        return _in_order(rows)

    def _why_gone(self, pk: int, employee: int | None) -> str:
        if employee is not None and (pk, employee) in self.after.holders:
            return "appointed"
        if employee is not None and self._left.get(employee):
            return "left"
        post = self.after.posts.get(pk)
        old = self.before.posts[pk]
        return "post" if post is None or post.kind != old.kind or not post.seats else "other"

    def _changed_posts(self) -> list[int]:
        def shape(post: Post | None) -> tuple[Any, ...]:
            return () if post is None else (post.kind, post.seats, post.planned, post.closing)

        both = self.before.posts.keys() | self.after.posts.keys()
        return [pk for pk in both if shape(self.before.posts.get(pk)) != shape(self.after.posts.get(pk))]

    def _read_posts(self, pks: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Code and title as they would be."""
        known = {pk: (post["code"], post["title"]) for pk, post in self._new_posts.items()}
        others = [pk for pk in pks if pk not in known]
        for pk, code, title in Position.objects.filter(pk__in=others).order_by().values_list("pk", "code", "title"):
            known[pk] = (code, title)
        return known

    def _post(self, pk: int) -> dict[str, Any]:
        code, title = self._known[pk]
        return {"post": pk if pk > 0 else None, "code": code, "title": title}

    def _code(self, pk: int | None) -> str:
        return "" if pk is None else self._known[pk][0]

    def _names_of(self, people: set[int]) -> dict[int, dict[str, Any]]:
        known = dict(Employee.objects.filter(pk__in=people).order_by().values_list("pk", "name"))
        return {
            pk: {"person": pk if pk > 0 else None, "name": known.get(pk) or self._newcomers.get(pk, "")}
            for pk in people
        }


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["code"], row.get("name", ""), row["what"]))
