"""Cells of which the file itself says the kind, gathered column by column."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import polars as pl

from rules.reading.result import Wrong

_MOMENT: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?$"
)
_FORMS: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f")


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeCells:
    """One column by the kinds of its cells; each series is null where the cell is not so.

    Attributes:
        text: String: texts, and what was not asked for its kind.
        number: String: a number in fifteen significant digits, without exponent.
        truth: Boolean.
        moment: Datetime("us"): dates, times and durations.
        error: String: `#N/A` and its family.
    """

    text: pl.Series
    number: pl.Series
    truth: pl.Series
    moment: pl.Series
    error: pl.Series

    def gather(self, index: pl.Series) -> "NativeCells":
        """The cells of some rows, which rise."""
        count = len(index)
        first = int(index[0]) if count else 0
        is_run = count == 0 or index[-1] == first + count - 1
        parts = (self.text, self.number, self.truth, self.moment, self.error)
        text, number, truth, moment, error = (
            one.slice(first, count) if is_run else one.gather(index) for one in parts
        )
        return NativeCells(text=text, number=number, truth=truth, moment=moment, error=error)

    def is_blank(self) -> pl.Series:
        """Where what `shown` shows is nothing, or white space only."""
        other = pl.when(self.truth.is_not_null() | self.moment.is_not_null()).then(pl.lit("-"))
        first = pl.coalesce(self.error, self.number, other, self.text)
        return pl.select(first.fill_null("").str.strip_chars() == "").to_series()

    def shown(self) -> pl.Series:
        """What to call the original text of each cell; null where it is empty."""
        truth = self.truth.cast(pl.String).str.to_uppercase()
        moment = self.moment.dt.to_string("%Y-%m-%d %H:%M:%S")
        return pl.select(pl.coalesce(self.error, self.number, truth, moment, self.text)).to_series()


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
