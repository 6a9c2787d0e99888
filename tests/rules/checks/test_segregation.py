from pathlib import Path

import pytest

from rules.rule import Verdict
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(key=("id",), id="code", made_by="code", paid_by="code")
PAIRS = contract("pairs", one="text", other="text", note="text")
DUTIES = {
    "kind": "segregation", "person": "made_by", "role": "'make'",
    "pairs": {"table": "pairs", "first": "one", "second": "other"},
    "also": [{"table": "t", "person": "paid_by", "role": "'pay'"}],
}  # fmt: skip


def judge_duties(rows, pairs, into: Path, **more) -> Outcome:
    said = Text(vi="{made_by}: {found} ({count})", en="—")
    made = pack(rule(DUTIES, unit="group", message=said, **more), contracts=[OF, PAIRS])
    noted = [{**pair, "note": "x"} for pair in pairs]
    return judged(made, into, table(OF, rows), table(PAIRS, noted))


@pytest.mark.parametrize("pair", [("pay", "make"), ("make", "pay")])
def test_two_columns_of_one_table_give_one_person_two_roles(
    pair: tuple[str, str], tmp_path: Path
) -> None:
    rows = [{"id": "1", "made_by": "an", "paid_by": "binh"},
            {"id": "2", "made_by": "chi", "paid_by": "an"}]  # fmt: skip
    outcome = judge_duties(rows, [{"one": pair[0], "other": pair[1]}] * 2, tmp_path)
    assert outcome.counts == (2, 1, 0, 0)
    assert outcome.column("message_vi") == ["an: make + pay (1)"]


def test_a_person_of_the_other_column_alone_is_judged_too(tmp_path: Path) -> None:
    rows = [{"id": "1", "made_by": "an", "paid_by": "binh"}]
    outcome = judge_duties(rows, [{"one": "pay", "other": "pay"}], tmp_path)
    # A pair of a role with itself is held by everybody with the role.
    assert outcome.counts == (1, 1, 0, 0)
    assert outcome.column("unit_key") == ["binh"]


def test_persons_out_of_scope_here_are_judged_by_what_they_hold_elsewhere(tmp_path: Path) -> None:
    rows = [{"id": "1", "made_by": "an", "paid_by": "an"}]
    outcome = judge_duties(rows, [{"one": "pay", "other": "make"}], tmp_path, applies="id = '2'")
    assert outcome.counts == (1, 0, 0, 0)


def test_a_row_names_the_columns_and_the_person(tmp_path: Path) -> None:
    check = {"kind": "segregation", "persons": ["UPPER(made_by)", "UPPER(paid_by)"]}
    rows = [
        {"id": "1", "made_by": "An", "paid_by": "aN"},
        {"id": "2", "made_by": " ", "paid_by": " "},
    ]
    made = pack(rule(check, on_missing=Verdict.VIOLATED), contracts=[OF])
    outcome = judged(made, tmp_path, table(OF, rows))
    assert outcome.counts == (0, 2, 0, 0)
    assert outcome.column("found") == ["UPPER(made_by) = UPPER(paid_by): AN", ""]
