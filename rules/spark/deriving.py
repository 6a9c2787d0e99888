"""Derived columns, worked out before anything is sent out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rules.checks.derivation import Derivations
from rules.contract import Contract
from rules.evaluation.deriving import derive
from rules.spark.evidence import Evidence, Whole
from rules.table import OWN


def with_derived(
    derived: Derivations,
    contracts: Mapping[str, Contract],
    tables: Mapping[str, Evidence],
    *,
    shared: Path,
) -> Mapping[str, Evidence]:
    """The files of the tables with their derived columns, as far as a pack has some.

    The driver works them out, in its own memory: a column is made of rows of the whole table.

    Args:
        contracts: Without derived columns.
        shared: A folder every machine sees: tables with derived columns are written there anew.
    """
    if not derived.columns:
        return tables
    opened = {name: one.table(contracts[name]) for name, one in tables.items()}
    grown = derive(derived, opened, folder=shared)
    written = dict(tables)
    for name, table in grown.items():
        if table is opened[name]:
            continue
        evidence, whole = tables[name], Whole.of(contracts[name], tables[name])
        parts = []
        first = 0
        for number, part in enumerate(whole.parts):
            parts.append(shared / f"derived-{name}-{number}.parquet")
            rows = table.frame.slice(first, part.rows).drop(OWN)
            rows.sink_parquet(parts[-1], compression="lz4", maintain_order=True)
            first += part.rows
        written[name] = replace(evidence, parts=tuple(parts))
    return written
