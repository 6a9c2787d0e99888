"""Derived columns, compiled: what they read of both tables, and the figure they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from rules.calendar import Calendar
from rules.checks.aggregates import Aggregate, aggregate_of
from rules.checks.matching import aligned_keys
from rules.checks.setting import Setting
from rules.checks.sums import narrowed
from rules.contract import Column, ColumnType, Contract
from rules.derived import DerivedColumn
from rules.errors import FormulaError
from rules.formula import Exact, Reads, Type, Value
from rules.formula.values import DATE, DATETIME, TEXT, TRUTH
from rules.named_list import NamedList
from rules.rule import Basis, Rule, RuleClass, Unit

LARGEST_SCALE: Final = 17
_TYPES: Final = {
    TEXT: ColumnType.TEXT,
    DATE: ColumnType.DATE,
    DATETIME: ColumnType.DATETIME,
    TRUTH: ColumnType.BOOLEAN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """One derived column.

    Attributes:
        column: As rules see it in its table.
        figure: Over the rows of `of` that have the key.
        standing: How the rows of `of` stand to `where`.
        reads: What it reads of `of`: key, condition and figure.
    """

    table: str
    of: str
    column: Column
    figure: Aggregate
    by: tuple[Value, ...]
    by_reads: Reads
    to: tuple[Value, ...]
    to_reads: Reads
    standing: pl.Expr
    reads: Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivations:
    """The derived columns of a pack, in order, and the contracts with them."""

    contracts: Mapping[str, Contract]
    columns: tuple[Derivation, ...]


def compile_derived(
    derived: Sequence[DerivedColumn],
    *,
    contracts: Mapping[str, Contract],
    calendar: Calendar | None,
    lists: Mapping[str, NamedList],
    as_of: date,
) -> Derivations:
    """Compile derived columns; each may read those before it.

    Raises:
        FormulaError: A formula does not compile, or gives nothing a column can hold.
        RulesError: `check.unknown_table`, `check.name_taken`, `check.key_lengths`.
    """
    known, compiled = dict(contracts), []
    for one in derived:
        setting = Setting(
            rule=_as_rule(one),
            contracts=known,
            # A parameter is chosen by a record's date, and many records come to one figure.
            parameters={},
            calendar=calendar,
            as_of=as_of,
            lists=lists,
        )
        made = _compiled(one, setting)
        compiled.append(made)
        own = known[one.table]
        known[one.table] = replace(own, columns=(*own.columns, made.column))
    return Derivations(contracts=known, columns=tuple(compiled))


def _compiled(one: DerivedColumn, setting: Setting) -> Derivation:
    if setting.contract_of(one.table).column(one.name) is not None:
        raise setting.refusal("check.name_taken", key="column", name=one.name)
    own, other = setting.scope(one.table).listening(), setting.scope(one.of).listening()
    by, to = aligned_keys(setting, (own, "by", one.by), (other, "to", one.to))
    to_reads = Reads(columns=set(other.reads.columns))
    given = {"where": one.where} if one.where is not None else {}
    standing = narrowed(setting, "derived", given, other)
    figure = aggregate_of(setting, one.name, {one.how: one.formula}, where=one.how)
    return Derivation(
        table=one.table,
        of=one.of,
        column=Column(
            name=one.name,
            type=setting.compiled(one.how, one.formula, own, lambda *_: _column_type(figure.type)),
            label=one.label,
            scale=figure.type.scale if isinstance(figure.type, Exact) else 0,
        ),
        figure=figure,
        by=by,
        by_reads=own.reads,
        to=to,
        to_reads=to_reads,
        standing=standing,
        reads=other.reads.with_(figure.scope.reads),
    )


def _column_type(kind: Type) -> ColumnType:
    if not isinstance(kind, Exact):
        if kind not in _TYPES:
            raise FormulaError("formula.type", expected=TEXT.name, found=kind.name)
        return _TYPES[kind]
    if kind.scale > LARGEST_SCALE:
        raise FormulaError("formula.too_wide", digits=kind.scale, limit=LARGEST_SCALE)
    return ColumnType.DECIMAL if kind.scale else ColumnType.INTEGER


def _as_rule(one: DerivedColumn) -> Rule:
    """The column as what settings are read of: its rows are those of `of`, its code its name."""
    return Rule(
        code=f"{one.table}.{one.name}",
        title=one.label,
        basis=Basis(document="", provision=""),
        rule_class=RuleClass.QUALITY,
        table=one.of,
        unit=Unit.GROUP,
        check={},
        message=one.label,
        fix=one.label,
    )
