"""Each run's database is copied from a template that is migrated once for each state of the migrations.

What migrations put into it (the first policy) is there for every test: a transactional one empties all tables at its end,
so those rows are kept aside and put back.
"""

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
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from psycopg2 import sql
from pytest_django import DjangoDbBlocker

from succession.localservers.processes import FolderLock
from tests.plugins.servers import OWN_POSTGRES, ROOT

BASELINE = "rows_of_the_migrations"
# Django makes these anew itself.
MADE_BY_DJANGO = {"django_content_type", "auth_permission", "django_migrations"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copy each run's database from a migrated template: only changed migrations are run again."""
    if OWN_POSTGRES in os.environ:
        template = _migrated_template(Path(os.environ[OWN_POSTGRES]))
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Keep the rows of the migrations aside, and put them back whenever the tables were emptied."""
    with django_db_blocker.unblock():
        if OWN_POSTGRES not in os.environ:
            call_command("grant_roles")
        kept = _keep_rows_aside()
    last = [app for app in apps.get_app_configs() if app.models_module is not None][-1]

    def put_back(**_: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Triggers would write the history of rows that bring theirs along.
            for table in kept:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for table, columns in kept.items():
                cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {BASELINE}.{table}")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in kept:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    # Emptying ends with this signal, after Django has made its content types anew.
    post_migrate.connect(put_back, sender=last, weak=False)


def _keep_rows_aside() -> dict[str, str]:
    """Copies of the tables that migrations filled, with the columns that can be written."""
    kept = {}
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {BASELINE}")
        for table in sorted(set(connection.introspection.django_table_names(only_existing=True)) - MADE_BY_DJANGO):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
            if cursor.fetchone() == (True,):
                cursor.execute(f"CREATE TABLE {BASELINE}.{table} AS TABLE {table}")
                cursor.execute(
                    "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
                    " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                    [table],
                )
                kept[table] = cursor.fetchone()[0]
    return kept


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
