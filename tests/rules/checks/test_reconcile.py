from decimal import Decimal
from pathlib import Path

import pytest

from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(unit="code", amount="money:2", state="text", year="integer")
TOTALS = contract("totals", body="code", total="money:0", year="decimal:1")
CHECK = {
    "kind": "reconcile", "by": ["unit"], "sum": "amount",
    "against": {"table": "totals", "by": ["body"], "sum": "total"}, "tolerance": 0.5,
}  # fmt: skip
SAID = Text(vi="{unit}: {found} so với {expected}, lệch {difference}", en="{unit}")


def judge_sums(
    rows: list[tuple[object, ...]], totals: list[tuple[object, ...]], into: Path, **more: object
) -> Outcome:
    check, unit = more.pop("check", CHECK), more.pop("unit", "group")
    made = pack(rule(check, unit, **more.pop("rule", {})), contracts=[OF, TOTALS])
    own = [dict(zip(("unit", "amount", "state"), row, strict=False)) for row in rows]
    other = [dict(zip(("body", "total", "year"), row, strict=False)) for row in totals]
    return judged(
        made, into,
        table(OF, own, unreadable=more.get("unreadable"), foreign=more.get("foreign", ())),
        table(TOTALS, other, unreadable=more.get("their_unreadable"),
              foreign=more.get("their_foreign", ())),
    )  # fmt: skip


def test_sums_agree_within_the_tolerance(tmp_path: Path) -> None:
    outcome = judge_sums(
        [("exact", 1), ("exact", 2), ("edge", "9.50"), ("over", "9.49"), ("over", 0)],
        [("exact", 3), ("edge", 10), ("over", 4), ("over", 6)],
        tmp_path,
        rule={"message": SAID, "amount": "ABS(difference)"},
    )
    assert outcome.counts == (2, 1, 0, 0)
    (line,) = outcome.lines.iter_rows(named=True)
    assert (line["unit_key"], line["row"], line["rows"]) == ("over", 5, 4)
    assert (line["found"], line["expected"], line["difference"]) == ("9.49", "10.00", "-0.51")
    assert line["message_vi"] == "over: 9,49 so với 10, lệch -0,51"
    assert (line["amount"], line["values"]) == (Decimal("0.51"), '{"unit":"over"}')


def test_a_group_absent_on_one_side_is_violated(tmp_path: Path) -> None:
    outcome = judge_sums(
        [("ours", 7)], [("theirs", 9), ("nothing", 0)], tmp_path, rule={"message": SAID}
    )
    assert outcome.counts == (0, 3, 0, 0)
    lines = outcome.lines.sort("unit_key").select("unit_key", "found", "expected", "message_en")
    assert lines.rows() == [
        ("nothing", "0.00", "0.00", "nothing"),
        ("ours", "7.00", "0.00", "ours"),
        ("theirs", "0.00", "9.00", "theirs"),
    ]


def test_an_amount_that_is_not_known_makes_the_group_undetermined(tmp_path: Path) -> None:
    outcome = judge_sums(
        [("a", 1), ("a", None), ("b", 1), ("c", 5)],
        [("a", 1), ("b", None), ("c", 5)],
        tmp_path,
        their_unreadable={1: ["total"]},
    )
    assert outcome.counts == (1, 0, 2, 0)
    assert outcome.lines.select("unit_key", "reason", "found").rows() == [
        ("a", "missing", None),
        ("b", "unreadable", None),
    ]


def test_rows_without_a_key_are_units_of_their_own(tmp_path: Path) -> None:
    outcome = judge_sums([(None, 1), ("a", 1), (" ", 2)], [("a", 1), (None, 3)], tmp_path)
    assert outcome.counts == (1, 0, 3, 0)
    assert outcome.column("reason") == ["key"] * 3
    assert len(set(outcome.column("key"))) == 3


def test_rows_that_do_not_apply_are_left_out(tmp_path: Path) -> None:
    outcome = judge_sums(
        [
            ("a", 1, "PAID"), ("a", 9, "VOID"), ("b", 5, "VOID"),
            ("c", 1, "PAID"), ("c", 1, None), (None, 1, "VOID"),
        ],
        [("a", 1), ("b", 5), ("c", 1)],
        tmp_path,
        rule={"applies": "state = 'PAID'"},
    )  # fmt: skip
    assert outcome.counts == (1, 0, 1, 2)
    assert outcome.lines.select("unit_key", "reason").rows() == [("c", "missing")]


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ([("a", 4), ("b", 6)], (1, 0, 0, 0)),
        ([("a", 4), ("b", 5)], (0, 1, 0, 0)),
        ([("a", 4), ("b", None)], (0, 0, 1, 0)),
    ],
)
def test_a_whole_table_is_one_unit(
    rows: list[tuple[object, ...]], counts: tuple[int, ...], tmp_path: Path
) -> None:
    check = CHECK | {"by": [], "against": CHECK["against"] | {"by": []}}
    outcome = judge_sums(rows, [("x", 10)], tmp_path, check=check, unit="table")
    assert outcome.counts == counts
    places = outcome.lines.select("row", "file", "unit_key", "stable").rows()
    assert places == [(None, None, "t", True)] * (1 - counts[0])


def test_a_key_may_be_a_number_of_another_scale(tmp_path: Path) -> None:
    check = CHECK | {"by": ["year"], "against": CHECK["against"] | {"by": ["year"]}}
    made = pack(rule(check, "group", message=Text(vi="{year}", en="")), contracts=[OF, TOTALS])
    outcome = judged(
        made, tmp_path,
        table(OF, [{"year": 2026, "amount": 1}, {"year": 2027, "amount": 1}]),
        table(TOTALS, [{"year": "2026.0", "total": 1}, {"year": "2027.5", "total": 1}]),
    )  # fmt: skip
    assert outcome.counts == (1, 2, 0, 0)
    assert sorted(outcome.column("message_vi")) == ["2.027", "2.027,5"]


def test_a_table_may_be_held_against_itself(tmp_path: Path) -> None:
    check = CHECK | {"against": {"table": "t", "by": ["unit"], "sum": "ROUND(amount, 0)"}}
    outcome = judge_sums(
        [("a", "1.40"), ("b", "1.60"), (None, 1)], [("x", 1)], tmp_path, check=check
    )
    assert outcome.counts == (2, 0, 2, 0)
    assert len(set(outcome.column("key"))) == 2


def test_sums_do_not_wrap(tmp_path: Path) -> None:
    most = "9" * 16 + ".99"
    outcome = judge_sums([("a", most)] * 1_000, [("a", "1")], tmp_path)
    assert outcome.column("found") == [str(Decimal(most) * 1_000)]


def test_a_campaign_adds_up_the_rows_of_all(tmp_path: Path) -> None:
    rows, totals = [("a", 1), ("a", 2), ("b", 1)], [("a", 3), ("b", 9), ("c", 1)]
    alone = judge_sums(rows, totals, tmp_path, foreign=[1, 2], their_foreign=[1, 2])
    assert alone.counts == (0, 1, 0, 0)
    together = judge_sums(
        rows, totals, tmp_path, foreign=[1, 2], their_foreign=[1, 2], rule={"scope": "campaign"}
    )
    assert together.counts == (1, 0, 0, 0)
