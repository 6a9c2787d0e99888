"""Judged units as lines of `violations.parquet`."""

from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import (
    DIFFERENCE,
    EXPECTED,
    FOUND,
    GROUP,
    PARTS,
    REASON,
    ROWS,
    VERDICT,
)
from rules.checks.row import RowCheck, reason_of
from rules.checks.speech import AMOUNT_SCALE
from rules.evaluation.keys import Keys, with_keys
from rules.evaluation.originals import Originals
from rules.evaluation.parameters import parameters_as_json
from rules.evaluation.texts import as_json_object, cell_value, unit_key
from rules.formula import BAD
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
        "values": pl.String(),  # JSON object: column to text, the original where it is unread
        "unread": pl.String(),  # JSON list of the columns of `values` that could not be read
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
_NOTHING: Final = pl.lit(None, dtype=pl.String)


def lines_of(
    compiled: CompiledRule, units: pl.LazyFrame, keys: Keys, originals: Originals
) -> pl.LazyFrame:
    """Write violated and undetermined units as lines.

    Args:
        compiled: The rule.
        units: Units as a `Ledger` keeps them: a unit frame (`SetCheck.units`) with what is said of
            the first row, or rows of a prepared table with VERDICT; and `Keys.HASH`.
        keys: Which keys several lines share.
        originals: What stands in the cells that could not be read.

    Returns:
        The columns of VIOLATIONS.
    """
    units = originals.beside(spoken(compiled, units))
    columns = told(compiled, frozenset(units.collect_schema().names()), originals)
    named = with_keys(compiled, units, keys)
    return named.select(columns[name].cast(dtype).alias(name) for name, dtype in VIOLATIONS.items())


def told(
    compiled: CompiledRule, present: frozenset[str], originals: Originals
) -> dict[str, pl.Expr]:
    """What is told of a unit, by the names of VIOLATIONS; `key` and `stable` are columns by then.

    Args:
        compiled: The rule.
        present: The columns there are after `spoken` and `originals.beside`.
        originals: What stands in the cells that could not be read.
    """
    rule = compiled.rule
    violated = pl.col(VERDICT) == Verdict.VIOLATED.value
    placed = rule.unit is not Unit.TABLE
    return {
        "rule": pl.lit(rule.code),
        "verdict": pl.col(VERDICT),
        "unit": pl.lit(rule.unit.value),
        "table": pl.lit(rule.table),
        "file": pl.col(FILE) if placed else _NOTHING,
        "sheet": pl.col(SHEET) if placed else _NOTHING,
        "row": pl.col(ROW) if placed else pl.lit(None, dtype=pl.Int64),
        "rows": pl.col(ROWS),
        "unit_key": unit_key(compiled, present),
        "group": pl.col(GROUP) if GROUP in present else _NOTHING,
        "key": pl.col("key"),
        "stable": pl.col("stable"),
        "values": _values_as_json(compiled, originals, grouped=PARTS in present),
        "unread": _unread(compiled, originals, grouped=PARTS in present),
        "found": _word(compiled, present, "found", FOUND),
        "expected": _word(compiled, present, "expected", EXPECTED),
        "difference": _word(compiled, present, "difference", DIFFERENCE),
        "parameters": parameters_as_json(compiled),
        "amount": _amount(compiled),
        "message_vi": pl.when(violated).then(compiled.speech.message_vi).otherwise(pl.lit("")),
        "message_en": pl.when(violated).then(compiled.speech.message_en).otherwise(pl.lit("")),
        "reason": pl.when(~violated).then(pl.col(REASON)),
        "dated_on": _dated_on(compiled),
    }


def spoken(compiled: CompiledRule, units: pl.LazyFrame) -> pl.LazyFrame:
    """Units with every column their texts read."""
    present = frozenset(units.collect_schema().names())
    flags = {BAD + name for names in compiled.columns.values() for name in names}
    units = units.with_columns(pl.lit(False).alias(name) for name in sorted(flags - present))
    check = compiled.check
    if not isinstance(check, RowCheck):
        return units
    return units.with_columns(
        reason_of(check, compiled.standing).alias(REASON),
        pl.lit(1, dtype=pl.Int64).alias(ROWS),
        check.found.alias(FOUND),
        check.expected.alias(EXPECTED),
        check.difference.alias(DIFFERENCE),
    )


def _word(compiled: CompiledRule, present: frozenset[str], name: str, column: str) -> pl.Expr:
    if isinstance(compiled.check, RowCheck):
        return pl.col(column)
    if column not in present or name not in compiled.check.words:
        return _NOTHING
    return text_of(compiled.check.words[name])


def _values_as_json(compiled: CompiledRule, originals: Originals, *, grouped: bool) -> pl.Expr:
    """What a line shows: the columns the rule reads, of a group its key."""
    row = as_json_object(
        [
            originals.shown(name, text_of(cell_value(compiled, name))).alias(name)
            for name in compiled.shown
        ]
    )
    if not grouped or isinstance(compiled.check, RowCheck):
        return row
    names = compiled.check.key_names
    told = [
        pl.col(PARTS).list.get(index, null_on_oob=True).alias(name)
        for index, name in enumerate(names)
    ]
    return pl.when(pl.col(PARTS).is_not_null()).then(as_json_object(told)).otherwise(row)


def _unread(compiled: CompiledRule, originals: Originals, *, grouped: bool) -> pl.Expr:
    """Which of the values are no values; the key of a group was read, or it would be none."""
    if not grouped or isinstance(compiled.check, RowCheck):
        return originals.unread()
    return pl.when(pl.col(PARTS).is_null()).then(originals.unread())


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
