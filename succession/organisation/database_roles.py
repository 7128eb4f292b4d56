"""The database's own roles: who owns the tables, who works on them, who may change history.

This module knows no Django: the launcher uses it before settings can be read.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg2.extensions
from psycopg2 import sql

OWNER = "echelon_owner"
APP = "echelon_app"
MAINTENANCE = "echelon_maintenance"
ROLES = (OWNER, APP, MAINTENANCE)
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


def ensure_roles(
    connection: psycopg2.extensions.connection, passwords: Mapping[str, str], *, owner_creates_databases: bool = False
) -> None:
    """Create the three plain roles or renew their passwords. The owner may act as the other two, never they as the owner."""
    with connection.cursor() as cursor:
        for role in ROLES:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            powers = "CREATEDB" if owner_creates_databases and role == OWNER else "NOCREATEDB"
            cursor.execute(
                sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
                    sql.SQL(verb), sql.Identifier(role), sql.SQL(powers), sql.Literal(passwords[role])
                )
            )
        cursor.execute(
            sql.SQL("GRANT {}, {} TO {}").format(
                sql.Identifier(APP), sql.Identifier(MAINTENANCE), sql.Identifier(OWNER)
            )
        )


def ensure_database(connection: psycopg2.extensions.connection, name: str) -> None:
    """Create the database if it is not there, owned by the owner's role. The connection must be in autocommit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
        else:
            cursor.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(OWNER)))


def ensure_extensions(connection: psycopg2.extensions.connection) -> None:
    """Create the extensions in the connected database."""
    with connection.cursor() as cursor:
        for extension in EXTENSIONS:
            cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        # Names in the public schema are the owner's alone to create.
        cursor.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(sql.Identifier(OWNER)))
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
