"""One pool: behind each seat, is there someone of its own?"""

from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pools import services
from pools.choices import MembershipState, NotCounted, PoolKind
from pools.forms import DemandForm, ProposeForm, ReasonForm, ServeForm
from pools.models import EchelonPool
from pools.selectors.coverage import coverage_of_pool, coverage_on
from pools.selectors.demand import PostDemand
from pools.selectors.people import Standing
from pools.selectors.pool_page import MemberLine, PoolPage, PostLine, pool_page
from pools.selectors.seen import why_pool_seen
from pools.selectors.slots import Slot
from pools.views.acts import ActsOpen, asked_of_pool, posts_of_pool
from pools.views.figures import equation_terms
from pools.views.pools import pool_or_404
from succession.organisation import audit, formats
from succession.organisation.access import access_of
from succession.organisation.choices import Role
from succession.organisation.gates import readers_only
from succession.organisation.interface.addresses import address, pattern
from succession.organisation.interface.pictures import SlotShown
from succession.organisation.lists import page_of
from succession.organisation.models import Job, Position
from succession.organisation.past import day_asked

SEATS_DRAWN = 12
POSTS_SHOWN = 2
ON_ITS_WAY = formats.WEEKDAY_WITHIN_DAYS


@readers_only
@require_safe
def pool(request, pk):
    found = pool_or_404(request.user, pk)
    as_of = day_asked(request)
    if as_of:
        return _past(request, found, as_of)
    audit.log_reading(found, reader=request.user)
    page = pool_page(request.user, found)
    context = {
        "pool": found,
        "page": page,
        "figures": page.figures,
        "terms": equation_terms(found, page.figures, page.equation),
        "groups": _groups(page, may_propose=request.user.has_perm("pools.propose_member")),
        "may_change": request.user.has_perm("pools.change_pool", found),
        "because": _because(request.user),
        "why": why_pool_seen(request.user, found),
        "due": sum(line.is_due for line in page.members["in_pool"]),
        **_members(request, page),
        "side_query": f"?for={request.GET['for']}" if request.GET.get("for", "").isdecimal() else "",
        "crumbs": [{"label": _("Pools"), "url": reverse("pools")}, {"label": found.name}],
    }
    if request.htmx and request.htmx.target == "members":
        return render(request, "pools/_members.html", context)
    return render(request, "pools/pool.html", context)


def _past(request, found: EchelonPool, day) -> HttpResponse:
    """The figures as that day ended; seats and people of the past are not laid out."""
    figures = coverage_on(request.user, day, pool=found)
    context = {
        "pool": found,
        "figures": figures,
        "terms": equation_terms(found, figures, None) if figures else [],
        "crumbs": [{"label": _("Pools"), "url": reverse("pools")}, {"label": found.name}],
    }
    return render(request, "pools/pool_past.html", context)


def _because(user) -> str:
    access = access_of(user)
    for role in (Role.HR_MANAGER, Role.AUDITOR, Role.DEPARTMENT_HEAD, Role.COMMITTEE_MEMBER):
        if role in access.roles:
            return str(role.label)
    return ""


def _groups(page: PoolPage, *, may_propose: bool) -> list[dict[str, Any]]:
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


def _members(request, page: PoolPage) -> dict[str, Any]:
    """The chosen tab's members, fifty at a time."""
    user = request.user
    words = {"in_pool": _("In the pool"), "screening": _("Screening"), "proposed": _("Proposed"), "exited": _("Left")}
    asked = request.GET.get("tab", "in_pool")
    tab = asked if asked in words else "in_pool"
    shown = page_of(request, page.members[tab])
    acts, addresses = ActsOpen(user, page.pool), (pattern("person"), pattern("name_readiness", 2))
    return {
        "tab": tab,
        "shown": shown,
        "members": [_member(page, line, tab, acts, *addresses) for line in shown.object_list],
        "tabs": [
            {"label": label, "url": f"?tab={name}#members", "current": name == tab, "count": len(page.members[name])}
            for name, label in words.items()
        ],
        "acts": _bulk_acts(user, page.pool) if tab == "in_pool" else [],
    }


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


