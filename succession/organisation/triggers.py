"""Rules that only the database can keep when two people act at once."""

import zlib

import pgtrigger


def no_cycle(table: str, parent_column: str, name: str) -> pgtrigger.Trigger:
    """Refuse a parent that would make a circle.

    Changes of one hierarchy wait for each other (a transaction-long advisory lock): two changes that are harmless
    alone can make a circle together.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(parent_column),
        condition=pgtrigger.Condition(f'NEW."{parent_column}" IS NOT NULL'),
        declare=[("found", "BOOLEAN")],
        func=f"""
            PERFORM pg_advisory_xact_lock({zlib.crc32(name.encode())});
            WITH RECURSIVE above(id) AS (
                SELECT NEW.{parent_column}
                UNION
                SELECT t.{parent_column} FROM {table} t JOIN above ON t.id = above.id
                WHERE t.{parent_column} IS NOT NULL
            )
            SELECT EXISTS (SELECT 1 FROM above WHERE id = NEW.id) INTO found;
            IF found THEN
                RAISE EXCEPTION 'circle' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}', TABLE = '{table}';
            END IF;
            RETURN NULL;
        """,  # noqa: S608 -- names of our own tables, from models
    )
