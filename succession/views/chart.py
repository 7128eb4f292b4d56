"""Where in the organisation is it thin?"""

from typing import Any
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pools.selectors.coverage import coverage_of_position
from succession.organisation.gates import readers_only
from succession.organisation.lists import whole_number
from succession.organisation.models import Position
from succession.selectors import chart
from succession.selectors.behind import seats_of

COLOURS = ("counted", "true")
SHOWN_STATUSES = ("empty", "thin", "building", "full", "over")


@readers_only
@require_safe
def organisation_map(request):
    view, today = _view(request), timezone.localdate()
    shape = request.GET.get("view") or ("outline" if _is_phone(request) else "tree")
    chosen = whole_number(request, "post")
    context = {
        "crumbs": [{"label": _("Organisation map")}],
        "view": view,
        "shape": shape,
        "query": _query(view),
        "shapes": _shapes(view, shape),
        "statuses": _statuses(request, view),
        "chosen": _chosen(request, chosen, today),
        "chosen_pk": chosen,
    }
    if shape == "outline":
        root = whole_number(request, "root")
        context["lines"] = chart.outline(request.user, view, on=today, root=root)
        context["root"] = root
    else:
        context["tree"] = chart.chart(request.user, view, on=today, chosen=chosen)
    return render(request, "map/map.html", context)


@readers_only
@require_safe
def map_branch(request, pk):
    """Who reports to a post, as a branch of the tree."""
    view = _view(request)
    get_object_or_404(Position.objects.visible_to(request.user), pk=pk)
    nodes = chart.branch(request.user, pk, view, on=timezone.localdate())
    context = {"nodes": nodes, "query": _query(view), "more": len(nodes) >= chart.NODES_SHOWN, "pk": pk}
    return render(request, "map/_branch.html", context)


@readers_only
@require_safe
def map_post(request, pk):
    """The chosen post beside the tree."""
    found = get_object_or_404(Position.objects.visible_to(request.user), pk=pk)
    return render(request, "map/_chosen.html", {"chosen": _chosen(request, found.pk, timezone.localdate())})


def _view(request: Any) -> chart.View:
    classes, colour = request.GET.get("class", ""), request.GET.get("colour", "")
    return chart.View(
        classes=classes if classes in chart.CLASSES else "weighty", colour=colour if colour in COLOURS else "counted"
    )


def _is_phone(request: Any) -> bool:
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")


def _query(view: chart.View) -> str:
    return urlencode({"class": view.classes, "colour": view.colour})


def _shapes(view: chart.View, shape: str) -> list[dict[str, Any]]:
    words = {"tree": (_("Tree"), "sitemap"), "outline": (_("Outline"), "list-tree")}
    return [
        {"label": label, "icon": icon, "url": f"?{_query(view)}&view={name}", "current": shape == name}
        for name, (label, icon) in words.items()
    ]


def _statuses(request: Any, view: chart.View) -> list[dict[str, Any]]:
    counts = chart.statuses(request.user, view)
    kind = "" if view.classes == "weighty" else view.classes
    asked = {"class": kind} if kind in {"key", "management"} else {}
    return [
        {
            "status": status,
            "posts": counts[status],
            "url": f"{reverse('positions')}?{urlencode(asked | {'status': status})}",
        }
        for status in SHOWN_STATUSES
        if counts[status]
    ]


def _chosen(request: Any, pk: int | None, on: Any) -> dict[str, Any] | None:
    """What stands beside the tree; of a post whose succession the reader may not know only who holds it."""
    if pk is None:
        return None
    found = Position.objects.visible_to(request.user).with_seats(on).select_related("org_unit").filter(pk=pk).first()
    if found is None:
        return None
    readable = Position.objects.with_succession_for(request.user).filter(pk=pk).exists()
    return {
        "position": found,
        "seats": seats_of([found], on)[found.pk],
        "readable": readable,
        "figures": coverage_of_position(request.user, found) if readable else None,
        "lineage": chart.lineage(request.user, found, on=on) if readable else [],
    }
