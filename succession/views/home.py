"""Where everyone begins, and how they like it to look."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from pools.models import EchelonPool
from succession.navigation import landing_of
from succession.organisation import health
from succession.organisation.access import access_of, roles_held
from succession.organisation.middleware import SEEN_AS

THEMES = ("auto", "light", "dark")
A_YEAR = 365 * 24 * 3600


@login_required
@require_safe
def home(request):
    return redirect(landing_of(access_of(request.user)))


@require_safe
def healthz(request):
    """The process answers; nothing else is asked."""
    return JsonResponse({"ok": True, "version": settings.VERSION, "commit": settings.BUILD_COMMIT})


@require_safe
def readyz(request):
    """Whether work can be done here: 503 as long as a part is missing."""
    state = health.readiness()
    if settings.DEMO:
        state["company"] = bool(state["migrations"]) and EchelonPool.objects.exists()
        state["ready"] = state["ready"] and state["company"]
    return JsonResponse(state, status=200 if state["ready"] else 503)


@login_required
@require_POST
def theme(request):
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        request.user.theme = chosen
        request.user.save(update_fields=["theme"])
    return _back(request)


@login_required
@require_POST
def see_as(request):
    """For this session: what one of one's own roles shows, or (blank) all of them. Never more than one holds."""
    role = request.POST.get("role", "")
    if role and role not in roles_held(request.user):
        raise PermissionDenied
    if role:
        request.session[SEEN_AS] = role
    else:
        request.session.pop(SEEN_AS, None)
    return redirect("home")


@login_required
@require_POST
def language(request):
    chosen = request.POST.get("language", "")
    response = _back(request)
    if chosen in dict(settings.LANGUAGES):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
        translation.activate(chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response


def _back(request: HttpRequest) -> HttpResponse:
    """To the page they came from; never off this site."""
    where = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(where, {request.get_host()}, require_https=request.is_secure()):
        where = "/"
    return redirect(where)
