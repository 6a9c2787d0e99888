"""A column of one table that is worked out from the rows of another."""

from dataclasses import dataclass

from rules.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedColumn:
    """What a pack says of such a column; COUNTIFS, SUMIFS and XLOOKUP are its relatives.

    Attributes:
        table: The table that gets the column.
        name: The column.
        of: The table whose rows are looked at; it may be the same one.
        by: Columns or formulas of `table` that make the key of a row; empty: every row of `of`.
        to: The columns or formulas of `of` that must agree with it, part by part.
        where: A condition over the rows of `of`; None counts them all.
        how: How the rows become one value: a `rules.checks.aggregates.How`.
        formula: What each row of `of` contributes.
    """

    table: str
    name: str
    label: Text
    of: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    where: str | None
    how: str
    formula: str
