"""What a run looked at and what it found, in numbers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.checking import lists
from api.checking.chain import Outcome, SourceFile, UnreadFile, digest_file
from rules.evaluation import ENGINE_VERSION, ParameterUse, Tally
from rules.evaluation.parameters import written
from rules.pack import Pack
from rules.profile import ColumnFacts
from rules.rule import Rule, RuleClass

SUMMARY: Final = "summary.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Units of all rules; a unit counts once for each rule that judges it.

    Attributes:
        violated: Of rules of the class violation alone.
        risk_hits, quality_hits: Units that do not meet a rule of those classes: never violations.
        rules_in_error: Rules that could not run; `error` are their units, where any are known.
    """

    rules: int
    rules_in_error: int
    population: int
    met: int
    violated: int
    risk_hits: int
    quality_hits: int
    undetermined: int
    not_applicable: int
    error: int

    def __post_init__(self) -> None:
        """Hold the totals to their sum."""
        hits = self.violated + self.risk_hits + self.quality_hits
        ends = self.met + hits + self.undetermined + self.not_applicable + self.error
        if ends != self.population:
            raise ArithmeticError(self)


def totals_of(outcome: Outcome) -> Totals:
    """Add up the tallies."""
    classes = {rule.code: rule.rule_class for rule in outcome.pack.rules}
    hits = dict.fromkeys(RuleClass, 0)
    for tally in outcome.tallies:
        hits[classes[tally.rule]] += tally.violated
    return Totals(
        rules=len(outcome.tallies),
        rules_in_error=sum(one.error_code is not None for one in outcome.tallies),
        population=sum(one.population for one in outcome.tallies),
        met=sum(one.met for one in outcome.tallies),
        violated=hits[RuleClass.VIOLATION],
        risk_hits=hits[RuleClass.RISK],
        quality_hits=hits[RuleClass.QUALITY],
        undetermined=sum(one.undetermined for one in outcome.tallies),
        not_applicable=sum(one.not_applicable for one in outcome.tallies),
        error=sum(one.error for one in outcome.tallies),
    )


def summary_of(folder: Path, outcome: Outcome) -> dict[str, Any]:  # JSON: values of many kinds
    """The summary of a run whose lists lie in a folder."""
    pack = outcome.pack
    totals = totals_of(outcome)
    return {
        "pack": {"code": pack.code, "version": pack.version, "digest": pack.digest},
        "engine_version": ENGINE_VERSION,
        "as_of": outcome.as_of.isoformat(),
        "files": [_file(one) for one in outcome.files],
        "unread_files": [_unread(one) for one in outcome.unread],
        "folders": [
            {
                "table": one.table,
                "name": one.name,
                "files": one.files,
                "size_bytes": one.size_bytes,
                "sha256": one.sha256,
            }
            for one in outcome.folders
        ],
        "tables": {name: [_column(c) for c in some] for name, some in outcome.columns.items()},
        "rules": [_tally(pack, tally) for tally in outcome.tallies],
        "totals": {name: getattr(totals, name) for name in Totals.__slots__},
        "lists": {
            name: {"lines": _lines(folder, name), "sha256": digest_file(folder / name)}
            for name in (
                *(lists.VIOLATIONS, lists.VIOLATIONS_CSV, lists.FACTS),
                *(lists.PROBLEM_LIST, lists.PROBLEM_CSV),
            )
        },
    }


def as_json(summary: Mapping[str, Any]) -> str:
    """The one form it is written in."""
    return json.dumps(summary, ensure_ascii=False, indent=2) + "\n"


def _lines(folder: Path, name: str) -> int:
    return lists.count_lines((folder / name).with_suffix(".parquet"))


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


def _unread(one: UnreadFile) -> dict[str, Any]:
    return {
        "table": one.table,
        "name": one.path.name,
        "size_bytes": one.size_bytes,
        "sha256": one.sha256,
        "error_code": one.error.code,
        "error_facts": {name: str(fact) for name, fact in one.error.facts.items()},
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
    rule = rule_of(pack, tally)
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
        "duplicate_of": rule.duplicate_of,
        "parameters": [_parameter(use) for use in tally.parameters],
    }


def _parameter(use: ParameterUse) -> dict[str, Any]:
    row = use.value
    return {
        "name": use.parameter,
        "unit": use.unit,
        "value": written(row),
        "from": row.starts_on.isoformat() if row.starts_on else None,
        "to": row.ends_on.isoformat() if row.ends_on else None,
        "document": row.basis.document,
        "provision": row.basis.provision,
        "confirmed": row.basis.confirmed,
    }


def rule_of(pack: Pack, tally: Tally) -> Rule:
    """The rule a tally is of."""
    return next(rule for rule in pack.rules if rule.code == tally.rule)
