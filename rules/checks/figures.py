"""Figures out of exact arithmetic: rounded once, at the end, by one rule."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

import polars as pl

from rules.checks.sets import FACTS
from rules.formula.values import Exact

PLACES: Final = 12
FIGURE: Final = Exact(30, PLACES)  # a figure as a word of a message
_LAST: Final = Decimal(1).scaleb(-PLACES)
_ROUNDING: Final = Context(prec=80, rounding=ROUND_HALF_UP)  # half away from zero
Fact = tuple[str | None, str, str, str]  # the columns of FACTS


def rounded(figure: Decimal) -> Decimal:
    """The figure to twelve places, half away from zero."""
    return _ROUNDING.quantize(figure, _LAST)


def whole(figure: Decimal) -> int:
    """The figure in the units of FIGURE."""
    return int(rounded(figure).scaleb(PLACES, _ROUNDING))


def written(figure: Decimal | int, scale: int = 0) -> str:
    """A figure as exact text: decimals to twelve places, whole numbers of a scale as they are."""
    if isinstance(figure, int):
        return f"{Decimal(figure).scaleb(-scale, _ROUNDING):f}"
    text = f"{rounded(figure):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def facts_of(facts: Sequence[Fact]) -> pl.DataFrame:
    """Facts as a frame, by their groups: the same whether a table was judged whole or in parts."""
    frame = pl.DataFrame(facts, schema=FACTS, orient="row")
    return frame.sort("group", nulls_last=False, maintain_order=True)
