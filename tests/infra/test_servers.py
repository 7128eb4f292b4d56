"""The suite stands on the real servers, with the roles of production."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_postgresql_driven_by_psycopg2():
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    assert connection.vendor == "postgresql"
    assert not is_psycopg3
