"""Many rows of whole numbers, read column by column: copied in binary, ten times as fast as row by row."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from django.db import connection

HEADER, TRAILER = 19, 2
# The types that can be read, and how they come.
TYPES = {"int4": ">i4", "int8": ">i8"}


def copied(statement: str, columns: Mapping[str, str], values: Any = ()) -> dict[str, np.ndarray]:
    """The columns of a statement, by name, with the type of each (int4 or int8); none of them may be NULL.

    Each row is a count of fields and, a field, its length and its bytes: whole rows are read at once.
    """
    buffer = BytesIO()
    with connection.cursor() as cursor:
        text = cursor.mogrify(statement, values).decode()
        cursor.copy_expert(f"COPY ({text}) TO STDOUT (FORMAT binary)", buffer)
    fields = [("count", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name}_length", ">i4"), (name, TYPES[kind])]
    body = buffer.getbuffer()
    rows = np.frombuffer(body[HEADER : len(body) - TRAILER], np.dtype(fields))
    return {name: rows[name].astype(np.int64) for name in columns}
