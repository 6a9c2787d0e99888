"""A pack and tables in, verdicts out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from rules.checks import CompiledRule, Setting, compile_rule
from rules.checks.derivation import Derivations, compile_derived
from rules.checks.row import RowCheck
from rules.checks.sets import FACTS
from rules.contract import Contract
from rules.errors import TableError
from rules.evaluation.deriving import derive
from rules.evaluation.ledger import Ledger, gather
from rules.evaluation.lines import VIOLATIONS
from rules.evaluation.parameters import used
from rules.evaluation.row_pass import RowWork, judge_rows
from rules.evaluation.set_pass import facts_of, judge_set
from rules.evaluation.subjects import Subject, check_tables
from rules.evaluation.tally import ParameterUse, Tally
from rules.pack import Pack
from rules.rule import Unit, Verdict
from rules.table import Table

__all__ = [
    "ENGINE_VERSION", "FACTS_FILE", "MEMORY_BYTES", "VIOLATIONS", "ParameterUse", "Run", "Tally",
    "judge",
]  # fmt: skip

# Another engine, or another Polars beneath it, may judge differently: results name both.
ENGINE_VERSION: Final = f"1.2.0+polars.{pl.__version__}"
FACTS_FILE: Final = pl.Schema({"rule": pl.String(), **FACTS})
MEMORY_BYTES: Final = 2 << 30


def judge(
    pack: Pack,
    tables: Mapping[str, Table],
    *,
    as_of: date,
    into: Path,
    memory_bytes: int = MEMORY_BYTES,
) -> Iterator[Tally]:
    """Judge tables by the rules of a pack.

    The same pack, tables and day give the same verdicts, and the same bytes, on any number of
    threads and with any budget of memory.  A rule whose table or column is missing, or whose table
    is empty, is error.

    Args:
        pack: The rules.
        tables: The evidence, by the names of the pack's contracts.
        as_of: The day of the evaluation; no clock is read.
        into: A folder; `violations.parquet` is written there.
        memory_bytes: What the rows a check of many rows looks at together may take; a larger table
            is judged in parts of whole keys.

    Returns:
        One tally for each rule as it is done: row checks of a table together, then the others.
        Once all are taken, `violations.parquet` stands: the columns of VIOLATIONS, one line for
        each violated and undetermined unit, sorted by rule (in the order of the pack), place, key.
        Beside it `facts.parquet`: FACTS_FILE, the measures behind the verdicts of rules that have
        some, in the order of the pack.

    Raises:
        FormulaError, RulesError: The pack was not loaded through `pack_loading`; see `check_rule`.
    """
    with TemporaryDirectory(dir=into) as folder:
        run = Run.over(pack, tables, as_of=as_of, folder=Path(folder), memory_bytes=memory_bytes)
        yield from run.tallies()
        run.write(into)


def derivations_of(pack: Pack, *, as_of: date) -> Derivations:
    """The derived columns of a pack, and its contracts with them."""
    return compile_derived(
        pack.derived,
        contracts=pack.contracts,
        calendar=pack.calendar,
        lists=pack.lists,
        as_of=as_of,
    )


def compile_at(
    pack: Pack, position: int, *, as_of: date, contracts: Mapping[str, Contract]
) -> CompiledRule:
    """Compile one rule of a pack.

    Args:
        contracts: With derived columns.
    """
    return compile_rule(
        Setting(
            rule=pack.rules[position],
            contracts=contracts,
            parameters=pack.parameters,
            calendar=pack.calendar,
            as_of=as_of,
            lists=pack.lists,
        )
    )


class Run:
    """One evaluation in its two steps: judging, and writing out what was found.

    Judging keeps every violated and undetermined unit in `folder`, with the cells it was judged by;
    writing makes texts of them.

    Attributes:
        facts: The measures of each rule that has some.
    """

    def __init__(
        self,
        pack: Pack,
        subjects: Mapping[str, Subject],
        *,
        contracts: Mapping[str, Contract],
        as_of: date,
        folder: Path,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        compiled = [
            compile_at(pack, position, as_of=as_of, contracts=contracts)
            for position in range(len(pack.rules))
        ]
        self.subjects = subjects
        self.ledgers = [
            Ledger(rule, folder, position, subjects.get(rule.rule.table))
            for position, rule in enumerate(compiled)
        ]
        self.facts: dict[str, list[pl.DataFrame]] = {}
        self._memory_bytes = memory_bytes

    @classmethod
    def over(
        cls,
        pack: Pack,
        tables: Mapping[str, Table],
        *,
        as_of: date,
        folder: Path,
        memory_bytes: int = MEMORY_BYTES,
    ) -> "Run":
        """A run over tables on this machine."""
        derived = derivations_of(pack, as_of=as_of)
        grown = derive(derived, tables, folder=folder)
        return Run(
            pack,
            {name: Subject.of(table) for name, table in grown.items()},
            contracts=derived.contracts,
            as_of=as_of,
            folder=folder,
            memory_bytes=memory_bytes,
        )

    def write(self, into: Path) -> None:
        """Write `violations.parquet` and `facts.parquet`, once all tallies were taken."""
        gather(self.ledgers, into / "violations.parquet")
        parts = [
            part for one in self.ledgers for part in self.facts.get(one.compiled.rule.code, ())
        ]
        pl.concat([pl.DataFrame(schema=FACTS_FILE), *parts]).write_parquet(into / "facts.parquet")

    def tallies(self) -> Iterator[Tally]:
        """Judge; one tally for each rule as it is done."""
        rows: dict[str, list[Ledger]] = {}
        sets: list[Ledger] = []
        for ledger in self.ledgers:
            compiled = ledger.compiled
            try:
                check_tables(compiled, self.subjects)
            except TableError as error:
                yield self._failed(compiled, error)
                continue
            if isinstance(compiled.check, RowCheck):
                rows.setdefault(compiled.rule.table, []).append(ledger)
            else:
                sets.append(ledger)
        yield from self.judge_row_checks(rows)
        yield from self.judge_set_checks(sets)

    def judge_row_checks(self, ledgers: Mapping[str, Sequence[Ledger]]) -> Iterator[Tally]:
        """Judge the row checks of each table."""
        for name, some in ledgers.items():
            subject = self.subjects[name]
            works = [RowWork(ledger.compiled, ledger, subject) for ledger in some]
            judge_rows(works, subject)
            for work, ledger in zip(works, some, strict=True):
                yield tally_of(ledger, work.counts, work.flags)

    def judge_set_checks(self, ledgers: Sequence[Ledger]) -> Iterator[Tally]:
        """Judge checks of many rows."""
        for ledger in ledgers:
            compiled = ledger.compiled
            work = judge_set(compiled, self.subjects, ledger, memory_bytes=self._memory_bytes)
            self.facts[compiled.rule.code] = facts_of(compiled, work)
            yield tally_of(ledger, work.counts, work.flags)

    def _failed(self, compiled: CompiledRule, error: TableError) -> Tally:
        rule = compiled.rule
        own = self.subjects[rule.table].own if rule.table in self.subjects else 0
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


def tally_of(ledger: Ledger, counts: Mapping[Verdict, int], flags: list[bool]) -> Tally:
    """A rule whose units were counted and whose lines its ledger has."""
    compiled = ledger.compiled
    return Tally(
        rule=compiled.rule.code,
        table=compiled.rule.table,
        unit=compiled.rule.unit,
        population=sum(counts.values()),
        met=counts[Verdict.MET],
        violated=counts[Verdict.VIOLATED],
        undetermined=counts[Verdict.UNDETERMINED],
        not_applicable=counts[Verdict.NOT_APPLICABLE],
        amount=ledger.amount(),
        parameters=used(compiled, flags),
    )
