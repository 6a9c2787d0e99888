from pathlib import Path

from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(key=("id",), id="code", ref="code", other_ref="code", paid="money:2")
BANK = contract("bank", ref="code", paid="decimal:3")
CHECK = {"kind": "match", "columns": ["ref", "paid"], "table": "bank", "to": ["ref", "paid"],
         "cardinality": "one-to-one"}  # fmt: skip
SAID = Text(vi="{ref} {paid}: {found}/{expected} {missing}", en="—")


def judge_match(rows, there, into: Path, *, check=CHECK, foreign=(), theirs=(), **more) -> Outcome:
    made = pack(rule(check, unit="group", message=SAID, **more), contracts=[OF, BANK])
    bank = table(BANK, there, foreign=theirs, file="b" * 64)
    return judged(made, into, table(OF, rows, foreign=foreign), bank)


def test_a_line_names_the_side_that_lacks_the_key_and_the_place_of_the_other(
    tmp_path: Path,
) -> None:
    outcome = judge_match(
        [{"id": "1", "ref": "a", "paid": "5.00"}, {"id": "2", "ref": "b", "paid": "5.00"}],
        [{"ref": "a", "paid": "5.000"}, *[{"ref": "c", "paid": "5.001"}] * 2],
        tmp_path,
    )  # fmt: skip
    assert outcome.counts == (1, 2, 0, 0)
    told = outcome.lines.select("unit_key", "file", "row", "rows", "message_vi").rows()
    assert sorted(told) == [
        ("b · 5.000", "f" * 64, 3, 1, "b 5: 1/0 bank"),
        ("c · 5.001", "b" * 64, 3, 2, "c 5,001: 0/2 t"),
    ]


def test_a_table_is_matched_with_itself_the_other_way_round(tmp_path: Path) -> None:
    check = CHECK | {"columns": ["ref", "other_ref"], "table": "t", "to": ["other_ref", "ref"]}
    rows = [{"id": "1", "ref": "a", "other_ref": "b"}, {"id": "2", "ref": "b", "other_ref": "a"},
            {"id": "3", "ref": "a", "other_ref": "c"}]  # fmt: skip
    made = pack(rule(check, unit="group"), contracts=[OF, BANK])
    outcome = judged(made, tmp_path, table(OF, rows), table(BANK, []))
    assert outcome.counts == (2, 2, 0, 0)
    assert sorted(outcome.column("unit_key")) == ["a · c", "c · a"]


def test_keys_of_other_organizations_alone_are_not_counted(tmp_path: Path) -> None:
    rows = [{"id": "1", "ref": "a", "paid": 1}, {"id": "2", "ref": "b", "paid": 1}]
    there = [{"ref": "b", "paid": 1}, {"ref": "a", "paid": 1}, {"ref": "c", "paid": 1}]
    alone = judge_match(rows, there, tmp_path, foreign=[1], theirs=[1, 2])
    assert alone.counts == (0, 2, 0, 0)
    together = judge_match(rows, there, tmp_path, foreign=[1], theirs=[1, 2], scope="campaign")
    assert together.counts == (2, 0, 0, 0)
