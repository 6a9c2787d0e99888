from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, parameter, rule, table

OF = contract(
    key=("id",), id="code", vendor="code", on="date", amount="money:2", state="text", cap="money:0"
)
CHECK = {
    "kind": "split", "party": ["vendor"], "date": "on", "amount": "amount", "limit": 10, "days": 5,
}  # fmt: skip
START = date(2026, 1, 1)
Row = tuple[str | None, int | None, object]


def judge_split(rows: list[Row], into: Path, **more: object) -> Outcome:
    cells = [
        {
            "id": f"{index:02d}",
            "vendor": vendor,
            "on": None if day is None else (START + timedelta(days=day)).isoformat(),
            "amount": amount,
            "cap": 10,
        }
        for index, (vendor, day, amount) in enumerate(rows)
    ]
    for cell, state in zip(cells, more.pop("states", ()), strict=False):
        cell["state"] = state
    unreadable, check = more.pop("unreadable", None), CHECK | more.pop("check", {})
    check = {key: value for key, value in check.items() if value is not None}
    parameters = more.pop("parameters", ())
    made = pack(rule(check, **more), contracts=[OF], parameters=parameters)
    return judged(made, into, table(OF, cells, unreadable=unreadable))


def test_every_row_of_the_group_names_it(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("v", 0, 4), ("v", 3, "6.50"), ("v", 4, 1), ("v", 7, 9), ("v", 20, 9), ("w", 3, 9),
    ]  # fmt: skip
    said = Text(vi="{group}: {count} khoản, {total}; {found} so với {expected}", en="{first}{last}")
    outcome = judge_split(rows, tmp_path, message=said, amount="amount")
    assert outcome.counts == (2, 4, 0, 0)
    group = "v · 2026-01-01..2026-01-08"
    assert outcome.column("group") == [group] * 4
    assert set(outcome.column("message_vi")) == {
        f"{group}: 4 khoản, 20,50; 16,50 so với 10",
    }
    assert str(outcome.tally.amount) == "20.50"


@pytest.mark.parametrize(
    ("days", "groups"),
    [
        ((0, 4, 8), ["2026-01-01..2026-01-09"] * 3),
        ((0, 4, 10, 14), ["2026-01-01..2026-01-05"] * 2 + ["2026-01-11..2026-01-15"] * 2),
    ],
)
def test_windows_that_share_a_row_are_one_group(
    days: tuple[int, ...], groups: list[str], tmp_path: Path
) -> None:
    outcome = judge_split([("v", on, 6) for on in days], tmp_path, check={"party": []})
    assert outcome.column("group") == groups


@pytest.mark.parametrize(
    ("other", "reason"),
    [(("v", 4, None), "missing"), (("v", None, 1), "missing"), ((None, 4, 1), "key")],
)
def test_a_row_that_is_not_known_is_undetermined(other: Row, reason: str, tmp_path: Path) -> None:
    outcome = judge_split([("w", 0, 9), other], tmp_path)
    assert (outcome.counts, outcome.column("reason")) == ((1, 0, 1, 0), [reason])


@pytest.mark.parametrize(("day", "touched"), [(4, True), (5, False), (-4, True), (-5, False)])
def test_an_unknown_amount_leaves_its_windows_open(
    day: int,
    touched: bool,  # noqa: FBT001 - pytest gives it
    tmp_path: Path,
) -> None:
    outcome = judge_split([("v", 0, 9), ("v", day, None), ("v", 40, 6), ("v", 40, 6)], tmp_path)
    assert outcome.counts == ((0, 2, 2, 0) if touched else (1, 2, 1, 0))


def test_a_row_that_may_not_count_leaves_its_windows_open(tmp_path: Path) -> None:
    rows: list[Row] = [("v", 0, 9), ("v", 1, 9), ("w", 0, 9), ("w", 1, 10)]
    outcome = judge_split(rows, tmp_path, applies="state = 'x'", states=["x", None, "x", None])
    # What reaches the limit by itself is part of nothing, whether or not the rule speaks of it.
    assert outcome.counts == (1, 0, 3, 0)
    assert outcome.column("unit_key") == ["00", "01", "03"]


