"""The list of people, and a person's page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from succession.organisation import audit
from succession.organisation.access import access_of
from succession.organisation.acts import carried_out
from succession.organisation.exports import export_response
from succession.organisation.forms import EmployeeForm, LeavingForm, PeopleFilter, ReasonForm, visible_units
from succession.organisation.gates import readers_only
from succession.organisation.lists import export_asked, page_of, whole_number
from succession.organisation.models import Employee
from succession.organisation.selectors.people import (
    DEFAULT_SORT,
    because_of,
    find_people,
    head_of_unit,
    last_readings,
    read_person,
    why_seen,
)
from succession.organisation.selectors.units import offered_units
from succession.organisation.services import employees, willingness
from succession.organisation.versions import version_of


@readers_only
@require_safe
def people(request):
    today = timezone.localdate()
    form = PeopleFilter(request.GET, units=offered_units(request.user, whole_number(request, "unit")))
    found = find_people(request.user, form.wanted(), on=today, sort=request.GET.get("sort", ""))
    if fmt := export_asked(request):
        columns, rows = _as_table(found)
        return export_response(request, "people", columns, rows, fmt)
    context = {
        "form": form,
        "page": page_of(request, found),
        "default_sort": DEFAULT_SORT,
        "crumbs": [{"label": _("People")}],
        "clear_url": reverse("people") if request.GET else "",
    }
    return render(request, "organisation/_people.html" if request.htmx else "organisation/people.html", context)


@readers_only
@require_safe
def person(request, pk):
    today = timezone.localdate()
    read = read_person(request.user, pk, on=today)
    if read is None:
        raise Http404
    if access_of(request.user).employee_id != read.employee.pk:
        audit.log_reading(read.employee, reader=request.user)
    return render(request, "organisation/person.html", _page_of_person(request, read, today))


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request, pk):
    employee = _allowed(request, pk, "organisation.change_employee")
    form = EmployeeForm(
        request.POST or None,
        instance=employee,
        initial={"version": version_of(employee)},
        units=visible_units(request.user),
    )
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.Meta.fields}
        version = form.cleaned_data["version"]
        if carried_out(
            form, lambda: employees.change_employee(employee, **values, version=version, actor=request.user)
        ):
            messages.success(request, _("Saved."))
            return redirect("person", pk)
    context = {"form": form, "employee": employee, "crumbs": _crumbs(employee, _("Change"))}
    return render(request, "organisation/person_edit.html", context, status=422 if form.errors else 200)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def person_leave(request, pk):
    employee = _allowed(request, pk, "organisation.change_employee")
    form = LeavingForm(request.POST or None, initial={"on": timezone.localdate()})
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(form, lambda: employees.mark_left(employee, **form.cleaned_data, actor=request.user))
    ):
        messages.success(request, _("Written down. The seats are free from that day on."))
        return redirect("person", pk)
    context = {"form": form, "employee": employee, "crumbs": _crumbs(employee, _("Leaves"))}
    return render(request, "organisation/person_leave.html", context, status=422 if form.errors else 200)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def person_return(request, pk):
    employee = _allowed(request, pk, "organisation.change_employee")
    form = ReasonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(form, lambda: employees.reinstate(employee, **form.cleaned_data, actor=request.user))
    ):
        messages.success(request, _("Written down. Seats they held before are not given back."))
        return redirect("person", pk)
    context = {"form": form, "employee": employee, "crumbs": _crumbs(employee, _("Works here again"))}
    return render(request, "organisation/person_return.html", context, status=422 if form.errors else 200)


@readers_only
@require_POST
def person_ask(request, pk):
    employee = _allowed(request, pk, "organisation.ask_willingness")
    willingness.ask_willingness(employee, actor=request.user)
    messages.success(request, _("Asked. The question stands on their own page."))
    return redirect("person", pk)


def _seen(request, pk):
    return get_object_or_404(
        Employee.objects.visible_to(request.user)
        .with_willingness(timezone.localdate())
        .select_related("org_unit", "user"),
        pk=pk,
    )


def _allowed(request, pk, permission):
    employee = _seen(request, pk)
    if not request.user.has_perm(permission, employee):
        raise PermissionDenied
    return employee


def _page_of_person(request, read, today):
    employee = read.employee
    may_change = request.user.has_perm("organisation.change_employee", employee)
    return {
        "employee": employee,
        "today": today,
        "seats": read.seats,
        "titles": read.titles,
        "units": read.units,
        "goals": read.goals,
        "why": why_seen(request.user, employee),
        "because": because_of(request.user, employee),
        "head": head_of_unit(employee, today),
        "readings": last_readings(request.user, employee),
        "may_change": may_change and employee.left_on is None,
        "may_return": may_change and employee.left_on is not None,
        "may_ask": may_change and employee.left_on is None and employee.current_willingness == "not_asked",
        "crumbs": _crumbs(employee),
    }


def _crumbs(employee, last=""):
    here = {"label": employee.name} | ({"url": reverse("person", args=[employee.pk])} if last else {})
    return [{"label": _("People"), "url": reverse("people")}, here, *([{"label": last}] if last else [])]


def _as_table(found):
    columns = [_("Number"), _("Name"), _("Unit"), _("Posts"), _("Hired on"), _("Left on"), _("E-mail")]
    rows = (
        [
            employee.number,
            employee.name,
            employee.org_unit.name if employee.org_unit else "",
            ", ".join(seat.title for seat in employee.held),
            employee.hired_on,
            employee.left_on,
            employee.email,
        ]
        for employee in found.everything()
    )
    return columns, rows
