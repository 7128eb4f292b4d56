"""How imports and their undoing share the database: one after the other, and quick in bulk."""

from django.db import connection

ONE_AT_A_TIME = 4204


def take_turn() -> None:
    """Wait for other imports, then settle the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    settle()


def settle() -> None:
    """Make the transaction fit for many rows.

    The row history's triggers ask for a setting that is missing by default; each such miss is an exception that walks
    all checks of keys still to be made at the end, so that time grows with the square of the rows. Set, it costs nothing.
    And while a large file is read the transaction stands still for longer than a page's may.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', '{}', true),"
            " set_config('idle_in_transaction_session_timeout', '0', true)"
        )
