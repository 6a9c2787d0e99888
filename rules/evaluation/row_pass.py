"""All row checks of one table in one streaming pass over it."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import VERDICT
from rules.checks.row import RowCheck, decided, verdict_of
from rules.checks.subject import prepared
from rules.evaluation.ledger import Keeper, Source, by_source
from rules.evaluation.parameters import uses
from rules.evaluation.subjects import Subject
from rules.formula import BAD
from rules.rule import Verdict
from rules.table import FILE, OWN, ROW, SHEET

_LINES: Final = (Verdict.VIOLATED.value, Verdict.UNDETERMINED.value)
LINES: Final = pl.Enum(_LINES)
_TOLD: Final = {Verdict(name): pl.Series(VERDICT, [name], dtype=LINES) for name in _LINES}
# Lines are written out in lots of this size: planning one lot costs as much as some 10,000 lines.
LOT_ROWS: Final = 1 << 17
BATCH_ROWS: Final = 1 << 18
_FEW: Final = 16
_HANDFUL: Final = 1_000
SLICE_ROWS: Final = 1 << 18
AHEAD: Final = 2


class RowWork:
    """One row check on its way through the batches of its table.

    Attributes:
        counts: How many own rows ended with each verdict.
        flags: For each value of `uses`, whether a record used it.
        asked: The columns of a batch it looks at.
    """

    def __init__(self, compiled: CompiledRule, ledger: Keeper, subject: Subject) -> None:
        assert isinstance(compiled.check, RowCheck)  # noqa: S101 - the caller sorted them
        self.compiled = compiled
        self.check = compiled.check
        self.ledger = ledger
        self.columns = subject.needed(compiled)
        self.counts = dict.fromkeys(Verdict, 0)
        self.uses = uses(compiled)
        self.flags = [False] * len(self.uses)
        self.decided = decided(compiled.check, compiled.standing, subject.flagged)
        flags = [BAD + name for name in sorted(self.columns & subject.flagged)]
        self._kept = [ROW, *sorted(self.columns), *flags]
        self.asked = frozenset(self._kept).union(*(use.meta.root_names() for use in self.uses))
        self._unflagged = [
            pl.lit(False).alias(BAD + name) for name in sorted(self.columns - subject.flagged)
        ]
        self._texts = frozenset(name for name in self.columns if subject.is_text(name))
        self._lot: list[pl.DataFrame] = []
        self._lot_rows = 0
        self._source: Source | None = None
        # Nothing but a null of the check itself is left open: `on_missing` settles it.
        standing, reads = compiled.standing, compiled.check.reads
        settled = standing.always and not reads.parameters and not reads.unknown_days
        is_settled = settled and not reads.columns & subject.flagged
        self._null_is = compiled.rule.on_missing if is_settled else None

    def take(self, batch: pl.DataFrame, holds: pl.Series, source: Source) -> None:
        """Count a batch and keep its lines.

        Args:
            batch: Own rows of the prepared table, all of one source.
            holds: What `decided` tells of them.
        """
        if source != self._source:
            self.finish()
            self._source = source
        met, null = int(holds.sum() or 0), holds.null_count()
        violated = len(holds) - met - null
        self.counts[Verdict.MET] += met
        self.counts[Verdict.VIOLATED] += violated
        if violated:
            self._keep(self._picked(batch, ~holds), Verdict.VIOLATED)
        if null:
            self._take_open(batch, holds, null)
        if self.uses:
            seen = batch.select(self.uses).row(0)
            self.flags = [old or new for old, new in zip(self.flags, seen, strict=True)]

    def finish(self) -> None:
        """Write out the lines still at hand."""
        if self._lot:
            self.ledger.write(pl.concat(self._lot), source=self._source)
            self._lot, self._lot_rows = [], 0

    def _take_open(self, batch: pl.DataFrame, holds: pl.Series, null: int) -> None:
        """Count and keep the rows one condition could not decide."""
        if self._null_is is not None:
            self.counts[self._null_is] += null
            if self._null_is.value in _LINES:
                self._keep(self._picked(batch, holds.is_null()), self._null_is)
            return
        rest = self._picked(batch, holds.is_null()).with_columns(self._unflagged)
        verdict = verdict_of(self.check, self.compiled.standing, self.compiled.setting)
        rest = rest.with_columns(verdict.alias(VERDICT))
        for name, count in rest.get_column(VERDICT).value_counts().iter_rows():
            self.counts[Verdict(name)] += count
        for verdict_ in (Verdict.VIOLATED, Verdict.UNDETERMINED):
            self._keep(rest.filter(pl.col(VERDICT) == verdict_.value).select(self._kept), verdict_)

    def _picked(self, batch: pl.DataFrame, mask: pl.Series) -> pl.DataFrame:
        """What is kept of some rows; column by column, which plans nothing."""
        columns = [batch.get_column(name).filter(mask) for name in self._kept]
        if len(columns[0]) * _FEW < batch.height:
            # A text of a few rows would keep the texts of its whole batch in memory.
            columns = [_copied(one) if one.name in self._texts else one for one in columns]
        return pl.DataFrame(columns)

    def _keep(self, rows: pl.DataFrame, verdict: Verdict) -> None:
        if rows.height == 0:
            return
        self._lot.append(rows.insert_column(0, _TOLD[verdict].new_from_index(0, rows.height)))
        self._lot_rows += rows.height
        if self._lot_rows >= LOT_ROWS:
            self.finish()


def judge_rows(works: Sequence[RowWork], subject: Subject) -> None:
    """Take all row checks of one table through it once, in flat memory.

    The reader chooses the batches; nothing that is kept depends on where they are cut.
    """
    columns = frozenset().union(*(work.columns for work in works))
    kept = {FILE, SHEET}.union(*(work.asked for work in works))
    names = [f"__holds{index}" for index in range(len(works))]
    holds = [work.decided.alias(name) for work, name in zip(works, names, strict=True)]

    for batch in _batches(subject, columns, [*sorted(kept), *holds]):
        for part, source in by_source(batch):
            for work, name in zip(works, names, strict=True):
                work.take(part, part.get_column(name), source)
    for work in works:
        work.finish()


def _batches(
    subject: Subject, columns: frozenset[str], told: Sequence[str | pl.Expr]
) -> Iterator[pl.DataFrame]:
    """The own rows of a table with what is told of them, in batches.

    The reader runs ahead of those who take its batches as far as the slice it was given: AHEAD
    slices are begun before the last one is taken, and no other.
    """
    table, begun = subject.table, deque[Iterator[pl.DataFrame]]()
    for start in range(0, subject.rows, SLICE_ROWS):
        part = table.frame.slice(start, SLICE_ROWS)
        frame = prepared(part, table.contract, columns, flagged=subject.flagged)
        # A row check sees one row at a time: foreign rows can be left out whatever its scope.
        own = frame if subject.own == subject.rows else frame.filter(pl.col(OWN))
        begun.append(
            own.select(told).collect_batches(
                engine="streaming", maintain_order=True, chunk_size=BATCH_ROWS
            )
        )
        if len(begun) > AHEAD:
            yield from begun.popleft()
    while begun:
        yield from begun.popleft()


def _copied(texts: pl.Series) -> pl.Series:
    if len(texts) <= _HANDFUL:
        return pl.Series(texts.name, texts.to_list(), dtype=pl.String)
    return texts.to_frame().select(pl.concat_str(texts.name, pl.lit(""))).to_series()
