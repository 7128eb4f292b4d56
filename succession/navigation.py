"""The frame around every page: the rail of each role, the tools of the top bar, who is looking."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from succession.organisation.access import Access, access_of, roles_held, seen_as
from succession.organisation.choices import Role
from succession.organisation.interface.addresses import address
from succession.organisation.interface.words import words_in
from succession.organisation.past import day_asked

Words = str | Promise
# Pages that can show a past day.
PAST = frozenset({"overview", "pools", "pool"})
# Further pages of a section light the section's entry.
SECTION = {
    "position": "positions",
    "requirements": "positions",
    "pool": "pools",
    "pool_fit": "pools",
    "person": "people",
    "candidate": "candidates",
    "candidates_compare": "candidates",
    "import": "imports",
    "job": "jobs",
    "policy": "policies",
    "assessment": "assessments",
    "assessment_new": "assessments",
    "instrument": "instruments",
    "instrument_new": "instruments",
    "sheet": "my_assessments",
}


@dataclass(frozen=True)
class Entry:
    """A page to which the rail leads."""

    name: str
    label: Words
    icon: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the rail as it is drawn."""

    label: str
    icon: str
    url: str = ""
    key: str = ""
    current: bool = False
    count: int = 0
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading."""

    label: str
    entries: tuple[Line, ...]


OVERVIEW = Entry("overview", gettext_lazy("Overview"), "layout-dashboard", "O")
MY_AREA = Entry("my_area", gettext_lazy("My area"), "layout-dashboard", "O")
MAP = Entry("map", gettext_lazy("Organisation map"), "sitemap", "M")
POSITIONS = Entry("positions", gettext_lazy("Positions"), "briefcase", "P")
PEOPLE = Entry("people", gettext_lazy("People"), "users")
CANDIDATES = Entry("candidates", gettext_lazy("Candidates"), "users-group", "C")
POOLS = Entry("pools", gettext_lazy("Pools"), "stairs-up", "E")
ASSESSMENTS = Entry("assessments", gettext_lazy("Assessments"), "clipboard-check")
INSTRUMENTS = Entry("instruments", gettext_lazy("Instruments"), "ruler-measure")
MY_ASSESSMENTS = Entry("my_assessments", gettext_lazy("My assessments"), "clipboard-list")
CRITICALITY = Entry("criticality", gettext_lazy("Criticality"), "target")
IMPORTS = Entry("imports", gettext_lazy("Import & export"), "upload")
AUDIT = Entry("audit", gettext_lazy("Audit trail"), "history")
POLICY = Entry("policies", gettext_lazy("Policy"), "gavel")
JOBS = Entry("jobs", gettext_lazy("Background tasks"), "loader-2")
ME = Entry("me", gettext_lazy("My development"), "user-circle")
ADMINISTRATION = Entry("admin:index", gettext_lazy("Administration"), "settings")
API = Entry("api-docs", gettext_lazy("API"), "database")
ENTRIES = {
    entry.name: entry
    for entry in (
        *(OVERVIEW, MY_AREA, MAP, POSITIONS, PEOPLE, POOLS, CANDIDATES, CRITICALITY, IMPORTS, AUDIT, POLICY, JOBS, ME),
        *(ASSESSMENTS, INSTRUMENTS, MY_ASSESSMENTS),
        *(ADMINISTRATION, API),
    )
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Template variables of the frame; what costs a query is read only when the frame is drawn."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return _always(request) | {"theme": request.COOKIES.get("theme", "")}
    return _always(request) | {
        "theme": user.theme,
        "organisation_name": settings.ORGANISATION_NAME,
        "rail": _rail(request),
        "bottom_bar": SimpleLazyObject(lambda: _bottom_bar(request)),
        "viewer": SimpleLazyObject(lambda: _viewer(request)),
        "tools": SimpleLazyObject(lambda: _tools(request)),
        "as_of": day_asked(request) if _page(request) in PAST else None,
    }


def _always(request: HttpRequest) -> dict[str, Any]:
    """The words of the language, and what forms carry against forgery: masked once a page, and only if it is asked for."""
    token = SimpleLazyObject(lambda: get_token(request))
    field = SimpleLazyObject(lambda: format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token))
    return {**words_in(get_language()), "csrf_token": token, "csrf_input": field}


def landing_of(access: Access) -> str:
    """The page on which someone lands, by the widest of their roles."""
    if access.is_whole_hr:
        return "overview"
    if access.is_auditor:
        return "audit"
    if access.unit_ids:
        return "my_area"
    if access.is_committee:
        return "overview"
    if access.is_administrator:
        return "admin:index"
    return "my_assessments" if Role.ASSESSOR in access.roles else "me"


def _page(request: HttpRequest) -> str:
    return (request.resolver_match and request.resolver_match.view_name) or ""


def _groups(access: Access) -> list[tuple[Words, list[Entry]]]:
    groups: list[tuple[Words, list[Entry]]] = []
    if access.sees_everything:
        first = [AUDIT] if access.is_auditor and not access.is_hr else []
        groups += [
            ("", [*first, OVERVIEW]),
            (_("Organisation"), [MAP, POSITIONS, PEOPLE]),
            (_("Echelon"), [POOLS, CANDIDATES, CRITICALITY]),
            (_("Assessment"), [ASSESSMENTS, INSTRUMENTS]),
            (_("Governance"), [*([IMPORTS] if access.is_hr else []), *([] if first else [AUDIT]), POLICY, JOBS]),
        ]
    elif access.unit_ids:
        committee = [OVERVIEW] if access.is_committee else []
        groups += [("", [MY_AREA, *committee]), (_led_unit(access), [MAP, POSITIONS, POOLS, CANDIDATES, PEOPLE])]
    elif access.is_committee:
        groups += [("", [OVERVIEW]), (_("Organisation"), [MAP, POSITIONS]), (_("Echelon"), [POOLS])]
    if Role.ASSESSOR in access.roles:
        groups[:1] = [("", [*(groups[0][1] if groups else []), MY_ASSESSMENTS])]
    if access.is_administrator:
        groups.append((_("Administration"), [ADMINISTRATION, *([] if access.sees_everything else [POLICY, JOBS]), API]))
    if access.employee_id:
        groups.append((_("Me"), [ME]))
    return groups


def _led_unit(access: Access) -> str:
    """The name of the unit someone leads, when it is one."""
    return access.unit_names[0] if len(access.unit_names) == 1 else _("My units")


def _rail_groups(request: HttpRequest) -> list[tuple[Words, list[Entry]]]:
    """Read once a request: what it is called may cost a statement."""
    known = getattr(request, "_rail_groups", None)
    if known is None:
        known = request._rail_groups = _groups(access_of(request.user))  # type: ignore[attr-defined]  # noqa: SLF001
    return known


def _rail(request: HttpRequest) -> tuple[Group, ...]:
    page = _page(request)
    groups = tuple((str(label), tuple(entry.name for entry in entries)) for label, entries in _rail_groups(request))
    return _lines(groups, SECTION.get(page, page), get_language())


@lru_cache(maxsize=512)
def _lines(groups: tuple[tuple[str, tuple[str, ...]], ...], current: str, _language: str | None) -> tuple[Group, ...]:
    """The same for everyone to whom the same pages are open; the language is part of what is remembered."""
    return tuple(
        Group(
            label,
            tuple(
                Line(str(entry.label), entry.icon, address(entry.name), entry.key, entry.name == current)
                for entry in map(ENTRIES.__getitem__, names)
            ),
        )
        for label, names in groups
    )


def _bottom_bar(request: HttpRequest) -> list[Line]:
    """The first three entries of the rail, and what holds the others."""
    entries = [entry for group in _rail(request) for entry in group.entries]
    return [*entries[:3], Line(_("More"), "dots")]


def _viewer(request: Any) -> dict[str, Any]:
    held, chosen = roles_held(request.user), seen_as(request.user)
    roles = [role for role in Role if role in held]
    shown = [role.label for role in roles if chosen in ("", role)]
    return {
        "name": str(request.user),
        "key": request.user.pk,
        "role_label": shown[0] if shown else "",
        "roles": _choices(roles, chosen) if len(roles) > 1 else [],
        "is_narrowed": bool(chosen),
        "shortcuts_off": not request.user.shortcuts,
    }


def _choices(roles: list[Role], chosen: str) -> list[dict[str, Any]]:
    """What someone with several roles may see as: all of them together, or one."""
    everything = {"label": _("All my roles"), "value": "", "current": not chosen}
    return [everything, *({"label": role.label, "value": role.value, "current": chosen == role} for role in roles)]


def _tools(request: HttpRequest) -> dict[str, Any]:
    access = access_of(request.user)
    return {
        "search": address("search") if access.reads_succession else "",
        "as_of": request.path if _page(request) in PAST and access.sees_everything else "",
        "jobs": address("jobs"),
        "theme": address("theme"),
        "see_as": address("see_as"),
        "language": address("language"),
        "account": address("account_change_password"),
        "sign_out": address("account_logout"),
    }
