"""Checks of many rows: each has a plan of its own, in parts of whole keys where memory asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import VERDICT
from rules.checks.sets import FACTS, SetCheck
from rules.checks.subject import prepared
from rules.evaluation.ledger import Ledger
from rules.evaluation.parameters import uses
from rules.evaluation.subjects import Subject
from rules.formula import BAD, Value
from rules.rule import Scope, Verdict
from rules.table import ID, OWN

_LINES: Final = (Verdict.VIOLATED.value, Verdict.UNDETERMINED.value)
# What one row of a narrow table costs while it is grouped: measured, see the page on performance.
BYTES_OF_A_ROW: Final = 100


@dataclass(slots=True, kw_only=True)
class SetWork:
    """One set check, judged.

    Attributes:
        counts: How many own units ended with each verdict.
        flags: For each value of `uses`, whether a record used it.
        facts: The measures behind the verdicts.
    """

    counts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    flags: list[bool] = field(default_factory=list)
    facts: list[pl.DataFrame] = field(default_factory=list)


def judge_set(
    compiled: CompiledRule, subjects: Mapping[str, Subject], ledger: Ledger, *, memory_bytes: int
) -> SetWork:
    """Judge a rule whose units are found by looking at many rows.

    Args:
        memory_bytes: What the rows looked at together may take; a larger table is judged in parts.
    """
    check = compiled.check
    assert isinstance(check, SetCheck)  # noqa: S101 - the caller sorted them
    work = SetWork()
    for frames in parts_of(compiled, check, subjects, memory_bytes):
        settled = check.settle(frames, standing=compiled.standing)
        judged = check.judge(settled.frames, standing=compiled.standing)
        work.counts[Verdict.MET] += settled.met + judged.met
        _take(judged.units.filter(pl.col(OWN)), work, compiled, subjects, ledger)
        if judged.facts is not None:
            work.facts.append(judged.facts)
    asked = uses(compiled)
    if asked:
        own = subjects[compiled.rule.table]
        seen = (
            seen_by(compiled, own, own.needed(compiled)).select(asked).collect(engine="streaming")
        )
        work.flags = list(seen.row(0))
    return work


def facts_of(compiled: CompiledRule, work: SetWork) -> list[pl.DataFrame]:
    """The measures of a rule, named by it; parts of a table in the order of their groups."""
    if not work.facts:
        return []
    facts = pl.concat(work.facts)
    if len(work.facts) > 1:
        facts = facts.sort("group", nulls_last=False, maintain_order=True)
    return [facts.select(pl.lit(compiled.rule.code).alias("rule"), *FACTS.names())]


def _take(
    units: pl.DataFrame,
    work: SetWork,
    compiled: CompiledRule,
    subjects: Mapping[str, Subject],
    ledger: Ledger,
) -> None:
    for name, count in units.get_column(VERDICT).value_counts().iter_rows():
        work.counts[Verdict(name)] += count
    lines = units.filter(pl.col(VERDICT).is_in(_LINES))
    if lines.height:
        ledger.write(with_first_row(lines, compiled, subjects[compiled.rule.table]))


def parts_of(
    compiled: CompiledRule,
    check: SetCheck,
    subjects: Mapping[str, Subject],
    memory_bytes: int | None,
) -> Iterator[dict[str, pl.LazyFrame]]:
    """The tables a rule reads, whole, or in parts that hold every key whole.

    Args:
        memory_bytes: None: in one part, whatever it takes.
    """
    frames = {
        name: seen_by(compiled, subjects[name], _judging(compiled, check, name))
        for name in compiled.columns
    }
    rows = sum(subjects[name].rows for name in check.meet)
    count = -(-rows * BYTES_OF_A_ROW // memory_bytes) if check.meet and memory_bytes else 1
    if count <= 1:
        yield frames
        return
    for part in range(count):
        yield {
            name: frame.filter(part_of(check.meet[name], count) == part)
            if name in check.meet
            else frame
            for name, frame in frames.items()
        }


def part_of(key: tuple[Value, ...], count: int) -> pl.Expr:
    """The part of so many that a row belongs to: rows of one key are in one part.

    The hash is that of this version of Polars and is used within one run only.
    """
    named = [value.expr.alias(f"k{index}") for index, value in enumerate(key)]
    return pl.struct(named).hash() % count


def _judging(compiled: CompiledRule, check: SetCheck, name: str) -> frozenset[str]:
    """The columns of a table that decide the verdicts of a rule."""
    others = check.others.get(name)
    own = compiled.judged if name == compiled.rule.table else frozenset()
    return own | (others.columns if others else set())


def with_first_row(units: pl.DataFrame, compiled: CompiledRule, subject: Subject) -> pl.DataFrame:
    """Units with whatever their lines say of the first row beside what was judged."""
    lacking = subject.needed(compiled) - frozenset(units.columns)
    if not lacking:
        return units
    table = subject.table
    rows = prepared(table.frame, table.contract, lacking, flagged=subject.flagged)
    beside = [name for column in sorted(lacking) for name in (column, BAD + column)]
    wanted = units.lazy().select(ID).drop_nulls()
    found = rows.select(ID, *beside).join(wanted, on=ID, how="semi").collect(engine="streaming")
    kept = [name for name in beside if name not in units.columns]
    return units.join(found.select(ID, *kept), on=ID, how="left", maintain_order="left")


def seen_by(compiled: CompiledRule, subject: Subject, columns: frozenset[str]) -> pl.LazyFrame:
    """A table as the rule may see it: the inspected organization's rows, or the campaign's."""
    table = subject.table
    frame = prepared(table.frame, table.contract, columns, flagged=subject.flagged)
    is_whole = compiled.rule.scope is Scope.CAMPAIGN or subject.own == subject.rows
    return frame if is_whole else frame.filter(pl.col(OWN))
