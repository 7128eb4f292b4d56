"""JSON within bounds: no more than a page may hold, nothing that the database cannot keep."""

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class BoundedJSONParser(JSONParser):
    """Refuses bodies that are too long, nested without end, or hold characters that are none."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise ParseError(_("The body is too long."))
        try:
            data = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise ParseError(_("This is not JSON.")) from None
        if b"\\u" in raw and not _is_storable(data):
            raise ParseError(_("The body holds characters that are none."))
        return data


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _is_storable(data: Any) -> bool:
    try:
        text = json.dumps(data, ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in text