def _member(
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


def _bulk_acts(user, found: EchelonPool) -> list[dict[str, Any]]:
    if not user.has_perm("pools.change_pool", found):
        return []
    words = {"screen": _("Screen…"), "hold": _("Put on hold…"), "exit": _("Take out…")}
    before, after = reverse("members_act", args=[found.pk, "ACT"]).split("ACT")
    return [{"label": label, "formaction": f"{before}{act}{after}"} for act, label in words.items()]


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def pool_propose(request, pk):
    """Propose a person, with a post unless the pool is a reserve."""
    found = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    _may(request.user, "pools.propose_member", None)
    posts = posts_of_pool(request.user, found)
    initial = {"employee": request.GET.get("employee"), "position": request.GET.get("for")}
    form = ProposeForm(request.POST if request.method == "POST" else None, posts=posts, initial=initial)
    if found.kind == PoolKind.RESERVE:
        del form.fields["position"], form.fields["readiness"]
    asked = asked_of_pool(
        request,
        found,
        form=form,
        title=_("Propose someone for %(pool)s") % {"pool": found},
        submit=_("Propose"),
        why=_("A proposed person is screened before they are admitted; nothing counts until then."),
    )
    return asked.answer(
        lambda values: services.propose_from_suggestion(
            found,
            values["employee"],
            position=values.get("position"),
            readiness=values.get("readiness") or "",
            reason=values["reason"],
            actor=request.user,
        ),
        done=_("The proposal is written down."),
    )


@readers_only
@require_safe
def pool_demand(request, pk):
    """The demand of each post with its parts, and where it is set by hand."""
    found = pool_or_404(request.user, pk)
    page = pool_page(request.user, found)
    context = {
        "pool": found,
        "terms": equation_terms(found, page.figures, page.equation),
        "posts": page.equation.posts,
        "equation": page.equation,
        "may_change": request.user.has_perm("pools.override_demand", found),
        "serve_form": ServeForm(),
        "crumbs": [
            {"label": _("Pools"), "url": reverse("pools")},
            {"label": found.name, "url": reverse("pool", args=[pk])},
            {"label": _("Demand")},
        ],
    }
    return render(request, "pools/demand.html", context)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def pool_demand_override(request, pk, position_pk):
    found, position = _pool_and_post(request.user, pk, position_pk)
    _may(request.user, "pools.override_demand", found)
    row = position.pool_position
    asked = asked_of_pool(
        request,
        found,
        form=DemandForm(
            request.POST if request.method == "POST" else None,
            initial={"demand": row.demand_override, "reason": row.override_reason},
        ),
        title=_("Demand for %(post)s") % {"post": position},
        submit=_("Save"),
        why=_(
            "Without a figure the demand is seats + planned − closing. A figure of your own needs a reason of at least 20 characters."
        ),
        back=reverse("pool_demand", args=[pk]),
    )
    return asked.answer(
        lambda values: services.override_demand(
            found, position, values["demand"], reason=values["reason"], actor=request.user
        ),
        done=_("The demand for %(post)s is saved.") % {"post": position},
    )


@readers_only
@require_POST
def pool_serve(request, pk):
    """Take a post into the pool."""
    found = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    _may(request.user, "pools.serve_position", found)
    asked = asked_of_pool(
        request,
        found,
        form=ServeForm(request.POST),
        title=_("A post for %(pool)s") % {"pool": found},
        submit=_("Add the post"),
        back=reverse("pool_demand", args=[pk]),
    )
    return asked.answer(
        lambda values: services.serve_position(found, values["position"], actor=request.user),
        done=_("The pool serves the post."),
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def pool_stop_serving(request, pk, position_pk):
    found, position = _pool_and_post(request.user, pk, position_pk)
    _may(request.user, "pools.serve_position", found)
    asked = asked_of_pool(
        request,
        found,
        form=ReasonForm(request.POST if request.method == "POST" else None),
        title=_("Serve %(post)s no longer") % {"post": position},
        submit=_("Take the post out"),
        destructive=True,
        back=reverse("pool_demand", args=[pk]),
    )
    return asked.answer(
        lambda values: services.stop_serving_position(found, position, reason=values["reason"], actor=request.user),
        done=_("The pool no longer serves %(post)s.") % {"post": position},
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def pool_close(request, pk):
    """Close a pool from today on."""
    found = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    _may(request.user, "pools.change_pool", found)
    asked = asked_of_pool(
        request,
        found,
        back=reverse("pools"),
        form=ReasonForm(request.POST if request.method == "POST" else None),
        title=_("Close %(pool)s") % {"pool": found},
        submit=_("Close the pool"),
        why=_("It serves no posts from today on, and nobody in it counts. Its history stays readable."),
        destructive=True,
    )
    return asked.answer(
        lambda values: services.close_pool(found, reason=values["reason"], actor=request.user),
        done=_("%(pool)s is closed.") % {"pool": found},
    )


@readers_only
@require_POST
def pool_recompute(request, pk):
    """Work the figures out anew, in the background, watched."""
    found = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    _may(request.user, "pools.recompute_pool", found)
    job = services.ask_to_recompute(found, actor=request.user)
    if request.htmx:
        return _progress(request, found, job)
    messages.success(request, _("The figures are being worked out."))
    return redirect("job", job.pk)


@readers_only
@require_safe
def pool_recompute_progress(request, pk, job_pk):
    found = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_pk, args__pool=found.pk)
    return _progress(request, found, job)


def _progress(request, found: EchelonPool, job: Job) -> HttpResponse:
    """The bar while it runs; when done, the equation bar and the badge besides, out of band."""
    context: dict[str, Any] = {"pool": found, "job": job}
    if job.state == "done":
        figures = coverage_of_pool(request.user, found)
        context |= {"figures": figures, "terms": equation_terms(found, figures, None), "now": timezone.now()}
    return render(request, "pools/_recompute.html", context)


def _may(user, permission: str, subject) -> None:
    if not user.has_perm(permission, subject):
        raise PermissionDenied


def _pool_and_post(user, pk, position_pk):
    found = get_object_or_404(EchelonPool.objects.visible_to(user), pk=pk)
    position = posts_of_pool(user, found).select_related("pool_position").filter(pk=position_pk).first()
    if position is None:
        raise Http404
    return found, position
