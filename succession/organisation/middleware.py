"""What every request passes through."""

from collections.abc import Callable

from django.db.utils import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from .errors import Invalid, Refusal
from .errors_views import bad_request, busy

Handler = Callable[[HttpRequest], HttpResponse]
PUBLIC = ("/static/", "/healthz", "/readyz")


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
                add_never_cache_headers(response)
                response["Cache-Control"] = "private, no-store"
            # One address serves a page and its fragment.
            patch_vary_headers(response, ["HX-Request"])
            response.headers.setdefault(
                "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
            )
        return response
