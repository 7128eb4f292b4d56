"""How imports and their undoing share the database: one after the other, and quick in bulk."""

from django.db import connection

ONE_AT_A_TIME = 4204


def take_turn() -> None:
    """Wait for other imports and settle the transaction for many rows.

    The row history's triggers ask for a setting that is missing by default; each such miss is an exception that walks
    all checks of keys still to be made at the end, so that time grows with the square of the rows. Set, it costs nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s), set_config('pgtrigger.ignore', '{}', true)", [ONE_AT_A_TIME])
