"""The tree of a formula read as SQL, independently of the compiler; and data for both engines."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import duckdb

from rules.formula import Call, Literal, Name, Node

# The places where the two differ on purpose; docs/explanation/semantics.md tells why.  What is
# generated for the comparison leaves them out.
EXCLUDED = frozenset(
    {
        "division", "division-by-zero", "remainder", "overflow", "case-unknown",
        "coalesce-unreadable", "least-greatest", "blank-text", "case-folding", "white-space",
        "months", "key-null",
    }
)  # fmt: skip
TYPES = {
    "a": "DECIMAL(18,2)", "b": "DECIMAL(18,3)", "n": "BIGINT", "s": "VARCHAR", "t": "VARCHAR",
    "d": "DATE", "e": "DATE", "p": "BOOLEAN", "q": "BOOLEAN",
}  # fmt: skip
Row = Mapping[str, object]


def to_sql(node: Node) -> str:
    """One part of a formula as SQL; raises KeyError for what the comparison leaves out."""
    match node:
        case Literal(value=value):
            return _constant(value)
        case Name(name=name):
            return f'"{name}"'
        case Call(name=name, args=args):
            return WRITTEN[name](*map(to_sql, args))
    raise TypeError(node)


def _constant(value: Decimal | str | bool | None) -> str:  # noqa: FBT001 - a value
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal():
            places = max(0, -int(value.as_tuple().exponent))
            return f"CAST('{value:f}' AS DECIMAL({max(len(f'{value:f}'), places + 1)},{places}))"
    return "'" + value.replace("'", "''") + "'"


def _infix(sign: str) -> Callable[..., str]:
    return lambda *sides: "(" + f" {sign} ".join(sides) + ")"


def _call(name: str) -> Callable[..., str]:
    return lambda *args: f"{name}({', '.join(args)})"


def _wide(sql: str) -> str:
    # DuckDB multiplies and adds in the width of its operands and aborts where that overflows.
    return f"CAST({sql} AS DECIMAL(38,6))"


WRITTEN: Mapping[str, Callable[..., str]] = {
    **{sign: _infix(sign) for sign in ("=", "<>", "<", "<=", ">", ">=")},
    "AND": _infix("AND"),
    "OR": _infix("OR"),
    "NOT": lambda one: f"(NOT {one})",
    "IMPLIES": lambda one, other: f"((NOT {one}) OR {other})",
    "IN": lambda one, *others: f"({one} IN ({', '.join(others)}))",
    "BETWEEN": lambda one, low, high: f"({one} BETWEEN {low} AND {high})",
    "ISNULL": lambda one: f"({one} IS NULL)",
    "ISTRUE": lambda one: f"({one} IS TRUE)",
    "ISFALSE": lambda one: f"({one} IS FALSE)",
    "+": lambda one, other: f"({_wide(one)} + {_wide(other)})",
    "-": lambda one, other: f"({_wide(one)} - {_wide(other)})",
    "*": lambda one, other: f"(CAST({one} AS DECIMAL(18,3)) * CAST({other} AS DECIMAL(18,3)))",
    "NEGATE": lambda one: f"(-{one})",
    "ABS": _call("abs"),
    "SIGN": _call("sign"),
    "ROUND": lambda one, places: f"round({one}, CAST({places} AS INTEGER))",
    "INT": _call("floor"),
    "CEILING": _call("ceil"),
    "TRUNC": _call("trunc"),
    "POWER": lambda one, _two: f"(CAST({one} AS DECIMAL(18,3)) * CAST({one} AS DECIMAL(18,3)))",
    "LEN": _call("length"),
    "LEFT": lambda one, count: f"left({one}, CAST({count} AS BIGINT))",
    "RIGHT": lambda one, count: f"right({one}, CAST({count} AS BIGINT))",
    "MID": lambda one, start, count: (
        f"substr({one}, CAST({start} AS BIGINT), CAST({count} AS BIGINT))"
    ),
    "LIKE": lambda one, pattern: f"({one} LIKE {pattern})",
    "STARTSWITH": _call("starts_with"),
    "ENDSWITH": _call("ends_with"),
    "FIND": lambda wanted, one: f"strpos({one}, {wanted})",
    "SUBSTITUTE": _call("replace"),
    "CONCAT": lambda *parts: "(" + " || ".join(parts) + ")",
    "&": _infix("||"),
    "DATE": lambda one: f"CAST({one} AS DATE)",
    "DAYS": lambda start, end: f"date_diff('day', {start}, {end})",
    "YEAR": _call("year"),
    "MONTH": _call("month"),
    "DAY": _call("day"),
    "QUARTER": _call("quarter"),
    "WEEKDAY": _call("isodow"),
    "ISOWEEK": _call("weekofyear"),
    "EOMONTH": _call("last_day"),
    "EDATE": lambda one, count: f"CAST({one} + to_months(CAST({count} AS INTEGER)) AS DATE)",
}


def answers(conditions: Sequence[str], rows: Sequence[Row]) -> list[list[bool | None]]:
    """What SQL says of each condition on each row."""
    with table_of(rows) as connection:
        told = []
        for condition in conditions:
            asked = f"SELECT CAST({condition} AS BOOLEAN) FROM t ORDER BY __at"  # noqa: S608
            told.append([value for (value,) in connection.execute(asked).fetchall()])
        return told


def table_of(rows: Sequence[Row], name: str = "t") -> duckdb.DuckDBPyConnection:
    """A database in memory with one table of those rows."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    add_table(connection, rows, name)
    return connection


def add_table(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row], name: str) -> None:
    """Put another table beside it; `__at` is the place of a row."""
    columns = ", ".join(f'"{column}" {kind}' for column, kind in TYPES.items())
    connection.execute(f'CREATE TABLE "{name}" (__at INTEGER, {columns})')
    marks = ", ".join("?" for _ in range(len(TYPES) + 1))
    if rows:
        connection.executemany(
            f'INSERT INTO "{name}" VALUES ({marks})',  # noqa: S608 - our own names
            [[at, *(_cell(row.get(column)) for column in TYPES)] for at, row in enumerate(rows)],
        )


def _cell(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
