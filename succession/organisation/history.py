"""What was recorded on any past day, read from the row history that the database keeps itself."""

from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone


def event_model(model: type[models.Model]) -> Any:
    """The history of a tracked model: one row per change, whole."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")


def end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def as_of(model: type[models.Model], day: date) -> QuerySet[Any]:
    """The rows of a model as they stood when a day ended: its events, the last of each row, deleted rows left out."""
    events = event_model(model)
    last = (
        events.objects.filter(pgh_created_at__lte=end_of(day))
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
        .values("pgh_id")
    )
    return events.objects.filter(pgh_id__in=last).exclude(pgh_label="delete")


def story_of(obj: models.Model) -> QuerySet[Any]:
    """All that happened to one row, newest first, with who and why where that is known."""
    return event_model(type(obj)).objects.filter(pgh_obj_id=obj.pk).select_related("pgh_context").order_by("-pgh_id")
