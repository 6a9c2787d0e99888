"""Checks of many rows: each has a plan of its own, in parts of whole keys where memory asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import VERDICT
from rules.checks.sets import FACTS, SetCheck
from rules.evaluation.first_rows import with_amounts
from rules.evaluation.ledger import Keeper
from rules.evaluation.parameters import uses
from rules.evaluation.subjects import Subject
from rules.formula import Value
from rules.rule import Scope, Verdict
from rules.table import OWN

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
    compiled: CompiledRule, subjects: Mapping[str, Subject], ledger: Keeper, *, memory_bytes: int
) -> SetWork:
    """Judge a rule whose units are found by looking at many rows.

    Args:
        memory_bytes: What the rows looked at together may take; a larger table is judged in parts.
    """
    check = compiled.check
    assert isinstance(check, SetCheck)  # noqa: S101 - the caller sorted them
    work = SetWork()
    for frames in parts_of(compiled, check, subjects, memory_bytes):
        lines = judge_part(compiled, check, frames, work)
        if lines.height:
            ledger.write(with_amounts(lines, compiled, subjects[compiled.rule.table]))
    asked = uses(compiled)
    if asked:
        own = subjects[compiled.rule.table]
        seen = seen_by(compiled, own, own.needed(compiled)).select(asked)
        work.flags = list(seen.collect(engine="streaming").row(0))
    return work


def judge_part(
    compiled: CompiledRule,
    check: SetCheck,
    frames: Mapping[str, pl.LazyFrame],
    work: SetWork,
) -> pl.DataFrame:
    """Judge the rows at hand, which hold every key whole, and count the own units in `work`.

    Returns:
        The own units that are violated or undetermined.
    """
    settled = check.settle(frames, standing=compiled.standing)
    judged = check.judge(settled.frames, standing=compiled.standing)
    work.counts[Verdict.MET] += settled.met + judged.met
    units = judged.units.filter(pl.col(OWN))
    for name, count in units.get_column(VERDICT).value_counts().iter_rows():
        work.counts[Verdict(name)] += count
    if judged.facts is not None:
        work.facts.append(judged.facts)
    return units.filter(pl.col(VERDICT).is_in(_LINES))


def facts_of(compiled: CompiledRule, work: SetWork) -> list[pl.DataFrame]:
    """The measures of a rule, named by it; parts of a table in the order of their groups."""
    if not work.facts:
        return []
    facts = pl.concat(work.facts)
    if len(work.facts) > 1:
        facts = facts.sort("group", nulls_last=False, maintain_order=True)
    return [facts.select(pl.lit(compiled.rule.code).alias("rule"), *FACTS.names())]


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
        name: seen_by(compiled, subjects[name], judging(compiled, check, name))
        for name in compiled.columns
    }
    count = count_parts(check, subjects, memory_bytes) if memory_bytes else 1
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


def count_parts(check: SetCheck, subjects: Mapping[str, Subject], memory_bytes: int) -> int:
    """How many parts the rows a check looks at together are judged in."""
    rows = sum(subjects[name].rows for name in check.meet)
    return max(1, -(-rows * BYTES_OF_A_ROW // memory_bytes))


def part_of(key: tuple[Value, ...], count: int) -> pl.Expr:
    """The part of so many that a row belongs to: rows of one key are in one part.

    The hash is that of this version of Polars and is used within one run only.
    """
    named = [value.expr.alias(f"k{index}") for index, value in enumerate(key)]
    return pl.struct(named).hash() % count


def judging(compiled: CompiledRule, check: SetCheck, name: str) -> frozenset[str]:
    """The columns of a table that decide the verdicts of a rule."""
    others = check.others.get(name)
    own = compiled.judged if name == compiled.rule.table else frozenset()
    return own | (others.columns if others else set())


def seen_by(compiled: CompiledRule, subject: Subject, columns: frozenset[str]) -> pl.LazyFrame:
    """A table as the rule may see it: the inspected organization's rows, or the campaign's."""
    frame = subject.prepared(columns)
    is_whole = compiled.rule.scope is Scope.CAMPAIGN or subject.own == subject.rows
    return frame if is_whole else frame.filter(pl.col(OWN))
