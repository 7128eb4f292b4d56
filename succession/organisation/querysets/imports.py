"""Imports and what belongs to them."""

from typing import TYPE_CHECKING, Self

from django.db.models import Case, QuerySet, When

from succession.organisation.access import access_of
from succession.organisation.choices import ImportOutcome

if TYPE_CHECKING:
    from succession.organisation.models import User


class ImportBatchQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Files hold what the whole organisation knows: HR for all of it, and auditors."""
        return self if access_of(user).sees_everything else self.none()


class OfImportsQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """What belongs to an import is seen with it."""
        return self if access_of(user).sees_everything else self.none()


class ImportRowQuerySet(OfImportsQuerySet):
    def errors_first(self) -> Self:
        """As the files have them, but rows with errors at the top."""
        is_fine = Case(When(outcome=ImportOutcome.REJECTED, then=0), default=1)
        return self.order_by(is_fine, "pk")

    def rejected(self) -> Self:
        return self.filter(outcome=ImportOutcome.REJECTED)

    def accepted(self) -> Self:
        return self.exclude(outcome=ImportOutcome.REJECTED)
