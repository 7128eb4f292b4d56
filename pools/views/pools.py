"""Which pools are short: the list, and setting one up."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from pools import services
from pools.choices import ExitReason, PoolKind
from pools.forms import PoolFilter, PoolForm
from pools.models import Coverage, CoverageDay, EchelonPool, Membership, PoolPosition
from pools.selectors.coverage import figures_of_pools, pools_for
from pools.selectors.figures import Figures, of_row
from succession.organisation.access import access_of
from succession.organisation.acts import carried_out
from succession.organisation.exports import export_response
from succession.organisation.gates import hr_only, readers_only
from succession.organisation.lists import export_asked, page_of
from succession.organisation.once import once_per_form
from succession.organisation.past import day_asked

TITLES = {
    PoolKind.KEY: gettext_lazy("Key-position pools"),
    PoolKind.MANAGEMENT: gettext_lazy("Management pools"),
    PoolKind.RESERVE: gettext_lazy("Reserve pools"),
}
SHOWN = {PoolKind.KEY: 25, PoolKind.MANAGEMENT: 8, PoolKind.RESERVE: 4}
PER_PAGE = 50
# So many seats are drawn one by one; where many pools stand below each other, fewer.
SEATS_DRAWN, SEATS_DRAWN_OF_MANY, MANY = 24, 12, 12
# Each upward and downward.
SORTS = {
    "name": (F("name").asc(), F("name").desc()),
    "code": (F("code").asc(), F("code").desc()),
    "gap": (F("stored_gap").desc(nulls_last=True), F("stored_gap").asc(nulls_last=True)),
    "counted": (F("stored_filled").asc(nulls_first=True), F("stored_filled").desc(nulls_last=True)),
}
DEFAULT_SORT = "gap"


@readers_only
@require_safe
def pools(request):
    form = PoolFilter(request.GET)
    wanted, as_of = form.wanted(), day_asked(request)
    found = _found(request, wanted)
    if fmt := export_asked(request):
        columns, rows = _as_table(request, found)
        return export_response(request, "pools", columns, rows, fmt)
    page = page_of(request, found, PER_PAGE) if wanted["kind"] else None
    listed = list(page.object_list) if page else _first_of_each_kind(found)
    figures = _figures(request.user, listed, as_of)
    context = {
        "crumbs": [{"label": _("Pools")}],
        "form": form,
        "page": page,
        "sections": _sections(request, listed, figures, wanted),
        "may_create": request.user.has_perm("pools.create_pool") and not as_of,
        "clear_url": reverse("pools") if request.GET else "",
        "default_sort": DEFAULT_SORT,
    }
    return render(request, "pools/_pools.html" if _only_list(request) else "pools/pools.html", context)


@hr_only
@require_http_methods(["GET", "HEAD", "POST"])
@once_per_form
def pool_new(request):
    form = PoolForm(request.POST or None, initial={"kind": request.GET.get("kind", PoolKind.KEY)})
    if request.method == "POST" and form.is_valid():
        made: list[EchelonPool] = []
        if carried_out(form, lambda: made.append(services.create_pool(**form.cleaned_data, actor=request.user))):
            messages.success(request, _("%(pool)s is set up.") % {"pool": made[0]})
            return redirect("pool", made[0].pk)
    crumbs = [{"label": _("Pools"), "url": reverse("pools")}, {"label": _("New pool")}]
    context = {"form": form, "crumbs": crumbs}
    return render(request, "pools/pool_form.html", context, status=422 if form.errors else 200)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def pool_edit(request, pk):
    pool = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    if not request.user.has_perm("pools.change_pool", pool):
        raise PermissionDenied
    form = PoolForm(request.POST or None, instance=pool)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        if carried_out(form, lambda: services.change_pool(pool, **values, reason=reason, actor=request.user)):
            messages.success(request, _("Saved."))
            return redirect("pool", pk)
    crumbs = [
        {"label": _("Pools"), "url": reverse("pools")},
        {"label": pool.name, "url": reverse("pool", args=[pk])},
        {"label": _("Change")},
    ]
    context = {"form": form, "pool": pool, "crumbs": crumbs}
    return render(request, "pools/pool_form.html", context, status=422 if form.errors else 200)


def _only_list(request):
    return request.htmx and request.htmx.target == "list"


def _found(request, wanted):
    year = timezone.localdate().replace(month=1, day=1)
    served = PoolPosition.objects.visible_to(request.user).in_force()
    moved = Membership.objects.visible_to(request.user).filter(exit_reason=ExitReason.MOVED_UP, exited_on__gte=year)
    found: Any = pools_for(request.user).annotate(posts_seen=_number_of(served), moved_up=_number_of(moved))
    if wanted["q"]:
        found = found.filter(Q(name__icontains=wanted["q"]) | Q(code__icontains=wanted["q"]))
    if wanted["kind"]:
        found = found.of_kind(wanted["kind"])
    if wanted["status"] and access_of(request.user).sees_everything:
        found = found.filter(pk__in=Coverage.objects.of_pools().filter(status=wanted["status"]).values("pool"))
    return found.order_by(*_order(wanted["sort"]))


def _number_of(rows):
    """How many of these rows belong to a pool, as a column of it."""
    counted = rows.filter(pool=OuterRef("pk")).order_by().values("pool").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _order(sort):
    name = sort.removeprefix("-")
    order = SORTS.get(name, SORTS[DEFAULT_SORT])
    return [order[1] if sort.startswith("-") and name in SORTS else order[0], F("code").asc()]


def _first_of_each_kind(found):
    """The first pools of each kind, in one statement."""
    number = Window(RowNumber(), partition_by=F("kind"), order_by=list(found.query.order_by))
    return list(found.annotate(number=number).filter(number__lte=SHOWN[PoolKind.KEY]))


def _figures(user, listed, as_of) -> dict[int, Figures]:
    if not as_of:
        return figures_of_pools(user, listed)
    days = CoverageDay.objects.visible_to(user).of_pools().filter(pool__in=listed).select_related("policy")
    return {row.pool_id: of_row(row, as_of=as_of) for row in days.last_on(as_of) if row.pool_id}


def _sections(request, listed, figures, wanted) -> list[dict[str, Any]]:
    totals = _totals(request.user, listed, figures, wanted)
    kinds = [kind for kind in TITLES if not wanted["kind"] or wanted["kind"] == kind]
    sections = []
    for kind in kinds:
        rows = [
            _row(pool, figures[pool.pk])
            for pool in listed
            if pool.kind == kind and pool.pk in figures and _fits(figures[pool.pk], wanted["status"])
        ]
        shown = rows if wanted["kind"] else rows[: SHOWN[kind]]
        total = totals.get(kind) or _summed(rows)
        sections.append(
            {
                "kind": kind,
                "title": TITLES[kind],
                "rows": shown,
                "total": total,
                "more": total["pools"] > len(shown),
                "drawn": SEATS_DRAWN_OF_MANY if total["pools"] > MANY else SEATS_DRAWN,
            }
        )
    return sections


def _row(pool, figures):
    free = max(0, figures.capacity - figures.filled)
    parts = [(figures.ready_now, "now"), (figures.years_1_3, "mid"), (figures.years_4_5, "far"), (free, "line")]
    struck = figures.members - figures.filled
    return {"pool": pool, "figures": figures, "struck": struck, "parts": parts}


def _fits(figures, status):
    return not status or figures.status == status


def _totals(user, listed, figures, wanted) -> dict[str, Any]:
    """What all pools of a kind hold together where more of them stand than are shown; for who reads stored figures."""
    shown = Counter(pool.kind for pool in listed)
    fits = not wanted["kind"] and all(shown[kind] <= SHOWN[kind] for kind in TITLES)
    if fits or not access_of(user).sees_everything or any(each.partial for each in figures.values()):
        return {}
    summed = (
        Coverage.objects.visible_to(user)
        .of_pools()
        .filter(pool__closed_on__isnull=True)
        .order_by()
        .values("kind")
        .annotate(
            pools=Count("pk"),
            filled=Sum("filled"),
            capacity=Sum("capacity"),
            gap=Sum("gap"),
            surplus=Sum("surplus"),
        )
    )
    return {row["kind"]: row for row in summed}


def _summed(rows) -> dict[str, int]:
    names = ("filled", "capacity", "gap", "surplus")
    return {"pools": len(rows)} | {name: sum(getattr(row["figures"], name) for row in rows) for name in names}


def _as_table(request, found):
    columns = [
        _("Code"),
        _("Pool"),
        _("Kind"),
        _("Owner"),
        _("Seats"),
        _("Demand"),
        _("Capacity"),
        _("In the pool"),
        _("Counted"),
        _("Ready now"),
        _("1–3 years"),
        _("4–5 years"),
        _("Short"),
        _("Truly covered"),
        _("Status"),
    ]
    listed = list(found[:10_000])
    figures = figures_of_pools(request.user, listed)
    rows = []
    for pool in listed:
        row = figures[pool.pk]
        rows.append(
            [
                pool.code,
                pool.name,
                pool.get_kind_display(),
                pool.owner.name if pool.owner else "",
                row.seats,
                row.demand,
                row.capacity,
                row.members,
                row.filled,
                row.ready_now,
                row.years_1_3,
                row.years_4_5,
                row.gap,
                row.seats_true,
                row.status_label,
            ]
        )
    return columns, rows


def pool_or_404(user, pk) -> EchelonPool:
    """The pool, as far as the user may know of it."""
    pool = pools_for(user).filter(pk=pk).first()
    if pool is None:
        raise Http404
    return pool
