"""The interface against its own description: whatever is sent, no answer is a fault, and none breaks the contract."""

import os

import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings

from succession.organisation import tokens
from tests.security.company import found_company

pytestmark = pytest.mark.django_db
# So many requests an operation; the variable asks for a longer look.
TRIES = int(os.environ.get("ECHELON_CONTRACT_TRIES", "4"))
DESCRIPTION = SchemaGenerator().get_schema(request=None, public=True)
OPERATIONS = [
    f"{method.upper()} {path}"
    for path, operations in DESCRIPTION["paths"].items()
    for method in operations
    if method in {"get", "post", "put", "patch", "delete"}
]


@pytest.fixture
def application():
    """The site as a server runs it, in the transaction of the test: it must not close the connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_description_is_valid():
    validate_schema(DESCRIPTION)
    assert len(OPERATIONS) > 40


def test_every_answer_of_the_contract_is_described():
    """The names that outside programs rely on."""
    paths = set(DESCRIPTION["paths"])
    for resource in (
        "token/",
        "me/",
        "me/goals/",
        "me/willingness/",
        "org-units/",
        "employees/",
        "positions/",
        "positions/{id}/incumbencies/",
        "incumbencies/{id}/end/",
        "positions/{id}/requirements/",
        "positions/{id}/suggestions/",
        "positions/{id}/coverage/",
        "competencies/",
        "imports/",
        "imports/{batch}/rows/",
        "imports/{id}/apply/",
        "imports/{id}/undo/",
        "candidates/",
        "pools/",
        "pools/{id}/recompute/",
        "pools/{pool}/memberships/",
        "memberships/{id}/screen/",
        "memberships/{id}/admit/",
        "memberships/{id}/hold/",
        "memberships/{id}/resume/",
        "memberships/{id}/exit/",
        "pools/{id}/coverage/",
        "coverage/",
        "jobs/",
        "jobs/{id}/cancel/",
        "audit/",
    ):
        assert f"/api/v1/{resource}" in paths, resource


@pytest.mark.parametrize("who", ["hr", "head"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_answer_is_a_fault(operation, who, application):
    """Values of the right and of the wrong shape; ids of records that exist are met now and then."""
    company = found_company()
    token = tokens.issue_token(company.users[who])
    method, path = operation.split(" ", 1)
    schema = schemathesis.openapi.from_dict(DESCRIPTION)

    @settings(
        max_examples=TRIES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy())
    def ask(case):
        cache.clear()
        case.headers = {**(case.headers or {}), "Authorization": f"Token {token}"}
        response = case.call(app=application)
        assert response.status_code < 500, response.content
        if response.status_code >= 400:
            assert response.headers["content-type"] == ["application/problem+json"], response.headers

    ask()
