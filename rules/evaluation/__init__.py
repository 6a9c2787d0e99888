"""A pack and tables in, verdicts out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from rules.checks import CompiledRule, Setting, compile_rule
from rules.checks.row import RowCheck
from rules.checks.sets import FACTS
from rules.errors import TableError
from rules.evaluation.ledger import Ledger, gather
from rules.evaluation.lines import VIOLATIONS
from rules.evaluation.passes import RowWork, judge_rows, judge_set
from rules.evaluation.tally import ParameterUse, Tally
from rules.pack import Pack
from rules.rule import Scope, Unit
from rules.table import OWN, Table

__all__ = ["ENGINE_VERSION", "VIOLATIONS", "ParameterUse", "Tally", "judge"]

# Another engine, or another Polars beneath it, may judge differently: results name both.
FACTS_FILE: Final = pl.Schema({"rule": pl.String(), **FACTS})
ENGINE_VERSION: Final = f"1.0.0+polars.{pl.__version__}"


def judge(pack: Pack, tables: Mapping[str, Table], *, as_of: date, into: Path) -> Iterator[Tally]:
    """Judge tables by the rules of a pack.

    The same pack, tables and day give the same verdicts, and the same bytes, on any number of
    threads.  A rule whose table or column is missing, or whose table is empty, is error.

    Args:
        pack: The rules.
        tables: The evidence, by the names of the pack's contracts.
        as_of: The day of the evaluation; no clock is read.
        into: A folder; `violations.parquet` is written there.

    Returns:
        One tally for each rule as it is done: row checks of a table together, then the others.
        Once all are taken, `violations.parquet` stands: the columns of VIOLATIONS, one line for
        each violated and undetermined unit, sorted by rule (in the order of the pack), place, key.
        Beside it `facts.parquet`: FACTS_FILE, the measures behind the verdicts of rules that have
        some, in the order of the pack.

    Raises:
        FormulaError, RulesError: The pack was not loaded through `pack_loading`; see `check_rule`.
    """
    compiled = [
        compile_rule(_setting(pack, position, as_of)) for position in range(len(pack.rules))
    ]
    with TemporaryDirectory(dir=into) as folder:
        ledgers = [Ledger(rule, Path(folder), position) for position, rule in enumerate(compiled)]
        facts: list[pl.DataFrame] = []
        rules = list(zip(compiled, ledgers, strict=True))
        yield from _judged(rules, _Evidence(tables), facts)
        gather(ledgers, into / "violations.parquet")
        pl.concat([pl.DataFrame(schema=FACTS_FILE), *facts]).write_parquet(into / "facts.parquet")


def _setting(pack: Pack, position: int, as_of: date) -> Setting:
    return Setting(
        rule=pack.rules[position],
        contracts=pack.contracts,
        parameters=pack.parameters,
        calendar=pack.calendar,
        as_of=as_of,
    )


def _judged(
    rules: Sequence[tuple[CompiledRule, Ledger]],
    evidence: "_Evidence",
    facts: list[pl.DataFrame],
) -> Iterator[Tally]:
    rows: dict[str, list[RowWork]] = {}
    sets: list[tuple[CompiledRule, Ledger]] = []
    for compiled, ledger in rules:
        try:
            evidence.check(compiled)
        except TableError as error:
            yield _failed(compiled, error, evidence)
            continue
        if isinstance(compiled.check, RowCheck):
            rows.setdefault(compiled.rule.table, []).append(RowWork(compiled, ledger))
        else:
            sets.append((compiled, ledger))
    for name, works in rows.items():
        judge_rows(works, evidence.tables[name], rows=evidence.counts[name][0])
        yield from (work.tally() for work in works)
    for compiled, ledger in sets:
        yield judge_set(compiled, evidence.tables, ledger, facts)


def _failed(compiled: CompiledRule, error: TableError, evidence: "_Evidence") -> Tally:
    rule = compiled.rule
    own = evidence.counts[rule.table][1] if rule.table in evidence.counts else 0
    population = own if rule.unit is Unit.ROW else min(own, 1)
    return Tally(
        rule=rule.code,
        table=rule.table,
        unit=rule.unit,
        population=population,
        error=population,
        error_code=error.code,
        error_facts=error.facts,
    )


class _Evidence:
    """The tables at hand, with their sizes.

    Attributes:
        counts: Rows of each table, and how many of them are the inspected organization's.
    """

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self.counts = {name: _sizes(table) for name, table in tables.items()}
        self._columns = {
            name: frozenset(table.frame.collect_schema().names()) for name, table in tables.items()
        }

    def check(self, compiled: CompiledRule) -> None:
        """Refuse a rule whose tables are not there.

        Raises:
            TableError: `table_missing`, `column_missing`, `table_empty`.
        """
        for name, columns in compiled.columns.items():
            if name not in self.tables:
                raise TableError("table_missing", table=name)
            for column in sorted(columns - self._columns[name]):
                raise TableError("column_missing", table=name, column=column)
            everybody, own = self.counts[name]
            foreign = compiled.rule.scope is Scope.CAMPAIGN and name != compiled.rule.table
            if (everybody if foreign else own) == 0 and name not in _may_be_empty(compiled):
                raise TableError("table_empty", table=name)


def _may_be_empty(compiled: CompiledRule) -> frozenset[str]:
    check = compiled.check
    return frozenset() if isinstance(check, RowCheck) else check.may_be_empty


def _sizes(table: Table) -> tuple[int, int]:
    counted = table.frame.select(pl.len(), pl.col(OWN).sum().alias("own")).collect()
    everybody, own = counted.row(0)
    return int(everybody), int(own)
