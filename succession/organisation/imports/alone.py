"""How imports and their undoing share the database: one after the other, however long a file takes to read."""

from django.db import connection

ONE_AT_A_TIME = 4204


def take_turn() -> None:
    """Wait for other imports, then settle the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    settle()


def settle() -> None:
    """Let the transaction stand still, while a large file is read, for longer than a page's may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', '0', true)")
