"""Retracing any one verdict, met ones too: the same judgement, told step by step."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from rules.checks import CompiledRule, Setting, compile_rule
from rules.checks.grouping import VERDICT
from rules.checks.setting import Heard
from rules.errors import TableError, TraceError
from rules.evaluation import MEMORY_BYTES
from rules.evaluation.comparing import compared
from rules.evaluation.lines import spoken, told
from rules.evaluation.locating import Located, locate
from rules.evaluation.originals import Originals
from rules.evaluation.parameters import rows_of, written
from rules.evaluation.subjects import Subject, check_tables
from rules.evaluation.texts import cell_value
from rules.evaluation.trace import (
    MOST_FACTS,
    MOST_FORMULAS,
    InForce,
    Input,
    Place,
    Trace,
    TracedFact,
    TracedFormula,
    TracedParameter,
    TracedStep,
    shortened,
)
from rules.formula import BAD
from rules.formula.explaining import steps
from rules.formula.wording import text_of
from rules.pack import Pack
from rules.rule import Rule, Verdict
from rules.table import FILE, ROW, SHEET, Table
from rules.text import Text

_TOLD: Final = (
    *("unit_key", "group", "rows", "found", "expected", "difference"),
    *("amount", "message_vi", "message_en", "reason", "file", "sheet", "row"),
)


def trace(
    pack: Pack,
    tables: Mapping[str, Table],
    *,
    rule: str,
    place: Place | None = None,
    key: str | None = None,
    as_of: date,
    problems: pl.LazyFrame | None = None,
    memory_bytes: int = MEMORY_BYTES,
) -> Trace:
    """Explain the verdict of one unit, as `judge` gives it.

    Args:
        pack: The rules.
        tables: The evidence, as for `judge`.
        rule: The code of the rule.
        place: Of the unit's row, or of any row of a group.
        key: The unit's key as a person reads it (`unit_key` of a line).  With both, both must
            fit; with neither, the rule must have one unit, as one over a whole table does.
        as_of: The day of the evaluation.
        problems: PROBLEMS of `rules.reading`, for the original texts of unreadable cells.
        memory_bytes: As for `judge`.

    Returns:
        What the verdict was made of, bounded: what is left out is counted.

    Raises:
        TraceError: `trace.unknown_rule`, `trace.no_unit`, `trace.several_units`.
        FormulaError, RulesError: As `judge`.
    """
    heard: list[Heard] = []
    compiled = compile_rule(
        Setting(
            rule=_rule(pack, rule),
            contracts=pack.contracts,
            parameters=pack.parameters,
            calendar=pack.calendar,
            as_of=as_of,
            lists=pack.lists,
            heard=heard,
        )
    )
    subjects = {name: Subject.of(tables[name]) for name in compiled.columns if name in tables}
    try:
        check_tables(compiled, subjects)
    except TableError as error:
        return _failed(pack, compiled, error, as_of)
    found = locate(compiled, subjects, place=place, key=key, memory_bytes=memory_bytes)
    own = [one for one in heard if one.scope.contract.name == compiled.rule.table]
    bare = Trace(
        pack=pack.code,
        pack_digest=pack.digest,
        rule=compiled.rule,
        as_of=as_of,
        verdict=Verdict(found.unit.item(0, VERDICT)),
        in_force=_in_force(compiled, found),
        applies=next((_formula(one, found) for one in own if one.where == "applies"), None),
        parameters=_parameters(compiled, found),
        inputs=_inputs(compiled, found, problems),
        compared=compared(compiled, subjects, found, heard),
    )
    return _with_facts(_with_formulas(_with_line(bare, compiled, found), own, found), found)


def _rule(pack: Pack, code: str) -> Rule:
    for rule in pack.rules:
        if rule.code == code:
            return rule
    raise TraceError("trace.unknown_rule", rule=code, pack=pack.code)


def _failed(pack: Pack, compiled: CompiledRule, error: TableError, as_of: date) -> Trace:
    rule = compiled.rule
    first, last = rule.in_force
    return Trace(
        pack=pack.code,
        pack_digest=pack.digest,
        rule=rule,
        as_of=as_of,
        verdict=None,
        error_code=error.code,
        error_facts=error.facts,
        in_force=InForce(
            starts_on=first, ends_on=last, dated_by=rule.dated_by, on=None, holds=None
        ),
    )


def _with_line(bare: Trace, compiled: CompiledRule, found: Located) -> Trace:
    """What the line of a violation would say of the unit, whatever its verdict."""
    lines = spoken(compiled, found.unit.lazy())
    present = frozenset(lines.collect_schema().names())
    # The original texts are told cell by cell, as inputs.
    columns = told(compiled, present, Originals())
    # Of a met unit that its kind did not hold, nothing but the verdict is told.
    known = {n: columns[n] for n in _TOLD if present.issuperset(columns[n].meta.root_names())}
    line = dict.fromkeys(_TOLD) | lines.select(**known).collect().row(0, named=True)
    row = line["row"]
    return replace(
        bare,
        place=None if row is None else Place(file=line["file"], sheet=line["sheet"], row=row),
        reason=line["reason"] if bare.verdict is Verdict.UNDETERMINED else None,
        unit_key=shortened(line["unit_key"]),
        group=shortened(line["group"]),
        rows=line["rows"],
        found=shortened(line["found"]),
        expected=shortened(line["expected"]),
        difference=shortened(line["difference"]),
        amount=None if line["amount"] is None else str(line["amount"]),
        message=Text(vi=shortened(line["message_vi"]) or "", en=shortened(line["message_en"]) or "")
        if bare.verdict is Verdict.VIOLATED
        else None,
    )


def _with_formulas(bare: Trace, own: Iterable[Heard], found: Located) -> Trace:
    asked = {(one.where, one.text): one for one in own if _is_worked_out(one)}
    formulas = [_formula(one, found) for one in list(asked.values())[:MOST_FORMULAS]]
    left_out = max(0, len(asked) - MOST_FORMULAS)
    return replace(bare, formulas=tuple(formulas), formulas_left_out=left_out)


def _is_worked_out(one: Heard) -> bool:
    """Whether it belongs to the check: sentences are shown as they read, `applies` by itself."""
    return one.where != "applies" and not one.where.startswith("message.")


def _formula(one: Heard, found: Located) -> TracedFormula:
    made = steps(one.text, one.scope)
    present = frozenset(found.unit.columns)
    if found.first is None or not all(present.issuperset(s.expr.meta.root_names()) for s in made):
        return TracedFormula(where=one.where, text=one.text)
    named = [step.expr.alias(f"s{at}") for at, step in enumerate(made)]
    values = found.unit.select(named).row(0)
    return TracedFormula(
        where=one.where,
        text=one.text,
        steps=tuple(
            TracedStep(
                text=step.text,
                at=step.at,
                end=step.end,
                type=step.type,
                value=shortened(value),
                is_cut=step.cut,
            )
            for step, value in zip(made, values, strict=True)
        ),
    )


def _dated(compiled: CompiledRule, found: Located) -> date | None:
    """The date that chose the norm."""
    name = compiled.rule.dated_by
    if name is None:
        return compiled.setting.as_of
    if found.first is None:
        return None
    on: date | None = found.first.select(pl.col(name).cast(pl.Date)).item()
    return on


def _in_force(compiled: CompiledRule, found: Located) -> InForce:
    first, last = compiled.rule.in_force
    on = _dated(compiled, found)
    return InForce(
        starts_on=first,
        ends_on=last,
        dated_by=compiled.rule.dated_by,
        on=on,
        holds=None if on is None else (first or on) <= on <= (last or on),
    )


def _parameters(compiled: CompiledRule, found: Located) -> tuple[TracedParameter, ...]:
    """Of each parameter the value whose dates hold the record's own."""
    on = _dated(compiled, found)
    chosen = {
        name: TracedParameter(
            parameter=compiled.setting.parameters[name], on=on, text=None, value=None
        )
        for name in compiled.parameters
    }
    for parameter, row in rows_of(compiled):
        if on is not None and (row.starts_on or on) <= on <= (row.ends_on or on):
            chosen[parameter.name] = replace(chosen[parameter.name], text=written(row), value=row)
    return tuple(chosen.values())


