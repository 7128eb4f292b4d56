"""The audit trail: who did what, before and after, and why."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from succession.organisation.access import access_of
from succession.organisation.exports import export_response
from succession.organisation.forms import AuditFilter, ReadingFilter
from succession.organisation.lists import export_asked, page_of, sorted_by
from succession.organisation.models import AuditEvent, Reading
from succession.organisation.selectors.audit import opened, told, verb_in_words, written_verbs

EXPORTED_AT_MOST = 100_000
SORTS = {"at": ["-at"], "who": ["actor_name", "-at"], "what": ["verb", "-at"]}


@login_required
@require_safe
def audit(request):
    if not request.user.has_perm("organisation.view_audit"):
        raise Http404
    form = AuditFilter(request.GET, verbs=written_verbs())
    found = sorted_by(request, form.narrow(AuditEvent.objects.visible_to(request.user)), SORTS, "at")
    if fmt := export_asked(request):
        columns, rows = _as_table(found)
        return export_response(request, "audit", columns, rows, fmt)
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "rows": told(page.object_list),
        "default_sort": "at",
        "may_see_readings": access_of(request.user).is_auditor,
        "crumbs": [{"label": _("Audit trail")}],
        "clear_url": reverse("audit") if request.GET else "",
    }
    return render(request, "organisation/_audit.html" if request.htmx else "organisation/audit.html", context)


@login_required
@require_safe
def readings(request):
    """Who opened which confidential record: for auditors alone."""
    if not access_of(request.user).is_auditor:
        raise Http404
    form = ReadingFilter(request.GET)
    found = form.narrow(Reading.objects.visible_to(request.user).select_related("reader", "content_type"))
    found = found.order_by("-at", "-pk")
    if fmt := export_asked(request):
        columns = [_("When"), _("Who"), _("Kind"), _("Record")]
        rows = [
            [reading.at, str(reading.reader), kind, label] for reading, kind, label in opened(found[:EXPORTED_AT_MOST])
        ]
        return export_response(request, "readings", columns, rows, fmt)
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "rows": opened(page.object_list),
        "crumbs": [{"label": _("Audit trail"), "url": reverse("audit")}, {"label": _("Who read what")}],
        "clear_url": reverse("readings") if request.GET else "",
    }
    return render(request, "organisation/_readings.html" if request.htmx else "organisation/readings.html", context)


def _as_table(found):
    columns = [_("When"), _("Who"), _("What"), _("Record"), _("Before"), _("After"), _("Why")]
    rows = (
        [
            event.at,
            event.actor_name,
            verb_in_words(event.verb),
            event.object_label,
            event.before or "",
            event.after or "",
            event.reason,
        ]
        for event in found.iterator(chunk_size=2000)
    )
    return columns, rows
