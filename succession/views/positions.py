"""The list of posts."""

from itertools import islice

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from succession.forms import PositionFilter
from succession.organisation.exports import export_response
from succession.organisation.gates import readers_only
from succession.organisation.lists import page_of
from succession.selectors import positions as selectors

EXPORTED_AT_MOST = 100_000


@readers_only
@require_safe
def positions(request):
    form = PositionFilter(request.GET, user=request.user)
    filters, today = form.filters(), timezone.localdate()
    if request.GET.get("export"):
        found = selectors.posts(request.user, filters, on=today, with_pools=True)
        return _export(request, islice(found.everything(), EXPORTED_AT_MOST))
    page = page_of(request, selectors.posts(request.user, filters, on=today))
    context = {
        "crumbs": [{"label": _("Positions")}],
        "form": form,
        "page": page,
        "rows": page.object_list,
        "default_sort": selectors.DEFAULT_SORT,
        "clear_url": reverse("positions") if request.GET else "",
        "query": request.GET.urlencode(),
    }
    template = "positions/_list.html" if _wants_list(request) else "positions/positions.html"
    return render(request, template, context)


def _wants_list(request):
    return request.htmx and request.htmx.target == "list"


def _export(request, found):
    columns = [
        _("Code"),
        _("Title"),
        _("Class"),
        _("Unit"),
        _("Grade"),
        _("Criticality"),
        _("Seats"),
        _("Vacant"),
        _("Holders"),
        _("Pool"),
        _("Counted"),
        _("Capacity"),
        _("Status"),
    ]
    return export_response(request, "positions", columns, map(_exported, found), request.GET["export"])


def _exported(row):
    position, coverage = row.position, row.coverage
    return [
        position.code,
        position.title,
        position.get_position_class_display(),
        position.org_unit.name,
        position.grade,
        position.criticality,
        row.seats.seats,
        row.seats.vacant,
        ", ".join(row.seats.names),
        row.pool,
        coverage.filled if coverage else None,
        coverage.capacity if coverage else None,
        coverage.status_label if coverage else "",
    ]
