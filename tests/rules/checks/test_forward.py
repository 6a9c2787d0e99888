"""Balances through movements, and from period to period."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(account="code", year="integer", opened="money:0", closed="money:2", state="text")
LINES = contract("lines", to="code", debit="money:2", credit="money:2")
ROLL = {
    "kind": "roll-forward", "by": ["account"], "opening": "opened", "closing": "closed",
    "movements": {"table": "lines", "by": ["to"], "sum": "debit - credit"},
}  # fmt: skip
CARRY = {
    "kind": "carry-forward", "by": ["account"], "period": "year",
    "opening": "opened", "closing": "closed",
}  # fmt: skip


def judge_forward(
    check: dict, balances: list[tuple], into: Path, lines: list[tuple] = (), **more: object
) -> Outcome:
    rows = [
        dict(zip(("account", "year", "opened", "closed", "state"), one, strict=False))
        for one in balances
    ]
    moved = [dict(zip(("to", "debit", "credit"), one, strict=True)) for one in lines]
    unreadable = more.pop("unreadable", None)
    made = pack(rule(check, "group", **more), contracts=[OF, LINES])
    return judged(made, into, table(OF, rows, unreadable=unreadable), table(LINES, moved))


def test_a_line_says_all_four_figures(tmp_path: Path) -> None:
    said = Text(vi="{account}: {opening} + {movement} = {expected}, không phải {found}", en="")
    outcome = judge_forward(
        ROLL,
        [("1", 1, 10, "12.5"), ("1", 2, 5, 0), ("2", 1, 1, 1)],
        tmp_path,
        [("1", 3, 0), ("1", 0, "0.5"), ("9", 1, 0)],
        message=said,
        amount="ABS(difference)",
    )
    assert outcome.counts == (1, 2, 0, 0)
    lines = outcome.lines.sort("unit_key")
    assert lines["message_vi"].to_list() == [
        "1: 15 + 2,50 = 17,50, không phải 12,50",
        "9: 0 + 1 = 1, không phải 0",
    ]
    assert lines["difference"].to_list() == ["-5.00", "-1.00"]


def test_an_unknown_balance_leaves_one_period_open(tmp_path: Path) -> None:
    rows = [("1", 1, 0, None), ("1", 2, 7, 8), ("1", 3, 8, 9), ("1", 4, None, 9), ("1", 5, 9, 9)]
    outcome = judge_forward(CARRY, rows, tmp_path)
    assert outcome.counts == (2, 0, 2, 1)
    assert outcome.lines.select("unit_key", "reason").rows() == [
        ("1 · 2", "missing"),
        ("1 · 4", "missing"),
    ]


def test_a_period_that_does_not_apply_is_passed_over(tmp_path: Path) -> None:
    rows = [("1", 1, 0, 5, "x"), ("1", 2, 1, 2, "void"), ("1", 3, 5, 6, "x"), ("1", 4, 9, 9, None)]
    outcome = judge_forward(CARRY, rows, tmp_path, applies="state = 'x'")
    assert outcome.counts == (1, 0, 1, 2)
    assert outcome.column("unit_key") == ["1 · 4"]


def test_a_line_names_the_period_before(tmp_path: Path) -> None:
    rows = [("2", 9, 1, 1), ("1", 2024, 0, 5), ("1", 2026, 6, 6)]
    outcome = judge_forward(CARRY, rows, tmp_path, message=Text(vi="{previous}", en="{account}"))
    assert outcome.column("message_vi") == ["2.024"]
    told = outcome.lines.select("unit_key", "found", "expected", "difference")
    assert told.rows() == [("1 · 2026", "6.00", "5.00", "1.00")]


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ab"), st.integers(1, 5)),
        st.tuples(st.integers(0, 2), st.integers(0, 2)),
        min_size=1,
    )
)
def test_the_law_holds_for_every_chain(tmp_path: Path, balances: dict) -> None:
    outcome = judge_forward(CARRY, [(*k, *v) for k, v in balances.items()], tmp_path)
    broken = []
    for (key, period), (opened, _) in balances.items():
        earlier = [p for k, p in balances if k == key and p < period]
        if earlier and balances[key, max(earlier)][1] != opened:
            broken.append(f"{key} · {period}")
    assert sorted(outcome.column("unit_key")) == sorted(broken)
