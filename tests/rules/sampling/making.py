"""A small table to draw from: what the tests of sampling share."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.sampling.population import Request
from rules.table import FILE, OWN, ROW, SHEET, UNREADABLE, Table
from rules.text import Text

LABEL = Text(vi="—", en="—")
CONTRACT = Contract(
    name="vouchers",
    title=LABEL,
    columns=(
        Column(name="number", type=ColumnType.CODE, label=LABEL),
        Column(name="unit", type=ColumnType.TEXT, label=LABEL),
        Column(name="amount", type=ColumnType.MONEY, scale=2, label=LABEL),
    ),
    key=("number",),
)
SCHEMA = {
    "number": pl.String(),
    "unit": pl.String(),
    "amount": pl.Decimal(38, 2),
    FILE: pl.String(),
    SHEET: pl.String(),
    ROW: pl.Int64(),
    UNREADABLE: pl.List(pl.String()),
    OWN: pl.Boolean(),
}
Line = tuple[str | None, str | None, Decimal | None]


def frame(lines: Sequence[Line], *, unreadable: Sequence[list[str]] | None = None) -> pl.DataFrame:
    """The lines as the rows of a text file, the first in row 2."""
    marks = unreadable or [[]] * len(lines)
    rows = [
        (*line, "f" * 64, None, row, marks[row - 2], True)
        for row, line in enumerate(lines, start=2)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def numbered(*cents: int, unit: str | None = "a") -> pl.DataFrame:
    """Rows V0, V1, … with these amounts in cents."""
    return frame([(f"V{i}", unit, Decimal(one).scaleb(-2)) for i, one in enumerate(cents)])


def request(rows: pl.DataFrame | pl.LazyFrame, **settings: object) -> Request:
    """A request with the key of the contract and the seed `2024`."""
    table = Table(contract=CONTRACT, frame=rows.lazy())
    asked: dict[str, object] = {"seed": "2024", "key": ("number",), **settings}
    return Request(table=table, **asked)  # type: ignore[arg-type] # tests also ask for nonsense
