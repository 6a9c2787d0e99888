"""Tables in, counts and lines out: row checks share one pass, each set has a plan of its own."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import DIFFERENCE, EXPECTED, FOUND, REASON, ROWS, VERDICT
from rules.checks.row import RowCheck, reason_of, verdict_of
from rules.checks.sets import FACTS, SetCheck
from rules.checks.subject import prepared
from rules.evaluation.ledger import Ledger
from rules.evaluation.parameters import used, uses
from rules.evaluation.tally import Tally
from rules.formula import BAD
from rules.rule import Scope, Verdict
from rules.table import ID, OWN, Table

BATCH_ROWS: Final = 100_000
_LINES: Final = (Verdict.VIOLATED.value, Verdict.UNDETERMINED.value)


class RowWork:
    """One row check on its way through the batches of its table."""

    def __init__(self, compiled: CompiledRule, ledger: Ledger) -> None:
        assert isinstance(compiled.check, RowCheck)  # noqa: S101 - the caller sorted them
        self.compiled = compiled
        self.check = compiled.check
        self.ledger = ledger
        self.counts = dict.fromkeys(Verdict, 0)
        self.flags = [False] * len(uses(compiled))

    def verdicts(self, name: str) -> pl.Expr:
        """The verdict of each row, under a name of its own in the batch."""
        standing, setting = self.compiled.standing, self.compiled.setting
        return verdict_of(self.check, standing, setting).alias(name)

    def take(self, batch: pl.DataFrame, verdicts: pl.Series) -> None:
        """Count a batch and keep its lines."""
        for verdict in Verdict:
            self.counts[verdict] += int((verdicts == verdict.value).sum())
        if self.flags:
            seen = batch.select(uses(self.compiled)).row(0)
            self.flags = [old or new for old, new in zip(self.flags, seen, strict=True)]
        unmet = batch.with_columns(verdicts.alias(VERDICT)).filter(pl.col(VERDICT).is_in(_LINES))
        self.ledger.write(
            unmet.with_columns(
                reason_of(self.check, self.compiled.standing).alias(REASON),
                pl.lit(1, dtype=pl.Int64).alias(ROWS),
                self.check.found.alias(FOUND),
                self.check.expected.alias(EXPECTED),
                self.check.difference.alias(DIFFERENCE),
            )
        )

    def tally(self) -> Tally:
        """The finished count."""
        return _tally(self.compiled, self.counts, self.flags, self.ledger)


def judge_rows(works: Sequence[RowWork], table: Table, *, rows: int) -> None:
    """Take all row checks of one table through it once, in batches of rows.

    The batches are slices, not whatever the reader yields: the same on every machine.
    """
    columns = frozenset().union(*(_needed(work.compiled, table) for work in works))
    names = [f"__verdict{index}" for index in range(len(works))]
    for start in range(0, rows, BATCH_ROWS):
        part = prepared(table.frame.slice(start, BATCH_ROWS), table.contract, columns)
        # A row check sees one row at a time: foreign rows can be left out whatever its scope.
        batch = part.filter(pl.col(OWN)).collect()
        # Beside the rows, because a constant condition alone would be one row long.
        verdicts = batch.with_columns(
            work.verdicts(name) for work, name in zip(works, names, strict=True)
        )
        for work, name in zip(works, names, strict=True):
            work.take(batch, verdicts.get_column(name))


def judge_set(
    compiled: CompiledRule, tables: Mapping[str, Table], ledger: Ledger, facts: list[pl.DataFrame]
) -> Tally:
    """Judge a rule whose units are found by looking at many rows; its measures go to `facts`."""
    assert isinstance(compiled.check, SetCheck)  # noqa: S101 - the caller sorted them
    frames = {
        name: _seen(compiled, tables[name], _judging(compiled, name)) for name in compiled.columns
    }
    judged = compiled.check.judge(frames, standing=compiled.standing)
    if judged.facts is not None:
        facts.append(judged.facts.select(pl.lit(compiled.rule.code).alias("rule"), *FACTS.names()))
    units = judged.units.filter(pl.col(OWN))
    verdicts = units.get_column(VERDICT)
    counts = {verdict: int((verdicts == verdict.value).sum()) for verdict in Verdict}
    ledger.write(_told(compiled, units.filter(pl.col(VERDICT).is_in(_LINES)), tables))
    flags = uses(compiled)
    own = _seen(compiled, tables[compiled.rule.table], _telling(compiled, tables))
    seen = list(own.select(flags).collect().row(0)) if flags else []
    return _tally(compiled, counts, seen, ledger)


def _judging(compiled: CompiledRule, name: str) -> frozenset[str]:
    """The columns of a table that decide the verdicts of a rule."""
    assert isinstance(compiled.check, SetCheck)  # noqa: S101 - the caller sorted them
    others = compiled.check.others.get(name)
    columns = others.columns if others else set()
    own = compiled.judged if name == compiled.rule.table else frozenset()
    return own | columns


def _telling(compiled: CompiledRule, tables: Mapping[str, Table]) -> frozenset[str]:
    """The columns of its own table a rule needs to judge and to speak."""
    return _needed(compiled, tables[compiled.rule.table])


def _told(compiled: CompiledRule, units: pl.DataFrame, tables: Mapping[str, Table]) -> pl.DataFrame:
    """Units with whatever their lines say of the first row beside what was judged."""
    lacking = _telling(compiled, tables) - frozenset(units.columns)
    if not lacking or units.height == 0:
        return units
    table = tables[compiled.rule.table]
    rows = prepared(table.frame, table.contract, lacking)
    beside = [name for column in sorted(lacking) for name in (column, BAD + column)]
    wanted = units.lazy().select(ID).drop_nulls()
    found = rows.select(ID, *beside).join(wanted, on=ID, how="semi").collect(engine="streaming")
    kept = [name for name in beside if name not in units.columns]
    return units.join(found.select(ID, *kept), on=ID, how="left", maintain_order="left")


def _seen(compiled: CompiledRule, table: Table, columns: frozenset[str]) -> pl.LazyFrame:
    """A table as the rule may see it: the inspected organization's rows, or the campaign's."""
    frame = prepared(table.frame, table.contract, columns)
    return frame if compiled.rule.scope is Scope.CAMPAIGN else frame.filter(pl.col(OWN))


def _needed(compiled: CompiledRule, table: Table) -> frozenset[str]:
    """What the rule reads of a table, and the business key where the evidence has it."""
    names = compiled.columns.get(table.contract.name, frozenset())
    key = frozenset(table.contract.key)
    present = frozenset(table.frame.collect_schema().names())
    return names | key if key <= present else names


def _tally(
    compiled: CompiledRule, counts: Mapping[Verdict, int], flags: list[bool], ledger: Ledger
) -> Tally:
    return Tally(
        rule=compiled.rule.code,
        table=compiled.rule.table,
        unit=compiled.rule.unit,
        population=sum(counts.values()),
        met=counts[Verdict.MET],
        violated=counts[Verdict.VIOLATED],
        undetermined=counts[Verdict.UNDETERMINED],
        not_applicable=counts[Verdict.NOT_APPLICABLE],
        amount=ledger.close(),
        parameters=used(compiled, flags),
    )