def _inputs(
    compiled: CompiledRule, found: Located, problems: pl.LazyFrame | None
) -> tuple[Input, ...]:
    first = found.first
    if first is None:
        return ()
    cells = [text_of(cell_value(compiled, name)).alias(name) for name in compiled.shown]
    flags = [pl.col(BAD + name) for name in compiled.shown]
    values = first.select(cells).row(0, named=True) if cells else {}
    bad = first.select(flags).row(0, named=True) if flags else {}
    originals = _originals(first, problems) if any(bad.values()) else {}
    return tuple(
        Input(
            column=name,
            label=column.label if (column := compiled.setting.contract.column(name)) else None,
            value=shortened(values[name]),
            is_unreadable=bad[BAD + name],
            found=shortened(originals.get(name)),
        )
        for name in compiled.shown
    )


def _originals(first: pl.DataFrame, problems: pl.LazyFrame | None) -> Mapping[str, str]:
    """The texts that stood in the cells of a row that could not be read, by column."""
    if problems is None:
        return {}
    file, sheet, row = first.select(FILE, SHEET, ROW).row(0)
    of_row = problems.filter(
        pl.col("file") == file,
        pl.col("sheet").eq_missing(pl.lit(sheet, dtype=pl.String)),
        pl.col("row") == row,
        pl.col("column").is_not_null(),
    )
    return dict(of_row.select("column", "found").collect(engine="streaming").iter_rows())


def _with_facts(bare: Trace, found: Located) -> Trace:
    """The measures of the unit's group; those of the whole table stand for every unit."""
    if found.facts is None:
        return bare
    group = pl.col("group")
    mine = found.facts.filter(group.is_null() | group.is_in([bare.group, bare.unit_key]))
    return replace(
        bare,
        facts=tuple(
            TracedFact(group=of, item=item, measure=measure, value=value)
            for of, item, measure, value in mine.head(MOST_FACTS).iter_rows()
        ),
        facts_left_out=max(0, mine.height - MOST_FACTS),
    )
