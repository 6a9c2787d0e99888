"""Rows as JSON lines and back, alike for SQLite and PostgreSQL: the columns say what is meant."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, Table, TypeDecorator, func, select, text

from inspection.tables import METADATA

# Logins end with the platform they were made on, and progress is said anew.
LEFT_OUT: Final = frozenset({"websession", "progress"})
# Where rows refer to rows of the same table: what grows along that reference.
GROWING: Final = {"deposit": "number"}
_AT_ONCE: Final = 1_000


def list_tables() -> list[Table]:
    """Every table of a backup, those first that others refer to."""
    return [table for table in METADATA.sorted_tables if table.name not in LEFT_OUT]


def dump_table(connection: Connection, table: Table) -> Iterator[str]:
    """The rows of a table, one JSON object a line; one that others refer to stands before them."""
    first = [table.columns[GROWING[table.name]]] if table.name in GROWING else []
    query = select(table).order_by(*first, *table.primary_key.columns)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query).mappings():
        plain = {name: _plain(value) for name, value in row.items()}
        yield json.dumps(plain, ensure_ascii=False, sort_keys=True) + "\n"


def load_table(connection: Connection, table: Table, lines: Iterable[str]) -> int:
    """Put rows back as they were; the answer is how many."""
    batch: list[dict[str, Any]] = []
    count = 0
    for line in lines:
        row = json.loads(line)
        batch.append({column.name: _typed(column, row[column.name]) for column in table.columns})
        if len(batch) == _AT_ONCE:
            connection.execute(table.insert(), batch)
            count += len(batch)
            batch = []
    if batch:
        connection.execute(table.insert(), batch)
    _go_on_counting(connection, table)
    return count + len(batch)


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes():
            return b64encode(value).decode()
    return value


def _typed(column: Column[Any], value: Any) -> Any:  # of the column's own type
    if value is None:
        return None
    kind = _kind(column)
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, datetime | date):
        return kind.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    return b64decode(value) if kind is bytes else value


def _kind(column: Column[Any]) -> type[Any]:
    lying = column.type
    if isinstance(lying, TypeDecorator):
        lying = lying.impl_instance
    return lying.python_type


def _go_on_counting(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers new rows by a sequence, which knows nothing of rows put in by hand."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    name = connection.execute(
        text("SELECT pg_get_serial_sequence(:table, :column)"),
        {"table": table.name, "column": column.name},
    ).scalar()
    if name is not None:
        top = connection.execute(select(func.max(column))).scalar()
        if top is not None:
            connection.execute(text("SELECT setval(:name, :top)"), {"name": name, "top": top})
