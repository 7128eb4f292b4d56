"""What every list page does: find, sort by the URL, page by 50 in a stable order, answer as a file."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from .listed import Joined, Listed

PER_PAGE = 50
LONGEST_SEARCH = 100
LAST_PAGE = 100_000
LONGEST_ID = 18
COUNTED_EACH_TIME = 10_000
COUNT_KEPT_SECONDS = 60


def sorted_by(request: HttpRequest, rows: QuerySet, keys: Mapping[str, Sequence[str]], default: str) -> QuerySet:
    """Order by `?sort=key` or `?sort=-key` of those offered, else by the default; the id settles ties."""
    asked = request.GET.get("sort", "")
    return in_order(rows, keys, asked if asked.removeprefix("-") in keys else default)


def in_order(rows: QuerySet, keys: Mapping[str, Sequence[str]], chosen: str) -> QuerySet:
    """Order by one of the keys offered, backwards after a minus."""
    fields = keys[chosen.removeprefix("-")]
    if chosen.startswith("-"):
        fields = [field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in fields]
    return rows.order_by(*fields, "pk")


class ListPaginator(Paginator):
    """Counts exactly; a list beyond ten thousand rows is counted once a minute, for counting it costs more than its page."""

    @cached_property
    def count(self) -> int:
        listed: Any = self.object_list
        if isinstance(listed, Listed | Joined):
            return listed.count()
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        counted = self.object_list.order_by()[: COUNTED_EACH_TIME + 1].count()
        if counted <= COUNTED_EACH_TIME:
            return counted
        key = f"count:{sha256(str(self.object_list.order_by().query).encode()).hexdigest()}"
        known = cache.get(key)
        if known is None:
            known = self.object_list.order_by().count()
            cache.set(key, known, COUNT_KEPT_SECONDS)
        return known


def page_of(
    request: HttpRequest, rows: QuerySet | Sequence[object] | Listed | Joined, per_page: int = PER_PAGE
) -> Page:
    """The page asked for; the first for what is no number, the last for what lies beyond."""
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) <= len(str(LAST_PAGE))):
        number = "1"
    listed: Any = rows
    paginator = ListPaginator(listed, per_page)
    if isinstance(rows, Listed | Joined) and int(number) == 1:
        paginator.count, lines = rows.first(per_page)
        return Page(lines, 1, paginator)
    return paginator.get_page(number)


def searched(request: HttpRequest, name: str = "q") -> str:
    """What is searched for, of sensible length and without the null character."""
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH]


def whole_number(request: HttpRequest, name: str) -> int | None:
    """A record's id given in the URL, or nothing when it is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def export_asked(request: HttpRequest) -> str:
    """`csv` or `xlsx` when the list is asked for as a file."""
    return request.GET.get("export", "")
