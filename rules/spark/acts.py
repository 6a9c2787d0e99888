"""What a task does on its machine: the same code as on one machine, over the rows it was given."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.evaluation.first_rows import first_rows, with_first_row
from rules.evaluation.ledger import Source
from rules.evaluation.parameters import uses
from rules.evaluation.row_pass import RowWork, judge_rows
from rules.evaluation.set_pass import (
    SetWork,
    judge_part,
    judge_set,
    judging,
    seen_by,
)
from rules.evaluation.subjects import Subject
from rules.spark.buckets import BUCKET, bucketed
from rules.spark.jobs import Opened, Task
from rules.spark.reports import FramesFile, Report, RuleReport, TaskKeeper, bytes_of, frame_of
from rules.table import ID

Blob = tuple[str, int, bytes]  # table, rows, frame
# A task is given what it can hold: it never cuts its rows again.
_ALL: Final = 1 << 62


def survey(work: Opened, task: Task, file: FramesFile) -> Report:
    """Find the columns with a cell that could not be read."""
    del file
    return Report(flagged=Subject.of(work.slice(task).table).flagged)


def judge_slice(work: Opened, task: Task, file: FramesFile) -> Report:
    """Take the row checks of a table through some of its rows."""
    subject = work.slice(task)
    reports = {position: RuleReport() for position in task.rules}
    works = [
        RowWork(work.compiled(position), TaskKeeper(file=file, lines=report.lines), subject)
        for position, report in reports.items()
    ]
    judge_rows(works, subject)
    for one, report in zip(works, reports.values(), strict=True):
        report.counts, report.flags = one.counts, one.flags
    return Report(rules=reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeKeeper(TaskKeeper):
    """Keeps units with what is said of their first rows: only the task has the whole table."""

    compiled: CompiledRule
    subject: Subject

    def write(self, units: pl.DataFrame, *, source: Source | None = None) -> None:
        """Keep units; see `Ledger.write`."""
        told = with_first_row(units, self.compiled, self.subject)
        self.lines.append(self.file.add(told, source=source))


def judge_whole(work: Opened, task: Task, file: FramesFile) -> Report:
    """Judge a check of many rows over all of them."""
    (position,) = task.rules
    compiled, report = work.compiled(position), RuleReport()
    subjects = {name: work.job.tables[name].subject() for name in compiled.columns}
    keeper = WholeKeeper(
        file=file,
        lines=report.lines,
        compiled=compiled,
        subject=subjects[compiled.rule.table],
    )
    judged = judge_set(compiled, subjects, keeper, memory_bytes=_ALL)
    return _reported(judged, report, position, file)


def deal(work: Opened, task: Task) -> Iterator[tuple[int, Blob]]:
    """Send some rows of a table to the buckets of their keys, for each rule in turn."""
    subject, buckets = work.slice(task), work.job.buckets
    name = subject.table.contract.name
    for position in task.rules:
        compiled, check = work.compiled(position), work.set_check(position)
        first, count = buckets.index(position), buckets.count(position)
        seen = seen_by(compiled, subject, judging(compiled, check, name))
        rows = bucketed(seen, check.meet[name], count).collect(engine="streaming")
        for (bucket,), part in rows.partition_by(BUCKET, as_dict=True).items():
            yield first + int(bucket), (name, part.height, bytes_of(part.drop(BUCKET)))


def judge_bucket(work: Opened, bucket: int, blobs: Iterable[Blob], file: FramesFile) -> Report:
    """Judge the rows that met in a bucket."""
    position = work.job.buckets[bucket]
    compiled, check = work.compiled(position), work.set_check(position)
    met: dict[str, list[pl.DataFrame]] = {name: [] for name in check.meet}
    for name, rows, data in blobs:
        frame = frame_of(data)
        if frame.height != rows:
            raise ArithmeticError(bucket)
        met[name].append(frame)
    report = RuleReport(rows={name: sum(map(len, some)) for name, some in met.items()})
    if not any(report.rows.values()):
        return Report(rules={position: report})
    frames = {name: _gathered(work, position, name, met.get(name)) for name in compiled.columns}
    judged = SetWork()
    lines = judge_part(compiled, check, frames, judged)
    if lines.height:
        TaskKeeper(file=file, lines=report.lines).write(lines)
    return _reported(judged, report, position, file)


def look_again(work: Opened, task: Task, file: FramesFile) -> Report:
    """Of rules judged in buckets: which parameters were used, and what lines say of first rows."""
    subject = work.slice(task)
    reports = {}
    for position in task.rules:
        compiled, ask, report = work.compiled(position), work.job.asks[position], RuleReport()
        if asked := uses(compiled):
            seen = seen_by(compiled, subject, subject.needed(compiled)).select(asked)
            report.flags = list(seen.collect(engine="streaming").row(0))
        if ask.wanted is not None:
            found = _found(subject, ask.lacking, ask.wanted)
            if found.height:
                report.cells.append(file.add(found))
        reports[position] = report
    return Report(rules=reports)


def _found(subject: Subject, lacking: frozenset[str], wanted: Path) -> pl.DataFrame:
    last = subject.first + subject.rows - 1
    ids = pl.scan_parquet(wanted).filter(pl.col(ID).is_between(subject.first, last)).collect()
    if not ids.height:
        return pl.DataFrame(schema=ids.schema)
    rows = first_rows(subject, lacking).join(ids.lazy(), on=ID, how="semi")
    return rows.collect(engine="streaming")


def _gathered(
    work: Opened, position: int, name: str, met: list[pl.DataFrame] | None
) -> pl.LazyFrame:
    """A table as a bucket sees it: its own rows in their order, or, where no key is, all rows."""
    compiled, check = work.compiled(position), work.set_check(position)
    whole, columns = work.job.tables[name], judging(compiled, check, name)
    if met is None:
        return seen_by(compiled, whole.subject(), columns)
    if not met:
        return whole.without_rows().prepared(columns)
    return pl.concat(met).sort(ID).lazy()


def _reported(judged: SetWork, report: RuleReport, position: int, file: FramesFile) -> Report:
    report.counts, report.flags = judged.counts, judged.flags
    report.facts = [file.add(facts) for facts in judged.facts]
    return Report(rules={position: report})


ACTS: Final[Mapping[str, Callable[[Opened, Task, FramesFile], Report]]] = {
    "survey": survey,
    "rows": judge_slice,
    "whole": judge_whole,
    "again": look_again,
}
