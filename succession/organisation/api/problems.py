"""Errors as application/problem+json (RFC 9457)."""

from typing import Any

from django.db.utils import DataError, InterfaceError, OperationalError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from succession.organisation.errors import Invalid, Refusal

TITLES = {
    400: "Bad input",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    415: "Unsupported media type",
    429: "Too many requests",
    503: "Busy",
}
UNSEEN = "There is nothing here for you."
BUSY = "The database is busy. Try again."


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: the same body for what is unseen and what does not exist."""
    if isinstance(error, Refusal):
        return _refused(error)
    if isinstance(error, DataError):
        return problem(400, "A value is out of range.")
    if isinstance(error, OperationalError | InterfaceError):
        return problem(503, BUSY, headers={"Retry-After": "5"})
    answer = exception_handler(error, context)
    if answer is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        return problem(400, "The input was not understood.", errors=_per_field(answer.data))
    headers = {name: answer[name] for name in ("Retry-After", "WWW-Authenticate", "Allow") if name in answer}
    detail = UNSEEN if answer.status_code == status.HTTP_404_NOT_FOUND else _sentence(answer.data)
    return problem(answer.status_code, detail, headers=headers)


def _refused(error: Refusal) -> Response:
    """Bad input is 400, a state that forbids it 409."""
    if isinstance(error, Invalid):
        return problem(400, str(error), code=error.code, errors={error.field: [str(error)]} if error.field else {})
    return problem(409, str(error), code=error.code)


def _sentence(data: Any) -> str:
    return str(data.get("detail", "")) if isinstance(data, dict) else str(data)


def problem(
    status_code: int,
    detail: str,
    *,
    code: str = "",
    errors: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body = body_of(status_code, detail, code=code, errors=errors)
    return Response(body, status=status_code, headers=headers, content_type="application/problem+json")


def body_of(status_code: int, detail: str, *, code: str = "", errors: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": f"urn:echelon:problem:{code}" if code else "about:blank",
        "title": TITLES.get(status_code, "Error"),
        "status": status_code,
        "detail": detail,
        "errors": errors or {},
    }


def _per_field(data: Any) -> dict[str, Any]:
    if isinstance(data, dict):
        return data
    return {"non_field_errors": data}
