"""Error pages, and the same for programs. The words for what is unseen and what does not exist are the same."""

import sys
from typing import Any

import structlog
from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from succession.organisation.api.problems import BUSY, UNSEEN, body_of

PROGRAMS = "/api/"


def answer(request: HttpRequest, status: int, template: str, *, detail: str) -> HttpResponse:
    """A page for people, a problem for programs."""
    if request.path.startswith(PROGRAMS):
        return JsonResponse(body_of(status, detail), status=status, content_type="application/problem+json")
    return render(request, template, status=status)


def bare_answer(request: HttpRequest, status: int, template: str, *, detail: str) -> HttpResponse:
    """The same where nothing may fail again: no database, no user, no frame."""
    if request.path.startswith(PROGRAMS):
        return answer(request, status, template, detail=detail)
    reference = structlog.contextvars.get_contextvars().get("request_id", "")
    return HttpResponse(render_to_string(template, {"reference": reference}), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, "403_csrf.html", detail="The form has expired.")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return answer(request, 404, "404.html", detail=UNSEEN)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return answer(request, 403, "403.html", detail="You may not do this.")


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return answer(request, 400, "400.html", detail="The request was not understood.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Where the database went away under a middleware, no view was there to say so."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return busy(request)
    return bare_answer(request, 500, "500.html", detail="This did not work.")


def busy(request: HttpRequest) -> HttpResponse:
    """The database is away or overloaded."""
    response = bare_answer(request, 503, "503.html", detail=BUSY)
    response["Retry-After"] = "5"
    return response
