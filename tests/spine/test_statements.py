"""Statements built once: each reader and each record finds its own, planned or not."""

import pytest
from django.db import connection

from succession.organisation import statements
from succession.organisation.listed import Joined, Listed
from succession.organisation.models import OrgUnit
from tests.factories import OrgUnitFactory

pytestmark = pytest.mark.django_db
TIMES = statements.PLANNED_AFTER + 2


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(statements, "_kept", {})


def name_of(unit):
    rows = OrgUnit.objects.filter(pk=statements.GIVEN).values_list("name")
    return statements.found("name of a unit", lambda: rows, given=unit)


def listed(part, **narrow):
    return Listed(
        key=part, rows=lambda: OrgUnit.objects.filter(**narrow), columns=lambda: ["name"], make=lambda line: line[0]
    )


def test_a_statement_is_built_once_and_filled_in_each_time():
    units = [OrgUnitFactory(name=name) for name in ("One", "Two", "100% “three” '4' %s")]
    for _ in range(TIMES):
        assert [name_of(unit.pk) for unit in units] == [[(unit.name,)] for unit in units]
        assert name_of(0) == []


def test_signs_of_the_driver_and_of_the_database_are_found_as_they_stand():
    for name in ("100%", "a'b", r"c\d", "%(given)s", "$1", "é"):
        unit = OrgUnitFactory(name=name)
        for _ in range(TIMES):
            rows = statements.found(
                ("named", name), lambda name=name: OrgUnit.objects.filter(name=name).values_list("pk")
            )
            assert rows == [(unit.pk,)]


def test_where_nothing_can_be_found_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert statements.found("nothing", lambda: OrgUnit.objects.none().values_list("pk")) == []


def test_a_connection_keeps_so_many_plans_and_no_more(monkeypatch):
    monkeypatch.setattr(statements, "PLANNED", 2)
    with connection.cursor() as cursor:
        cursor.db.__dict__.pop("_statements_planned", None)
        for key in "abcd":
            for _ in range(TIMES):
                statements.found(key, lambda key=key: OrgUnit.objects.filter(name=f"planned {key}").values_list("pk"))
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        planned = [text for (text,) in cursor.fetchall()]
    assert [sum(f"'planned {key}'" in text for text in planned) for key in "abcd"] == [0, 0, 1, 1]


def test_one_list_after_the_other_is_one_list():
    for name in "abcde":
        OrgUnitFactory(name=name)
    whole = Joined(listed("before", name__lt="c"), listed("after", name__gte="c"))
    assert (whole.count(), whole.first(3)) == (5, (5, ["a", "b", "c"]))
    assert [whole[0:2], whole[1:4], whole[3:5], whole[4:9], whole[9:12]] == [
        ["a", "b"],
        ["b", "c", "d"],
        ["d", "e"],
        ["e"],
        [],
    ]
    assert list(whole.everything()) == list("abcde")
