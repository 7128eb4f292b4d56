"""Create the database, its roles and its extensions on a server that has none: before the first migration, and again at will."""

from contextlib import closing
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
import psycopg2
from django.core.management.base import BaseCommand, CommandError

from succession.organisation import database_roles

# The address that names each role's password.
VARIABLES = {
    database_roles.APP: "DATABASE_URL",
    database_roles.OWNER: "MIGRATION_DATABASE_URL",
    database_roles.MAINTENANCE: "MAINTENANCE_DATABASE_URL",
}
BOOTSTRAP = "BOOTSTRAP_DATABASE_URL"


class Command(BaseCommand):
    help = f"Creates database, roles and extensions through {BOOTSTRAP}; names and passwords from {', '.join(VARIABLES.values())}."
    # The checks would ask the database that is made here.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        passwords, database = self._read()
        bootstrap = environ.Env()(BOOTSTRAP, default="")
        if not bootstrap:
            raise CommandError(f"{BOOTSTRAP} is not set.")
        with closing(psycopg2.connect(bootstrap)) as connection:
            connection.autocommit = True
            database_roles.ensure_roles(connection, passwords)
            database_roles.ensure_database(connection, database)
        with closing(psycopg2.connect(bootstrap, dbname=database)) as connection:
            connection.autocommit = True
            database_roles.ensure_extensions(connection)
        self.stdout.write(f"Database {database}: roles and extensions are there.")

    def _read(self) -> tuple[dict[str, str], str]:
        passwords = {}
        databases = set()
        for role, variable in VARIABLES.items():
            address = urlsplit(environ.Env()(variable, default=""))
            if address.username != role or not address.password:
                raise CommandError(f"{variable} must name the role {role} and its password.")
            passwords[role] = unquote(address.password)
            databases.add(address.path.lstrip("/"))
        if len(databases) != 1:
            raise CommandError(f"{', '.join(VARIABLES.values())} must name one database.")
        return passwords, databases.pop()
