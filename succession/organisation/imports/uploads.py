"""Uploads beyond the limit are not written to disk: the request goes on without its files."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

# What stands around the files in a body of several parts.
WRAPPING = 1024 * 1024


def is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdigit() and int(length) > settings.IMPORT_MAX_BYTES + WRAPPING


class TooLargeIsSkipped(FileUploadHandler):
    """Stands before Django's own handlers and lets the parts of a too large body go by."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.request is not None and is_too_large(self.request):
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
