"""Judged units as lines of `violations.parquet`."""

from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import (
    DIFFERENCE,
    EXPECTED,
    FOUND,
    GROUP,
    JOINT,
    PARTS,
    REASON,
    ROWS,
    VERDICT,
)
from rules.checks.row import RowCheck
from rules.checks.speech import AMOUNT_SCALE
from rules.evaluation.parameters import parameters_as_json
from rules.formula.scope import column_value
from rules.formula.values import TEXT, Value
from rules.formula.writing import text_of
from rules.rule import Unit, Verdict
from rules.table import FILE, ROW, SHEET

VIOLATIONS: Final = pl.Schema(
    {
        "rule": pl.String(),
        "verdict": pl.Enum([Verdict.VIOLATED.value, Verdict.UNDETERMINED.value]),
        "unit": pl.String(),
        "table": pl.String(),
        "file": pl.String(),  # SHA-256 of the source
        "sheet": pl.String(),
        "row": pl.Int64(),  # of the first row of a group; null for a table
        "rows": pl.Int64(),  # in the unit
        "unit_key": pl.String(),  # as a person reads it
        "group": pl.String(),  # the group a row was judged through
        "key": pl.String(),  # 64 hex digits, the same for the same unit in every run
        "stable": pl.Boolean(),  # False where the key is the row's place
        "values": pl.String(),  # JSON object: column to text
        "found": pl.String(),
        "expected": pl.String(),
        "difference": pl.String(),
        "parameters": pl.String(),  # JSON list of the values in force
        "amount": pl.Decimal(38, AMOUNT_SCALE),
        "message_vi": pl.String(),  # empty for an undetermined unit: see `reason`
        "message_en": pl.String(),
        "reason": pl.String(),  # of an undetermined unit, `rules.checks.Reason`
        "dated_on": pl.Date(),  # the record's own date
    }
)
IDENTITY: Final = "__identity"  # List(String): what the key is made of; null where there is none
_NOTHING: Final = pl.lit(None, dtype=pl.String)


def lines_of(compiled: CompiledRule, units: pl.DataFrame) -> pl.DataFrame:
    """Write violated and undetermined units as lines, still without `key` and `stable`.

    Args:
        compiled: The rule.
        units: A unit frame (`SetCheck.units`), or rows of a prepared table with VERDICT, REASON,
            ROWS, FOUND, EXPECTED, DIFFERENCE.

    Returns:
        The columns of VIOLATIONS but `key` and `stable`, and IDENTITY.
    """
    rule, present = compiled.rule, frozenset(units.columns)
    violated = pl.col(VERDICT) == Verdict.VIOLATED.value
    is_group = PARTS in present
    placed = rule.unit is not Unit.TABLE
    columns = {
        "rule": pl.lit(rule.code),
        "verdict": pl.col(VERDICT).cast(VIOLATIONS["verdict"]),
        "unit": pl.lit(rule.unit.value),
        "table": pl.lit(rule.table),
        "file": pl.col(FILE) if placed else _NOTHING,
        "sheet": pl.col(SHEET) if placed else _NOTHING,
        "row": pl.col(ROW) if placed else pl.lit(None, dtype=pl.Int64),
        "rows": pl.col(ROWS),
        "unit_key": _unit_key(compiled, present),
        "group": pl.col(GROUP) if GROUP in present else _NOTHING,
        "values": _values_as_json(compiled, grouped=is_group),
        "found": _word(compiled, present, "found", FOUND),
        "expected": _word(compiled, present, "expected", EXPECTED),
        "difference": _word(compiled, present, "difference", DIFFERENCE),
        "parameters": parameters_as_json(compiled),
        "amount": _amount(compiled),
        "message_vi": pl.when(violated).then(compiled.speech.message_vi).otherwise(pl.lit("")),
        "message_en": pl.when(violated).then(compiled.speech.message_en).otherwise(pl.lit("")),
        "reason": pl.when(~violated).then(pl.col(REASON)),
        "dated_on": _dated_on(compiled),
        IDENTITY: _identity(compiled, present),
    }
    wanted = {name: VIOLATIONS[name] for name in columns if name in VIOLATIONS}
    return units.select(**columns).cast(wanted)  # type: ignore[arg-type] # names to dtypes


def key_columns(compiled: CompiledRule) -> tuple[str, ...]:
    """The business key of the rule's table, where the contract declares one."""
    return compiled.setting.contract.key


def _word(compiled: CompiledRule, present: frozenset[str], name: str, column: str) -> pl.Expr:
    if isinstance(compiled.check, RowCheck):
        return pl.col(column)
    if column not in present or name not in compiled.check.words:
        return _NOTHING
    return text_of(compiled.check.words[name])


def _row_key(compiled: CompiledRule, present: frozenset[str]) -> list[pl.Expr]:
    """The business key of a row as texts; empty where the table has none."""
    names = key_columns(compiled)
    if not names or not present.issuperset(names):
        return []
    return [_cell(compiled, name) for name in names]


def _cell(compiled: CompiledRule, name: str) -> pl.Expr:
    column = compiled.setting.contract.column(name)
    return text_of(column_value(column)) if column else text_of(Value(pl.col(name), TEXT))


def _identity(compiled: CompiledRule, present: frozenset[str]) -> pl.Expr:
    """The group's key, else the row's; null where a part is missing."""
    texts = _row_key(compiled, present)
    nothing = pl.lit(None, dtype=pl.List(pl.String))
    own = nothing
    if texts:
        complete = pl.all_horizontal(text.str.contains(r"\S") for text in texts)
        own = pl.when(complete).then(pl.concat_list(texts))
    return pl.coalesce(PARTS, own) if PARTS in present else own


def _unit_key(compiled: CompiledRule, present: frozenset[str]) -> pl.Expr:
    texts = _row_key(compiled, present)
    place = pl.concat_str(pl.lit("#"), pl.col(ROW).cast(pl.String))
    own = pl.coalesce(pl.concat_str(texts, separator=JOINT), place) if texts else place
    if PARTS not in present:
        return own
    whole = pl.when(pl.col(PARTS).list.len() == 0).then(pl.lit(compiled.rule.table))
    return pl.coalesce(whole, pl.col(PARTS).list.join(JOINT), own)


def _values_as_json(compiled: CompiledRule, *, grouped: bool) -> pl.Expr:
    """What a line shows: the columns the rule reads, of a group its key."""
    cells = [_cell(compiled, name).alias(name) for name in compiled.shown]
    row = pl.struct(cells).struct.json_encode() if cells else pl.lit("{}")
    if not grouped or isinstance(compiled.check, RowCheck):
        return row
    names = compiled.check.key_names
    told = [pl.col(PARTS).list.get(index).alias(name) for index, name in enumerate(names)]
    group = pl.struct(told).struct.json_encode() if told else pl.lit("{}")
    return pl.when(pl.col(PARTS).is_not_null()).then(group).otherwise(row)


def _amount(compiled: CompiledRule) -> pl.Expr:
    hundredths = compiled.speech.amount
    if hundredths is None:
        return pl.lit(None, dtype=VIOLATIONS["amount"])
    cent = pl.lit("0.01").cast(pl.Decimal(38, AMOUNT_SCALE))
    return hundredths.cast(pl.Decimal(38, 0)) * cent


def _dated_on(compiled: CompiledRule) -> pl.Expr:
    if compiled.rule.dated_by is None:
        return pl.lit(None, dtype=pl.Date)
    return pl.col(compiled.rule.dated_by).cast(pl.Date)
