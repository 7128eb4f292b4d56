"""A list whose page and length come in one statement, built once for a reader and what they ask."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from django.core.cache import cache
from django.db.models import IntegerField, QuerySet, Subquery

from .statements import found, statement

COUNTED_EACH_TIME = 2_000
COUNT_KEPT_SECONDS = 60
EXPORTED_AT_ONCE = 2_000


class HowMany(Subquery):
    """The number of rows of a statement, counted no further than its limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Listed:
    """`rows`: all that fit, in order; `columns`: what a page reads of them; `make`: a line of the page from that.

    `key`: the reader's facts and what was asked. Lists beyond two thousand rows are counted once a minute, for counting
    costs more than the page.
    """

    key: Hashable
    rows: Callable[[], QuerySet[Any]]
    columns: Callable[[], Sequence[Any]]
    make: Callable[[tuple[Any, ...]], Any]

    def __getitem__(self, part: slice) -> list[Any]:
        lines = found((self.key, part.start, part.stop), partial(self._part, part))
        return [self.make(line) for line in lines]

    def first(self, limit: int) -> tuple[int, list[Any]]:
        """How many there are, and the first of them."""
        count = self._known()
        if count is not None:
            return count, self[:limit]
        lines = found((self.key, "first", limit), partial(self._counting, limit))
        count = lines[0][-1] if lines else 0
        return self._kept(count), [self.make(line[:-1]) for line in lines]

    def count(self) -> int:
        known = self._known()
        return known if known is not None else self._kept(self._unordered()[: COUNTED_EACH_TIME + 1].count())

    def everything(self) -> Iterator[Any]:
        """Line by line, however many there are."""
        lines = self.rows().values_list(*self.columns()).iterator(chunk_size=EXPORTED_AT_ONCE)
        return (self.make(line) for line in lines)

    def _part(self, part: slice) -> QuerySet[Any, Any]:
        """Rows that are passed over are not read: the part is cut out by its ids first."""
        if not part.start:
            return self.rows().values_list(*self.columns())[part]
        return self.rows().filter(pk__in=self.rows().values("pk")[part]).values_list(*self.columns())

    def _counting(self, limit: int) -> QuerySet[Any, Any]:
        count = HowMany(self._unordered()[: COUNTED_EACH_TIME + 1])
        return self.rows().values_list(*self.columns(), count)[:limit]

    def _unordered(self) -> QuerySet[Any]:
        return self.rows().order_by().values("pk")

    def _kept(self, counted: int) -> int:
        if counted <= COUNTED_EACH_TIME:
            return counted
        exact = self._unordered().count()
        cache.set(self._name, exact, COUNT_KEPT_SECONDS)
        return exact

    def _known(self) -> int | None:
        return cache.get(self._name)

    @property
    def _name(self) -> str:
        return f"count:{statement((self.key, 'all'), self._unordered).digest}"


@dataclass(frozen=True)
class Joined:
    """One list after the other, as one."""

    before: Listed
    after: Listed

    def __getitem__(self, part: slice) -> list[Any]:
        lines = self.before[part]
        missing = part.stop - part.start - len(lines)
        if not missing:
            return lines
        begin = max(0, part.start - self.before.count())
        return [*lines, *self.after[begin : begin + missing]]

    def first(self, limit: int) -> tuple[int, list[Any]]:
        count, lines = self.before.first(limit)
        more, others = self.after.first(limit)
        return count + more, [*lines, *others][:limit]

    def everything(self) -> Iterator[Any]:
        return chain(self.before.everything(), self.after.everything())

    def count(self) -> int:
        return self.before.count() + self.after.count()
