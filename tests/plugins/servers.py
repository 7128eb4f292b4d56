"""Starts PostgreSQL and Valkey before Django reads its settings, so that the whole suite runs on the real ones.

Loaded by `addopts = -p tests.plugins.servers`; a conftest would come too late. `DATABASE_URL` and `CELERY_BROKER_URL`,
when set, are used as they are. Two runs in one folder take different slots, the workers of one run share a slot.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

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


def _prepare() -> None:
    os.environ["ECHELON_ENV"] = "test"
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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copy each run's database from a migrated template: only changed migrations are run again."""
    from django.conf import settings

    if OWN_POSTGRES in os.environ:
        template = _migrated_template(Path(os.environ[OWN_POSTGRES]))
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template


def _migrated_template(slot: Path) -> str:
    """The name of a database in which every migration of this state of the code is applied."""
    name = f"template_{_fingerprint_of_migrations()}"
    url = os.environ["DATABASE_URL"]
    lock = FolderLock(slot / "template.lock")
    lock.acquire(wait=True)
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'")
            known = {row[0] for row in cursor.fetchall()}
            if name in known:
                return name
            for old in known | {"template_unfinished"}:
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
            cursor.execute("CREATE DATABASE template_unfinished")
            _migrate(url.rpartition("/")[0] + "/template_unfinished")
            cursor.execute(sql.SQL("ALTER DATABASE template_unfinished RENAME TO {}").format(sql.Identifier(name)))
        return name
    finally:
        connection.close()
        lock.release()


def _migrate(url: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": url, "STATEMENT_TIMEOUT_MS": "0"}
    for command in (["migrate", "--verbosity=0"], ["grant_roles"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


def _fingerprint_of_migrations() -> str:
    from django.apps import apps

    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    digest.update((ROOT / "succession/organisation/management/commands/grant_roles.py").read_bytes())
    return digest.hexdigest()[:16]
