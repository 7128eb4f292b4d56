"""One pool: behind each seat, is there someone of its own?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pools import services
from pools.choices import PoolKind
from pools.forms import DemandForm, ProposeForm, ReasonForm, ServeForm
from pools.models import EchelonPool
from pools.selectors.coverage import coverage_of_pool, coverage_on
from pools.selectors.pool_page import PoolPage, pool_page
from pools.selectors.seen import why_pool_seen
from pools.views.acts import ActsOpen, asked_of_pool, posts_of_pool
from pools.views.drawn import member_rows, seat_rows
from pools.views.figures import equation_terms
from pools.views.pools import pool_or_404
from pools.views.rows import groups_of, member_row
from succession.organisation import audit
from succession.organisation.access import access_of
from succession.organisation.choices import Role
from succession.organisation.gates import readers_only
from succession.organisation.interface.addresses import pattern
from succession.organisation.lists import page_of
from succession.organisation.models import Job
from succession.organisation.past import day_asked


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
        "groups": _groups(request.user, page),
        "may_change": request.user.has_perm("pools.change_pool", found),
        "reads_people": access_of(request.user).sees_candidates,
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
        "terms": equation_terms(found, figures, None) if figures else (),
        "crumbs": [{"label": _("Pools"), "url": reverse("pools")}, {"label": found.name}],
    }
    return render(request, "pools/pool_past.html", context)


def _because(user) -> str:
    access = access_of(user)
    for role in (Role.HR_MANAGER, Role.AUDITOR, Role.DEPARTMENT_HEAD, Role.COMMITTEE_MEMBER):
        if role in access.roles:
            return str(role.label)
    return ""


def _groups(user, page: PoolPage) -> list[dict[str, Any]]:
    groups = groups_of(page, may_propose=user.has_perm("pools.propose_member"))
    return [group | {"drawn": seat_rows(group["rows"], shared=bool(group["shared"]))} for group in groups]


def _members(request, page: PoolPage) -> dict[str, Any]:
    """The chosen tab's members, fifty at a time."""
    user = request.user
    words = {"in_pool": _("In the pool"), "screening": _("Screening"), "proposed": _("Proposed"), "exited": _("Left")}
    asked = request.GET.get("tab", "in_pool")
    tab = asked if asked in words else "in_pool"
    shown = page_of(request, page.members[tab])
    acts, addresses = ActsOpen(user, page.pool), (pattern("person"), pattern("name_readiness", 2))
    rows = [member_row(page, line, tab, acts, *addresses) for line in shown.object_list]
    at_once = _bulk_acts(user, page.pool) if tab == "in_pool" else []
    return {
        "tab": tab,
        "shown": shown,
        "members": rows,
        "drawn": member_rows(rows, tab=tab, selectable=bool(at_once)),
        "tabs": [
            {"label": label, "url": f"?tab={name}#members", "current": name == tab, "count": len(page.members[name])}
            for name, label in words.items()
        ],
        "acts": at_once,
    }


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
