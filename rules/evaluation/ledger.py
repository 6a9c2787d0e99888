"""Units that are violated or undetermined, on disk as they were judged until all rules are done.

What is kept is the judged cells; the texts of a line are written once, at the end, in one stream
over all processors.  Of one rule at a time memory then holds eight bytes for each line: the hash of
its key.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import PARTS, REASON, VERDICT
from rules.checks.row import RowCheck
from rules.checks.speech import AMOUNT_SCALE
from rules.evaluation.first_rows import with_first_row
from rules.evaluation.keys import Keys, key_hash
from rules.evaluation.lines import VIOLATIONS, lines_of
from rules.evaluation.originals import Originals
from rules.evaluation.subjects import Subject
from rules.rule import Verdict
from rules.table import FILE, ID, ROW, SHEET

# Fixed, so that the same lines are the same bytes whatever the machine.
ROWS_OF_A_GROUP: Final = 50_000
FEW: Final = ROWS_OF_A_GROUP
_PLACE: Final = (FILE, SHEET, ROW)
_JOINT: Final = "\x1f"


Source = tuple[str | None, str | None]  # file and sheet


def by_source(rows: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, Source]]:
    """The rows of one file and sheet after those of another: their names are kept once."""
    if rows.height == 0:
        return
    names = rows.get_column(FILE), rows.get_column(SHEET)
    first = names[0][0], names[1][0]
    if all(_is_all(column, value) for column, value in zip(names, first, strict=True)):
        yield rows, first
        return
    for part in rows.partition_by(FILE, SHEET, maintain_order=True):
        yield part, part.select(FILE, SHEET).row(0)


def _is_all(names: pl.Series, value: str | None) -> bool:
    """Whether a column of names holds one value only; nothing is planned for it."""
    if value is None:
        return names.null_count() == len(names)
    return names.null_count() == 0 and bool((names == value).all())


class Keeper(Protocol):
    """Whoever keeps the lines of one rule."""

    def write(self, units: pl.DataFrame, *, source: Source | None = None) -> None:
        """Keep units that are violated or undetermined; see `Ledger.write`."""


class Ledger:
    """The lines of one rule, in a folder of its own.

    Attributes:
        position: Of the rule, in its pack.
    """

    def __init__(
        self, compiled: CompiledRule, folder: Path, position: int, subject: Subject | None
    ) -> None:
        self.compiled = compiled
        self.position = position
        self._subject = subject
        self._originals = Originals.of(compiled, subject)
        self._name = folder / f"{position:05d}"
        self._chunks: list[tuple[Path, Source | None]] = []
        self._in_order = True
        self._last: tuple[str, str, int] | None = None
        self._sum = 0

    def write(self, units: pl.DataFrame, *, source: Source | None = None) -> None:
        """Keep units that are violated or undetermined, with the cells they were judged by.

        Args:
            source: File and sheet of all of them; None where each unit names its own.
        """
        self._note_order(units, source)
        self._add_amounts(units)
        chunk = self._name.with_name(f"{self._name.name}-{len(self._chunks):05d}.arrow")
        units.write_ipc(chunk)
        self._chunks.append((chunk, source))

    def amount(self) -> Decimal | None:
        """The sum of the amounts of violated units; None where the rule has no amount."""
        if self.compiled.speech.amount is None:
            return None
        return Decimal(self._sum).scaleb(-AMOUNT_SCALE)

    def lines(self) -> pl.LazyFrame | None:
        """All lines in their order; the columns of VIOLATIONS."""
        if not self._chunks:
            return None
        self._complete()
        units = pl.concat([_opened(*chunk) for chunk in self._chunks], how="diagonal")
        hashed = key_hash(self.compiled, frozenset(units.collect_schema().names()))
        hashes = units.select(hashed).collect(engine="streaming").to_series()
        if not self._in_order:
            units = _sorted(units)
        lines = lines_of(self.compiled, units, Keys.of(hashes), self._originals)
        return lines if len(hashes) > FEW else self._spoken(lines)

    def _spoken(self, lines: pl.LazyFrame) -> pl.LazyFrame:
        # In one plan with those of other rules they would cost a multiple.
        file = self._name.with_suffix(".lines")
        lines.sink_ipc(file, maintain_order=True)
        return pl.scan_ipc(file)

    def _complete(self) -> None:
        """Give the units what is said of their first rows, a chunk at a time."""
        if self._subject is None or isinstance(self.compiled.check, RowCheck):
            return
        for chunk, _ in self._chunks:
            units = pl.read_ipc(chunk)
            if ID in units.columns:
                whole = chunk.with_suffix(".whole")
                with_first_row(units, self.compiled, self._subject).write_ipc(whole)
                whole.replace(chunk)

    def _note_order(self, units: pl.DataFrame, source: Source | None) -> None:
        """Whether the lines come in the order they will stand in: then nothing is sorted."""
        if source is None or not self._in_order:
            self._in_order = False
            return
        rows = units.get_column(ROW)
        start = (source[0] or "", source[1] or "", int(rows[0]))
        rising = bool((rows.diff().slice(1) > 0).all())
        self._in_order = rising and (self._last is None or self._last < start)
        self._last = (*start[:2], int(rows[-1]))

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


def _opened(chunk: Path, source: Source | None) -> pl.LazyFrame:
    units = pl.scan_ipc(chunk)
    if source is None:
        return units
    file, sheet = (pl.lit(name, dtype=pl.String) for name in source)
    return units.with_columns(file.alias(FILE), sheet.alias(SHEET))


def _sorted(units: pl.LazyFrame) -> pl.LazyFrame:
    """By place; units that share one by their key, then by what became of them."""
    columns = units.collect_schema().names()
    more = [pl.col(PARTS).list.join(_JOINT)] if PARTS in columns else []
    more += [pl.col(name) for name in (ID, VERDICT, REASON) if name in columns]
    return units.sort(*_PLACE, *more, nulls_last=False)
