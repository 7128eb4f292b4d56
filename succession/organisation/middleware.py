"""What every request passes through."""

from collections.abc import Callable
from functools import cached_property

import structlog
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.db.utils import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django_structlog.middlewares import RequestMiddleware

from .access import see_as
from .errors import Invalid, Refusal
from .errors_views import bad_request, busy
from .models import User

Handler = Callable[[HttpRequest], HttpResponse]
PUBLIC = ("/static/", "/healthz", "/readyz")
# Where the session keeps the one role that someone chose to see as.
SEEN_AS = "seen_as"


class ContentPolicyMiddleware(CSPMiddleware):
    """The header is put together once; only an answer that asks for a policy of its own pays for it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_special = hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))
        if is_special or settings.DEBUG:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._usual)
        return response

    @cached_property
    def _usual(self) -> str:
        return super().process_response(HttpRequest(), HttpResponse())[HEADER]


class SignedInMiddleware(AuthenticationMiddleware):
    """Who is signed in, with the one role they chose to see as; a role that was taken from them since is forgotten."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _as_chosen(request))  # type: ignore[assignment]


def _as_chosen(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    role = request.session.get(SEEN_AS, "") if isinstance(user, User) else ""
    if role and isinstance(user, User) and not see_as(user, role):
        del request.session[SEEN_AS]
    return user


class RequestLogMiddleware(RequestMiddleware):
    """What is logged during a request says which one, whose, and from where: headers tell where behind a proxy only."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        if settings.BEHIND_PROXY:
            super().bind_ip(request)
        else:
            structlog.contextvars.bind_contextvars(ip=request.META.get("REMOTE_ADDR"))


class LanguageMiddleware:
    """The language: the user's own choice (kept in a cookie), else what the browser asks for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        return response


class RefusalMiddleware:
    """A refusal that no view turned into a form error is a conflict, not a fault; a busy database is 503.

    An address that holds a null character is no address: the database could not even be asked for it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Invalid | DataError):
            return bad_request(request)
        if isinstance(exception, Refusal):
            return render(request, "409.html", {"message": str(exception)}, status=409)
        if isinstance(exception, OperationalError | InterfaceError):
            return busy(request)
        return None


class PrivatePagesMiddleware:
    """Pages of people who signed in stay out of every cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(PUBLIC):
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-store"
            # One address serves a page and its fragment.
            patch_vary_headers(response, ["HX-Request"])
            response.headers.setdefault(
                "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
            )
        return response
