from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.table import Table
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(
    key=("id",), id="code", who="code", a="integer", b="decimal:1", on="date", till="date",
    at="datetime", until="datetime", state="text",
)  # fmt: skip
CHECK = {"kind": "overlap", "key": ["who"], "from": "a", "to": "b", "touching": "forbidden"}


def judge_intervals(rows: list[dict], into: Path, **more: object) -> Outcome:
    cells = [{"id": f"{index}", "who": "w", **row} for index, row in enumerate(rows)]
    unreadable, check = more.pop("unreadable", None), CHECK | more.pop("check", {})
    made = pack(rule(check, **more), contracts=[OF])
    return judged(made, into, table(OF, cells, unreadable=unreadable))


def test_a_line_names_both_intervals(tmp_path: Path) -> None:
    days = {"from": "on", "to": "till", "open": ["from", "to"]}
    rows = [
        {"on": "2026-01-01", "till": "2026-01-31"},
        {"on": "2026-01-30"},
        {"till": "2025-01-01"},
        {"who": "v"},
    ]
    said = Text(vi="{found} và {expected}: {difference}", en="")
    outcome = judge_intervals(rows, tmp_path, check=days, message=said)
    assert outcome.counts == (2, 2, 0, 0)
    assert outcome.column("message_vi") == [
        "2026-01-01..2026-01-31 và 2026-01-30..: 2",
        "2026-01-30.. và 2026-01-01..2026-01-31: 2",
    ]
    assert outcome.column("group") == ["w", "w"]


def test_two_open_intervals_have_no_length(tmp_path: Path) -> None:
    outcome = judge_intervals([{}, {}], tmp_path, check={"open": ["from", "to"]})
    assert (
        outcome.lines.select("found", "expected", "difference").rows() == [("..", "..", None)] * 2
    )


def test_times_of_day_are_compared(tmp_path: Path) -> None:
    check = {"from": "at", "to": "until", "touching": "allowed"}
    rows = [
        {"at": "2026-01-01T08:00", "until": "2026-01-01T09:00"},
        {"at": "2026-01-01T09:00", "until": "2026-01-01T10:00"},
        {"at": "2026-01-01T09:59", "until": "2026-01-01T11:00"},
    ]
    outcome = judge_intervals(rows, tmp_path, check=check)
    assert outcome.counts == (1, 2, 0, 0)
    assert outcome.column("found")[0] == "2026-01-01T09:00:00..2026-01-01T10:00:00"


@pytest.mark.parametrize(
    ("row", "unreadable", "reason"),
    [
        ({"a": 1}, {}, "missing"),
        ({"a": 1}, {0: ["b"]}, "unreadable"),
        ({"a": 2, "b": "1.9"}, {}, "backwards"),
        ({"a": 1, "b": 1, "who": None}, {}, "key"),
    ],
)
def test_what_is_no_interval_is_undetermined(
    row: dict, unreadable: dict, reason: str, tmp_path: Path
) -> None:
    outcome = judge_intervals([row, {"a": 0, "b": 9}], tmp_path, unreadable=unreadable)
    assert (outcome.counts, outcome.column("reason")) == ((1, 0, 1, 0), [reason])


def test_an_unreadable_bound_is_not_open(tmp_path: Path) -> None:
    check = {"open": ["to"]}
    outcome = judge_intervals([{"a": 1}], tmp_path, check=check, unreadable={0: ["b"]})
    assert outcome.column("reason") == ["unreadable"]


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ({"touching": "maybe"}, "check.bad_value"),
        ({"open": ["end"]}, "check.bad_value"),
        ({"from": "who", "to": "who"}, "check.interval"),
    ],
)
def test_settings_that_make_no_interval_are_refused(check: dict, code: str, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_intervals([], tmp_path, check=check)
    assert refused.value.code == code


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from("vw"), st.integers(0, 9), st.integers(0, 4)),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from(["allowed", "forbidden"]),
)
def test_the_law_holds_for_every_pair(
    tmp_path: Path, rows: list[tuple[str, int, int]], touching: str
) -> None:
    cells = [{"who": who, "a": a, "b": a + length} for who, a, length in rows]
    outcome = judge_intervals(cells, tmp_path, check={"touching": touching})
    near = (lambda x, y: x < y) if touching == "allowed" else (lambda x, y: x <= y)
    hit = [
        str(i)
        for i, one in enumerate(cells)
        if any(
            i != j and one["who"] == two["who"]
            and near(one["a"], two["b"]) and near(two["a"], one["b"])
            for j, two in enumerate(cells)
        )
    ]  # fmt: skip
    assert sorted(outcome.column("unit_key")) == hit


def test_equal_intervals_are_told_alike_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    rows = [{"id": f"{at}", "who": "w", "a": 1, "b": 5} for at in range(6)]
    rows += [{"id": "6", "who": "w", "a": 1, "b": 3}, {"id": "7", "who": "w", "a": 4, "b": 9}]
    evidence = table(OF, rows)
    told = []
    for order, frame in enumerate((evidence.frame, evidence.frame.reverse())):
        into = tmp_path / str(order)
        into.mkdir()
        made = pack(rule(CHECK), contracts=[OF])
        told.append(judged(made, into, Table(contract=OF, frame=frame)).lines)
    assert told[0].equals(told[1])
