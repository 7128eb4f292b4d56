"""Import: upload, columns, dry run, apply, undo."""

import re
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from succession.organisation import imports as services
from succession.organisation.access import access_of
from succession.organisation.acts import carried_out
from succession.organisation.choices import ImportOutcome, ImportState
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.exports import export_response
from succession.organisation.imports import showing
from succession.organisation.imports.effect import effect_of
from succession.organisation.imports.forms import OptionsForm, UploadForm, table_forms
from succession.organisation.imports.uploads import is_too_large
from succession.organisation.lists import export_asked, page_of
from succession.organisation.models import ImportBatch, ImportForecast, ImportMend, ImportRow
from succession.organisation.once import once_per_form

EARLIER = 5
ERRORS_FIRST_UP_TO = 50_000
MENDS_SHOWN = 10
MENDS_READ = 500
CELL = re.compile(r"cell-(\d{1,18})-(\d{1,3})")


def for_those_who_see_all(view):
    """Files of the whole organisation: HR for all of it, and auditors. To all others the pages do not exist."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not access_of(request.user).sees_everything:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)


def _require_right(request):
    if not request.user.has_perm("organisation.import"):
        raise PermissionDenied


@for_those_who_see_all
@require_http_methods(["GET", "HEAD", "POST"])
@once_per_form
def imports(request):
    form = UploadForm()
    if request.method == "POST":
        _require_right(request)
        form = UploadForm(request.POST, request.FILES)
        made = []
        if is_too_large(request):
            limit = settings.IMPORT_MAX_BYTES // (1024 * 1024)
            form.add_error("file", _("The file is too large: at most %(limit)s MB are read.") % {"limit": limit})
        elif form.is_valid() and carried_out(form, lambda: made.append(_begin(request, form))):
            return redirect("import_columns" if made[0].error else "import", made[0].pk)
    batches = ImportBatch.objects.visible_to(request.user).select_related("uploaded_by").prefetch_related("files")
    context = {
        "form": form,
        "may_import": request.user.has_perm("organisation.import"),
        "page": page_of(request, batches),
        "crumbs": [{"label": _("Import & export")}],
        "limit": settings.IMPORT_MAX_BYTES // (1024 * 1024),
    }
    return render(request, "organisation/imports/imports.html", context, status=422 if form.errors else 200)


def _begin(request, form):
    given = dict(form.cleaned_data)
    files = [(file.name, file) for file in given.pop("file")]
    return services.create_batch(files, actor=request.user, may_lack_columns=True, **given)


@for_those_who_see_all
@require_safe
def import_page(request, pk):
    batch = _found(request, pk)
    return _page(request, batch)


@for_those_who_see_all
@require_http_methods(["GET", "HEAD", "POST"])
@once_per_form
def import_mend(request, pk):
    """Put cells right, or take that back; the page again with the new dry run, or with what cannot be taken."""
    batch = _found(request, pk)
    where = {name: request.GET[name] for name in ("outcome", "page") if name in request.GET}
    back = f"{reverse('import', args=[batch.pk])}?{urlencode(where)}#rows"
    if request.method != "POST":
        return redirect(back)
    _require_right(request)
    entered = _entered(request.POST)
    try:
        if request.POST.get("back", "").isdecimal():
            services.take_back_mend(batch, int(request.POST["back"]), actor=request.user)
        else:
            services.mend_rows(batch, entered, actor=request.user)
    except services.BadCells as refusal:
        return _page(request, batch, entered=entered, bad=refusal.by_cell, refusal=_("Not every value can be taken."))
    except Invalid as refusal:
        return _page(request, batch, entered=entered, refusal=str(refusal))
    return redirect(back)


def _entered(data):
    """What was entered cell by cell, and the one repair that was clicked."""
    found = {}
    for name, value in data.items():
        cell = CELL.fullmatch(name)
        if cell:
            row, place = int(cell[1]), int(cell[2])
            found[row, place] = services.Entered(row, place, value)
    clicked = CELL.fullmatch(f"cell-{data.get('mend', '')}")
    if clicked:
        row, place = int(clicked[1]), int(clicked[2])
        found[row, place] = services.Entered(row, place)
    return list(found.values())


def _page(request, batch, *, entered=(), bad=None, refusal=""):
    chosen = request.GET.get("outcome", "")
    rows = ImportRow.objects.visible_to(request.user).filter(batch=batch)
    if chosen in ImportOutcome.values:
        rows = rows.filter(outcome=chosen)
    # Of very long files the order of the file is what an index gives at once.
    is_short = not chosen and batch.row_count <= ERRORS_FIRST_UP_TO
    page = page_of(request, rows.errors_first() if is_short else rows.order_by("pk"))
    facts = _facts(request, batch)
    mends = list(ImportMend.objects.visible_to(request.user).filter(batch=batch)[:MENDS_READ])
    values = {each.key: each.value for each in entered if each.value is not None}
    context = {
        "batch": batch,
        "title": services.title_of(batch),
        "page": page,
        "rows": _rows(batch, page.object_list, mends, values, bad or {}, may_mend=facts["may_map"]),
        "filters": showing.filters_of(batch, chosen),
        "mend_url": f"{reverse('import_mend', args=[batch.pk])}?{request.GET.urlencode()}",
        "refusal": refusal,
        "may_mend": facts["may_map"],
        "crumbs": [{"label": _("Import & export"), "url": reverse("imports")}, {"label": services.title_of(batch)}],
    }
    status = 422 if refusal else 200
    if request.htmx and request.htmx.target == "rows":
        return render(request, "organisation/imports/_rows.html", context, status=status)
    told = [{"mend": mend, "words": showing.mend_words(mend)} for mend in mends[:MENDS_SHOWN]]
    context |= facts | {"mends": told, "mends_left": max(0, len(mends) - MENDS_SHOWN)}
    return render(request, "organisation/imports/import.html", context, status=status)


def _rows(batch, rows, mends, values, bad, *, may_mend):
    several = len(batch.tables) > 1
    by_row = {}
    for mend in mends:
        by_row.setdefault((mend.table, mend.line), []).append(mend)
    return [
        showing.row_of(
            row,
            several=several,
            mends=by_row.get((row.table, row.line), ()),
            repairs=showing.repairs_of(batch, row, values, bad) if may_mend else (),
        )
        for row in rows
    ]


def _facts(request, batch):
    may = request.user.has_perm("organisation.import")
    earlier = ImportBatch.objects.visible_to(request.user).exclude(pk=batch.pk).prefetch_related("files")
    return {
        "steps": showing.steps_of(batch),
        **_totals(request, batch),
        "effects": showing.effects_of(batch),
        "columns": showing.columns_of(batch),
        "job": showing.job_of(batch),
        "job_url": reverse("import_job", args=[batch.pk]),
        "apply_label": showing.apply_label(batch),
        "may_apply": may and showing.may_apply(batch),
        "may_undo": may and services.can_still_undo(batch),
        "may_map": may and batch.state == ImportState.DRAFT and not services.is_running(batch),
        "column_count": sum(len(entry["headings"]) for entry in batch.tables),
        "earlier": earlier[:EARLIER],
    }


@for_those_who_see_all
@require_safe
def import_job(request, pk):
    """The task under way; once it has ended the page is read again."""
    batch = _found(request, pk)
    response = render(
        request,
        "organisation/imports/_job.html",
        {"job": showing.job_of(batch), "job_url": reverse("import_job", args=[batch.pk])},
    )
    if not services.is_running(batch):
        response["HX-Refresh"] = "true"
    return response


@for_those_who_see_all
@require_safe
def import_effect(request, pk):
    """The totals with what the import would do to coverage, asked for again until that is worked out."""
    batch = _found(request, pk)
    return render(request, "organisation/imports/_totals.html", {"batch": batch} | _totals(request, batch))


def _totals(request, batch):
    forecast = ImportForecast.objects.visible_to(request.user).filter(batch=batch).first()
    return {
        "figures": showing.figures_of(batch),
        "effect": effect_of(batch, forecast, request.user),
        "effect_url": reverse("import_effect", args=[batch.pk]),
    }


@for_those_who_see_all
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request, pk):
    _require_right(request)
    batch = _found(request, pk)
    if batch.state != ImportState.DRAFT:
        return redirect("import", batch.pk)
    is_asked = request.method == "POST" and "plan" in request.POST
    tables = table_forms(request.POST or None, batch.kind, batch.tables)
    form = OptionsForm(request.POST or None, kind=batch.kind, options=batch.options)
    if is_asked and all([form.is_valid(), *(table.is_valid() for table in tables)]):
        chosen = [table.chosen() for table in tables if table.chosen()["columns"]]
        save_as = form.cleaned_data.get("save_as", "")
        if carried_out(
            form,
            lambda: services.map_columns(batch, chosen, actor=request.user, options=form.options(), save_as=save_as),
        ):
            return redirect("import", batch.pk)
    title = services.title_of(batch)
    context = {
        "batch": batch,
        "title": title,
        "tables": tables,
        "form": form,
        "crumbs": [
            {"label": _("Import & export"), "url": reverse("imports")},
            {"label": title, "url": reverse("import", args=[batch.pk])},
            {"label": _("Columns")},
        ],
    }
    return render(
        request, "organisation/imports/columns.html", context, status=422 if is_asked and form.errors else 200
    )


@for_those_who_see_all
@require_POST
@once_per_form
def import_apply(request, pk):
    return _ask(request, pk, services.apply_batch)


@for_those_who_see_all
@require_POST
@once_per_form
def import_undo(request, pk):
    return _ask(request, pk, services.undo_batch)


def _ask(request, pk, service):
    _require_right(request)
    batch = _found(request, pk)
    try:
        service(batch, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("import", batch.pk)


@for_those_who_see_all
@require_safe
def import_rejected(request, pk):
    """The rejected rows as a file, with line, column and reason."""
    batch = _found(request, pk)
    columns, rows = services.rejected_rows(batch)
    return export_response(request, f"import-{batch.pk}-errors", columns, rows, export_asked(request) or "csv")


def _found(request, pk):
    rows = ImportBatch.objects.visible_to(request.user).select_related("job", "uploaded_by", "applied_by", "undone_by")
    return get_object_or_404(rows, pk=pk)
