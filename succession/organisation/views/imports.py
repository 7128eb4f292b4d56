"""Import: upload, columns, dry run, apply, undo."""

from functools import wraps

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
from succession.organisation.errors import Refusal
from succession.organisation.exports import export_response
from succession.organisation.imports import showing
from succession.organisation.imports.forms import OptionsForm, UploadForm, table_forms
from succession.organisation.imports.uploads import is_too_large
from succession.organisation.lists import export_asked, page_of
from succession.organisation.models import ImportBatch, ImportRow
from succession.organisation.once import once_per_form

EARLIER = 5


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
    chosen = request.GET.get("outcome", "")
    rows = ImportRow.objects.visible_to(request.user).filter(batch=batch)
    if chosen in ImportOutcome.values:
        rows = rows.filter(outcome=chosen)
    page = page_of(request, rows.order_by("pk"))
    several = len(batch.tables) > 1
    context = {
        "batch": batch,
        "title": services.title_of(batch),
        "page": page,
        "rows": [showing.row_of(row, several=several) for row in page.object_list],
        "filters": showing.filters_of(batch, chosen),
        "crumbs": [{"label": _("Import & export"), "url": reverse("imports")}, {"label": services.title_of(batch)}],
    }
    if request.htmx and request.htmx.target == "rows":
        return render(request, "organisation/imports/_rows.html", context)
    return render(request, "organisation/imports/import.html", context | _facts(request, batch))


def _facts(request, batch):
    may = request.user.has_perm("organisation.import")
    earlier = ImportBatch.objects.visible_to(request.user).exclude(pk=batch.pk).prefetch_related("files")
    return {
        "steps": showing.steps_of(batch),
        "figures": showing.figures_of(batch),
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
