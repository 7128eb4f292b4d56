"""Which pools are short: the list, and setting one up."""

from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from pools import services
from pools.choices import PoolKind
from pools.forms import PoolFilter, PoolForm
from pools.models import CoverageDay, EchelonPool
from pools.selectors.coverage import pool_seen_by
from pools.selectors.figures import of_row
from pools.selectors.listing import (
    DEFAULT_ORDER,
    ListedFigures,
    ListedPool,
    Listing,
    Total,
    Wanted,
    listed_figures,
    pools_listed,
    pools_wanted,
)
from succession.organisation.access import access_of
from succession.organisation.acts import carried_out
from succession.organisation.exports import export_response
from succession.organisation.gates import hr_only, readers_only
from succession.organisation.lists import export_asked, page_of
from succession.organisation.models import User
from succession.organisation.once import once_per_form
from succession.organisation.past import day_asked

TITLES = {
    PoolKind.KEY: gettext_lazy("Key-position pools"),
    PoolKind.MANAGEMENT: gettext_lazy("Management pools"),
    PoolKind.RESERVE: gettext_lazy("Reserve pools"),
}
SHOWN = {PoolKind.KEY: 25, PoolKind.MANAGEMENT: 8, PoolKind.RESERVE: 4}
PER_PAGE = 50
EXPORTED = 10_000
# So many seats are drawn one by one; where many pools stand below each other, fewer.
SEATS_DRAWN, SEATS_DRAWN_OF_MANY, MANY = 24, 12, 12


class Row(NamedTuple):
    """A pool with its figures; struck: people who do not count. parts: the bar of a pool with too many seats to draw."""

    pool: ListedPool
    figures: ListedFigures
    struck: int
    parts: tuple[tuple[int, str], ...]


class Section(NamedTuple):
    """The pools of a kind, as far as they are shown; drawn: up to so many seats are drawn one by one."""

    kind: str
    title: str
    rows: list[Row]
    total: Total
    more: bool
    drawn: int


@readers_only
@require_safe
def pools(request):
    form = PoolFilter(request.GET)
    wanted, as_of = Wanted(**form.wanted()), day_asked(request)
    if fmt := export_asked(request):
        columns, rows = _as_table(request.user, wanted)
        return export_response(request, "pools", columns, rows, fmt)
    page = page_of(request, PoolsOfKind(request.user, wanted), PER_PAGE) if wanted.kind else None
    found = page.object_list if page else _first_of_each_kind(request.user, wanted)
    figures = _figures_on(request.user, found.pools, as_of) if as_of else found.figures
    context = {
        "crumbs": [{"label": _("Pools")}],
        "form": form,
        "page": page,
        "sections": _sections(request.user, found, figures, wanted),
        "may_create": request.user.has_perm("pools.create_pool") and not as_of,
        "clear_url": reverse("pools") if request.GET else "",
        "default_sort": DEFAULT_ORDER,
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


class PoolsOfKind:
    """All pools of a kind, to be read a page at a time."""

    def __init__(self, user: User, wanted: Wanted) -> None:
        self.user, self.wanted = user, wanted

    def __len__(self) -> int:
        return pools_wanted(self.user, self.wanted).open_on(timezone.localdate()).count()

    def __getitem__(self, part: slice) -> Listing:
        limits = {self.wanted.kind: part.stop - part.start}
        return pools_listed(self.user, self.wanted, limits, first=part.start)


def _first_of_each_kind(user: User, wanted: Wanted) -> Listing:
    """As many as are shown; more where figures are worked out for the reader, and by status only then."""
    is_stored = access_of(user).sees_everything
    limits = SHOWN if is_stored else dict.fromkeys(SHOWN, SHOWN[PoolKind.KEY])
    return pools_listed(user, wanted, limits, with_posts=[PoolKind.KEY])


def _figures_on(user: User, listed: list[ListedPool], day: date) -> dict[int, ListedFigures]:
    days = CoverageDay.objects.visible_to(user).of_pools().filter(pool__in=[pool.pk for pool in listed])
    rows = days.select_related("policy").last_on(day)
    return {row.pool_id: listed_figures(of_row(row, as_of=day)) for row in rows if row.pool_id}


def _sections(user: User, found: Listing, figures: dict[int, ListedFigures], wanted: Wanted) -> list[Section]:
    kinds = [kind for kind in TITLES if not wanted.kind or wanted.kind == kind]
    sections: list[Section] = []
    for kind in kinds:
        rows = [
            _row(pool, figures[pool.pk])
            for pool in found.pools
            if pool.kind == kind and pool.pk in figures and _fits(figures[pool.pk], wanted.status)
        ]
        shown = rows if wanted.kind else rows[: SHOWN[kind]]
        total = _total(user, found.totals.get(kind), rows)
        drawn = SEATS_DRAWN_OF_MANY if total.pools > MANY else SEATS_DRAWN
        sections.append(Section(kind, str(TITLES[kind]), shown, total, total.pools > len(shown), drawn))
    return sections


def _total(user: User, stored: Total | None, rows: list[Row]) -> Total:
    """The sum of what is listed; of all pools of the kind where more stand than are, for who reads stored figures."""
    figures = [row.figures for row in rows]
    reads_stored = access_of(user).sees_everything and not any(each.partial for each in figures)
    if stored is not None and reads_stored and stored.pools > len(rows):
        return stored
    return Total(len(rows), *(sum(getattr(each, name) for each in figures) for name in Total._fields[1:]))


def _row(pool: ListedPool, figures: ListedFigures) -> Row:
    free = max(0, figures.capacity - figures.filled)
    parts = ((figures.ready_now, "now"), (figures.years_1_3, "mid"), (figures.years_4_5, "far"), (free, "line"))
    return Row(pool, figures, figures.members - figures.filled, parts)


def _fits(figures, status):
    return not status or figures.status == status


def _as_table(user: User, wanted: Wanted):
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
    found = pools_listed(user, wanted, dict.fromkeys(TITLES, EXPORTED))
    rows = []
    for pool in found.pools:
        row = found.figures[pool.pk]
        rows.append(
            [
                pool.code,
                pool.name,
                pool.get_kind_display(),
                pool.owner or "",
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


def pool_or_404(user: User, pk: int) -> EchelonPool:
    """The pool, as far as the user may know of it."""
    found = pool_seen_by(user, pk)
    if found is None:
        raise Http404
    return found
