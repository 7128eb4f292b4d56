"""The requirement profile of a post."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import formset_factory
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from succession.organisation.errors import Refusal
from succession.organisation.exports import export_response
from succession.organisation.forms import RequirementLine
from succession.organisation.gates import readers_only
from succession.organisation.lists import export_asked
from succession.organisation.models import Competency, Position
from succession.organisation.services.requirements import RequirementRow, profile_version, replace_requirements

MOST = 200
NEW_LINES = 3
Lines = formset_factory(RequirementLine, extra=0, max_num=MOST, validate_max=True)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def requirements(request, pk):
    position = get_object_or_404(Position.objects.visible_to(request.user).select_related("org_unit"), pk=pk)
    if fmt := export_asked(request):
        columns, rows = _as_table(position)
        return export_response(request, f"requirements-{position.pk}", columns, rows, fmt)
    may_change = request.user.has_perm("organisation.change_requirements", position)
    error, status = "", 200
    lines = None
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        lines = Lines(request.POST, prefix="r")
        error = _replaced(request, position, lines)
        if not error:
            messages.success(request, _("The profile is kept."))
            return redirect("requirements", pk)
        status = 422
    return render(
        request,
        "organisation/requirements.html",
        _context(position, lines, error, may_change=may_change),
        status=status,
    )


def _replaced(request, position, lines):
    """Replace the profile; says what is wrong, if something is."""
    if not lines.is_valid():
        return _("Levels and weights run from 1 to 5.")
    rows = [
        RequirementRow(line["competency"], line["level"], line["weight"], line["must_have"])
        for line in lines.cleaned_data
        if line.get("competency") and not line["remove"]
    ]
    try:
        replace_requirements(
            position,
            rows,
            version=request.POST.get("version", ""),
            reason=request.POST.get("reason", "").strip()[:2000],
            actor=request.user,
        )
    except Refusal as refusal:
        return str(refusal)
    return ""


def _context(position, lines, error, *, may_change):
    standing = list(position.requirements.select_related("competency"))
    competencies = dict(Competency.objects.values_list("pk", "name")) if may_change else {}
    if lines is None:
        initial = [
            {"competency": row.competency_id, "level": row.level, "weight": row.weight, "must_have": row.must_have}
            for row in standing
        ]
        lines = Lines(initial=initial + [{}] * NEW_LINES, prefix="r")
    known = {row.competency_id: row.competency.name for row in standing} | competencies
    return {
        "position": position,
        "standing": standing,
        "lines": lines,
        "named": [(line, known.get(_whole(line["competency"].value()), "")) for line in lines],
        "competencies": [(pk, name) for pk, name in competencies.items()],
        "version": profile_version(position),
        "error": error,
        "may_change": may_change,
        "crumbs": [
            {"label": _("Positions"), "url": reverse("positions")},
            {"label": position.title, "url": reverse("position", args=[position.pk])},
            {"label": _("Requirement profile")},
        ],
    }


def _whole(value):
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() else None


def _as_table(position):
    columns = [_("Competency"), _("Code"), _("Level"), _("Weight"), _("Must-have")]
    rows = position.requirements.select_related("competency")
    return columns, (
        [row.competency.name, row.competency.code, row.level, row.weight, _("yes") if row.must_have else _("no")]
        for row in rows
    )
