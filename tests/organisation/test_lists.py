"""What every list does with its URL."""

import pytest
from django.core.cache import cache

from succession.organisation import lists
from succession.organisation.models import OrgUnit
from tests.factories import OrgUnitFactory

pytestmark = pytest.mark.django_db


def asked(rf, **query):
    return rf.get("/", query)


def test_a_page_that_is_none_is_the_first_or_the_last(rf):
    rows = list(range(120))
    pages = {
        text: lists.page_of(asked(rf, page=text), rows).number for text in ("2", "0", "-1", "1e9", "99999", "x", "٣")
    }
    assert pages == {"2": 2, "0": 3, "-1": 1, "1e9": 1, "99999": 3, "x": 1, "٣": 1}


def test_only_offered_keys_sort_and_ties_are_settled_by_the_id(rf):
    second, first = OrgUnitFactory(name="A"), OrgUnitFactory(name="A")
    third = OrgUnitFactory(name="B")
    keys = {"name": ["name"]}

    def order(sort):
        return list(lists.sorted_by(asked(rf, sort=sort), OrgUnit.objects.all(), keys, "name"))

    assert order("name") == [second, first, third]
    assert order("-name") == [third, second, first]
    assert order("parent__name") == order("name; DROP TABLE") == order("") == order("--name") == order("name")


def test_a_long_list_is_counted_once_a_minute(rf, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(lists, "COUNTED_EACH_TIME", 2)
    for _ in range(3):
        OrgUnitFactory()
    rows = OrgUnit.objects.order_by("name")
    try:
        with django_assert_num_queries(2):
            assert lists.ListPaginator(rows, 50).count == 3
        with django_assert_num_queries(1):
            assert lists.ListPaginator(rows, 50).count == 3
        with django_assert_num_queries(1):
            assert lists.ListPaginator(rows.filter(code="none"), 50).count == 0
    finally:
        cache.clear()


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("", None), ("-7", None), ("7.0", None), ("9" * 19, None), ("٣", None)]
)
def test_an_id_in_the_url_is_a_whole_number_or_nothing(text, number, rf):
    assert lists.whole_number(asked(rf, unit=text), "unit") == number
