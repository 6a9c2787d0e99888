"""The lines of a run as files: the Parquet list again as CSV, and the summary as JSON."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import polars as pl

from api.inspecting.chain import Outcome, SourceFile
from api.spreadsheets import BYTE_ORDER_MARK, COLUMNS, safe_column
from rules.evaluation import ENGINE_VERSION, Tally
from rules.pack import Pack
from rules.profile import ColumnFacts

PARQUET: Final = "violations.parquet"
CSV: Final = "violations.csv"
SUMMARY: Final = "summary.json"


def write_csv(folder: Path) -> Path:
    """Write the list for spreadsheets; text that one would run as a formula gets an apostrophe."""
    target = folder / CSV
    lines = pl.scan_parquet(folder / PARQUET).select(COLUMNS)
    types = lines.collect_schema()
    texts = [name for name in COLUMNS if types[name] == pl.String]
    with target.open("wb") as file:
        file.write(BYTE_ORDER_MARK.encode())
        lines.with_columns(safe_column(name) for name in texts).collect().write_csv(file)
    return target


def write_summary(folder: Path, outcome: Outcome) -> Path:
    """Write what the run looked at and what it found, in numbers."""
    pack = outcome.pack
    summary = {
        "pack": {"code": pack.code, "version": pack.version, "digest": pack.digest},
        "engine_version": ENGINE_VERSION,
        "as_of": outcome.as_of.isoformat(),
        "files": [_file(one) for one in outcome.files],
        "tables": {name: [_column(c) for c in some] for name, some in outcome.columns.items()},
        "rules": [_tally(pack, tally) for tally in outcome.tallies],
        "violations": {
            "lines": count_lines(folder),
            PARQUET: digest_file(folder / PARQUET),
            CSV: digest_file(folder / CSV),
        },
    }
    target = folder / SUMMARY
    target.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return target


def count_lines(folder: Path) -> int:
    """How many lines the list has."""
    return int(pl.scan_parquet(folder / PARQUET).select(pl.len()).collect().item())


def digest_file(path: Path) -> str:
    """SHA-256 of a file, in lowercase hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file(one: SourceFile) -> dict[str, Any]:
    reading = one.reading
    return {
        "table": one.table,
        "name": one.path.name,
        "size_bytes": one.size_bytes,
        "sha256": one.sha256,
        "rows_in_file": reading.rows_in_file,
        "rows_read": reading.rows_read,
        "rows_refused": reading.rows_refused,
        "problems": reading.problems,
    }


def _column(facts: ColumnFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "type": facts.type.value,
        "rows": facts.rows,
        "filled": facts.filled,
        "blank": facts.blank,
        "unreadable": facts.unreadable,
        "distinct": facts.distinct,
        "smallest": facts.smallest,
        "largest": facts.largest,
        "sum": facts.sum,
    }


def _tally(pack: Pack, tally: Tally) -> dict[str, Any]:
    rule = next(rule for rule in pack.rules if rule.code == tally.rule)
    return {
        "rule": tally.rule,
        "class": rule.rule_class.value,
        "title": {"vi": rule.title.vi, "en": rule.title.en},
        "basis": {
            "document": rule.basis.document,
            "provision": rule.basis.provision,
            "confirmed": rule.basis.confirmed,
        },
        "table": tally.table,
        "unit": tally.unit.value,
        "population": tally.population,
        "met": tally.met,
        "violated": tally.violated,
        "undetermined": tally.undetermined,
        "not_applicable": tally.not_applicable,
        "error": tally.error,
        "error_code": tally.error_code,
        "error_facts": {name: str(fact) for name, fact in tally.error_facts.items()},
        "amount": None if tally.amount is None else str(tally.amount),
        "currency": pack.contracts[tally.table].currency,
    }
