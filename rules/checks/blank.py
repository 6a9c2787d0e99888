"""When a value is blank."""

import polars as pl

from rules.formula import Value
from rules.formula.values import TEXT


def is_blank(value: Value) -> pl.Expr:
    """Whether a value is null or a text of white space only; never null itself."""
    blank = value.expr.is_null()
    if value.type == TEXT:
        blank = blank | ~value.expr.str.contains(r"\S").fill_null(True)
    return blank
