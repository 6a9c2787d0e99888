from pathlib import Path

from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(key=("id",), id="code", unit="code", at="datetime", month="text", form="code")
UNITS = contract("units", code="code", name_="text")
SAID = Text(vi="{unit}: {found}/{expected}", en="—")
LISTED = {"table": "units", "columns": ["code"]}
PERIOD = {"from": "2025-12", "to": "2026-01"}


def judge_complete(check, rows, units, into: Path, *, theirs=(), **more) -> Outcome:
    made = {"kind": "completeness", **check}
    some = pack(rule(made, unit="group", **more), contracts=[OF, UNITS])
    return judged(some, into, table(OF, rows), table(UNITS, units, foreign=theirs))


def test_a_missing_unit_has_no_place_but_a_key_that_stays(tmp_path: Path) -> None:
    outcome = judge_complete(
        {"columns": ["unit"], "expected": LISTED}, [{"id": "1", "unit": "a"}],
        [{"code": "a"}, {"code": "b"}, {"code": "b"}], tmp_path, message=SAID,
    )  # fmt: skip
    assert outcome.counts == (1, 1, 0, 0)
    told = outcome.lines.select("unit_key", "file", "row", "rows", "stable", "message_vi").rows()
    assert told == [("b", None, None, 0, True, "b: 0/1")]


def test_days_and_texts_are_compared_by_month(tmp_path: Path) -> None:
    rows = [{"id": "1", "at": "2025-12-31T23:59:59", "month": "2026-01"}]
    for column in ("at", "month"):
        into = tmp_path / column
        into.mkdir()
        check = {"columns": [column], "expected": {"months": PERIOD}}
        outcome = judge_complete(check, rows, [], into)
        assert outcome.counts == (1, 1, 0, 0)


def test_everything_named_is_combined(tmp_path: Path) -> None:
    check = {"columns": ["unit", "at", "form"],
             "expected": {**LISTED, "months": PERIOD, "values": ["x", "y", "x"]}}  # fmt: skip
    rows = [{"id": "1", "unit": "a", "at": "2026-01-05T00:00:00", "form": "x"}]
    outcome = judge_complete(check, rows, [{"code": "a"}, {"code": "b"}], tmp_path)
    assert outcome.counts == (1, 7, 0, 0)
    assert outcome.column("unit_key")[0] == "a · 2025-12 · x"


def test_what_is_expected_of_other_organizations_is_not_counted(tmp_path: Path) -> None:
    check = {"columns": ["unit"], "expected": LISTED}
    rows, units = [{"id": "1", "unit": "a"}], [{"code": "a"}, {"code": "b"}]
    for scope in ("inspection", "campaign"):
        into = tmp_path / scope
        into.mkdir()
        outcome = judge_complete(check, rows, units, into, theirs=[1], scope=scope)
        assert outcome.counts == (1, 0, 0, 0)
