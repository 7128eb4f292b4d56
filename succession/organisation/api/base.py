"""What every resource is built from: rows the user may see, commands that are done once."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from succession.organisation import idempotency

KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 200
ONCE = OpenApiParameter(
    KEY_HEADER,
    str,
    OpenApiParameter.HEADER,
    description="A repeated command with the same key is done once and answers what the first did.",
)


class Resource(viewsets.GenericViewSet):
    """Records of one kind: those that are visible to the user, and no others."""

    lookup_value_regex = "[0-9]{1,18}"
    extra_parameters: ClassVar[tuple[str, ...]] = ()

    def visible(self) -> QuerySet:
        """The rows the user may see, with what the answer needs."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        return self.visible()

    def complete(self, records: list[Any]) -> None:
        """Add to the records of one answer what a statement of its own tells about them."""

    def found(self) -> Any:
        """The record of the address, or 404; list filters do not narrow it."""
        record = viewsets.generics.get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        self.complete([record])
        return record

    def referred(self, model: type, pk: int) -> Any:
        """A record that the body names; one the user may not see is as missing as one that does not exist."""
        return viewsets.generics.get_object_or_404(model.objects.visible_to(self.request.user), pk=pk)

    def may(self, permission: str, subject: Any = None) -> None:
        """403 without the permission; asked after the record was found."""
        if not self.request.user.has_perm(permission, subject):
            raise PermissionDenied

    def given(self, serializer: type, **options: Any) -> Any:
        """The body as the serializer understands it; 400 otherwise."""
        shape = serializer(data=self.request.data, **options)
        shape.is_valid(raise_exception=True)
        return shape.validated_data

    def command(self, do: Callable[[], Any], *, status: int = 200) -> Response:
        """Do it, once with an idempotency key, and answer what it returns."""
        answered, body = once(self.request, lambda: (status, do()))
        return Response(body, status=answered)

    def shown(self, pk: int) -> Any:
        """A record as GET answers it, read anew."""
        record = self.get_queryset().get(pk=pk)
        self.complete([record])
        return self.get_serializer(record).data


class Lists:
    """GET of the whole, in pages."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        self.complete(page)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class Retrieves:
    """GET of one."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self.get_serializer(self.found()).data)


class ReadOnly(Lists, Retrieves, Resource):
    """A list and its records."""


def once(request: Request, do: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
    """Run a command, or give its first answer again when the request brings a key that was used."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return do()
    if not key.strip() or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise ValidationError({KEY_HEADER: ["1 to 200 printable ASCII characters."]})
    return idempotency.once(
        request.user,
        key,
        scope=f"{request.method} {request.path}",
        request=_fingerprint(request.data),
        do=lambda: _plain(do()),
    )


def _plain(answer: tuple[int, Any]) -> tuple[int, Any]:
    status, body = answer
    return status, json.loads(json.dumps(body, default=str)) if body is not None else None


def _fingerprint(data: Any) -> str:
    """The same for the same body; a file counts by its content."""
    if not isinstance(data, Mapping) or not hasattr(data, "lists"):
        return idempotency.fingerprint(json.dumps(data, sort_keys=True, default=str))
    parts: list[str] = []
    for name, values in sorted(data.lists()):
        parts += [name, *(_digest(value) if isinstance(value, UploadedFile) else str(value) for value in values)]
    return idempotency.fingerprint(*parts)


def _digest(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return f"{file.name}:{digest.hexdigest()}"


def seen(field: str, model: type, user: Any) -> Prefetch:
    """A related record, fetched only where the user may see it: an unseen one reads as none."""
    return Prefetch(field, queryset=model.objects.visible_to(user))


def command_schema(**options: Any) -> Callable:
    """The description of a command: a POST with an idempotency key."""
    return extend_schema(parameters=[ONCE], **options)
