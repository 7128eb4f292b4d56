"""Rating posts in bulk, and what follows for their class."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from succession.organisation.access import access_of
from succession.organisation.acts import carried_out
from succession.organisation.choices import PositionClass
from succession.organisation.errors import Invalid
from succession.organisation.exports import export_response
from succession.organisation.forms import CriticalityFilter, RatingForm, ReasonForm
from succession.organisation.gates import readers_only
from succession.organisation.lists import export_asked, page_of, whole_number
from succession.organisation.models import Position
from succession.organisation.selectors.criticality import (
    DEFAULT_SORT,
    factors_of,
    how_many_proposed,
    posts_to_rate,
    proposed_as_management,
)
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.selectors.units import offered_units
from succession.organisation.services import criticality as services
from succession.organisation.services.positions import classify_positions

PER_PAGE = 25


@dataclass
class Line:
    """One post on the screen: what was scored or is being scored, what that proposes, what is wrong with it."""

    position: Position
    prefix: str
    known: dict[str, int]
    factors: list[tuple[str, str]]
    sent: QueryDict | None = None
    proposed: str = ""
    score: object = None
    error: str = ""
    may_rate: bool = False

    @cached_property
    def form(self):
        return RatingForm(self.sent, prefix=self.prefix, initial=self.known, factors=self.factors)

    @property
    def scores(self):
        """Name, label and value of each score: plain inputs, for widgets of forms cost more than the rest of the page."""
        for factor, label in self.factors:
            yield f"{self.prefix}-{factor}", label, self._value(factor, self.known.get(factor, ""))

    @property
    def decided(self):
        return self._value("decided_class", "")

    @property
    def reason(self):
        return self._value("reason", "")

    def _value(self, name, known):
        return known if self.sent is None else self.sent.get(f"{self.prefix}-{name}", "")


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def criticality(request):
    """Those who see everything read; HR rates what is in their reach."""
    _refuse_strangers(request)
    policy = policy_in_force()
    form = CriticalityFilter(request.GET, units=offered_units(request.user, whole_number(request, "unit")))
    found = posts_to_rate(request.user, **form.wanted(), sort=request.GET.get("sort", ""))
    factors = factors_of(policy)
    if fmt := export_asked(request):
        columns, rows = _as_table(found, factors)
        return export_response(request, "criticality", columns, rows, fmt)
    page = page_of(request, found, PER_PAGE)
    lines = [_line(request, each, factors) for each in page.object_list]
    status = 200
    if request.method == "POST":
        _refuse_readers(request)
        if _save(request, lines, policy):
            return redirect(request.get_full_path())
        status = 422
    context = _context(request, form, page, lines, policy, factors)
    wants_list = request.htmx and request.htmx.target == "list"
    template = "organisation/_criticality.html" if wants_list else "organisation/criticality.html"
    return render(request, template, context, status=status)


@readers_only
@require_POST
def propose(request, pk):
    """What the scores of one line propose, before anything is kept."""
    _refuse_strangers(request)
    policy = policy_in_force()
    found = posts_to_rate(request.user, only=pk)[:1]
    if not found:
        raise Http404
    line = _line(request, found[0], factors_of(policy))
    if not line.may_rate:
        raise PermissionDenied
    _work_out(line, policy)
    return render(request, "organisation/_criticality_proposal.html", {"line": line})


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def management(request):
    """Posts with others reporting to them, proposed as management posts."""
    _refuse_strangers(request)
    _refuse_readers(request)
    proposed = proposed_as_management(request.user)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        chosen = proposed.filter(pk__in=[pk for pk in request.POST.getlist("pk") if pk.isascii() and pk.isdigit()])
        posts = list(chosen)
        if not posts:
            form.add_error(None, _("Choose at least one post."))
        elif form.is_valid() and carried_out(
            form,
            lambda: classify_positions(
                posts, PositionClass.MANAGEMENT, reason=form.cleaned_data["reason"], actor=request.user
            ),
        ):
            messages.success(
                request,
                ngettext("%(n)d post is a management post now.", "%(n)d posts are management posts now.", len(posts))
                % {"n": len(posts)},
            )
            return redirect("criticality_management")
    context = {
        "form": form,
        "page": page_of(request, proposed, per_page=100),
        "chosen": request.POST.getlist("pk"),
        "crumbs": [
            {"label": _("Criticality"), "url": reverse("criticality")},
            {"label": _("Management posts proposed")},
        ],
    }
    return render(request, "organisation/management.html", context, status=422 if form.errors else 200)


def _refuse_strangers(request):
    access = access_of(request.user)
    if not (access.is_hr or access.sees_everything):
        raise Http404


def _refuse_readers(request):
    if not access_of(request.user).is_hr:
        raise PermissionDenied


def _context(request, form, page, lines, policy, factors):
    may_rate = any(line.may_rate for line in lines)
    return {
        "form": form,
        "page": page,
        "lines": lines,
        "factors": factors,
        "classes": PositionClass.choices,
        "policy": policy,
        "weights": [(label, policy.criticality_weights[factor]) for factor, label in factors],
        "may_rate": may_rate,
        "proposals": how_many_proposed(request.user) if access_of(request.user).is_hr else 0,
        "default_sort": DEFAULT_SORT,
        "crumbs": [{"label": _("Criticality")}],
        "clear_url": reverse("criticality") if request.GET else "",
    }


def _line(request, each, factors):
    position, last = each
    return Line(
        position,
        f"p{position.pk}",
        last.scores if last else {},
        factors,
        sent=request.POST if request.method == "POST" else None,
        proposed=last.proposed_class if last else "",
        score=position.criticality,
        may_rate=request.user.has_perm("organisation.rate_criticality", position),
    )


def _save(request, lines, policy):
    """Keep the lines that were changed, all or none."""
    changed = [line for line in lines if line.may_rate and line.form.has_changed()]
    for line in changed:
        _work_out(line, policy)
    if any(line.error for line in changed):
        return False
    ratings = [
        services.Rating(
            line.position,
            line.form.scores(),
            line.form.cleaned_data["decided_class"] or None,
            line.form.cleaned_data["reason"],
        )
        for line in changed
    ]
    try:
        services.rate_criticalities(ratings, actor=request.user)
    except services.RowsRefused as refusal:
        for line in changed:
            line.error = refusal.rows.get(line.position.pk, "")
        return False
    messages.success(request, ngettext("%(n)d post rated.", "%(n)d posts rated.", len(ratings)) % {"n": len(ratings)})
    return True


def _work_out(line, policy):
    if not line.form.is_valid():
        line.error = " ".join(message for messages_ in line.form.errors.values() for message in messages_)
        return
    try:
        proposal = services.propose_class(line.position, line.form.scores(), policy)
    except Invalid as refusal:
        line.error = str(refusal)
    else:
        line.proposed, line.score = proposal.position_class, proposal.score


def _as_table(found, factors):
    columns = [_("Code"), _("Title"), _("Unit"), *(label for _factor, label in factors)]
    columns += [_("Score"), _("Proposed"), _("Class"), _("Reason")]
    return columns, (_row(each, factors) for each in found.everything())


def _row(each, factors):
    position, last = each
    return [
        position.code,
        position.title,
        position.org_unit.name,
        *((last.scores.get(factor) if last else None) for factor, _label in factors),
        position.criticality,
        last.proposed_label if last else "",
        position.get_position_class_display(),
        last.reason if last else "",
    ]
