"""Cells whose text alone does not tell that they cannot be read."""

import polars as pl

from rules.contract import Column, Contract
from rules.reading.cells import Cells, what_is_wrong
from rules.reading.result import Wrong


def spoil(
    cells: Cells,
    *,
    wrong: pl.Series,
    texts: pl.Series,
    column: Column,
    contract: Contract,
) -> Cells:
    """Make some cells unreadable, whatever was made of their text.

    Args:
        wrong: String: a `Wrong` where the cell cannot be read for a reason of its own.
        texts: String: the original texts.
    """
    spoiled = wrong.is_not_null()
    if not spoiled.any():
        return cells
    bad = cells.bad | spoiled
    return Cells(
        value=cells.value.set(spoiled, None),
        bad=bad,
        blank=cells.blank & ~spoiled,
        wrong=_reasons(cells, bad=bad, wrong=wrong, texts=texts, column=column, contract=contract),
    )


def _reasons(
    cells: Cells,
    *,
    bad: pl.Series,
    wrong: pl.Series,
    texts: pl.Series,
    column: Column,
    contract: Contract,
) -> tuple[Wrong, ...]:
    """Why each bad cell is bad, in their order."""
    known = dict(zip(cells.bad.arg_true(), cells.wrong or (), strict=False))
    return tuple(
        Wrong(reason)
        if (reason := wrong[place]) is not None
        else known.get(place) or what_is_wrong(texts[place], column=column, contract=contract)
        for place in bad.arg_true()
    )
