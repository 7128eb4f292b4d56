"""My development: one's own answer, goals and data. Nothing on it says whether or where one stands as a successor."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from succession.organisation.access import access_of
from succession.organisation.acts import carried_out
from succession.organisation.forms import GoalForm, MobilityForm, WillingnessForm
from succession.organisation.models import CareerGoal, Employee
from succession.organisation.once import once_per_form
from succession.organisation.selectors.people import head_of_unit, read_oneself, readings_for_the_person
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.services import employees, goals, willingness

ANSWER_HINTS = {
    "agreed": gettext_lazy("to prepare for a wider role"),
    "not_now": gettext_lazy("ask me again when the answer ends"),
    "declined": gettext_lazy("do not count on me"),
}


@login_required
@require_safe
def me(request):
    read = read_oneself(request.user, on=timezone.localdate())
    if read is None:
        return render(request, "organisation/me_nobody.html", {"crumbs": [{"label": _("My development")}]})
    return render(request, "organisation/me.html", _my_page(read))


@login_required
@require_POST
def me_willingness(request):
    employee = _myself_or_404(request)
    form = WillingnessForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: willingness.answer_willingness(employee, form.cleaned_data["willingness"], actor=request.user),
    ):
        messages.success(request, _("Your answer is kept."))
        return redirect("me")
    return render(request, "organisation/me.html", _my_page(_read_again(request), willingness=form), status=422)


@login_required
@require_POST
def me_mobility(request):
    employee = _myself_or_404(request)
    form = MobilityForm(request.POST, instance=employee)
    if form.is_valid() and carried_out(
        form, lambda: employees.change_employee(employee, mobility=form.cleaned_data["mobility"], actor=request.user)
    ):
        messages.success(request, _("Saved."))
        return redirect("me")
    return render(request, "organisation/me.html", _my_page(_read_again(request), mobility=form), status=422)


@login_required
@require_POST
@once_per_form
def goal_add(request):
    employee = _myself_or_404(request)
    form = GoalForm(request.POST)
    if form.is_valid() and carried_out(form, lambda: goals.add_goal(employee, **form.cleaned_data, actor=request.user)):
        messages.success(request, _("Your goal is kept."))
        return redirect("me")
    return render(request, "organisation/me.html", _my_page(_read_again(request), goal=form), status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def goal_change(request, pk):
    goal = _my_goal(request, pk)
    form = GoalForm(request.POST or None, instance=goal)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(form, lambda: goals.change_goal(goal, **form.cleaned_data, actor=request.user))
    ):
        messages.success(request, _("Your goal is kept."))
        return redirect("me")
    crumbs = [{"label": _("My development"), "url": reverse("me")}, {"label": _("Goal")}]
    context = {"form": form, "goal": goal, "crumbs": crumbs}
    return render(request, "organisation/goal.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def goal_remove(request, pk):
    goals.remove_goal(_my_goal(request, pk), actor=request.user)
    messages.success(request, _("Your goal is taken away."))
    return redirect("me")


def _myself(request):
    own = access_of(request.user).employee_id
    people = Employee.objects.visible_to(request.user).with_willingness(timezone.localdate())
    return people.select_related("org_unit").filter(pk=own).first() if own else None


def _myself_or_404(request):
    employee = _myself(request)
    if employee is None:
        raise Http404
    return employee


def _my_goal(request, pk):
    own = access_of(request.user).employee_id
    return get_object_or_404(CareerGoal.objects.visible_to(request.user).filter(employee=own), pk=pk)


def _read_again(request):
    """What the page says besides a form that was not in order."""
    return read_oneself(request.user, on=timezone.localdate())


def _my_page(read, **forms):
    employee, today = read.employee, timezone.localdate()
    answered = employee.current_willingness if employee.current_willingness in ANSWER_HINTS else ""
    return {
        "employee": employee,
        "answered": answered,
        "waiting": int(not answered),
        "months": policy_in_force().willingness_valid_months,
        "hints": ANSWER_HINTS,
        "willingness_form": forms.get("willingness") or WillingnessForm(initial={"willingness": answered}),
        "goal_form": forms.get("goal") or GoalForm(),
        "mobility_form": forms.get("mobility") or MobilityForm(instance=employee),
        "goals": read.goals,
        "seats": read.seats,
        "titles": read.titles,
        "head": head_of_unit(employee, today),
        "readings": readings_for_the_person(employee, today),
        "today": today,
        "crumbs": [{"label": _("My development")}],
    }
