"""Units that are violated or undetermined, on disk as they were judged until all rules are done.

What is kept is the judged cells; the texts of a line are written once, at the end, in one stream
over both processors.  Memory holds eight bytes for each line: the hash of its key.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import PARTS, VERDICT
from rules.checks.speech import AMOUNT_SCALE
from rules.evaluation.keys import Keys, key_hash
from rules.evaluation.lines import VIOLATIONS, lines_of
from rules.formula import BAD
from rules.rule import Verdict
from rules.table import FILE, ID, ROW, SHEET

# Fixed, so that the same lines are the same bytes whatever the machine.
ROWS_OF_A_GROUP: Final = 50_000
_PLACE: Final = (FILE, SHEET, ROW)
_JOINT: Final = "\x1f"


class Ledger:
    """The lines of one rule, in a folder of its own."""

    def __init__(self, compiled: CompiledRule, folder: Path, position: int) -> None:
        self.compiled = compiled
        self._name = folder / f"{position:05d}"
        self._chunks: list[Path] = []
        self._hashes: list[pl.Series] = []
        self._in_order = True
        self._last: tuple[object, ...] | None = None
        self._flags: frozenset[str] = frozenset()
        self._sum = 0

    def write(self, units: pl.DataFrame) -> None:
        """Keep units that are violated or undetermined, with all their lines will say."""
        units = units.with_columns(key_hash(self.compiled, frozenset(units.columns)))
        self._hashes.append(units.get_column(Keys.HASH))
        self._note_order(units)
        self._add_amounts(units)
        self._flags |= {name for name in units.columns if name.startswith(BAD)}
        chunk = self._name.with_name(f"{self._name.name}-{len(self._chunks):05d}.arrow")
        units.write_ipc(chunk, compression="lz4")
        self._chunks.append(chunk)

    def amount(self) -> Decimal | None:
        """The sum of the amounts of violated units; None where the rule has no amount."""
        if self.compiled.speech.amount is None:
            return None
        return Decimal(self._sum).scaleb(-AMOUNT_SCALE)

    def lines(self) -> pl.LazyFrame | None:
        """All lines in their order; the columns of VIOLATIONS."""
        if not self._chunks:
            return None
        units = pl.concat([pl.scan_ipc(chunk) for chunk in self._chunks], how="diagonal")
        if not self._in_order:
            units = _sorted(units)
        return lines_of(self.compiled, units, Keys.of(self._hashes))

    def _note_order(self, units: pl.DataFrame) -> None:
        """Whether the lines come in the order they will stand in: then nothing is sorted."""
        if not self._in_order:
            return
        places = units.select(_PLACE)
        first, last = places.row(0), places.row(-1)
        one_source = all(places.get_column(name).n_unique() == 1 for name in (FILE, SHEET))
        follows = self._last is None or (self._last[:2] == first[:2] and _less(self._last, first))
        rows = places.get_column(ROW)
        self._in_order = (
            one_source
            and follows
            and rows.null_count() == 0
            and bool((rows.diff().slice(1) > 0).all())
        )
        self._last = last

    def _add_amounts(self, units: pl.DataFrame) -> None:
        amount = self.compiled.speech.amount
        if amount is None:
            return
        violated = units.filter(pl.col(VERDICT) == Verdict.VIOLATED.value)
        hundredths = violated.select(amount.alias("amount")).to_series().drop_nulls()
        # Python's whole numbers have no limit; the sum of a column of Polars would wrap silently.
        self._sum += sum(hundredths.to_list())


def gather(ledgers: Sequence[Ledger], into: Path) -> None:
    """Write the lines of all rules, in the order given, to one file with fixed settings."""
    parts = [lines for ledger in ledgers if (lines := ledger.lines()) is not None]
    pl.concat(parts or [pl.LazyFrame(schema=VIOLATIONS)]).sink_parquet(
        into,
        compression="zstd",
        compression_level=1,
        statistics=True,
        row_group_size=ROWS_OF_A_GROUP,
        maintain_order=True,
    )


def _less(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return isinstance(one[2], int) and isinstance(other[2], int) and one[2] < other[2]


def _sorted(units: pl.LazyFrame) -> pl.LazyFrame:
    """By place; units that share one by their key."""
    columns = units.collect_schema().names()
    more = [pl.col(PARTS).list.join(_JOINT)] if PARTS in columns else []
    return units.sort(*_PLACE, *more, ID, nulls_last=False)
