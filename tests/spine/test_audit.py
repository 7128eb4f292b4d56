"""Who did what: written with the change, never altered afterwards, told only to those who may know."""

import psycopg2.errors
import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import DatabaseError

from succession.organisation import audit
from succession.organisation.management.commands.grant_roles import append_only_tables
from succession.organisation.models import AuditEvent, Position, Reading
from tests.factories import EmployeeFactory, IncumbencyFactory, PositionFactory, RoleAssignmentFactory
from tests.spine.threads import take_back

pytestmark = pytest.mark.django_db
TABLES = sorted(
    [
        "organisation_auditevent",
        "organisation_employeeevent",
        "organisation_positionevent",
        "organisation_userevent",
        "pools_membershipevent",
        "candidates_candidateevent",
        "pghistory_context",
    ]
)


@pytest.fixture
def as_application():
    """The role under which pages and tasks work."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE echelon_app")
        yield cursor
        cursor.execute("RESET ROLE")


def refusal_of(cursor, statement):
    with pytest.raises(ProgrammingError) as refused, transaction.atomic():
        cursor.execute(statement)
    return refused.value.__cause__


@pytest.mark.parametrize("statement", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_history_is_only_added_to_by_the_application(statement, as_application):
    tables = append_only_tables()
    assert set(TABLES) <= tables
    for table in tables:
        sentence = statement.format(table)
        if ("pgh_label" in sentence and not table.endswith("event")) or table == "organisation_auditevent":
            sentence = sentence.replace("pgh_label = 'x'", "id = id")
        assert isinstance(refusal_of(as_application, sentence), psycopg2.errors.InsufficientPrivilege), table


def test_the_application_cannot_take_more_rights(as_application):
    for statement in (
        "ALTER TABLE organisation_auditevent DISABLE TRIGGER ALL",
        "DROP TABLE organisation_auditevent",
        "ALTER ROLE echelon_app SUPERUSER",
        "CREATE TABLE mine (id int)",
    ):
        assert isinstance(refusal_of(as_application, statement), psycopg2.errors.InsufficientPrivilege), statement
    as_application.execute(
        "SELECT rolsuper, rolcreaterole, pg_has_role(oid, 'echelon_owner', 'MEMBER'),"
        " pg_has_role(oid, 'echelon_maintenance', 'MEMBER') FROM pg_roles WHERE rolname = 'echelon_app'"
    )
    assert as_application.fetchone() == (False, False, False, False)


def test_the_application_works_and_its_work_is_written_down(as_application):
    person = EmployeeFactory()
    with audit.acting(None, "rename"):
        person.name = "New Name"
        person.save()
    audit.record("rename", person, actor=None)
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    "change", ["UPDATE organisation_auditevent SET verb = 'x'", "DELETE FROM organisation_auditevent"]
)
def test_even_the_owner_is_held_up_by_the_trigger(change, hr):
    audit.record("try", hr, actor=hr)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert AuditEvent.objects.get().verb == "try"


def test_even_the_owner_does_not_rewrite_history():
    EmployeeFactory()
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE organisation_employeeevent SET name = 'x'")


def test_an_event_goes_with_its_transaction(hr):
    take_back(lambda: audit.record("try", hr, actor=hr))
    assert not AuditEvent.objects.exists()


def test_an_event_holds_what_changed_and_nothing_else(hr):
    post = PositionFactory(title="Old", grade="M1")
    before, after = audit.changed(post, {"title": "New", "grade": "M1"})
    event = audit.record("change_position", post, actor=hr, before=before, after=after, reason="Renamed.")
    assert (event.before, event.after, event.reason) == ({"title": "Old"}, {"title": "New"}, "Renamed.")
    assert (event.actor_name, event.object_label) == (str(hr), "New")


def test_what_the_system_does_has_its_name():
    assert audit.record("recompute", None, actor=None).actor_name == audit.SYSTEM


def test_a_reading_is_written_down(hr, auditor):
    person = EmployeeFactory()
    audit.log_reading(person, reader=hr)
    seen = Reading.objects.visible_to(auditor).get()
    assert (seen.reader, seen.object_id) == (hr, person.pk)
    assert not Reading.objects.visible_to(hr).exists()


def verbs(user):
    return set(AuditEvent.objects.visible_to(user).values_list("verb", flat=True))


def test_hr_reads_the_trail_but_nothing_of_themselves_or_their_seat(hr, auditor):
    me = EmployeeFactory(user=hr)
    seat = IncumbencyFactory(employee=me).position
    other = EmployeeFactory()
    audit.record("mine", me, actor=None)
    audit.record("of my seat", seat, actor=None)
    audit.record("names me", other, actor=None, after={"employee": me.pk})
    audit.record("named me", other, actor=None, before={"employee": me.pk})
    audit.record("names my seat", other, actor=None, after={"position": seat.pk})
    audit.record("other", other, actor=None)
    audit.record("of nobody", None, actor=None)
    audit.record("with values", other, actor=None, before={"title": "a"}, after={"employee": other.pk})
    audit.record("half", other, actor=None, after={"title": None})
    assert verbs(hr) == {"other", "of nobody", "with values", "half"}
    assert len(verbs(auditor)) == 9


def test_nobody_else_reads_the_trail(head, committee, employee_user, administrator):
    audit.record("try", EmployeeFactory(), actor=None)
    part = RoleAssignmentFactory(role="hr_manager", org_unit=PositionFactory().org_unit).user
    for user in (head, committee, employee_user, administrator, part):
        assert verbs(user) == set()


def test_an_audited_person_stays_found_under_their_number(hr):
    """People stand in events as ids, so that erasing one person never rewrites what another did."""
    person = EmployeeFactory(name="Somebody Particular")
    event = audit.record("move", PositionFactory(), actor=hr, after={"employee": person.pk})
    assert "Particular" not in str(AuditEvent.objects.filter(pk=event.pk).values().get())
    assert Position.objects.count() == 1
