"""Filters, search and order: what is not on the list is bad input, never a look-up through relations."""

from datetime import UTC
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as django_filters
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter, SearchFilter

from .fields import LARGEST_ID

PAGING = frozenset({"page", "page_size", "search", "ordering", "format"})


class IdFilter(django_filters.NumberFilter):
    """Rows that point at an id; `seen` narrows it to records the reader may see, so that a filter tells nothing."""

    def __init__(self, *args: Any, seen: type | None = None, **options: Any) -> None:
        super().__init__(*args, min_value=0, max_value=LARGEST_ID, decimal_places=0, **options)
        self.seen = seen

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return queryset
        if self.seen is None:
            return queryset.filter(**{self.field_name: int(value)})
        visible = self.seen.objects.visible_to(self.parent.request.user).filter(pk=int(value))
        return queryset.filter(**{f"{self.field_name}__in": visible})


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Rows before or after a moment. An offset that no clock has would be refused by the database: it is taken out here."""

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return queryset
        try:
            moment = value.astimezone(UTC)
        except OverflowError:
            raise ValidationError({self.field_name: [_("There is no such moment.")]}) from None
        return super().filter(queryset, moment)


class StrictFilters(django_filters.DjangoFilterBackend):
    """Filters by field; a name that is no filter of the list is refused."""

    def filter_queryset(self, request: Any, queryset: QuerySet, view: Any) -> QuerySet:
        filterset = self.get_filterset_class(view, queryset)
        known = PAGING | frozenset(filterset.base_filters if filterset else ()) | frozenset(view.extra_parameters)
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise ValidationError({name: [_("There is no such filter.")] for name in unknown})
        return super().filter_queryset(request, queryset, view)


class Search(SearchFilter):
    """`?search=` where a list has something to search in."""


class AllowedOrdering(OrderingFilter):
    """`?ordering=` by the fields on the list's own list; the id breaks ties, so that pages never overlap."""

    tie_break: ClassVar[str] = "pk"

    def get_ordering(self, request: Any, queryset: QuerySet, view: Any) -> list[str]:
        asked = [name.strip() for name in request.query_params.get(self.ordering_param, "").split(",") if name.strip()]
        fields = dict(self._fields(view))
        unknown = [name for name in asked if name.removeprefix("-") not in fields]
        if unknown:
            raise ValidationError({"ordering": [_("Order by one of: %s.") % ", ".join(sorted(fields))]})
        chosen = [("-" if name.startswith("-") else "") + fields[name.removeprefix("-")] for name in asked]
        return [*(chosen or self.get_default_ordering(view) or ()), self.tie_break]

    def get_valid_fields(self, queryset: QuerySet, view: Any, context: Any = None) -> list[tuple[str, str]]:
        return [(name, name) for name, _column in self._fields(view)]

    @staticmethod
    def _fields(view: Any) -> list[tuple[str, str]]:
        """(name in the interface, column): a list may give either names or pairs."""
        given = getattr(view, "ordering_fields", ()) or ()
        return [(item, item) if isinstance(item, str) else tuple(item) for item in given]
