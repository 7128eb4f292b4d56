"""Who gets which answer at which address: compared with the committed table, line by line."""

import os

import pytest

from tests.security import matrix
from tests.security.company import VIEWERS, found_company
from tests.security.routes import Route, routes

pytestmark = pytest.mark.django_db
NONE = ("nothing",) * len(VIEWERS)


@pytest.mark.skipif("ECHELON_WRITE_ACCESS_MATRIX" not in os.environ, reason="python -m tests.security.write_matrix")
def test_write_the_matrix():
    assert matrix.write(found_company()) > 0


def test_every_address_stands_in_the_matrix():
    listed = {route for route, _method, _place in matrix.kept()}
    assert {route.text for route in routes()} == listed


@pytest.mark.parametrize("area", sorted({route.split("/")[0] for route, _method, _place in matrix.kept()}))
def test_each_answer_is_the_committed_one(area):
    company = found_company()
    ready = matrix.clients(company)
    expected = {key: answers for key, answers in matrix.kept().items() if key[0].split("/")[0] == area}
    found = {
        (route, method, place): tuple(answers)
        for route, method, place, *answers in (
            row for text in sorted({key[0] for key in expected}) for row in matrix.rows_of(Route(text), company, ready)
        )
    }
    differences = [
        f"{method} {route} ({place}) as {who}: {is_}, expected {was}"
        for (route, method, place), answers in found.items()
        for who, is_, was in zip(VIEWERS, answers, expected.get((route, method, place), NONE), strict=True)
        if is_ != was
    ]
    assert differences == []
    assert set(found) == set(expected)
