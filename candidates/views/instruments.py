"""The instruments with which people are assessed: the list, describing one, changing one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from candidates import services
from candidates.forms.instruments import InstrumentForm
from candidates.models import Instrument
from candidates.selectors.instruments import instruments_listed
from succession.organisation.access import access_of
from succession.organisation.acts import carried_out
from succession.organisation.exports import export_response
from succession.organisation.gates import readers_only
from succession.organisation.lists import export_asked, page_of
from succession.organisation.models import Competency
from succession.organisation.once import once_per_form
from succession.organisation.versions import version_of

START = {"scale_low": 1, "scale_high": 5, "weight": 1, "half_life_months": 24}


@readers_only
@require_safe
def instruments(request):
    _refuse_strangers(request)
    found = instruments_listed(request.user)
    if fmt := export_asked(request):
        columns, rows = _as_table(found)
        return export_response(request, "instruments", columns, rows, fmt)
    context = {
        "page": page_of(request, found),
        "today": timezone.localdate(),
        "may_keep": request.user.has_perm("candidates.keep_instruments"),
        "crumbs": [{"label": _("Instruments")}],
    }
    return render(request, "candidates/instruments.html", context)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
@once_per_form
def instrument_new(request):
    _refuse_readers(request)
    form = InstrumentForm(request.POST or None, initial=START)
    made = []
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: made.append(services.define_instrument(form.cleaned_data["code"], form.plan(), actor=request.user)),
        )
    ):
        messages.success(request, _("%(instrument)s is described.") % {"instrument": made[0]})
        return redirect("instrument", made[0].pk)
    return _shown(request, form, None)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def instrument(request, pk):
    """As it stands for those who read; open to changes for HR."""
    _refuse_strangers(request)
    found = get_object_or_404(Instrument.objects.visible_to(request.user), pk=pk)
    standing = services.plan_of(found)
    initial = {name: getattr(found, name) for name in (*START, "name", "kind")} | {"version": version_of(found)}
    if request.method == "POST" and not request.user.has_perm("candidates.keep_instruments"):
        raise PermissionDenied
    form = InstrumentForm(request.POST or None, standing=standing, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: services.revise_instrument(
                found, form.plan(), version=form.cleaned_data["version"], actor=request.user
            ),
        )
    ):
        messages.success(request, _("Saved. Profiles follow within minutes."))
        return redirect("instrument", pk)
    return _shown(request, form, found)


@readers_only
@require_POST
def instrument_close(request, pk):
    """No longer used from today on, or used again."""
    _refuse_strangers(request)
    found = get_object_or_404(Instrument.objects.visible_to(request.user), pk=pk)
    if not request.user.has_perm("candidates.keep_instruments"):
        raise PermissionDenied
    services.close_instrument(found, None if found.closed_on else timezone.localdate(), actor=request.user)
    messages.success(request, _("In use again.") if found.closed_on else _("No longer used from today on."))
    return redirect("instrument", pk)


def _refuse_strangers(request):
    if not access_of(request.user).sees_everything:
        raise Http404


def _refuse_readers(request):
    _refuse_strangers(request)
    if not request.user.has_perm("candidates.keep_instruments"):
        raise PermissionDenied


def _shown(request, form, found):
    competencies = list(Competency.objects.order_by("name").values_list("pk", "name"))
    context = {
        "form": form,
        "instrument": found,
        "competencies": competencies,
        "may_keep": request.user.has_perm("candidates.keep_instruments"),
        "crumbs": [
            {"label": _("Instruments"), "url": reverse("instruments")},
            {"label": found.name if found else _("New instrument")},
        ],
    }
    return render(request, "candidates/instrument.html", context, status=422 if form.errors else 200)


def _as_table(found):
    columns = [_("Code"), _("Name"), _("Kind"), _("Lowest score"), _("Highest score"), _("Weight"), _("Half-life")]
    columns += [_("No longer used from")]
    return columns, (
        [
            one.code,
            one.name,
            one.get_kind_display(),
            one.scale_low,
            one.scale_high,
            one.weight,
            one.half_life_months,
            one.closed_on,
        ]
        for one in found
    )
