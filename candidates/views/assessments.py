"""Assessments as HR keeps them: the list, planning one, putting raters on it, the integration step, corrections."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from candidates import services
from candidates.choices import AssessmentState
from candidates.forms.assessments import AssessmentFilter, AssignForm, FinaliseForm, PlanForm
from candidates.models import Assessment, Assignment, Candidate
from candidates.selectors.assessments import DEFAULT_SORT, find_assessments, offered_instruments
from candidates.selectors.integration import integrate
from candidates.severity import FEWEST_COMPARED, METHOD
from succession.organisation import audit
from succession.organisation.access import access_of
from succession.organisation.acts import carried_out
from succession.organisation.asking import Asked
from succession.organisation.choices import Role
from succession.organisation.errors import Invalid
from succession.organisation.exports import export_response
from succession.organisation.forms import ReasonForm
from succession.organisation.gates import hr_only, readers_only
from succession.organisation.lists import export_asked, page_of, whole_number
from succession.organisation.models import Employee
from succession.organisation.once import once_per_form


@readers_only
@require_safe
def assessments(request):
    """Heads find the final ones of their people here, HR and auditors all but their own."""
    form = AssessmentFilter(request.GET, instruments=offered_instruments(request.user))
    found = find_assessments(request.user, **form.wanted(), sort=request.GET.get("sort", ""))
    if fmt := export_asked(request):
        columns, rows = _as_table(found)
        return export_response(request, "assessments", columns, rows, fmt)
    context = {
        "form": form,
        "page": page_of(request, found),
        "default_sort": DEFAULT_SORT,
        "may_plan": request.user.has_perm("candidates.plan_assessment"),
        "crumbs": [{"label": _("Assessments")}],
        "clear_url": reverse("assessments") if request.GET else "",
    }
    template = "candidates/_assessments.html" if request.htmx else "candidates/assessments.html"
    return render(request, template, context)


@hr_only
@require_http_methods(["GET", "HEAD", "POST"])
@once_per_form
def assessment_new(request):
    """Of a candidate the address names (`?candidate=`), or of an employee by their number."""
    if not request.user.has_perm("candidates.plan_assessment"):
        raise PermissionDenied
    candidate = _candidate_asked(request)
    form = PlanForm(request.POST or None, is_known=candidate is not None, initial={"assessed_on": timezone.localdate()})
    made = []
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(form, lambda: made.append(_planned(request, candidate, **form.cleaned_data)))
    ):
        messages.success(request, _("Planned. Put raters on it next."))
        return redirect("assessment", made[0].pk)
    context = {
        "form": form,
        "candidate": candidate,
        "crumbs": [{"label": _("Assessments"), "url": reverse("assessments")}, {"label": _("New assessment")}],
    }
    return render(request, "candidates/assessment_new.html", context, status=422 if form.errors else 200)


@readers_only
@require_safe
def assessment(request, pk):
    """What the raters said side by side, how far apart they are; severity only when it is asked for."""
    found = _seen(request, pk)
    adjusted = request.GET.get("adjusted") == "1"
    integration = integrate(found, request.user, adjusted=adjusted)
    audit.log_reading(found.candidate.employee or found.candidate, reader=request.user)
    is_draft = found.state == AssessmentState.DRAFT
    may = {act: request.user.has_perm(f"candidates.{act}_assessment", found) for act in ("finalise", "correct")} | {
        "assign": request.user.has_perm("candidates.assign_assessor", found)
    }
    context = {
        "assessment": found,
        "integration": integration,
        "because": _because(request),
        "adjusted": adjusted,
        "method": METHOD,
        "fewest": FEWEST_COMPARED,
        "is_draft": is_draft,
        "may": may,
        "may_enter": request.user.has_perm("candidates.keep_instruments"),
        "later": Assessment.objects.visible_to(request.user).filter(replaces=found).first(),
        "crumbs": _crumbs(found),
    }
    return render(request, "candidates/assessment.html", context)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_assign(request, pk):
    found = _allowed(request, pk, "candidates.assign_assessor")
    asked = _asked(
        request,
        found,
        form=AssignForm(request.POST or None, assessment=found),
        title=_("Who rates %(name)s?") % {"name": found.candidate},
        submit=_("Put on the assessment"),
        why=_("An assessor sees this assessment, and their own ratings alone, until it is final."),
    )
    return asked.answer(
        lambda values: services.assign_assessor(found, actor=request.user, **values), done=_("The rater is put on it.")
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_finalise(request, pk):
    """Told before the click: how many ratings, how far apart."""
    found = _allowed(request, pk, "candidates.finalise_assessment")
    integration = integrate(found, request.user)
    initial = {"assessed_on": found.assessed_on, "conclusion": found.conclusion}
    asked = _asked(
        request,
        found,
        form=FinaliseForm(request.POST or None, initial=initial),
        title=_("Make the assessment of %(name)s final?") % {"name": found.candidate},
        submit=_("Make final"),
        why=_what_follows(integration),
    )
    return asked.answer(
        lambda values: services.finalise_assessment(found, actor=request.user, **values),
        done=_("The assessment is final. It counts as evidence from now on."),
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_correct(request, pk):
    found = _allowed(request, pk, "candidates.correct_assessment")
    asked = _asked(
        request,
        found,
        form=ReasonForm(request.POST or None),
        title=_("Correct the assessment of %(name)s?") % {"name": found.candidate},
        submit=_("Begin a new version"),
        why=_("What is final stays as it is and counts until the new version is final."),
    )
    made = []

    def correct(values):
        made.append(services.correct_assessment(found, actor=request.user, **values))
        asked.back = reverse("assessment", args=[made[0].pk])

    return asked.answer(correct, done=_("A new version is begun. Give back the sheets that are to change."))


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_withdraw(request, pk, sheet_pk):
    found, sheet = _sheet(request, pk, sheet_pk)
    asked = _asked(
        request,
        found,
        form=ReasonForm(request.POST or None),
        title=_("Take %(rater)s off this assessment?") % {"rater": sheet},
        submit=_("Take off"),
        why=_("What they rated so far is removed with them."),
        destructive=True,
    )
    return asked.answer(
        lambda values: services.withdraw_assessor(sheet, actor=request.user, **values), done=_("The rater is off it.")
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_give_back(request, pk, sheet_pk):
    found, sheet = _sheet(request, pk, sheet_pk)
    asked = _asked(
        request,
        found,
        form=ReasonForm(request.POST or None),
        title=_("Give the sheet back to %(rater)s?") % {"rater": sheet},
        submit=_("Give back"),
        why=_("They can change their ratings and hand in again."),
    )
    return asked.answer(
        lambda values: services.give_back(sheet, actor=request.user, **values), done=_("The sheet is given back.")
    )


def _seen(request, pk):
    rows = Assessment.objects.visible_to(request.user).select_related(
        "instrument", "candidate__employee", "candidate__external", "finalised_by", "made_by", "replaces"
    )
    return get_object_or_404(rows, pk=pk)


def _allowed(request, pk, permission):
    found = _seen(request, pk)
    if not request.user.has_perm(permission, found):
        raise PermissionDenied
    return found


def _sheet(request, pk, sheet_pk):
    found = _seen(request, pk)
    sheets = Assignment.objects.visible_to(request.user).select_related("assessor")
    sheet = get_object_or_404(sheets, pk=sheet_pk, assessment=found)
    if not request.user.has_perm("candidates.assign_assessor", found):
        raise PermissionDenied
    return found, sheet


def _candidate_asked(request):
    pk = whole_number(request, "candidate")
    return None if pk is None else get_object_or_404(Candidate.objects.visible_to(request.user), pk=pk)


@transaction.atomic
def _planned(request, candidate, *, number="", instrument, assessed_on):
    """An employee who was never considered becomes a candidate with the plan, or not at all."""
    if candidate is None:
        employee = Employee.objects.visible_to(request.user).filter(number=number.strip()).first()
        if employee is None:
            raise Invalid(_("There is nobody with this number."), field="number")
        candidate = services.ensure_candidate(employee, actor=request.user)
    return services.plan_assessment(candidate, instrument, assessed_on=assessed_on, actor=request.user)


def _asked(request, found, **question):
    return Asked(request, back=reverse("assessment", args=[found.pk]), crumbs=_crumbs(found, is_last=False), **question)


def _because(request):
    access = access_of(request.user)
    if access.is_hr:
        return Role.HR_MANAGER.label
    return Role.AUDITOR.label if access.is_auditor else _("head of their unit")


def _what_follows(integration):
    """One sentence on the ratings, before they are final."""
    if integration.awaited:
        return ngettext(
            "%(n)d rater has not handed in yet.", "%(n)d raters have not handed in yet.", integration.awaited
        ) % {"n": integration.awaited}
    if integration.disagreements:
        return ngettext(
            "In %(n)d line the raters are two levels or more apart: write how that was settled.",
            "In %(n)d lines the raters are two levels or more apart: write how that was settled.",
            integration.disagreements,
        ) % {"n": integration.disagreements}
    return _("No two raters are two levels or more apart. From now on the ratings are frozen.")


def _crumbs(found, *, is_last=True):
    here = {"label": str(found.candidate)}
    return [
        {"label": _("Assessments"), "url": reverse("assessments")},
        here if is_last else here | {"url": reverse("assessment", args=[found.pk])},
    ]


def _as_table(found):
    columns = [_("Person"), _("Instrument"), _("Assessed on"), _("State"), _("Version"), _("Raters"), _("Handed in")]
    return columns, (
        [
            one.person_name,
            one.instrument.name,
            one.assessed_on,
            one.get_state_display(),
            one.version,
            one.sheets,
            one.handed_in,
        ]
        for one in found.iterator(chunk_size=2_000)
    )
