"""Candidates: the list, one of them, some side by side for a post."""

from itertools import islice

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from candidates.choices import InstrumentKind
from candidates.fit import FORMULA_VERSION
from candidates.models import Candidate
from candidates.selectors.profile import read_profile
from pools.choices import PoolKind, Readiness
from pools.models import EchelonPool
from succession.forms import CandidateFilter
from succession.organisation import audit, formats
from succession.organisation.access import access_of
from succession.organisation.choices import Willingness
from succession.organisation.exports import export_response
from succession.organisation.gates import readers_of_people_only
from succession.organisation.lists import LONGEST_ID, export_asked, page_of, searched, whole_number
from succession.organisation.models import Position
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.selectors.units import offered_units
from succession.selectors.candidate import (
    assessments_of,
    classes_left,
    fits_of_candidate,
    names_of,
    read_candidate,
    strip_of,
    why_candidate_seen,
)
from succession.selectors.candidates import DAYS_A_MONTH, DEFAULT_SORT, Wanted, find_candidates
from succession.selectors.comparison import AT_MOST, compare
from succession.selectors.heat import Heat, Person

EXPORTED_AT_MOST = 100_000
OFFERED_TO_ADD = 10
MARKS = {
    InstrumentKind.ASSESSMENT_CENTRE: "centre",
    InstrumentKind.FEEDBACK_360: "feedback",
    InstrumentKind.INTERVIEW: "interview",
    InstrumentKind.PERFORMANCE_REVIEW: "review",
    InstrumentKind.TEST: "test",
}

CATEGORIES = {
    PoolKind.KEY: gettext_lazy("Key candidate"),
    PoolKind.MANAGEMENT: gettext_lazy("Management candidate"),
    PoolKind.RESERVE: gettext_lazy("Reserve candidate"),
}


@readers_of_people_only
@require_safe
def candidates(request):
    today = timezone.localdate()
    form = CandidateFilter(request.GET, units=offered_units(request.user, whole_number(request, "unit")))
    found = find_candidates(request.user, form.wanted(), on=today, sort=request.GET.get("sort", ""))
    if fmt := export_asked(request):
        return _export(request, islice(found.everything(), EXPORTED_AT_MOST), fmt)
    context = {
        "form": form,
        "page": page_of(request, found),
        "today": today,
        "half_life": policy_in_force().evidence_half_life_months,
        "default_sort": DEFAULT_SORT,
        "clear_url": reverse("candidates") if request.GET else "",
        "kinds": dict(PoolKind.choices),
        "compares": [{"label": _("Compare for a post"), "formaction": reverse("candidates_compare")}],
        "crumbs": [{"label": _("Candidates")}],
    }
    return render(request, "candidates/_list.html" if request.htmx else "candidates/candidates.html", context)


@readers_of_people_only
@require_safe
def candidate(request, pk):
    today = timezone.localdate()
    read = read_candidate(request.user, pk, on=today)
    if read is None:
        raise Http404
    audit.log_reading(Candidate(pk=read.pk), reader=request.user)
    levels = read_profile(request.user, pk, on=today)
    code = request.GET.get("code", "").replace("\0", "").strip()
    lines, chosen = fits_of_candidate(request.user, read, levels, whole_number(request, "position"), code)
    context = {
        "read": read,
        "today": today,
        "levels": levels,
        "by_competency": {level.competency: level for level in levels},
        "marks": {level.competency: _marks(level) for level in levels},
        "kinds": [(MARKS[kind], kind.label) for kind in InstrumentKind if _is_met(kind, levels)],
        "lines": lines,
        "chosen": chosen,
        "unknown_code": code if code and (chosen is None or chosen.post.code.casefold() != code.casefold()) else "",
        "required": {part.competency for part in chosen.fit.parts} if chosen else set(),
        "names": names_of(chosen.fit) if chosen else {},
        "lift": _lift(chosen) if chosen else None,
        "fit_inputs": _inputs(chosen) if chosen else [],
        "formula_version": FORMULA_VERSION,
        "assessments": assessments_of(request.user, pk),
        "half_life": policy_in_force().evidence_half_life_months,
        "months": lambda day: (today - day).days / DAYS_A_MONTH,
        "categories": CATEGORIES,
        "because": _because(request, read),
        "why": why_candidate_seen(request.user, read),
        "crumbs": [{"label": _("Candidates"), "url": reverse("candidates")}, {"label": read.name}],
    }
    template = "candidates/_against.html" if _wants(request, "against") else "candidates/candidate.html"
    return render(request, template, context)


@readers_of_people_only
@require_safe
def candidates_compare(request):
    today = timezone.localdate()
    position = _post(request)
    keys = _keys(request)
    found = compare(request.user, position, keys, on=today) if position else None
    chosen = [each.who.pk for each in found.people] if found else _seen(request, keys)
    audit.log_readings(Candidate, chosen, reader=request.user)
    text = searched(request)
    context = {
        "position": position,
        "found": found,
        "chosen": chosen,
        "today": today,
        "most": AT_MOST,
        "text": text,
        "offered": _offered(request, text, chosen, today) if text and len(chosen) < AT_MOST else [],
        "half_life": policy_in_force().evidence_half_life_months,
        "months": lambda day: (today - day).days / DAYS_A_MONTH,
        "left": {each.who.pk: classes_left(each.who) for each in found.people} if found else {},
        "strip": strip_of,
        "others": lambda pk: [other for other in chosen if other != pk],
        "asked_code": request.GET.get("code", ""),
        "formula_version": FORMULA_VERSION,
        "crumbs": _crumbs_of(position),
    }
    return render(request, "candidates/compare.html", context)


