"""One evaluation whose tasks Spark carries; what is concluded from them is concluded here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from rules.checks.sets import SetCheck
from rules.errors import SparkError
from rules.evaluation import Run, Tally, derivations_of, tally_of
from rules.evaluation.ledger import Ledger
from rules.evaluation.set_pass import SetWork, count_parts, facts_of
from rules.pack_loading import load_pack_files
from rules.rule import Scope
from rules.spark.carrying import Carrier
from rules.spark.deriving import with_derived
from rules.spark.evidence import Evidence, Slice, Whole
from rules.spark.jobs import Job, Task
from rules.spark.reports import Report, RuleReport
from rules.spark.second_look import asks_of, tasks_of
from rules.spark.writing import write_lots, write_with_cells

# Rows are numbered in 32 bits.
MOST_ROWS = (1 << 32) - 1


class SparkRun(Run):
    """A run over files that many machines see."""

    def __init__(
        self,
        carrier: Carrier,
        files: Mapping[str, bytes],
        tables: Mapping[str, Evidence],
        *,
        as_of: date,
        shared: Path,
        slice_rows: int,
        memory_bytes: int,
    ) -> None:
        pack = load_pack_files(files)
        self._carrier = carrier
        self._slice_rows = slice_rows
        ledgers = shared / "ledgers"
        ledgers.mkdir()
        derived = derivations_of(pack, as_of=as_of)
        grown = with_derived(derived, pack.contracts, tables, shared=shared)
        self._tables = {
            name: _checked(Whole.of(derived.contracts[name], one)) for name, one in grown.items()
        }
        self._job = Job(
            name="", folder=shared, files=files, as_of=as_of, tables=self._tables, tasks=()
        )
        self._survey()
        super().__init__(
            pack,
            {name: whole.subject() for name, whole in self._tables.items()},
            contracts=derived.contracts,
            as_of=as_of,
            folder=ledgers,
            memory_bytes=memory_bytes,
        )

    def judge_row_checks(self, ledgers: Mapping[str, Sequence[Ledger]]) -> Iterator[Tally]:
        """Judge the row checks of all tables: a slice is a task."""
        tasks = [
            Task(cut=cut, rules=tuple(ledger.position for ledger in some))
            for name, some in ledgers.items()
            for cut in self._slices(name, foreign=False)
        ]
        found = _by_rule(self._carrier.each("rows", self._named("rows", tasks)))
        for name, some in ledgers.items():
            for ledger in some:
                report = found[ledger.position]
                if sum(report.counts.values()) != self.subjects[name].own:
                    raise ArithmeticError(name)
                write_lots(ledger, report.lines)
                yield tally_of(ledger, report.counts, report.flags)

    def judge_set_checks(self, ledgers: Sequence[Ledger]) -> Iterator[Tally]:
        """Judge checks of many rows: each in one task, or its rows in buckets of whole keys."""
        parts = {ledger.position: self._count_parts(ledger) for ledger in ledgers}
        whole = [Task(rules=(position,)) for position, count in parts.items() if count == 1]
        found = _by_rule(self._carrier.each("whole", self._named("whole", whole)))
        dealt = [ledger for ledger in ledgers if parts[ledger.position] > 1]
        found |= self._met(dealt, parts)
        self._look_again(dealt, found)
        for ledger in ledgers:
            report, is_whole = found[ledger.position], parts[ledger.position] == 1
            if is_whole:
                write_lots(ledger, report.lines)
            else:
                write_with_cells(ledger, report, self._tables[ledger.compiled.rule.table])
            facts = [chunk.read() for chunk in report.facts]
            work = SetWork(counts=report.counts, flags=report.flags, facts=facts)
            self.facts[ledger.compiled.rule.code] = facts_of(ledger.compiled, work)
            yield tally_of(ledger, work.counts, work.flags)

    def _survey(self) -> None:
        """Have the columns found whose cells are not all readable."""
        tasks = [Task(cut=cut) for name in self._tables for cut in self._slices(name)]
        flagged: dict[str, frozenset[str]] = dict.fromkeys(self._tables, frozenset())
        reports = self._carrier.each("survey", self._named("survey", tasks))
        for task, report in zip(tasks, reports, strict=True):
            if task.cut is not None:
                flagged[task.cut.table] |= report.flagged
        self._tables = {
            name: replace(whole, flagged=flagged[name]) for name, whole in self._tables.items()
        }
        self._job = replace(self._job, tables=self._tables)

    def _met(self, ledgers: Sequence[Ledger], parts: Mapping[int, int]) -> dict[int, RuleReport]:
        """Bring rows together by their keys, and judge each bucket of them."""
        asked: dict[Slice, list[int]] = {}
        for ledger in ledgers:
            for name in _set_check(ledger).meet:
                for cut in self._slices(name, foreign=_sees_all(ledger)):
                    asked.setdefault(cut, []).append(ledger.position)
        tasks = [Task(cut=cut, rules=tuple(rules)) for cut, rules in asked.items()]
        buckets = [one.position for one in ledgers for _ in range(parts[one.position])]
        job = replace(self._named("sets", tasks), buckets=tuple(buckets))
        found = _by_rule(self._carrier.meet(job))
        for ledger in ledgers:
            for name in _set_check(ledger).meet:
                subject = self.subjects[name]
                sent = subject.rows if _sees_all(ledger) else subject.own
                if found[ledger.position].rows[name] != sent:
                    # A row on its way lost or doubled: nothing may be concluded.
                    raise ArithmeticError(name)
        return found

    def _look_again(self, ledgers: Sequence[Ledger], found: Mapping[int, RuleReport]) -> None:
        """Complete the reports of buckets by what needs the whole table."""
        by_position = {ledger.position: ledger for ledger in ledgers}
        asks = asks_of(by_position, self.subjects, found, folder=self._job.folder)
        cuts = {
            position: list(self._slices(ledger.compiled.rule.table))
            for position, ledger in by_position.items()
        }
        tasks = tasks_of(by_position, asks, cuts)
        job = replace(self._named("again", tasks), asks=asks)
        for position, more in _by_rule(self._carrier.each("again", job)).items():
            found[position].add(more)

    def _named(self, name: str, tasks: Sequence[Task]) -> Job:
        return replace(self._job, name=name, tasks=tuple(tasks))

    def _slices(self, name: str, *, foreign: bool = True) -> Iterator[Slice]:
        whole = self._tables[name]
        return (
            cut for cut in whole.slices(self._slice_rows) if foreign or whole.parts[cut.part].own
        )

    def _count_parts(self, ledger: Ledger) -> int:
        return count_parts(_set_check(ledger), self.subjects, self._memory_bytes)


def _checked(whole: Whole) -> Whole:
    if whole.rows > MOST_ROWS:
        name = whole.contract.name
        raise SparkError("spark.too_many_rows", table=name, found=whole.rows, most=MOST_ROWS)
    return whole


def _set_check(ledger: Ledger) -> SetCheck:
    check = ledger.compiled.check
    assert isinstance(check, SetCheck)  # noqa: S101 - the run sorted them
    return check


def _sees_all(ledger: Ledger) -> bool:
    """Whether the rule sees the rows of others."""
    return ledger.compiled.rule.scope is Scope.CAMPAIGN


def _by_rule(reports: Sequence[Report]) -> dict[int, RuleReport]:
    """What all tasks found, by rule; in the order of the tasks, which is that of the rows."""
    found: dict[int, RuleReport] = {}
    for report in reports:
        for position, one in report.rules.items():
            found.setdefault(position, RuleReport()).add(one)
    return found
