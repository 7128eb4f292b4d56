"""How a program signs in: a name and a password for a token; what fails too often waits."""

from typing import Any

from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from succession.organisation import tokens
from succession.organisation.errors import Invalid
from succession.organisation.idempotency import fingerprint
from succession.organisation.models import User

WINDOW = 5 * 60
FAILURES_OF_A_NAME = 10
FAILURES_OF_AN_ADDRESS = 60


class SignInSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False)
    code = serializers.CharField(max_length=50, required=False, help_text="Where a second factor is set up.")


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()


class SignIn(APIView):
    """A token for a name and a password. Only failures are counted, per name and per address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(request=SignInSerializer, responses={200: TokenSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        shape = SignInSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        http = request._request  # noqa: SLF001 -- allauth and Django's backends read Django's own request
        counters = _counters(given["username"], get_ip(http))
        _refuse_after_many(counters)
        user = _user_of(http, given)
        if user is None:
            _count_failure(counters)
            raise Invalid(_("The name, the password or the code is not right."))
        cache.delete(counters[0][0])
        return Response({"token": tokens.issue_token(user)})


def _user_of(request: HttpRequest, given: dict[str, Any]) -> User | None:
    user = authenticate(request, username=given["username"], password=given["password"])
    if user is None or not is_mfa_enabled(user):
        return user
    code = given.get("code", "")
    return user if code and _is_second_factor(user, code) else None


def _is_second_factor(user: User, code: str) -> bool:
    return any(
        authenticator.wrap().validate_code(code)
        for authenticator in Authenticator.objects.filter(
            user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
        )
    )


def _counters(username: str, address: str) -> list[tuple[str, int]]:
    """Where failures are counted, and how many are borne; names are kept as digests."""
    return [
        (f"sign-in:name:{fingerprint(username.casefold())}", FAILURES_OF_A_NAME),
        (f"sign-in:address:{address}", FAILURES_OF_AN_ADDRESS),
    ]


def _refuse_after_many(counters: list[tuple[str, int]]) -> None:
    found = cache.get_many([name for name, _limit in counters])
    if any(found.get(name, 0) >= limit for name, limit in counters):
        raise Throttled(wait=WINDOW)


def _count_failure(counters: list[tuple[str, int]]) -> None:
    for name, _limit in counters:
        cache.add(name, 0, WINDOW)
        cache.incr(name)
