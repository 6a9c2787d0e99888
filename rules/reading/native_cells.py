"""Cells of which the file itself says the kind, gathered column by column."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import polars as pl

from rules.reading.result import Wrong
from rules.reading.sheets import NativeCells

_MOMENT: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?$"
)
_FORMS: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f")


class CellKind(StrEnum):
    """The kind of a cell."""

    TEXT = "t"
    NUMBER = "n"
    TRUTH = "b"
    MOMENT = "d"
    ERROR = "e"
    OTHER = "o"  # a duration, a time of day: no column takes it


@dataclass(slots=True)
class SparseColumn:
    """The cells of one column that hold anything: rows from 0, rising."""

    rows: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, row: int, kind: CellKind, text: str) -> None:
        """Add a cell below all before."""
        self.rows.append(row)
        self.kinds.append(kind.value)
        self.texts.append(text)

    def spread(self, height: int) -> tuple[pl.Series, pl.Series]:
        """Kinds and texts of all rows, null where there is no cell."""
        nothing = pl.repeat(None, height, dtype=pl.String, eager=True)
        if not self.rows:
            return nothing, nothing
        return nothing.scatter(self.rows, self.kinds), nothing.clone().scatter(
            self.rows, self.texts
        )


def by_kind(kinds: pl.Series, texts: pl.Series) -> tuple[NativeCells, pl.Series]:
    """One column by the kinds of its cells, and what is wrong whatever their text.

    Returns:
        The cells; and String, a `Wrong` where the cell is of a kind that no column takes.
    """
    frame = pl.DataFrame({"kind": kinds, "text": texts})
    is_kind = {kind: pl.col("kind") == kind.value for kind in CellKind}
    moment = iso_moments(texts)
    frame = frame.with_columns(moment.alias("moment"))
    lost = is_kind[CellKind.OTHER] | (is_kind[CellKind.MOMENT] & pl.col("moment").is_null())
    found = frame.select(
        pl.when(is_kind[CellKind.TEXT]).then("text").alias("t"),
        pl.when(is_kind[CellKind.NUMBER]).then("text").alias("n"),
        pl.when(is_kind[CellKind.TRUTH]).then(pl.col("text") == "TRUE").alias("b"),
        pl.when(is_kind[CellKind.MOMENT]).then("moment").alias("d"),
        pl.when(is_kind[CellKind.ERROR]).then("text").alias("e"),
        pl.when(lost).then(pl.lit(Wrong.KIND.value)).alias("o"),
    )
    native = NativeCells(
        text=found["t"], number=found["n"], truth=found["b"], moment=found["d"], error=found["e"]
    )
    return native, found["o"]


def iso_moments(texts: pl.Series) -> pl.Series:
    """Texts of ISO 8601 as Datetime("us"), null where they are none, or finer than that."""
    text = pl.col("t")
    cell = pl.when(text.str.contains(_MOMENT)).then(text)
    parsed = pl.coalesce(
        cell.str.strptime(pl.Datetime("us"), form, strict=False) for form in _FORMS
    )
    return texts.alias("t").to_frame().select(parsed).to_series()
