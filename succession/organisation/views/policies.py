"""The settings in their versions: compared, drafted, put in force."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from succession.organisation.acts import carried_out
from succession.organisation.choices import PolicyState
from succession.organisation.forms import PolicyForm, ReasonForm
from succession.organisation.lists import whole_number
from succession.organisation.models import Policy
from succession.organisation.once import once_per_form
from succession.organisation.selectors import policies as selectors
from succession.organisation.services import policies as services


@login_required
@require_safe
def policies(request):
    _refuse_strangers(request)
    versions = list(Policy.objects.select_related("decided_by"))
    in_force = next(version for version in versions if version.state == PolicyState.IN_FORCE)
    numbered = {version.version: version for version in versions}
    before = numbered.get(whole_number(request, "before") or 0)
    after = numbered.get(whole_number(request, "after") or 0)
    context = {
        "versions": versions,
        "in_force": in_force,
        "settings": selectors.settings_of(in_force),
        "before": before,
        "after": after,
        "differences": selectors.compare_policies(before, after) if before and after else [],
        "may_change": request.user.has_perm("organisation.change_policy"),
        "crumbs": [{"label": _("Policy")}],
    }
    return render(request, "organisation/policies.html", context)


@login_required
@require_POST
@once_per_form
def policy_draft(request):
    """A draft begins as the version in force, to be changed on its page."""
    _refuse_strangers(request)
    _refuse_readers(request)
    draft = services.draft_policy(actor=request.user)
    return redirect("policy", draft.version)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request, version):
    _refuse_strangers(request)
    found = get_object_or_404(Policy.objects.select_related("decided_by"), version=version)
    may_change = found.state == PolicyState.DRAFT and request.user.has_perm("organisation.change_policy")
    form = PolicyForm(request.POST or None, instance=found) if may_change else None
    if request.method == "POST":
        _refuse_readers(request)
        if form is None:
            raise PermissionDenied
        if form.is_valid() and carried_out(form, lambda: _change(request, found, form)):
            messages.success(request, _("The draft is kept."))
            return redirect("policy", version)
    return render(
        request, "organisation/policy.html", _context(found, form), status=422 if form and form.errors else 200
    )


@login_required
@require_POST
def policy_in_force(request, version):
    _refuse_strangers(request)
    _refuse_readers(request)
    found = get_object_or_404(Policy, version=version)
    reason = ReasonForm(request.POST)
    if reason.is_valid() and carried_out(
        reason,
        lambda: services.put_policy_in_force(found, reason=reason.cleaned_data["reason"], actor=request.user),
    ):
        messages.success(request, _("Version %(n)d is in force.") % {"n": found.version})
        return redirect("policies")
    form = PolicyForm(instance=found) if found.state == PolicyState.DRAFT else None
    return render(request, "organisation/policy.html", _context(found, form, reason), status=422)


def _change(request, found, form):
    services.change_draft(Policy.objects.get(pk=found.pk), **form.settings(), actor=request.user)


def _context(found, form, reason=None):
    stored = Policy.objects.get(pk=found.pk)
    in_force = selectors.policy_in_force()
    return {
        "policy": stored,
        "form": form,
        "reason": reason or ReasonForm(),
        "settings": selectors.settings_of(stored),
        "in_force": in_force,
        "differences": selectors.compare_policies(in_force, stored),
        "crumbs": [
            {"label": _("Policy"), "url": reverse("policies")},
            {"label": _("Version %(n)d") % {"n": stored.version}},
        ],
    }


def _refuse_strangers(request):
    if not request.user.has_perm("organisation.view_policy"):
        raise Http404


def _refuse_readers(request):
    if not request.user.has_perm("organisation.change_policy"):
        raise PermissionDenied
