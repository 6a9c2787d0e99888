from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FormulaError, RulesError
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(vendor="code", amount="money:2", state="text")
BEFORE = contract("before", party="code", paid="money:1", year="integer")
CHECK = {
    "kind": "period-change", "by": ["vendor"], "sum": "amount",
    "against": {"table": "before", "by": ["party"], "sum": "paid"},
    "rise": 33.3, "fall": 10, "appears": "violated", "disappears": "violated",
}  # fmt: skip


def judge_change(now: list[tuple], before: list[tuple], into: Path, **more: object) -> Outcome:
    check = {key: one for key, one in (CHECK | more.pop("check", {})).items() if one is not None}
    made = pack(rule(check, "group", **more), contracts=[OF, BEFORE])
    ours = [dict(zip(("vendor", "amount", "state"), one, strict=False)) for one in now]
    theirs = [dict(zip(("party", "paid", "year"), one, strict=False)) for one in before]
    return judged(made, into, table(OF, ours), table(BEFORE, theirs))


def test_a_line_says_how_far_it_changed(tmp_path: Path) -> None:
    said = Text(vi="{vendor}: {expected} → {found}, {difference}, {change} %", en="")
    now = [("up", 40), ("up", 0), ("down", -11), ("new", 3), ("zero", 1), ("same", 0)]
    before = [("up", 30), ("down", -10), ("gone", 5), ("zero", 0), ("same", 0)]
    outcome = judge_change(now, before, tmp_path, message=said)
    assert outcome.counts == (2, 4, 0, 0)
    assert sorted(outcome.column("message_vi")) == [
        "gone: 5 → 0, -5, -100 %",
        "new: 0 → 3, 3, — %",
        "up: 30 → 40, 10, 33,33 %",
        "zero: 0 → 1, 1, — %",
    ]


@pytest.mark.parametrize(
    ("now", "violated"),
    [("133.30", False), ("133.31", True), ("90", False), ("89.99", True), ("100", False)],
)
def test_the_edges_are_exact(now: str, violated: bool, tmp_path: Path) -> None:  # noqa: FBT001
    outcome = judge_change([("a", now)], [("a", 100)], tmp_path)
    assert outcome.counts == ((0, 1, 0, 0) if violated else (1, 0, 0, 0))


@pytest.mark.parametrize("verdict", ["met", "not applicable", "violated"])
def test_who_comes_and_goes_gets_the_verdict_the_rule_says(verdict: str, tmp_path: Path) -> None:
    outcome = judge_change(
        [("new", 1)], [("gone", 1)], tmp_path, check={"appears": verdict, "disappears": "met"}
    )
    counts = dict(
        zip(("met", "violated", "undetermined", "not applicable"), outcome.counts, strict=True)
    )
    expected = {"met": 1, "violated": 0, "undetermined": 0, "not applicable": 0}
    expected[verdict] += 1
    assert counts == expected


def test_a_row_that_no_longer_applies_is_gone(tmp_path: Path) -> None:
    now = [("a", 1, "void"), ("b", 1, "void"), ("c", 1, None)]
    outcome = judge_change(now, [("a", 1)], tmp_path, applies="state = 'ok'")
    assert outcome.counts == (0, 1, 1, 1)


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ({"rise": None, "fall": None}, "check.missing_key"),
        ({"appears": "undetermined"}, "check.bad_value"),
        ({"appears": None}, "check.missing_key"),
    ],
)
def test_a_change_without_bounds_is_refused(check: dict, code: str, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_change([], [], tmp_path, check=check)
    assert refused.value.code == code


def test_a_share_that_may_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormulaError) as refused:
        judge_change([], [], tmp_path, check={"rise": "0.000000001"})
    assert refused.value.code == "formula.too_wide"


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-9, 9)), min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-9, 9)), min_size=1, max_size=8),
)
def test_the_law_holds_for_every_key(tmp_path: Path, now: list, before: list) -> None:
    outcome = judge_change(now, before, tmp_path, check={"rise": 50})
    hit = set()
    for key in {key for key, _ in (*now, *before)}:
        ours, theirs = ([a for k, a in rows if k == key] for rows in (now, before))
        change, base = sum(ours) - sum(theirs), abs(sum(theirs))
        if not ours or not theirs or 2 * change > base or -10 * change > base:
            hit.add(key)
    assert set(outcome.column("unit_key")) == hit
