"""Who could take this seat, and does it hold?"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pools import services as pool_services
from pools.models import Membership
from pools.selectors.seen import why_post_seen
from pools.selectors.standing import IN_THE_POOL
from succession.forms import (
    ClassForm,
    EndForm,
    HolderForm,
    LeavingForm,
    NameMemberForm,
    SeatChangeForm,
    WithdrawForm,
)
from succession.organisation import audit
from succession.organisation.access import access_of
from succession.organisation.asking import Asked
from succession.organisation.choices import CriticalityFactor
from succession.organisation.gates import readers_only
from succession.organisation.interface.addresses import address
from succession.organisation.models import Incumbency, Position, SeatChange
from succession.organisation.services import incumbencies, positions
from succession.selectors.comparison import AT_MOST
from succession.selectors.position import PositionPage, position_page, positions_readable, read_post


@readers_only
@require_safe
def position(request, pk):
    read = read_post(request.user, pk)
    if read is None:
        raise Http404
    found = read.position
    audit.log_reading(found, reader=request.user)
    page = position_page(request.user, read, on=timezone.localdate())
    may = {
        "holders": request.user.has_perm("organisation.change_incumbency", found),
        "seats": request.user.has_perm("organisation.change_seats", found),
        "classify": request.user.has_perm("organisation.rate_criticality", found),
        "name": bool(page.pool) and request.user.has_perm("pools.name_for_post"),
        "audit": request.user.has_perm("organisation.view_audit"),
    }
    context = {
        "page": page,
        "position": found,
        "may": may,
        "more": _more(found, may),
        "compares": _compares(request, page),
        "because": _because(request),
        "why": why_post_seen(request.user, found),
        "criticality": _criticality(page),
        "crumbs": [
            {"label": _("Positions"), "url": address("positions")},
            {"label": found.org_unit.name, "url": f"{address('positions')}?unit={found.org_unit_id}"},
            {"label": found.title},
        ],
    }
    return render(request, "positions/position.html", context)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def holder_start(request, pk):
    """Put someone on a seat."""
    found = _for_act(request, pk, "organisation.change_incumbency")
    form = HolderForm(_given(request), initial={"from_": timezone.localdate(), "seat": request.GET.get("seat")})
    asked = _asked(request, found, form, _("Who takes a seat of %(post)s?"), _("Put on the seat"))
    return asked.answer(
        lambda values: incumbencies.start_incumbency(found, actor=request.user, **values), done=_("Saved.")
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def holder_end(request, pk, holder_pk):
    """End a holding: the seat is free from a day on."""
    found = _for_act(request, pk, "organisation.change_incumbency")
    held = _held(found, holder_pk)
    form = EndForm(_given(request), initial={"on": held.expected_leaving_on or timezone.localdate()})
    title = _("When does %(name)s leave the seat?") % {"name": held.employee or _("the holder")}
    asked = _asked(request, found, form, title, _("End the holding"), destructive=True)
    return asked.answer(
        lambda values: incumbencies.end_incumbency(held, actor=request.user, **values), done=_("Saved.")
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def holder_leaving(request, pk, holder_pk):
    """Write down when a holder is expected to leave."""
    found = _for_act(request, pk, "organisation.change_incumbency")
    held = _held(found, holder_pk)
    form = LeavingForm(_given(request), initial={"on": held.expected_leaving_on, "note": held.expected_leaving_note})
    title = _("When is %(name)s expected to leave?") % {"name": held.employee or _("the holder")}
    asked = _asked(request, found, form, title, _("Save"), why=_("Leave the day empty to take it back."))
    return asked.answer(
        lambda values: incumbencies.set_expected_leaving(held, actor=request.user, **values), done=_("Saved.")
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def seats_change(request, pk):
    """Authorise more or fewer seats from a day on."""
    found = _for_act(request, pk, "organisation.change_seats")
    form = SeatChangeForm(_given(request), initial={"on": timezone.localdate(), "delta": 1})
    asked = _asked(request, found, form, _("More or fewer seats for %(post)s"), _("Authorise"))
    return asked.answer(
        lambda values: positions.change_seats(found, actor=request.user, **values), done=_("The seats are changed.")
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def seats_withdraw(request, pk, change_pk):
    """Take back a seat change."""
    found = _for_act(request, pk, "organisation.change_seats")
    change = get_object_or_404(SeatChange, pk=change_pk, position=found)
    asked = _asked(
        request, found, WithdrawForm(_given(request)), _("Take back a seat change"), _("Take back"), destructive=True
    )
    return asked.answer(
        lambda values: positions.withdraw_seat_change(change, actor=request.user, **values), done=_("Taken back.")
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def position_class(request, pk):
    """Decide whether a post is a key, a management or a general one."""
    found = _for_act(request, pk, "organisation.rate_criticality")
    form = ClassForm(_given(request), initial={"position_class": found.position_class})
    asked = _asked(request, found, form, _("Class of %(post)s"), _("Decide"))
    return asked.answer(
        lambda values: positions.classify_position(
            found, values["position_class"], reason=values["reason"], actor=request.user
        ),
        done=_("The class is decided."),
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def position_name(request, pk):
    """Name a member of the pool for the post."""
    found = _for_act(request, pk, "pools.name_for_post", subject=None)
    served = getattr(found, "pool_position", None)
    if served is None:
        raise Http404
    members = (
        Membership.objects.visible_to(request.user)
        .filter(pool=served.pool, state__in=IN_THE_POOL)
        .exclude(posts__position=found)
        .select_related("candidate__employee", "candidate__external")
    )
    form = NameMemberForm(_given(request), members=members, initial={"member": request.GET.get("member")})
    asked = _asked(
        request,
        found,
        form,
        _("Name a successor for %(post)s"),
        _("Name"),
        why=_("Whoever is not in the pool yet is proposed there first."),
    )
    return asked.answer(
        lambda values: pool_services.name_for_post(
            values["member"], found, readiness=values["readiness"], reason=values["reason"], actor=request.user
        ),
        done=_("The successor is named."),
    )


def _readable(request: Any, pk: int) -> Position:
    return get_object_or_404(positions_readable(request.user), pk=pk)


def _for_act(request: Any, pk: int, permission: str, *, subject: Any = ...) -> Position:
    found = _readable(request, pk)
    if not request.user.has_perm(permission, found if subject is ... else subject):
        raise PermissionDenied
    return found


def _held(found: Position, pk: int) -> Incumbency:
    return get_object_or_404(Incumbency.objects.select_related("employee"), pk=pk, position=found, ends_on=None)


def _given(request: Any) -> Any:
    return request.POST if request.method == "POST" else None


def _asked(request: Any, found: Position, form: Any, title: str, submit: str, **told: Any) -> Asked:
    where = reverse("position", args=[found.pk])
    return Asked(
        request=request,
        form=form,
        title=title % {"post": found.title} if "%(post)s" in title else title,
        submit=submit,
        back=where,
        crumbs=[{"label": _("Positions"), "url": reverse("positions")}, {"label": found.title, "url": where}],
        **told,
    )


def _more(found: Position, may: dict[str, bool]) -> list[dict[str, str]]:
    items = []
    if may["holders"]:
        items.append({"label": _("Put someone on a seat…"), "url": address("holder_start", found.pk)})
    if may["seats"]:
        items.append({"label": _("More or fewer seats…"), "url": address("seats_change", found.pk)})
    if may["classify"]:
        items.append({"label": _("Decide the class…"), "url": address("position_class", found.pk)})
        items.append({"label": _("Rate criticality"), "url": f"{address('criticality')}?q={found.code}"})
    return items


def _compares(request: Any, page: PositionPage) -> str:
    """Where the best of those named stand side by side, for who may see candidates."""
    people = [each.candidate.pk for _tier, tier in page.tiers for each in tier][:AT_MOST]
    if not people[1:] or not access_of(request.user).sees_candidates:
        return ""
    return f"{reverse('candidates_compare')}?{urlencode({'position': page.position.pk, 'who': people}, doseq=True)}"


def _because(request: Any) -> str:
    access = access_of(request.user)
    if access.is_hr:
        return _("HR manager")
    if access.is_auditor:
        return _("Auditor")
    return _("Department head") if access.unit_ids else _("Committee member")


def _criticality(page: PositionPage) -> dict[str, Any] | None:
    """The newest rating, factor by factor, and those before it."""
    if not page.ratings:
        return None
    newest = page.ratings[0]
    labels = dict(CriticalityFactor.choices)
    return {
        "rating": newest,
        "factors": [(labels.get(name, name), value) for name, value in newest.scores.items()],
        "before": page.ratings[1:4],
    }