@readers_of_people_only
@require_safe
def pool_fit(request, pk):
    """How well the people of a pool answer its posts."""
    pool = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    heat = Heat(request.user, pool)
    posts = heat.posts()
    if fmt := export_asked(request):
        everyone = heat.rows(posts, [Person(*each) for each in heat.people()])
        return export_response(
            request, "pool-fit", [_("Name"), *(post.code for post in posts)], map(_fits, everyone), fmt
        )
    page = page_of(request, heat.people())
    context = {
        "pool": pool,
        "posts": posts,
        "page": page,
        "rows": heat.rows(posts, [Person(*each) for each in page.object_list]),
        "formula_version": FORMULA_VERSION,
        "crumbs": [
            {"label": _("Pools"), "url": reverse("pools")},
            {"label": pool.name, "url": reverse("pool", args=[pool.pk])},
            {"label": _("Fit")},
        ],
    }
    return render(request, "candidates/pool_fit.html", context)


def _fits(row):
    person, cells = row
    return [person.name, *(None if cell.fit is None else round(cell.fit, 1) for cell in cells)]


def _marks(level):
    """One mark an assessment, where its ratings that count stand."""
    marks = {}
    for piece in level.evidence:
        if piece.share:
            share, total, _kind = marks.get(piece.assessment, (0, 0, ""))
            marks[piece.assessment] = (share + piece.share, total + piece.share * piece.level, MARKS[piece.kind])
    return [(kind, total / share) for share, total, kind in marks.values()]


def _is_met(kind, levels):
    return any(piece.kind == kind for level in levels for piece in level.evidence)


def _lift(line):
    """The one competency that would lift the fit most, and to how much."""
    part = max(line.fit.parts, key=lambda each: each.missing, default=None)
    if part is None or not part.missing:
        return None
    still = [each for each in line.fit.unmet_must_haves if each != part]
    return {"part": part, "to": line.fit.fit + part.missing, "musts_left": len(still)}


def _inputs(line):
    """The sums that the fit is made of."""
    whole = sum(part.weight * part.required for part in line.fit.parts)
    met = sum(part.weight * min(part.level or 0, part.required) for part in line.fit.parts)
    return [(_("Met"), formats.level(met)), (_("Required"), formats.level(whole))]


def _because(request, read):
    access = access_of(request.user)
    if access.is_hr:
        return _("HR manager")
    return _("Auditor") if access.is_auditor else _("head of %(unit)s") % {"unit": read.unit}


def _wants(request, target):
    return request.htmx and request.htmx.target == target


def _post(request):
    """The post compared for, by id or code; one that may not be read is like none, 404 for an id."""
    readable = Position.objects.with_succession_for(request.user).select_related("org_unit")
    pk, code = whole_number(request, "position"), request.GET.get("code", "").replace("\0", "").strip()
    if code:
        return readable.filter(code__iexact=code).first()
    return get_object_or_404(readable, pk=pk) if pk is not None else None


def _keys(request):
    """`who` as links have it, `pk` as chosen in the list."""
    texts = [*request.GET.getlist("who"), *request.GET.getlist("pk")]
    keys = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID]
    return list(dict.fromkeys(keys))[:AT_MOST]


def _seen(request, keys):
    seen = set(Candidate.objects.visible_to(request.user).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    return [pk for pk in keys if pk in seen]


def _offered(request, text, chosen, today):
    found = find_candidates(request.user, Wanted(q=text), on=today)
    return [row for row in found.first(OFFERED_TO_ADD + AT_MOST)[1] if row.pk not in chosen][:OFFERED_TO_ADD]


def _crumbs_of(position):
    if position is None:
        return [{"label": _("Candidates"), "url": reverse("candidates")}, {"label": _("Compare")}]
    return [
        {"label": _("Positions"), "url": reverse("positions")},
        {"label": position.title, "url": reverse("position", args=[position.pk])},
        {"label": _("Compare")},
    ]


def _export(request, found, fmt):
    columns = [
        _("Name"),
        _("Unit"),
        _("From"),
        _("Stands in"),
        _("Readiness"),
        _("Willing"),
        _("Newest evidence"),
        _("Rated competencies"),
    ]
    return export_response(request, "candidates", columns, map(_exported, found), fmt)


def _exported(row):
    return [
        row.name,
        row.unit,
        _("outside") if row.is_external else _("inside"),
        ", ".join(str(PoolKind(kind).label) for kind in row.kinds),
        str(Readiness(row.readiness).label) if row.readiness else "",
        str(Willingness(row.willingness).label),
        row.evidence_on,
        row.rated,
    ]
