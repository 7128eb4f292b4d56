"""Statements planned once a connection: prepared at the first run, sent by name afterwards, again after a reconnect."""

from datetime import date

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from succession.organisation import audit
from succession.organisation.prepared import Prepared

ADD = Prepared("SELECT %(left)s + %(right)s * 10 %% 7", right="int", left="int")


def run(statement, **values):
    with connection.cursor() as cursor:
        statement.execute(cursor, values)
        return cursor.fetchone()


@pytest.mark.django_db
def test_it_is_prepared_once_and_answers_alike():
    with CaptureQueriesContext(connection) as asked:
        assert run(ADD, left=1, right=2) == (1 + 20 % 7,)
        assert run(ADD, left=2, right=1, other="not asked for") == (2 + 10 % 7,)
    first, second = (query["sql"] for query in asked.captured_queries)
    assert first.startswith("PREPARE")
    assert second.startswith("EXECUTE")


@pytest.mark.django_db
def test_values_keep_their_types():
    echo = Prepared(
        "SELECT %(day)s, %(numbers)s, %(words)s, %(none)s",
        day="date",
        numbers="bigint[]",
        words="text[]",
        none="int",
    )
    for _ in range(2):
        assert run(echo, day=date(2024, 2, 29), numbers=[], words=["it's", "100 %s"], none=None) == (
            date(2024, 2, 29),
            [],
            ["it's", "100 %s"],
            None,
        )


@pytest.mark.django_db
def test_one_that_failed_can_be_run_again():
    divide = Prepared("SELECT 1 / %(by)s", by="int")
    for _ in range(2):
        with pytest.raises(DataError), transaction.atomic():
            run(divide, by=0)
    assert run(divide, by=1) == (1,)


@pytest.mark.django_db
def test_it_runs_where_acts_are_recorded():
    with audit.acting(None, "test"):
        assert run(ADD, left=0, right=1) == (3,)
        assert run(ADD, left=1, right=1) == (4,)


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_knows_nothing():
    assert run(ADD, left=0, right=0) == (0,)
    connection.close()
    assert run(ADD, left=0, right=0) == (0,)
