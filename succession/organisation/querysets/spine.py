"""Audit, jobs, disclosures."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from succession.organisation.access import access_of
from succession.organisation.choices import JobState

if TYPE_CHECKING:
    from succession.organisation.models import User


class EverythingForAuditorsQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        access = access_of(user)
        return self if access.is_auditor else self.none()


class AuditEventQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Auditors read the whole trail; HR all but what is about themselves or their own seat."""
        access = access_of(user)
        if access.is_auditor:
            return self
        if not access.sees_everything:
            return self.none()
        return self.exclude(_about(access.employee_id, access.own_position_ids))


def _about(employee_id: int | None, position_ids: frozenset[int]) -> Q:
    """Acts on a person or a post, and acts that name them. `contains` is never null where the key is missing."""
    own = Q(pk__in=[])
    if employee_id:
        own |= Q(content_type__app_label="organisation", content_type__model="employee", object_id=employee_id)
        own |= _names("employee", employee_id)
    if position_ids:
        own |= Q(
            content_type__app_label="organisation",
            content_type__model="position",
            object_id__in=position_ids,
        )
    for position_id in position_ids:
        own |= _names("position", position_id)
    return own


def _names(key: str, value: int) -> Q:
    return Q(before__contains={key: value}) | Q(after__contains={key: value})


class JobQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """One's own jobs; auditors see everyone's. What a job is called names pools and files."""
        return self if access_of(user).is_auditor else self.filter(actor=user)

    def unfinished(self) -> Self:
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])


class DisclosureQuerySet(QuerySet):
    def standing(self, at: datetime) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at)
