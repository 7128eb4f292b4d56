"""The interface against its own description: whatever is sent, no answer is a fault, and none breaks the contract."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from django.core.cache import cache
from drf_spectacular.generators import SchemaGenerator
from succession.wsgi import application
from tests.security.company import found_company

pytestmark = pytest.mark.django_db
# So many requests an operation; more with the variable, for a long look.
TRIES = int(os.environ.get("ECHELON_CONTRACT_TRIES", "3"))
