"""The past day a page is asked to show."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone


def day_asked(request: HttpRequest) -> date | None:
    """The day in `?as_of=`; nothing for today, a day to come, or what is no day."""
    try:
        day = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return None
    return day if day < timezone.localdate() else None
