"""The suite stands on the real servers, with the roles of production."""

import os

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.utils import ProgrammingError

from succession.organisation.database_roles import APP, MAINTENANCE, ROLES
from succession.organisation.management.commands.grant_roles import append_only_tables

pytestmark = pytest.mark.django_db


READ_AND_ADD = {"SELECT", "INSERT"}
WORK = READ_AND_ADD | {"UPDATE", "DELETE"}


def privileges(role, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT privilege FROM unnest(%s) AS privilege WHERE has_table_privilege(%s, %s, privilege)",
            [["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"], role, table],
        )
        return {row[0] for row in cursor.fetchall()}


def test_the_database_is_postgresql_driven_by_psycopg2():
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    assert connection.vendor == "postgresql"
    assert not is_psycopg3


def test_the_broker_and_the_cache_answer_and_are_apart():
    addresses = [settings.BROKER_URL, settings.CACHES["default"]["LOCATION"]]
    assert len(set(addresses)) == 2
    for address in addresses:
        with redis.Redis.from_url(address) as client:
            assert client.ping()


def test_a_worker_has_a_broker_database_of_its_own():
    if "ECHELON_TEST_VALKEY" not in os.environ:
        pytest.skip("the broker is given")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    assert settings.BROKER_URL.endswith(f"/{number * 2}")


def test_no_role_of_the_application_is_powerful():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolcreaterole OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = ANY(%s)",
            [list(ROLES)],
        )
        assert dict(cursor.fetchall()) == dict.fromkeys(ROLES, False)


def test_the_application_role_owns_nothing_and_cannot_become_the_owner():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = ANY(%s)", [[APP, MAINTENANCE]])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT pg_has_role(%s, 'echelon_owner', 'MEMBER')", [APP])
        assert cursor.fetchone() == (False,)


def test_every_history_table_is_append_only():
    histories = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "pgh_id" for field in model._meta.fields)
    } & set(connection.introspection.table_names())
    assert histories
    assert histories | {"organisation_auditevent", "pghistory_context"} <= append_only_tables()


@pytest.mark.parametrize(("role", "rights"), [(APP, READ_AND_ADD), (MAINTENANCE, WORK | {"TRUNCATE"})])
def test_the_application_role_may_only_add_to_history(role, rights):
    given = {table: privileges(role, table) for table in append_only_tables()}
    assert {table: held for table, held in given.items() if held != rights} == {}


def test_the_application_role_works_on_all_other_tables():
    tables = set(connection.introspection.table_names()) - append_only_tables()
    given = {table: privileges(APP, table) for table in tables}
    assert {table: held for table, held in given.items() if held != WORK} == {}


@pytest.mark.parametrize("statement", ["UPDATE organisation_auditevent SET verb = ''", "DELETE FROM pghistory_context"])
def test_the_database_refuses_to_change_what_was(statement):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP}")
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(statement)


def test_the_application_role_makes_no_tables():
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP}")
        with pytest.raises(ProgrammingError, match="permission denied for schema public"):
            cursor.execute("CREATE TABLE smuggled (id int)")


def test_a_table_of_a_later_migration_is_only_added_to_until_rights_are_given():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE echelon_owner; CREATE TABLE of_a_later_migration (id int)")
    assert privileges(APP, "of_a_later_migration") == READ_AND_ADD
