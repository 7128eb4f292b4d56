"""The real thing for tests that break it: one instance for all of them, on free ports, with a database of its own."""

import os
import shutil
from pathlib import Path

import pytest

from succession.localservers.stack import Stack
from tests.faults.instance import Company

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def stack_folder():
    """Not pytest's own folder: that one is closed to the plain user who runs PostgreSQL for root."""
    folder = Path(os.environ.get("ECHELON_VAR", ROOT / "var")) / "faults" / str(os.getpid())
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def stack_of_session(stack_folder):
    instance = Stack(stack_folder / "shared", demo_company=False)
    instance.start()
    yield instance
    instance.stop()


@pytest.fixture(scope="session")
def company_of_session(stack_of_session):
    return Company(stack_of_session)


@pytest.fixture
def company(company_of_session, stack):
    return company_of_session


@pytest.fixture
def stack(stack_of_session):
    """Whole at the start of each test; what a test broke is mended after it."""
    yield stack_of_session
    for name in ("postgres", "valkey", "web", "worker", "beat"):
        if not stack_of_session.is_running(name):
            stack_of_session.restart(name)
    stack_of_session.wait_until_ready()
