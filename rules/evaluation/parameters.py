"""The values of parameters that were in force for a record."""

import json
from decimal import Decimal

import polars as pl

from rules.checks import CompiledRule
from rules.checks.standing import OUT
from rules.evaluation.tally import ParameterUse
from rules.formula.scope import in_force
from rules.parameter import Parameter, ParameterValue


def parameters_as_json(compiled: CompiledRule) -> pl.Expr:
    """A JSON list of the values a record was judged by, in the order of their names."""
    if not compiled.parameters:
        return pl.lit("[]")
    on = compiled.setting.scope().date_of_record()
    written = [
        pl.when(in_force(row, on)).then(pl.lit(_as_json(parameter, row)))
        for parameter, row in rows_of(compiled)
    ]
    return pl.concat_str(
        pl.lit("["), pl.concat_str(written, separator=",", ignore_nulls=True), pl.lit("]")
    )


def uses(compiled: CompiledRule) -> list[pl.Expr]:
    """Over a prepared table: for each value of each parameter, whether a record used it."""
    if not compiled.parameters:
        return []
    on = compiled.setting.scope().date_of_record()
    spoken_of = (compiled.standing.expr != OUT).fill_null(True)
    return [
        (in_force(row, on).fill_null(False) & spoken_of).any().alias(f"use{index}")
        for index, (_, row) in enumerate(rows_of(compiled))
    ]


def used(compiled: CompiledRule, flags: list[bool]) -> tuple[ParameterUse, ...]:
    """The values whose flag of `uses` is set."""
    return tuple(
        ParameterUse(parameter=parameter.name, unit=parameter.unit, value=row)
        for (parameter, row), flag in zip(rows_of(compiled), flags, strict=True)
        if flag
    )


def rows_of(compiled: CompiledRule) -> list[tuple[Parameter, ParameterValue]]:
    """Every value of every parameter a rule reads, in the order of their names and first days."""
    parameters = (compiled.setting.parameters[name] for name in compiled.parameters)
    return [(parameter, row) for parameter in parameters for row in parameter.values]


def written(row: ParameterValue) -> str:
    """A value as language-neutral text."""
    return f"{row.value:f}" if isinstance(row.value, Decimal) else str(row.value)


def _as_json(parameter: Parameter, row: ParameterValue) -> str:
    facts = {
        "name": parameter.name,
        "value": written(row),
        "from": row.starts_on.isoformat() if row.starts_on else None,
        "to": row.ends_on.isoformat() if row.ends_on else None,
        "document": row.basis.document,
        "provision": row.basis.provision,
        "confirmed": row.basis.confirmed,
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
