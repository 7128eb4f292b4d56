"""The assessor's own pages: what is assigned to them, and one sheet, filled like a spreadsheet and saved as one goes."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from candidates import services
from candidates.choices import AssessmentState
from candidates.forms.assessments import parse_score
from candidates.models import Assignment, ExerciseCompetency
from candidates.selectors.assessments import progress_of, read_sheet, sheets_of
from succession.organisation.access import access_of
from succession.organisation.choices import Role
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.lists import page_of


def assessors_only(view):
    """To all others the page does not exist."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if Role.ASSESSOR not in access_of(request.user).roles:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)


@assessors_only
@require_safe
def my_assessments(request):
    context = {
        "page": page_of(request, sheets_of(request.user)),
        "today": timezone.localdate(),
        "crumbs": [{"label": _("My assessments")}],
    }
    return render(request, "candidates/my_assessments.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request, pk):
    """All cells at once: for those without script, and to hand in."""
    found = _allowed(request, pk)
    errors, error, status = {}, "", 200
    if request.method == "POST":
        errors, error, status = _saved(request, found)
        if not (errors or error):
            return redirect(_back(found) if "hand_in" in request.POST else request.path)
        found = _allowed(request, pk)
    filled = read_sheet(found)
    context = {
        "sheet": found,
        "filled": filled,
        "sent": request.POST if request.method == "POST" else {},
        "errors": errors,
        "error": error,
        "is_open": found.handed_in_at is None and found.assessment.state == AssessmentState.DRAFT,
        "scale": found.assessment.instrument,
        "crumbs": [{"label": _place(found), "url": _back(found)}, {"label": str(found.assessment.candidate)}],
    }
    return render(request, "candidates/sheet.html", context, status=status)


@login_required
@require_POST
def sheet_cell(request, pk, cell_pk):
    """One cell, as soon as it is left."""
    found = _allowed(request, pk)
    cell = get_object_or_404(ExerciseCompetency, pk=cell_pk, exercise__instrument=found.assessment.instrument_id)
    error, status = "", 200
    try:
        services.rate(found, cell, _score(request.POST.get(f"s-{cell_pk}", "")), actor=request.user)
    except Invalid as refusal:
        error, status = str(refusal), 422
    except Refusal as refusal:
        error, status = str(refusal), 409
    filled, cells = progress_of(found)
    context = {"cell_pk": cell_pk, "error": error, "filled": filled, "cells": cells}
    return render(request, "candidates/_sheet_cell.html", context, status=status)


def _allowed(request, pk):
    rows = Assignment.objects.visible_to(request.user).select_related(
        "assessment__instrument", "assessment__candidate__employee", "assessment__candidate__external", "group"
    )
    found = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("candidates.rate", found):
        raise PermissionDenied
    return found


def _saved(request, found):
    """What is wrong with which cell, what is wrong with all of it, and the status of that."""
    scores, errors = {}, {}
    for name, text in request.POST.items():
        kind, _dash, pk = name.partition("-")
        if kind == "s" and pk.isascii() and pk.isdigit():
            try:
                scores[int(pk)] = _score(text)
            except Invalid as refusal:
                errors[int(pk)] = str(refusal)
    if errors:
        return errors, "", 422
    try:
        changed = services.rate_sheet(found, scores, actor=request.user)
        if "hand_in" in request.POST:
            services.hand_in(found, actor=request.user)
    except services.CellsRefused as refusal:
        return refusal.cells, "", 422
    except Refusal as refusal:
        return {}, str(refusal), 409
    if "hand_in" in request.POST:
        messages.success(request, _("Handed in."))
    elif changed:
        messages.success(request, _("Saved."))
    return {}, "", 200


def _score(text):
    try:
        return parse_score(text)
    except ValueError:
        raise Invalid(_("This is not a number."), field="score") from None


def _place(found):
    return _("My assessments") if found.assessor_id else _("Assessments")


def _back(found):
    """Assessors go to what is assigned to them; HR, who enters for others, to the assessment."""
    return reverse("my_assessments") if found.assessor_id else reverse("assessment", args=[found.assessment_id])
