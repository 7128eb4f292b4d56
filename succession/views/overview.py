"""Are we covered, where not, and what is next: for the whole, and for a head over what is theirs."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pools.choices import PoolKind
from succession.organisation import formats
from succession.organisation.access import access_of
from succession.organisation.gates import readers_only
from succession.organisation.past import day_asked
from succession.selectors import headline as heads
from succession.selectors.opening import openings, ticks
from succession.selectors.pipeline import moves_of_a_year, news
from succession.selectors.risk import posts_at_risk
from succession.selectors.scope import Scope, scope_asked

PAGES = {False: "overview", True: "my_area"}


@readers_only
@require_safe
def overview(request):
    return _page(request, mine=False)


@readers_only
@require_safe
def my_area(request):
    return _page(request, mine=True)


@readers_only
@require_safe
def overview_card(request, card):
    return _card(request, card, mine=False)


@readers_only
@require_safe
def my_area_card(request, card):
    return _card(request, card, mine=True)


def _page(request: Any, *, mine: bool) -> Any:
    user, as_of = request.user, day_asked(request)
    scope = _scope(request, mine=mine)
    picture = heads.picture(user, scope, as_of=as_of)
    row = picture.row
    context = {
        "crumbs": [{"label": _("My area") if mine else _("Overview")}],
        "scope": scope,
        "as_of": as_of,
        "today": as_of or timezone.localdate(),
        "row": row,
        "scopes": picture.scopes,
        "kinds": _kinds(request, scope),
        "cards": f"{PAGES[mine]}_card",
        "query": _query(scope, as_of),
        "shows_news": access_of(user).sees_everything,
    }
    if row is None or not row.seats:
        return render(request, "overview/empty.html", context | _first_run(user, mine=mine))
    shown = {
        "headline": picture.headline,
        "pools": picture.pools,
        "short_pools": heads.short_pools(picture.pools)[:8],
        "formulas": formulas(row),
    }
    return render(request, "overview/overview.html", context | shown)


def _card(request: Any, card: str, *, mine: bool) -> Any:
    if card not in CARDS:
        raise Http404
    scope, as_of = _scope(request, mine=mine), day_asked(request)
    context = CARDS[card](request, scope, as_of or timezone.localdate())
    return render(request, f"overview/_{card}.html", context | {"scope": scope, "as_of": as_of})


def _risk(request: Any, scope: Scope, on: Any) -> dict[str, Any]:
    return {"risks": posts_at_risk(request.user, scope, on=on)}


def _opening(request: Any, scope: Scope, on: Any) -> dict[str, Any]:
    found = openings(request.user, scope, on=on)
    return {
        "openings": found,
        "ticks": ticks(on),
        "nobody_ready": sum(not each.ready for each in found),
        "on_shared": sum(bool(each.ready) and each.shared for each in found),
    }


def _pipeline(request: Any, scope: Scope, on: Any) -> dict[str, Any]:
    user, as_of = request.user, day_asked(request)
    row = heads.figures_of(user, scope, as_of=as_of)
    readable: Any = scope.posts(user)
    posts = readable.open_on(on).count()
    tiers = (
        []
        if row is None
        else [
            ("ready_now", "now", row.ready_now),
            ("1_3_years", "mid", row.years_1_3),
            ("4_5_years", "far", row.years_4_5),
        ]
    )
    return {
        "row": row,
        "posts": posts,
        "tiers": [(tier, fill, people, 100 * people / posts if posts else None) for tier, fill, people in tiers],
        "most": max([people for _tier, _fill, people in tiers], default=0),
        "moves": moves_of_a_year(user, scope, on=on),
    }


def _changed(request: Any, scope: Scope, on: Any) -> dict[str, Any]:
    return {"news": news(request.user, on=on)}


CARDS: dict[str, Callable[[Any, Scope, Any], dict[str, Any]]] = {
    "risk": _risk,
    "opening": _opening,
    "pipeline": _pipeline,
    "changed": _changed,
}


def _scope(request: Any, *, mine: bool) -> Scope:
    access = access_of(request.user)
    if not (access.unit_ids if mine else access.sees_everything or access.is_committee):
        raise Http404
    scope = scope_asked(request.user, request.GET.get("scope", ""), request.GET.get("kind", ""), mine=mine)
    if scope is None:
        raise Http404
    return scope


def _query(scope: Scope, as_of: date | None) -> str:
    asked = {"scope": scope.value, "kind": scope.kind, "as_of": as_of.isoformat() if as_of else ""}
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def _kinds(request: Any, scope: Scope) -> list[dict[str, Any]]:
    if access_of(request.user).is_committee and not access_of(request.user).sees_everything:
        return []
    words = {PoolKind.KEY: _("Key posts"), PoolKind.MANAGEMENT: _("Management posts")}
    query = f"scope={scope.value}&" if scope.unit else ""
    return [{"label": words[kind], "url": f"?{query}kind={kind}", "current": scope.kind == kind} for kind in words]


def _first_run(user: Any, *, mine: bool) -> dict[str, Any]:
    """The five steps of an organisation that has just begun; only for HR, who take them."""
    if mine or not access_of(user).is_whole_hr:
        return {"steps": []}
    words = {
        "imported": (_("Import the organisation"), reverse("imports")),
        "key_posts": (_("Mark the key posts"), reverse("criticality")),
        "profiles": (_("Say what the posts require"), reverse("positions")),
        "pools": (_("Set up the pools"), reverse("pools")),
        "named": (_("Name the first successors"), reverse("pools")),
    }
    return {
        "steps": [
            {"label": words[step][0], "url": words[step][1], "done": done} for step, done in heads.first_steps().items()
        ]
    }


def formulas(row: Any) -> dict[str, dict[str, Any]]:
    """What the small f beside a figure tells, for any row of figures."""
    told = {
        "version": row.formula_version,
        "computed_at": row.computed_at,
        "stale": row.stale,
    }
    return {
        "true": {
            "id": "true",
            "name": _("True coverage"),
            "formula": _(
                "The largest number of seats that can be filled at once, each by a different counted person named for its post."
            ),
            "inputs": [
                (_("Seats today"), formats.thousands(row.seats)),
                (_("Counted names"), formats.thousands(row.names)),
                (_("Counted people"), formats.thousands(row.filled)),
                (_("Truly covered"), formats.thousands(row.seats_true)),
                (_("Of these ready now"), formats.thousands(row.seats_true_ready_now)),
            ],
            **told,
        },
        "capacity": {
            "id": "capacity",
            "name": _("Capacity"),
            "formula": _(
                "Capacity = ratio × (seats + planned − closing), rounded up for each pool. Short = capacity − counted people."
            ),
            "inputs": [
                (_("Total demand"), formats.thousands(row.demand)),
                (_("Capacity"), formats.thousands(row.capacity)),
                (_("Counted people"), formats.thousands(row.filled)),
                (_("Short"), formats.thousands(row.gap)),
            ],
            **told,
        },
        "tiers": {
            "id": "tiers",
            "name": _("Readiness rate"),
            "formula": _(
                "ISO 30414: counted people whose best readiness is this tier ÷ posts. A person may stand behind several posts."
            ),
            "inputs": [(_("Counted people"), formats.thousands(row.filled))],
            **told,
        },
    }
