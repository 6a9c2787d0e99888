"""When a value is blank."""

import polars as pl

from rules.formula import Value
from rules.formula.values import TEXT


def is_blank(value: Value) -> pl.Expr:
    """Whether a value is null or a text of white space only; never null itself.

    A cell of a table is never the latter (see `rules.table.Table`): what was computed may be.
    """
    blank = value.expr.is_null()
    if value.type != TEXT or value.is_cell:
        return blank
    return blank | ~has_ink(value.expr).fill_null(True)


def has_ink(text: pl.Expr) -> pl.Expr:
    """Whether a text is more than white space; null where it is null."""
    # A letter, digit or mark of ASCII in front settles it at a tenth of the cost of the pattern,
    # which is asked of the others only: it is quick on nulls.
    certain = (text > "!") & (text < "\x7f")
    return certain | pl.when(~certain).then(text).str.contains(r"\S").fill_null(False)
