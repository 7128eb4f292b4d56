"""What stood on any past day, however it was changed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pghistory
import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from succession.organisation import audit, history
from succession.organisation.models import Competency, Employee, Incumbency, Position
from tests.factories import CompetencyFactory, EmployeeFactory, IncumbencyFactory, PositionFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
# What is kept for a while, or worked out anew from what has a history, and not part of the organisation's story.
WITHOUT_HISTORY = {
    "ApiToken",
    "AuditEvent",
    "Coverage",
    "CoverageDay",
    "Disclosure",
    "Heartbeat",
    "IdempotentAnswer",
    "ImportBatch",
    "ImportChange",
    "ImportFile",
    "ImportFilePart",
    "ImportForecast",
    "ImportMapping",
    "ImportMend",
    "ImportRow",
    "Job",
    "OutboxMessage",
    "ProfileLevel",
    "Reading",
}


def set_back(model, days):
    """Let everything recorded so far have happened so many days ago."""
    with connection.cursor() as cursor:
        table = history.event_model(model)._meta.db_table
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET pgh_created_at = pgh_created_at - interval '{days} days'")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def titles(day):
    return sorted(history.as_of(Position, day).values_list("title", flat=True))


def test_what_stood_on_a_past_day_is_read_back():
    first = PositionFactory(title="Clerk")
    PositionFactory(title="Driver")
    set_back(Position, 20)
    Position.objects.filter(pk=first.pk).update(title="Head clerk")
    set_back(Position, 10)
    first.delete()
    assert titles(TODAY - timedelta(days=31)) == []
    assert titles(TODAY - timedelta(days=30)) == ["Clerk", "Driver"]
    assert titles(TODAY - timedelta(days=11)) == ["Clerk", "Driver"]
    assert titles(TODAY - timedelta(days=10)) == ["Driver", "Head clerk"]
    assert titles(TODAY) == ["Driver"]


def test_several_changes_of_one_transaction_leave_the_last():
    post = PositionFactory(title="A")
    for title in ("B", "C"):
        post.title = title
        post.save()
    assert titles(TODAY) == ["C"]


def test_a_day_ends_where_the_organisation_is(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    timezone.get_default_timezone.cache_clear()
    try:
        assert history.end_of(date(2026, 3, 1)).astimezone(ZoneInfo("UTC")) == datetime(
            2026, 3, 1, 14, 59, 59, 999999, tzinfo=ZoneInfo("UTC")
        )
    finally:
        timezone.get_default_timezone.cache_clear()


def how(post, way):
    """Change a title in one of the ways in which rows can be changed."""
    if way == "save":
        post.title = "Changed"
        post.save()
    elif way == "update":
        Position.objects.filter(pk=post.pk).update(title="Changed")
    elif way == "bulk_update":
        post.title = "Changed"
        Position.objects.bulk_update([post], ["title"])
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE organisation_position SET title = 'Changed' WHERE id = %s", [post.pk])


@pytest.mark.parametrize("way", ["save", "update", "bulk_update", "raw SQL"])
def test_every_way_of_changing_is_caught_with_who_and_why(way, hr):
    post = PositionFactory(title="Before")
    with audit.acting(hr, "change_position", reason="Renamed after the merger."):
        how(post, way)
    last = history.story_of(post).first()
    assert (last.title, last.pgh_label) == ("Changed", "update")
    told = last.pgh_context.metadata
    assert (told["actor"], told["verb"], told["reason"]) == (hr.pk, "change_position", "Renamed after the merger.")


def test_bulk_creation_is_caught_as_well(hr):
    with audit.acting(hr, "import"):
        Competency.objects.bulk_create([Competency(code=f"B{n}", name="x") for n in range(3)])
    events = history.event_model(Competency).objects.filter(code__startswith="B")
    assert {event.pgh_context.metadata["actor"] for event in events} == {hr.pk}
    assert events.count() == 3


def test_a_deleted_row_keeps_its_story(hr):
    row = CompetencyFactory(name="Gone")
    key = row.pk
    with audit.acting(hr, "delete_competency"):
        Competency.objects.filter(pk=key).delete()
    assert not history.as_of(Competency, TODAY).filter(pgh_obj_id=key).exists()
    labels = history.event_model(Competency).objects.filter(pgh_obj_id=key).order_by("pgh_id")
    assert [event.pgh_label for event in labels] == ["insert", "delete"]


def test_an_unchanged_row_writes_no_history():
    post = PositionFactory()
    before = history.story_of(post).count()
    post.save()
    assert history.story_of(post).count() == before


def test_who_held_a_seat_on_a_day_is_answerable():
    past = IncumbencyFactory(starts_on=date(2020, 1, 1), ends_on=date(2024, 3, 1))
    now = IncumbencyFactory(position=past.position, starts_on=date(2024, 3, 1))
    held = Incumbency.objects.filter(position=past.position)
    assert held.held_on(date(2024, 2, 29)).get() == past
    assert held.held_on(date(2024, 3, 1)).get() == now


def test_passwords_are_no_part_of_history(hr):
    event = history.event_model(type(hr))
    assert {"password", "last_login"} & {field.name for field in event._meta.get_fields()} == set()


def test_every_model_keeps_its_history_or_says_why_not():
    ours = [
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {"succession", "candidates", "pools", "training"}
    ]
    events = {model for model in ours if issubclass(model, pghistory.models.Event)}
    tracked = {event.pgh_tracked_model for event in events}
    without = {model.__name__ for model in set(ours) - events - tracked}
    assert without == WITHOUT_HISTORY
    assert {Employee, Position, Incumbency} <= tracked


@pytest.mark.django_db(transaction=True)
def test_history_knows_nobody_after_the_act(hr):
    with audit.acting(hr, "change"):
        EmployeeFactory()
    quiet = EmployeeFactory()
    assert history.story_of(quiet).get().pgh_context is None
