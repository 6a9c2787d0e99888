"""One rule of a kind that only indicates, over rows made up for a test."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from rules.contract import Contract
from rules.rule import RuleClass
from tests.rules.building import CALENDAR, Outcome, judged, pack, rule, table

Facts = dict[tuple[str | None, str, str], str]


def judge_rows(
    of: Contract,
    check: Mapping[str, object],
    rows: Sequence[Mapping[str, object]],
    into: Path,
    unit: str = "row",
    **more: object,
) -> Outcome:
    unreadable, foreign = more.pop("unreadable", None), more.pop("foreign", ())
    parameters, calendar = more.pop("parameters", ()), more.pop("calendar", CALENDAR)
    kind, others = more.pop("rule_class", RuleClass.RISK), more.pop("others", ())
    made = replace(rule(check, unit, **more), rule_class=kind)
    contracts = [of, *(one.contract for one in others)]
    whole = pack(made, contracts=contracts, parameters=parameters, calendar=calendar)
    return judged(whole, into, table(of, rows, unreadable=unreadable, foreign=foreign), *others)


def facts_in(into: Path) -> Facts:
    rows = pl.read_parquet(into / "facts.parquet").iter_rows()
    return {(group, item, measure): value for _, group, item, measure, value in rows}
