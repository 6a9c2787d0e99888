"""Tolerances and limits chosen by the record's own date."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from rules.errors import FormulaError, RulesError
from tests.rules.building import Outcome, contract, judged, pack, parameter, rule, table

OF = contract(key=("code",), code="code", up="code", on="date", a="money:2", b="money:2")
OTHER = contract("other", code="code", a="money:2")
AGAINST = {"table": "other", "by": ["code"]}
LIMIT = parameter("limit", (1, None, "2025-12-31"), (2.5, "2026-01-01", "2026-12-31"))
OLD, NEW, NEVER = "2025-06-01", "2026-06-01", "2027-06-01"
CHECKS = {
    "balance": {"by": ["code"], "debit": "a", "credit": "b"},
    "reconcile": {"by": ["code"], "sum": "a", "against": AGAINST | {"sum": "a"}},
    "agree": {"by": ["code"], "value": "a", "against": AGAINST | {"value": "a"}},
    "roll-forward": {
        "by": ["code"], "opening": "b", "closing": "a", "movements": AGAINST | {"sum": "0 * a"},
    },
}  # fmt: skip


def judge_by(
    kind: str, rows: list[tuple], into: Path, *, check: Mapping[str, object], **more: object
) -> Outcome:
    cells = [dict(zip(("code", "on", "a", "b"), one, strict=False)) for one in rows]
    made = pack(
        rule({"kind": kind, **check}, more.pop("unit", "group"), dated_by="on", **more),
        contracts=[OF, OTHER], parameters=[LIMIT],
    )  # fmt: skip
    others = [{"code": one["code"], "a": one.get("b")} for one in cells]
    return judged(made, into, table(OF, cells), table(OTHER, others))


@pytest.mark.parametrize("kind", sorted(CHECKS))
def test_a_tolerance_is_that_of_the_day(kind: str, tmp_path: Path) -> None:
    rows = [
        ("a", OLD, "10.00", "11.00"), ("b", OLD, "10.00", "11.01"),
        ("c", NEW, "10.00", "12.50"), ("d", NEW, "10.00", "12.51"), ("e", NEVER, 1, 1),
    ]  # fmt: skip
    outcome = judge_by(kind, rows, tmp_path, check=CHECKS[kind] | {"tolerance": "limit"})
    assert outcome.counts == (2, 2, 1, 0)
    assert outcome.lines.select("unit_key", "reason").rows() == [
        ("b", None), ("d", None), ("e", "parameter"),
    ]  # fmt: skip
    assert [str(use.value.value) for use in outcome.tally.parameters] == ["1", "2.5"]


def test_the_rows_of_a_group_must_agree_on_it(tmp_path: Path) -> None:
    rows = [("a", OLD, 10, 10), ("a", NEW, 10, 10), ("b", OLD, 1, 1)]
    outcome = judge_by("balance", rows, tmp_path, check=CHECKS["balance"] | {"tolerance": "limit"})
    assert outcome.counts == (1, 0, 1, 0)
    assert outcome.column("reason") == ["ambiguous"]


def test_a_percentage_is_that_of_the_day(tmp_path: Path) -> None:
    rows = [("a", OLD, 101, 100), ("b", OLD, "101.01", 100), ("c", NEW, "102.50", 100)]
    check = CHECKS["reconcile"] | {"tolerance": 0, "percent": "limit"}
    outcome = judge_by("reconcile", rows, tmp_path, check=check)
    assert outcome.column("unit_key") == ["b"]


def test_a_change_is_held_against_the_day(tmp_path: Path) -> None:
    check = {
        "by": ["code"], "sum": "a", "against": AGAINST | {"sum": "a"}, "rise": "limit * 10",
        "least": "limit", "appears": "met", "disappears": "met",
    }  # fmt: skip
    rows = [("a", OLD, 111, 100), ("b", NEW, 125, 100), ("c", NEW, "3.50", 1), ("d", OLD, 2, 1)]
    outcome = judge_by("period-change", rows, tmp_path, check=check)
    assert outcome.column("unit_key") == ["a", "c", "d"]


def test_totals_are_held_against_the_day(tmp_path: Path) -> None:
    check = {"sums": {"a": "b"}, "tolerance": "limit"}
    rows = [("a", OLD, 1, "3.01"), ("b", OLD, 1, "3.01")]
    outcome = judge_by("control-totals", rows, tmp_path, check=check, unit="table")
    assert outcome.counts == (0, 1, 0, 0)
    rows = [("a", NEW, 1, "3.01"), ("b", NEW, 1, "3.01")]
    outcome = judge_by("control-totals", rows, tmp_path, check=check, unit="table")
    assert outcome.counts == (1, 0, 0, 0)
    outcome = judge_by(
        "control-totals", [*rows, ("c", OLD, 0, "3.01")], tmp_path, check=check, unit="table"
    )
    assert outcome.column("reason") == ["ambiguous"]


def test_a_parent_is_held_against_its_own_day(tmp_path: Path) -> None:
    check = {"key": "code", "parent": "up", "value": "a", "tolerance": "limit"}
    made = pack(
        rule({"kind": "hierarchy", **check}, dated_by="on"), contracts=[OF], parameters=[LIMIT]
    )
    rows = [
        {"code": "p", "on": OLD, "a": 10}, {"code": "q", "on": NEW, "a": 10},
        {"code": "r", "on": NEVER, "a": 10}, {"code": "s", "on": NEVER, "a": 10},
        *({"code": f"{up}1", "up": up, "on": OLD, "a": 12} for up in "pqr"),
    ]  # fmt: skip
    outcome = judged(made, tmp_path, table(OF, rows))
    assert outcome.lines.select("unit_key", "reason").rows() == [("p", None), ("r", "parameter")]


def test_movements_without_balances_have_no_day(tmp_path: Path) -> None:
    check = CHECKS["roll-forward"] | {"tolerance": "limit"}
    made = pack(
        rule({"kind": "roll-forward", **check}, "group", dated_by="on"),
        contracts=[OF, OTHER], parameters=[LIMIT],
    )  # fmt: skip
    rows = [{"code": "a", "on": OLD, "a": 1, "b": 1}]
    outcome = judged(made, tmp_path, table(OF, rows), table(OTHER, [{"code": "z", "a": 1}]))
    assert outcome.counts == (1, 0, 1, 0)
    assert outcome.column("reason") == ["parameter"]


@pytest.mark.parametrize(
    ("tolerance", "code"),
    [("nothing", "formula.unknown_name"), (-1, "check.bad_value"), ("'x'", "formula.type")],
)
def test_what_is_no_number_is_refused(tolerance: object, code: str, tmp_path: Path) -> None:
    with pytest.raises((RulesError, FormulaError)) as refused:
        judge_by("balance", [], tmp_path, check=CHECKS["balance"] | {"tolerance": tolerance})
    assert refused.value.code == code
