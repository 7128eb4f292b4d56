"""A form sent twice makes one thing: the second answer is the first one's."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse

from .acts import actor_of
from .idempotency import Answer, fingerprint, once

FIELD = "once"
NOT_CONTENT = frozenset({FIELD, "csrfmiddlewaretoken"})
View = Callable[..., HttpResponse]


def new_token() -> str:
    return uuid4().hex


def once_per_form(view: View) -> View:
    """For views whose forms carry `{% once_token %}`: the same content sent again with the same token is done once.

    Corrected content is another request. An answer that was no success (a bad form, a refusal) is not kept.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = request.POST.get(FIELD, "")
        if request.method != "POST" or not _is_token(token):
            return view(request, *args, **kwargs)
        return _once(request, token, lambda: view(request, *args, **kwargs))

    return guarded


def _once(request: HttpRequest, token: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    content = _content_of(request)
    answered: list[HttpResponse] = []

    def do() -> Answer:
        response = act()
        answered.append(response)
        return response.status_code, _kept(response)

    status, body = once(
        actor_of(request), f"form:{token}:{content[:32]}", scope=f"form {request.path}", request=content, do=do
    )
    return answered[0] if answered else _again(status, body)


def _content_of(request: HttpRequest) -> str:
    pairs = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_CONTENT)
    return fingerprint(request.path, repr(pairs))


def _kept(response: HttpResponse) -> dict[str, str]:
    if response.has_header("Location"):
        return {"location": response["Location"]}
    return {"content": response.content.decode(), "type": response["Content-Type"]}


def _again(status: int, body: dict[str, str]) -> HttpResponse:
    if "location" in body:
        return HttpResponse(status=status, headers={"Location": body["location"]})
    return HttpResponse(body["content"], status=status, content_type=body["type"])


def _is_token(token: str) -> bool:
    try:
        return UUID(hex=token).hex == token
    except ValueError:
        return False
