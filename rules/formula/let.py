"""Parts of an expression that are computed once and read many times."""

from collections.abc import Mapping
from typing import Final

import polars as pl

_RESULT: Final = "__result"


def let(given: Mapping[str, pl.Expr], then: Mapping[str, pl.Expr], result: pl.Expr) -> pl.Expr:
    """A result over named parts.

    Functions that read an argument several times and are nested would otherwise multiply the
    expression by thousands, and with it the time and memory of planning.

    Args:
        given: Parts over the row.
        then: Parts over `given`, read as `pl.field(name)`.
        result: Over `given` and `then`, read as `pl.field(name)`.
    """
    named = pl.struct(part.alias(name) for name, part in given.items())
    named = named.struct.with_fields(part.alias(name) for name, part in then.items())
    return named.struct.with_fields(result.alias(_RESULT)).struct.field(_RESULT)


def settled(whole: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The same expression, but worked out at once where it reads no column.

    Polars takes a struct of constants for one row among many and refuses to put the two together.

    Args:
        whole: An expression that is complete: it reads no field of a struct around it.
    """
    if whole.meta.root_names():
        return whole
    return pl.lit(pl.select(whole).item(), dtype=dtype)
