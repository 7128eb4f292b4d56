"""The rows of a pool's page, as its tables show them: plain values, for there are many of them."""

from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pools.choices import MembershipState, NotCounted, PoolKind
from pools.selectors.demand import PostDemand
from pools.selectors.people import Standing
from pools.selectors.pool_page import MemberLine, PoolPage, PostLine
from pools.selectors.slots import Slot
from pools.views.acts import ActsOpen
from succession.organisation import formats
from succession.organisation.interface.addresses import address, pattern
from succession.organisation.interface.pictures import SlotShown
from succession.organisation.models import Position

SEATS_DRAWN = 12
POSTS_SHOWN = 2
ON_ITS_WAY = formats.WEEKDAY_WITHIN_DAYS


def groups_of(page: PoolPage, *, may_propose: bool) -> list[dict[str, Any]]:
    """Posts that share people first, set by set, then the others."""
    addresses = _Addresses(address("pool", page.pool.pk) if may_propose else "", pattern("position"), pattern("person"))
    groups: list[dict[str, Any]] = [
        {
            "shared": bracket,
            "people": ", ".join(person.name for person in bracket.people),
            "rows": [_row(line, addresses) for line in bracket.lines],
        }
        for bracket in page.brackets
    ]
    others = [_row(line, addresses) for line in page.lines]
    return [*groups, {"shared": None, "rows": others}] if others else groups


class _Addresses(NamedTuple):
    """The pool's own (none for who may not propose), and the patterns of a post's and a person's."""

    who_could: str
    position: str
    person: str


class SeatRow(NamedTuple):
    """A post as the table of seats shows it; without `seats` there are too many to draw each."""

    line: PostLine
    position: Position
    url: str
    seats: list[list[SlotShown]]
    holders: str
    leaves_on: date | None
    demand: str


def _row(line: PostLine, addresses: _Addresses) -> SeatRow:
    post = line.post
    who_could = f"{addresses.who_could}?for={post.position.pk}#eligible" if addresses.who_could else ""
    empty = SlotShown("empty", who_could)
    return SeatRow(
        line=line,
        position=post.position,
        url=addresses.position % post.position.pk,
        seats=[[_slot(slot, empty, addresses.person) for slot in group] for group in line.slots]
        if post.demand <= SEATS_DRAWN
        else [],
        holders=", ".join([holder.name for holder in line.holders if holder.name and not holder.acting]),
        leaves_on=min([holder.leaves_on for holder in line.holders if holder.leaves_on], default=None),
        demand=_demand_words(post),
    )


def _slot(slot: Slot, empty: SlotShown, people: str) -> SlotShown:
    person = slot.person
    if person is None:
        return empty
    url = people % person.employee if person.employee else ""
    return SlotShown(slot.state, url, person.name, person.initials, slot.why, slot.elsewhere)


def _demand_words(demand: PostDemand) -> str:
    if demand.is_overridden:
        return _("demand set to %(n)d") % {"n": demand.demand}
    if demand.planned or demand.closing:
        parts = {"seats": demand.seats, "planned": demand.planned, "closing": demand.closing}
        return _("%(seats)d + %(planned)d − %(closing)d seats") % parts
    return ngettext("%(n)d seat", "%(n)d seats", demand.seats) % {"n": demand.seats}


class MemberRow(NamedTuple):
    """A member as the table shows them. `posts`: code, title, address to decide the readiness anew if one may.

    `proposed` stands in place of the posts where the pool is a reserve.
    """

    key: int
    name: str
    title: str
    url: str
    employee: int | None
    readiness: str
    since: date | None
    posts: list[tuple[str, str, str]]
    further: int
    further_words: str
    proposed: str
    day: str
    screening: str
    tone: str
    mark: str
    acts: tuple[tuple[str, str], ...]


def member_row(
    page: PoolPage, line: MemberLine, tab: str, acts: ActsOpen, person_url: str, readiness_url: str
) -> MemberRow:
    membership, person, posts = line.membership, line.person, line.posts
    best = next((post for post in posts if post.readiness == line.readiness), None)
    may_name = membership.state != MembershipState.EXITED and acts.may("pools.change_readiness", membership)
    screening, tone = _screening(page, line)
    return MemberRow(
        key=membership.pk,
        name=person.name,
        title=person.title if person.employee else _("from outside"),
        url=person_url % person.employee if person.employee else "",
        employee=person.employee,
        readiness=line.readiness,
        since=best.readiness_on if best else None,
        posts=[
            (post.position.code, post.position.title, readiness_url % (membership.pk, post.pk) if may_name else "")
            for post in posts[:POSTS_SHOWN]
        ],
        further=max(0, len(posts) - POSTS_SHOWN),
        further_words=", ".join([post.position.code for post in posts[POSTS_SHOWN:]]),
        proposed=formats.short_day(membership.proposed_on) if page.pool.kind == PoolKind.RESERVE else "",
        day=formats.day(_day_in(tab, membership)),
        screening=screening,
        tone=tone,
        mark=_mark(line, tab),
        acts=acts.to(membership),
    )


def _day_in(tab: str, membership: Standing) -> date | None:
    """Since when they stand where they stand."""
    if tab == "exited":
        return membership.exited_on
    return membership.admitted_on if tab == "in_pool" else membership.proposed_on


def _mark(line: MemberLine, tab: str) -> str:
    """Why they do not count; of those who left, why they left."""
    if tab == "exited":
        return line.membership.get_exit_reason_display()
    return line.membership.state if line.why_not == NotCounted.NOT_ACTIVE else line.why_not


def _screening(page: PoolPage, line: MemberLine) -> tuple[str, str]:
    """The next screening in words, and how they are tinted."""
    due = line.membership.next_screening_on
    if line.membership.state == MembershipState.ON_HOLD:
        return _("on return"), "t3"
    if line.is_due:
        return f"{formats.short_day(due)}, {_('overdue')}", "red b"
    if due is not None and (due - page.on).days <= ON_ITS_WAY:
        return formats.due_day(due), "orange b"
    return formats.day(due), ""
