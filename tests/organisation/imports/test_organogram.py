"""The published organogram of a ministry: the closest real thing to the main input."""

import time

import pytest

from succession.organisation.imports.undoing import undo_now
from succession.organisation.models import (
    AuditEvent,
    Employee,
    ImportRow,
    Incumbency,
    OrgUnit,
    OutboxMessage,
    Position,
    SeatChange,
)

FILE = "organogram_dclg_2017.csv"


@pytest.fixture
def organogram(real_file):
    return real_file(FILE)


def test_the_dry_run_writes_nothing(planned, organogram):
    batch = planned(organogram, mapping="organogram")
    assert batch.counts == {"created": 1453, "changed": 0, "unchanged": 0, "rejected": 0}
    assert batch.effects["seats_created"]["count"] == 1441
    assert batch.effects["people_created"]["count"] == 22
    assert batch.state == "draft"
    assert not Position.objects.exists()
    assert not OrgUnit.objects.exists()


def test_it_comes_in_whole(applied, organogram, hr):
    began = time.monotonic()
    batch = applied(organogram, mapping="organogram")
    assert time.monotonic() - began < 30
    assert batch.state == "applied"
    assert ImportRow.objects.filter(batch=batch, object_type="position", object_id__isnull=False).count() == 1453
    senior = Position.objects.filter(code__regex=r"^CLG\d+$")
    grouped = Position.objects.exclude(pk__in=senior)
    assert (senior.count(), grouped.count()) == (77, 315)
    assert sum(grouped.values_list("base_seats", flat=True)) == 1364
    assert senior.filter(reports_to__isnull=True).count() == 1
    assert Employee.objects.count() == 22
    assert Incumbency.objects.filter(position__in=senior, employee__isnull=True).count() == 55
    assert Incumbency.objects.filter(position__in=grouped, employee__isnull=True).count() == 1364
    assert set(OrgUnit.objects.values_list("parent__name", flat=True)) == {
        None,
        "Department for Communities and Local Government",
    }
    assert OrgUnit.objects.count() == 12
    assert AuditEvent.objects.get(verb="import_applied").actor == hr
    assert set(OutboxMessage.objects.filter(consumer="coverage").values_list("kind", flat=True)) == {
        "incumbency_changed",
        "position_changed",
        "seats_changed",
        "unit_changed",
        "person_changed",
    }


def test_again_all_is_unchanged(applied, planned, organogram):
    applied(organogram, mapping="organogram")
    batch = planned(organogram)
    assert batch.mapping == "organogram"
    assert batch.counts == {"created": 0, "changed": 0, "unchanged": 1453, "rejected": 0}


def test_undone_nothing_is_left(applied, organogram, hr):
    batch = undo_now(applied(organogram, mapping="organogram"), actor=hr)
    assert batch.state == "undone"
    for model in (Position, OrgUnit, Employee, Incumbency, SeatChange):
        assert not model.objects.exists()
