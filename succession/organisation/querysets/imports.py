"""Imports and what belongs to them."""

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from succession.organisation.access import access_of
from succession.organisation.choices import ImportOutcome

if TYPE_CHECKING:
    from succession.organisation.models import User


class ImportBatchQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Files hold what the whole organisation knows: HR for all of it, and auditors."""
        return self if access_of(user).sees_everything else self.none()


class ImportRowQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        return self if access_of(user).sees_everything else self.none()

    def rejected(self) -> Self:
        return self.filter(outcome=ImportOutcome.REJECTED)

    def accepted(self) -> Self:
        return self.exclude(outcome=ImportOutcome.REJECTED)
