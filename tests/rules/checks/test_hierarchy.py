from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.checks.tree import levels
from rules.errors import FormulaError
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(
    key=("code",), code="code", above="code", amount="money:2", state="text", no="integer"
)
CHECK = {"kind": "hierarchy", "key": "code", "parent": "above", "value": "amount"}


def judge_tree(rows: list[tuple], into: Path, **more: object) -> Outcome:
    cells = [dict(zip(("code", "above", "amount", "state"), one, strict=False)) for one in rows]
    unreadable, check = more.pop("unreadable", None), CHECK | more.pop("check", {})
    made = pack(rule(check, **more), contracts=[OF])
    return judged(made, into, table(OF, cells, unreadable=unreadable))


def test_a_line_says_what_is_wrong(tmp_path: Path) -> None:
    said = Text(
        vi="{IF(orphan, 'mất cha', IF(circle, 'vòng', 'tổng'))} cấp {level}: {found}/{expected}",
        en="{count}",
    )
    rows = [
        ("a", None, 10), ("b", "a", 9), ("c", "b", 4), ("d", "b", 5),
        ("e", "x", 1), ("f", "g", 2), ("g", "f", 2), ("h", "g", 0),
    ]  # fmt: skip
    outcome = judge_tree(rows, tmp_path, message=said, amount="ABS(difference)")
    assert outcome.counts == (4, 4, 0, 0)
    assert outcome.lines.select("unit_key", "message_vi", "message_en").rows() == [
        ("a", "tổng cấp 1: 10/9", "1"),
        ("e", "mất cha cấp 1: —/—", "0"),
        ("f", "vòng cấp —: 2/2", "1"),
        ("g", "vòng cấp —: 2/2", "2"),
    ]
    assert [str(one) for one in outcome.column("amount")] == ["1.00", "None", "0.00", "0.00"]


@pytest.mark.parametrize(
    ("rows", "unreadable", "reasons"),
    [
        ([("a", None, 1), ("a", None, 1), ("b", "a", 1)], {}, ["ambiguous", "ambiguous"]),
        ([("a", None, 1), ("b", None, 1)], {1: ["above"]}, ["unreadable"]),
        ([("a", None, None), ("b", "a", 1)], {}, ["missing"]),
        ([("a", None, 1, "x"), ("b", "a", 1, None)], {}, ["missing", "missing"]),
        ([("a", None, 1, None), ("b", "a", 1, "x")], {}, ["missing", "missing"]),
    ],
)
def test_what_cannot_be_told_is_undetermined(
    rows: list[tuple], unreadable: dict, reasons: list[str], tmp_path: Path
) -> None:
    cells = [row if len(row) > 3 else (*row, "x") for row in rows]
    outcome = judge_tree(cells, tmp_path, unreadable=unreadable, applies="state = 'x'")
    assert outcome.column("verdict") == ["undetermined"] * len(reasons)
    assert outcome.column("reason") == reasons


def test_no_circle_runs_through_a_key_several_rows_have(tmp_path: Path) -> None:
    outcome = judge_tree([("a", "b", 1), ("a", None, 1), ("b", "a", 1)], tmp_path)
    assert (outcome.counts, outcome.column("reason")) == ((1, 0, 2, 0), ["ambiguous"] * 2)


def test_a_child_without_a_key_is_added_up(tmp_path: Path) -> None:
    outcome = judge_tree([("a", None, 3), (None, "a", 3)], tmp_path)
    assert outcome.counts == (1, 0, 1, 0)


def test_a_parent_the_rule_does_not_speak_of_is_not_there(tmp_path: Path) -> None:
    rows = [("a", None, 1, "void"), ("b", "a", 1, "x")]
    outcome = judge_tree(rows, tmp_path, applies="state = 'x'")
    assert outcome.counts == (0, 1, 0, 1)


def test_key_and_parent_must_compare(tmp_path: Path) -> None:
    with pytest.raises(FormulaError) as refused:
        judge_tree([], tmp_path, check={"parent": "no"})
    assert refused.value.code == "formula.mixed_types"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.integers(0, 11)), min_size=12, max_size=12))
def test_levels_are_what_walking_gives(parents: list[int | None]) -> None:
    def walk(start: int) -> tuple[int | None, bool]:
        at, steps = parents[start], 1
        while at is not None and at != start and steps <= len(parents):
            at, steps = parents[at], steps + 1
        return (steps if at is None else None), at == start

    given_levels = levels(pl.Series(parents, dtype=pl.UInt32)).rows()
    assert given_levels == [walk(start) for start in range(len(parents))]


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=7), st.data())
def test_the_order_of_rows_does_not_matter(
    tmp_path: Path, tree: list[tuple[int, int]], data: st.DataObject
) -> None:
    rows = [(f"{n}", f"{above}", amount) for n, (above, amount) in enumerate(tree)]
    told = ("unit_key", "verdict", "found", "expected", "reason")
    one = judge_tree(rows, tmp_path)
    two = judge_tree(data.draw(st.permutations(rows)), tmp_path)
    assert one.counts == two.counts
    assert one.lines.sort("unit_key").select(told).equals(two.lines.sort("unit_key").select(told))