def test_the_limit_of_the_last_day_decides(tmp_path: Path) -> None:
    cap = parameter("cap_of_day", (10, None, "2026-01-02"), (12, "2026-01-03", None))
    made = {"check": {"limit": "cap_of_day"}, "dated_by": "on", "parameters": [cap]}
    rows: list[Row] = [
        ("v", 1, 6),
        ("v", 2, "5.99"),
        ("w", 1, 6),
        ("w", 2, 6),
        ("u", 0, 5),
        ("u", 1, 5),
    ]
    outcome = judge_split(rows, tmp_path, **made)
    assert outcome.counts == (2, 4, 0, 0)
    assert outcome.lines.sort("unit_key")["expected"].to_list() == ["12.00"] * 2 + ["10.00"] * 2
    assert [use.value.value for use in outcome.tally.parameters] == [10, 12]


def test_a_column_may_be_the_limit(tmp_path: Path) -> None:
    outcome = judge_split([("v", 0, 5), ("v", 0, 5)], tmp_path, check={"limit": "cap"})
    assert outcome.counts == (0, 2, 0, 0)


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_a_period_ends_with_its_last_day(period: str, tmp_path: Path) -> None:
    last = {"month": 30, "quarter": 89, "year": 364}[period]
    rows: list[Row] = [("v", 0, 5), ("v", last, 5), ("w", 0, 5), ("w", last + 1, 5)]
    outcome = judge_split(rows, tmp_path, check={"days": None, "period": period})
    assert outcome.column("unit_key") == ["00", "01"]


def test_without_a_party_all_rows_are_one(tmp_path: Path) -> None:
    outcome = judge_split([("v", 0, 5), ("w", 1, 5)], tmp_path, check={"party": []})
    assert outcome.column("group") == ["2026-01-01..2026-01-02"] * 2


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ({"period": "year"}, "check.one_of"),
        ({"days": None}, "check.one_of"),
        ({"days": 0}, "check.bad_value"),
        ({"days": 1.5}, "check.bad_value"),
        ({"days": None, "period": "week"}, "check.bad_value"),
        ({"date": "vendor"}, "check.date_column"),
    ],
)
def test_a_window_that_is_none_is_refused(check: dict, code: str, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_split([], tmp_path, check=check)
    assert refused.value.code == code


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from("vw"), st.integers(0, 12), st.one_of(st.none(), st.integers(-1, 11))
        ),
        min_size=1,
        max_size=10,
    ),
    st.randoms(use_true_random=False),
)
def test_the_law_holds_for_every_window(tmp_path: Path, rows: list[Row], shuffled) -> None:
    def together(index: int) -> bool:
        vendor, day, _ = rows[index]
        return any(
            sum(a for _, a in inside) >= 10
            for first in range(day - 4, day + 1)
            if (inside := [
                (d, a) for v, d, a in rows
                if v == vendor and first <= d <= first + 4 and a is not None and 0 < a < 10
            ])
        )  # fmt: skip

    expected = {}
    for index, (vendor, day, amount) in enumerate(rows):
        near = any(v == vendor and a is None and abs(d - day) <= 4 for v, d, a in rows)
        if amount is None:
            expected[f"{index:02d}"] = "undetermined"
        elif 0 < amount < 10 and together(index):
            expected[f"{index:02d}"] = "violated"
        elif 0 < amount < 10 and near:
            expected[f"{index:02d}"] = "undetermined"
    outcome = judge_split(list(rows), tmp_path)
    told = dict(outcome.lines.select("unit_key", "verdict").rows())
    assert told == expected
    order = list(range(len(rows)))
    shuffled.shuffle(order)
    again = judge_split([rows[at] for at in order], tmp_path)
    facts = ["group", "found", "expected", "difference", "verdict"]
    assert again.lines.select(facts).sort(facts).equals(outcome.lines.select(facts).sort(facts))
