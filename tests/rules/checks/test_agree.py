from pathlib import Path

import pytest

from rules.errors import FormulaError, RulesError
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(no="code", amount="money:2", on="date", holder="text", flag="boolean")
BOOK = contract("book", ref="code", booked="money:1", on="date", holder="text", flag="boolean")
SAID = Text(vi="{no}: {found} so với {expected}, lệch {difference}", en="{no}")


def judge_pairs(
    value: str, their: str, into: Path, ours: list[dict], theirs: list[dict], **more: object
) -> Outcome:
    check = {
        "kind": "agree", "by": ["no"], "value": value,
        "against": {"table": "book", "by": ["ref"], "value": their}, **more.pop("check", {}),
    }  # fmt: skip
    made = pack(rule(check, "group", **more), contracts=[OF, BOOK])
    return judged(made, into, table(OF, ours), table(BOOK, theirs))


def test_numbers_of_two_scales_are_compared_exactly(tmp_path: Path) -> None:
    outcome = judge_pairs(
        "amount", "booked", tmp_path,
        [{"no": "a", "amount": "1.50"}, {"no": "b", "amount": "1.51"}, {"no": "c", "amount": 7}],
        [{"ref": "a", "booked": "1.5"}, {"ref": "b", "booked": "1.5"}, {"ref": "d", "booked": 0}],
        message=SAID, amount="ABS(difference)",
    )  # fmt: skip
    assert outcome.counts == (1, 3, 0, 0)
    lines = outcome.lines.sort("unit_key").select("unit_key", "found", "expected", "difference")
    assert lines.rows() == [
        ("b", "1.51", "1.50", "0.01"),
        ("c", "7.00", None, None),
        ("d", None, "0.00", None),
    ]
    assert outcome.lines.sort("unit_key")["message_vi"].to_list() == [
        "b: 1,51 so với 1,50, lệch 0,01",
        "c: 7 so với —, lệch —",
        "d: — so với 0, lệch —",
    ]


@pytest.mark.parametrize(
    ("column", "ours", "theirs", "told"),
    [
        ("on", "2026-03-02", "2026-02-27", ("2026-03-02", "2026-02-27", "3")),
        ("holder", "An", "an", ("An", "an", None)),
        ("flag", True, False, ("true", "false", None)),
    ],
)
def test_other_values_must_be_the_same(
    column: str, ours: object, theirs: object, told: tuple[object, ...], tmp_path: Path
) -> None:
    outcome = judge_pairs(
        column, column, tmp_path,
        [{"no": "a", column: ours}, {"no": "b", column: ours}],
        [{"ref": "a", column: theirs}, {"ref": "b", column: ours}],
    )  # fmt: skip
    assert outcome.counts == (1, 1, 0, 0)
    assert outcome.lines.select("found", "expected", "difference").rows() == [told]


def test_two_rows_of_one_key_cannot_be_paired(tmp_path: Path) -> None:
    outcome = judge_pairs(
        "amount", "booked", tmp_path,
        [{"no": "a", "amount": 1}, {"no": "a", "amount": 1}, {"no": "b", "amount": None}],
        [{"ref": "a", "booked": 1}, {"ref": "b", "booked": 1}],
    )  # fmt: skip
    assert outcome.counts == (0, 0, 2, 0)
    assert outcome.column("reason") == ["ambiguous", "missing"]


def test_a_tolerance_is_of_numbers(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_pairs("holder", "holder", tmp_path, [], [], check={"tolerance": 1})
    assert refused.value.code == "check.tolerance_of_numbers"


def test_values_of_two_types_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormulaError) as refused:
        judge_pairs("holder", "booked", tmp_path, [], [])
    assert refused.value.code == "formula.mixed_types"


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    ours = [{"no": f"{n % 4}", "amount": n} for n in range(6)]
    theirs = [{"ref": f"{n}", "booked": n} for n in range(5)]
    one = judge_pairs("amount", "booked", tmp_path, ours, theirs)
    two = judge_pairs("amount", "booked", tmp_path, ours[::-1], theirs[::-1])
    told = ("unit_key", "verdict", "found", "expected", "reason")
    assert one.lines.sort("unit_key").select(told).equals(two.lines.sort("unit_key").select(told))
