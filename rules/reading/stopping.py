"""Where a table ends before its file does: at a row of totals, as its contract tells it."""

from dataclasses import dataclass

import polars as pl

from rules.contract import Contract
from rules.reading.parts import Refusal
from rules.reading.result import FOUND_LIMIT, Wrong


@dataclass(slots=True, kw_only=True)
class Stop:
    """The end of a table, looked for block by block.

    Attributes:
        pattern: What the first filled cell of a row must match whole to end the table; None where
            the contract tells no such row.
        is_past: Whether the end has been seen.
    """

    pattern: str | None
    is_past: bool = False

    def rows(self, fields: pl.DataFrame) -> int:
        """How many rows at the start of a block still belong to the table.

        Args:
            fields: String columns, whatever their names; null and white space are empty.
        """
        if self.is_past:
            return 0
        if self.pattern is None:
            return fields.height
        ends = fields.select(_first_filled().str.contains(f"^(?:{self.pattern})$")).to_series()
        first = ends.arg_true().head(1)
        self.is_past = len(first) > 0
        return int(first[0]) if self.is_past else fields.height


def refuse_rows(numbers: pl.Series, fields: pl.DataFrame, *, contract: Contract) -> list[Refusal]:
    """Every row at or behind the end of a table as refused, with what it says."""
    if numbers.is_empty():
        return []
    said = pl.concat_str(
        pl.when(pl.all().str.strip_chars() != "").then(pl.all().str.strip_chars()),
        separator="; ",
        ignore_nulls=True,
    )
    # One more than a problem repeats tells whether it is cut.
    texts = fields.select(said.str.slice(0, FOUND_LIMIT + 1)).to_series()
    return [
        Refusal(row=number, wrong=Wrong.STOPPED, found=text, detail=contract.stop or "")
        for number, text in zip(numbers, texts, strict=True)
    ]


def _first_filled() -> pl.Expr:
    stripped = pl.all().str.strip_chars()
    return pl.coalesce(pl.when(stripped != "").then(stripped))
