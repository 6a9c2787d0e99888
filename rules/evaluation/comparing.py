"""The rows a verdict over several rows was reached by, table by table."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import PARTS
from rules.checks.row import RowCheck
from rules.checks.sets import SetCheck
from rules.checks.setting import Heard
from rules.evaluation.locating import Located, at_key, terms_of
from rules.evaluation.set_pass import parts_of
from rules.evaluation.subjects import Subject
from rules.evaluation.trace import MOST_ROWS, TracedRow, TracedRows, shortened
from rules.formula import compile_formula
from rules.formula.scope import column_value
from rules.formula.wording import text_of
from rules.rule import Unit
from rules.table import FILE, ID, OWN, ROW, SHEET

_OF_UNIT: Final = "__of_unit"
_STANDING: Final = "__standing"
_VALUE: Final = "__value:"
_PLACE: Final = (FILE, SHEET, ROW)


def compared(
    compiled: CompiledRule,
    subjects: Mapping[str, Subject],
    found: Located,
    heard: Sequence[Heard],
) -> tuple[TracedRows, ...]:
    """The rows that came together with a unit: the rule's own table first."""
    check = compiled.check
    if isinstance(check, RowCheck) or not check.together:
        return ()
    (frames,) = parts_of(compiled, check, subjects, memory_bytes=None)
    return tuple(
        _rows(
            compiled,
            check,
            found,
            frame=frames[name],
            name=name,
            terms=_terms(name, compiled, heard, frames[name]),
        )
        for name in frames
    )


def _rows(
    compiled: CompiledRule,
    check: SetCheck,
    found: Located,
    *,
    frame: pl.LazyFrame,
    name: str,
    terms: Mapping[str, pl.Expr],
) -> TracedRows:
    key = check.meet.get(name, ())
    met_by = found.met_by if key and found.met_by is not None else ()
    is_own = name == check.table
    standing = compiled.standing.expr if is_own else pl.lit(None, dtype=pl.String)
    of_unit = _of_unit(compiled, check, found) if is_own else pl.lit(False)
    together = frame.filter(at_key(key, met_by)).with_columns(
        of_unit.fill_null(False).alias(_OF_UNIT), standing.alias(_STANDING)
    )
    first = (
        together.sort(~pl.col(_OF_UNIT), *_PLACE, nulls_last=False)
        .head(MOST_ROWS)
        .select(*_PLACE, OWN, _OF_UNIT, _STANDING, *(e.alias(_VALUE + t) for t, e in terms.items()))
    )
    counted, shown = pl.collect_all([together.select(pl.len()), first], engine="streaming")
    return TracedRows(
        table=name,
        key=tuple(shortened(text) for text in met_by),
        count=counted.item(),
        rows=tuple(_row(row) for row in shown.iter_rows(named=True)),
    )


def _row(row: Mapping[str, Any]) -> TracedRow:  # cells of several types
    return TracedRow(
        file=row[FILE],
        sheet=row[SHEET],
        row=row[ROW],
        is_own=bool(row[OWN]),
        is_of_unit=bool(row[_OF_UNIT]),
        standing=row[_STANDING],
        values={
            name.removeprefix(_VALUE): shortened(value)
            for name, value in row.items()
            if name.startswith(_VALUE)
        },
    )


def _of_unit(compiled: CompiledRule, check: SetCheck, found: Located) -> pl.Expr:
    """Whether a row of the rule's own table belongs to the unit itself."""
    unit = found.unit
    parts = unit.item(0, PARTS) if PARTS in unit.columns else None
    if compiled.rule.unit is Unit.TABLE:
        return pl.lit(True)
    if parts is not None:
        texts: list[str | None] = parts.to_list()
        return at_key(terms_of(compiled, check), texts)
    if found.first is None:
        return pl.lit(False)
    of_row: pl.Expr = pl.col(ID) == found.first.item(0, ID)
    return of_row


def _terms(
    name: str, compiled: CompiledRule, heard: Sequence[Heard], frame: pl.LazyFrame
) -> Mapping[str, pl.Expr]:
    """What the rule reads of a table's rows: its columns, and formulas by their text."""
    contract = compiled.setting.contract_of(name)
    present = frozenset(frame.collect_schema().names())
    terms = {
        column.name: text_of(column_value(column))
        for column in contract.columns
        if column.name in present
    }
    for one in heard:
        if one.scope.contract.name != name or one.where.startswith(
            ("message.", "applies", "amount")
        ):
            continue
        expr = text_of(compile_formula(one.text, one.scope.listening()))
        if present.issuperset(expr.meta.root_names()):
            terms.setdefault(one.text, expr)
    return terms
