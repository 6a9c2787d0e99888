"""What stands in cells that could not be read, beside the units whose lines show them."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.evaluation.subjects import Subject
from rules.evaluation.texts import to_json
from rules.formula import BAD
from rules.table import COLUMN, FILE, ROW, SHEET, TEXT

_PLACE: Final = (FILE, SHEET, ROW)
_ORIGINAL: Final = "__original:"  # prefix: the text of a cell that could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Originals:
    """The shown columns of a rule with a cell that could not be read, and what stands there.

    Attributes:
        columns: Empty for most rules: then nothing is looked up.
        problems: See `Table.problems`.
    """

    columns: tuple[str, ...] = ()
    problems: pl.LazyFrame | None = None

    @classmethod
    def of(cls, compiled: CompiledRule, subject: Subject | None) -> "Originals":
        """Those a rule's lines need."""
        if subject is None:
            return cls()
        columns = tuple(name for name in compiled.shown if name in subject.flagged)
        return cls(columns=columns, problems=subject.table.problems)

    def beside(self, units: pl.LazyFrame) -> pl.LazyFrame:
        """Units, in their order, with the original texts of the place they name."""
        if not self.columns:
            return units
        if self.problems is None:
            nothing = pl.lit(None, dtype=pl.String)
            return units.with_columns(nothing.alias(_ORIGINAL + name) for name in self.columns)
        texts = (
            self.problems.filter(pl.col(COLUMN).is_in(self.columns))
            .group_by(_PLACE)
            .agg(
                # One text for each cell; of several the choice must not hang on their order.
                pl.col(TEXT).filter(pl.col(COLUMN) == name).min().alias(_ORIGINAL + name)
                for name in self.columns
            )
        )
        return units.join(texts, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")

    def shown(self, name: str, text: pl.Expr) -> pl.Expr:
        """The text of a cell: that of its value, or what stands there instead of one."""
        if name not in self.columns:
            return text
        return pl.when(_is_bad(name)).then(_ORIGINAL + name).otherwise(text)

    def unread(self) -> pl.Expr:
        """JSON list of the columns whose cell could not be read, null where there is none."""
        if not self.columns:
            return pl.lit(None, dtype=pl.String)
        named = [pl.when(_is_bad(name)).then(pl.lit(to_json(name))) for name in self.columns]
        listed = pl.concat_list(named).list.drop_nulls()
        text = pl.concat_str(pl.lit("["), listed.list.join(","), pl.lit("]"))
        return pl.when(listed.list.len() > 0).then(text)


def _is_bad(name: str) -> pl.Expr:
    return pl.col(BAD + name).fill_null(False)
