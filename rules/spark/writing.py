"""Lines that tasks found, given to the ledger of their rule as one machine would."""

from collections.abc import Sequence

import polars as pl

from rules.evaluation.first_rows import first_rows, with_cells
from rules.evaluation.ledger import Ledger, Source
from rules.evaluation.row_pass import LOT_ROWS
from rules.spark.evidence import Whole
from rules.spark.reports import Chunk, RuleReport


def write_lots(ledger: Ledger, chunks: Sequence[Chunk]) -> None:
    """Write the lines of tasks in their order; small ones of one source together."""
    lot: list[pl.DataFrame] = []
    source: Source | None = None
    for chunk in chunks:
        if lot and (chunk.source != source or sum(map(len, lot)) >= LOT_ROWS):
            ledger.write(pl.concat(lot, how="diagonal"), source=source)
            lot = []
        lot.append(chunk.read())
        source = chunk.source
    if lot:
        ledger.write(pl.concat(lot, how="diagonal"), source=source)


def write_with_cells(ledger: Ledger, report: RuleReport, whole: Whole) -> None:
    """Write units that were judged in buckets, with what their lines say of first rows."""
    compiled, table = ledger.compiled, whole.without_rows()
    needed = table.needed(compiled)
    cells = [chunk.read() for chunk in report.cells]
    for chunk in report.lines:
        units = chunk.read()
        if lacking := needed - frozenset(units.columns):
            nothing = first_rows(table, lacking).collect()
            found = pl.concat([nothing, *(one.select(nothing.columns) for one in cells)])
            units = with_cells(units, found, lacking)
        ledger.write(units)
