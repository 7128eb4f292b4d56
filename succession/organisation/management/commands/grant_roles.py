"""Give the database's roles what each may do. Run after every migration, as the owner."""

from typing import Any

import pghistory.models
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from succession.organisation.database_roles import APP, MAINTENANCE, OWNER, ROLES

AUDIT_TABLE = "organisation_auditevent"
# pghistory's function that writes down who acts updates its row by ON CONFLICT; it does so as the owner.
CONTEXT_FUNCTION = "_pgh_attach_context"


class Command(BaseCommand):
    help = "Grants the application's role its rights (history and audit: read and append only) and the maintenance role all."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        append_only = append_only_tables()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
            if cursor.fetchone() != (len(ROLES),):
                raise CommandError(f"The roles {', '.join(ROLES)} are missing: run `manage.py prepare_database` first.")
            for statement in self._statements():
                cursor.execute(statement)
            for table in sorted(append_only):
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM {APP}")
            self._let_the_owner_write_contexts(cursor)
        if options["verbosity"] > 1:
            self.stdout.write(f"{len(append_only)} append-only tables")

    def _statements(self) -> list[str]:
        dml = "SELECT, INSERT, UPDATE, DELETE"
        statements = []
        for role, rights in ((APP, dml), (MAINTENANCE, f"{dml}, TRUNCATE")):
            statements += [
                f"GRANT USAGE ON SCHEMA public TO {role}",
                f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {role}",
                f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
                # A table of the next migration may be a history: until this command has seen it, it is only added to.
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO {role}",
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
            ]
        return statements

    def _let_the_owner_write_contexts(self, cursor: Any) -> None:
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.proname = %s AND p.pronamespace = 'public'::regnamespace",
            [CONTEXT_FUNCTION],
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")


def append_only_tables() -> set[str]:
    """Tables the application may only add to: what was, and who did it."""
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, (pghistory.models.Event, pghistory.models.Context)) and not model._meta.proxy
    }
    return (tables | {AUDIT_TABLE}) & set(connection.introspection.table_names())
