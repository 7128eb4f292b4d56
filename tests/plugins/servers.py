"""Starts PostgreSQL and Valkey before Django reads its settings, so that the whole suite runs on the real ones.

Loaded by `addopts = -p tests.plugins.servers`; a conftest would come too late. `DATABASE_URL` and `CELERY_BROKER_URL`,
when set, are used as they are. Two runs in one folder take different slots, the workers of one run share a slot.
"""

from __future__ import annotations

import atexit
import os
from pathlib import Path

import pytest

from succession.localservers.postgres import Postgres
from succession.localservers.processes import FolderLock, Unavailable
from succession.localservers.valkey import Valkey
from succession.organisation import database_roles

ROOT = Path(__file__).resolve().parents[2]
# What this run started itself, for its workers to know.
OWN_POSTGRES = "ECHELON_TEST_POSTGRES"
OWN_VALKEY = "ECHELON_TEST_VALKEY"
_DATABASES_PER_WORKER = 2
_SLOTS = 20

_started: list[Postgres | Valkey] = []
_held: list[FolderLock] = []


def _stop_servers() -> None:
    while _started:
        _started.pop().stop()
    while _held:
        _held.pop().release()


def _prepare() -> None:
    os.environ["ECHELON_ENV"] = "test"
    # A busy machine must not fail a test that is not about time.
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "120000")
    os.environ.setdefault("LOCK_TIMEOUT_MS", "60000")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        # Not in a hook of pytest: those are not called when Django cannot be set up.
        atexit.register(_stop_servers)
        try:
            _start_servers()
        except Unavailable as reason:
            pytest.exit(str(reason), returncode=1)
    elif OWN_VALKEY in os.environ:
        _take_own_broker_database(int(worker.removeprefix("gw")) + 1)


def _start_servers() -> None:
    var = Path(os.environ.get("ECHELON_VAR", ROOT / "var")).resolve() / "test"
    slot = _free_slot(var)
    if "DATABASE_URL" not in os.environ:
        postgres = Postgres(slot, disposable=True)
        _started.append(postgres)
        postgres.start()
        os.environ["DATABASE_URL"] = postgres.url(database_roles.OWNER)
        os.environ["MIGRATION_DATABASE_URL"] = postgres.url(database_roles.OWNER)
        os.environ[OWN_POSTGRES] = str(slot)
    if "CELERY_BROKER_URL" not in os.environ:
        valkey = Valkey(slot)
        _started.append(valkey)
        valkey.start()
        os.environ["CELERY_BROKER_URL"] = valkey.url(0)
        os.environ["CACHE_URL"] = valkey.url(1)
        os.environ[OWN_VALKEY] = str(slot)


def _free_slot(var: Path) -> Path:
    for number in range(1, _SLOTS + 1):
        slot = var / str(number)
        lock = FolderLock(slot / "lock")
        if lock.acquire():
            _held.append(lock)
            return slot
    raise Unavailable(f"{_SLOTS} test runs hold their slots in {var}.")


def _take_own_broker_database(number: int) -> None:
    """Workers share the server; a queue or a cache they shared would let them see each other's messages."""
    for variable, offset in (("CELERY_BROKER_URL", 0), ("CACHE_URL", 1)):
        server, _, _ = os.environ[variable].rpartition("/")
        os.environ[variable] = f"{server}/{number * _DATABASES_PER_WORKER + offset}"


_prepare()


def pytest_configure(config: pytest.Config) -> None:
    """Registered here, after pytest-django, whose fixture of the same name it takes the place of."""
    from tests.plugins import migrated_template, pages

    config.pluginmanager.register(migrated_template)
    config.pluginmanager.register(pages)
