from pathlib import Path

import pytest

from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, parameter, rule, table

OF = contract(key=("id",), id="code", unit="code", pay="money:2", day="date", state="text")
LIMIT = parameter("ceiling", (10, "2026-01-01", "2026-06-30"), (20, "2026-07-01", None))


def judge_figures(check, rows, into: Path, unit: str = "table", *, bad=None, **more) -> Outcome:
    numbered = [{"id": str(at), "unit": "u", **row} for at, row in enumerate(rows)]
    made = rule({"kind": "aggregate", **check}, unit=unit, **more)
    own = table(OF, numbered, unreadable=bad)
    return judged(pack(made, contracts=[OF], parameters=[LIMIT]), into, own)


@pytest.mark.parametrize(
    ("figure", "must", "pays", "verdict"),
    [
        ({"all": "pay > 0"}, "it", [1, 2], "met"),
        ({"all": "pay > 0"}, "it", [1, None], "undetermined"),
        ({"all": "pay > 0"}, "it", [0, None], "violated"),
        ({"any": "pay > 0"}, "it", [1, None], "met"),
        ({"any": "pay > 0"}, "it", [0, None], "undetermined"),
        ({"any": "pay > 0"}, "it", [0, 0], "violated"),
        ({"count": "pay > 0"}, "it = 1", [1, 0], "met"),
        ({"count": "pay > 0"}, "it = 1", [1, None], "undetermined"),
        ({"sum": "pay"}, "it = 3.01", ["1.00", "2.01"], "met"),
        ({"sum": "pay"}, "it = 1", [1, None], "undetermined"),
        ({"min": "pay"}, "it = 1", [1, 2], "met"),
        ({"max": "pay"}, "it = 1", [1, 2], "violated"),
        ({"max": "pay"}, "it = 1", [1, None], "undetermined"),
    ],
)
def test_a_figure_has_three_values(
    figure: dict[str, str], must: str, pays: list[object], verdict: str, tmp_path: Path
) -> None:
    outcome = judge_figures(
        {"figures": {"it": figure}, "must": must}, [{"pay": pay} for pay in pays], tmp_path
    )
    tally = outcome.tally
    ends = {"met": tally.met, "violated": tally.violated, "undetermined": tally.undetermined}
    assert ends == {name: int(name == verdict) for name in ends}


def test_an_unreadable_cell_is_no_blank_one(tmp_path: Path) -> None:
    check = {"figures": {"blank": {"count": "ISNULL(pay)"}}, "must": "blank = 1"}
    outcome = judge_figures(check, [{"pay": None}, {"pay": None}], tmp_path, bad={1: ["pay"]})
    assert outcome.counts == (0, 0, 1, 0)
    assert outcome.column("reason") == ["unreadable"]


def test_a_limit_of_the_records_own_date_is_a_figure(tmp_path: Path) -> None:
    check = {"by": ["unit"], "figures": {"total": {"sum": "pay"}, "most": {"max": "ceiling"}},
             "must": "total <= most"}  # fmt: skip
    rows = [{"pay": 15, "day": "2026-06-30"}, {"unit": "v", "pay": 15, "day": "2026-07-01"},
            {"unit": "w", "pay": 15, "day": "2025-01-01"}]  # fmt: skip
    outcome = judge_figures(
        check, rows, tmp_path, "group", dated_by="day",
        message=Text(vi="{unit}: {found} {expected} {difference}", en="{total}/{most}"),
    )  # fmt: skip
    assert outcome.counts == (1, 1, 1, 0)
    assert outcome.column("message_vi") == ["u: 15.00 <= 10 5.00", ""]
    assert outcome.column("reason") == [None, "parameter"]


def test_a_row_speaks_of_itself_and_its_group(tmp_path: Path) -> None:
    check = {"by": ["unit"], "figures": {"total": {"sum": "pay"}}, "must": "pay * 2 <= total"}
    rows = [{"pay": 5}, {"pay": 1}, {"unit": "v", "pay": 4}, {"unit": "v", "pay": None}]
    outcome = judge_figures(
        check, rows, tmp_path, "row", amount="pay - total / 2",
        message=Text(vi="{pay} > {total} / 2", en="—"),
    )  # fmt: skip
    assert outcome.counts == (1, 1, 2, 0)
    told = outcome.lines.select("unit_key", "group", "message_vi", "reason").rows()
    assert told == [
        ("0", "u", "5 > 6 / 2", None),
        ("2", "v", "", "missing"),
        ("3", "v", "", "missing"),
    ]
    assert str(outcome.tally.amount) == "2.00"
