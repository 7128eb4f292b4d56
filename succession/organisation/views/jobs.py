"""Background tasks: what runs, how far it is, Stop."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from succession.organisation.choices import JobState
from succession.organisation.forms import JobFilter
from succession.organisation.jobs import cancel_job
from succession.organisation.lists import page_of, sorted_by
from succession.organisation.models import Job

# What a line of the list tells.
SHOWN = ("label", "message", "state", "progress", "created_at", "actor__name", "actor__username")
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)
WHOLE = 1000
SORTS = {"asked": ["-pk"], "label": ["label"], "state": ["state", "-pk"]}


@login_required
@require_safe
def jobs(request):
    form = JobFilter(request.GET)
    found = sorted_by(request, form.narrow(Job.objects.visible_to(request.user)), SORTS, "asked")
    page = page_of(request, found.select_related("actor").only(*SHOWN))
    context = {
        "form": form,
        "page": page,
        "default_sort": "asked",
        "is_busy": any(job.state in UNFINISHED for job in page.object_list),
        "crumbs": [{"label": _("Background tasks")}],
        "clear_url": reverse("jobs") if request.GET else "",
    }
    return render(request, "organisation/_jobs.html" if request.htmx else "organisation/jobs.html", context)


@login_required
@require_safe
def job(request, pk):
    return _answer(request, get_object_or_404(Job.objects.visible_to(request.user).select_related("actor"), pk=pk))


@login_required
@require_POST
def job_cancel(request, pk):
    found = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not request.user.has_perm("organisation.cancel_job", found):
        raise PermissionDenied
    cancel_job(found, actor=request.user)
    return _answer(request, Job.objects.select_related("actor").get(pk=pk)) if request.htmx else redirect("job", pk)


def _answer(request, found):
    may_stop = found.state in UNFINISHED and request.user.has_perm("organisation.cancel_job", found)
    context = {
        "job": found,
        "shown": {
            "pk": found.pk,
            "label": found.label,
            "state": found.state,
            "done": round(found.progress * WHOLE),
            "total": WHOLE if found.state == JobState.RUNNING else 0,
            "message": found.message,
            "error": found.message,
        },
        "url": reverse("job", args=[found.pk]),
        "cancel_url": reverse("job_cancel", args=[found.pk]) if may_stop and not found.cancel_requested else "",
        "result_url": _result_url(found.result),
        "crumbs": [{"label": _("Background tasks"), "url": reverse("jobs")}, {"label": found.label}],
    }
    return render(request, "organisation/_job.html" if request.htmx else "organisation/job.html", context)


def _result_url(result):
    """The page of what came out: the result names the page and the record, as {"pool": 7}."""
    for name, value in (result or {}).items():
        try:
            return reverse(name, args=[value])
        except NoReverseMatch:
            continue
    return ""
