"""Each run's database is copied from a template that is migrated once for each state of the migrations."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from psycopg2 import sql

from succession.localservers.processes import FolderLock
from tests.plugins.servers import OWN_POSTGRES, ROOT


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copy each run's database from a migrated template: only changed migrations are run again."""
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
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    digest.update((ROOT / "succession/organisation/management/commands/grant_roles.py").read_bytes())
    return digest.hexdigest()[:16]
