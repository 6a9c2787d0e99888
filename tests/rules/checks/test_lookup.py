from pathlib import Path

import pytest

from rules.errors import FormulaError
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, parameter, rule, table

OF = contract(vendor="code", amount="money:2", paid_on="date", state="text")
MASTER = contract("vendors", code="code", price="decimal:3", starts="date", ends="datetime")
CHECK = {"kind": "lookup", "columns": ["vendor"], "table": "vendors", "to": ["code"]}


def judge_lookup(
    rows: list[dict[str, object]], masters: list[dict[str, object]], into: Path, **more: object
) -> Outcome:
    made = pack(rule(more.pop("check", CHECK), **more.pop("rule", {})), contracts=[OF, MASTER])
    others = table(MASTER, masters, unreadable=more.get("master_unreadable"),
                   foreign=more.get("master_foreign", ()))  # fmt: skip
    own = table(OF, rows, unreadable=more.get("unreadable"), foreign=more.get("foreign", ()))
    return judged(made, into, own, others)


def test_a_row_without_counterpart_is_violated(tmp_path: Path) -> None:
    outcome = judge_lookup(
        [{"vendor": "1"}, {"vendor": "01"}, {"vendor": None}, {"vendor": " "}, {}],
        [{"code": "1"}, {"code": "1"}, {"code": None}, {"code": " "}],
        tmp_path,
        unreadable={4: ["vendor"]},
        rule={"message": Text(vi="{found} không có trong {expected}", en="{vendor}")},
    )
    assert outcome.counts == (1, 1, 3, 0)
    assert outcome.column("reason") == [None, "key", "key", "unreadable"]
    assert outcome.column("message_vi")[0] == "01 không có trong vendors"
    assert outcome.column("message_en")[0] == "01"


def test_rows_the_rule_does_not_speak_of(tmp_path: Path) -> None:
    outcome = judge_lookup(
        [{"vendor": "x", "state": "VOID"}, {"vendor": "x"}, {"vendor": "x", "state": "PAID"}],
        [{"code": "1"}],
        tmp_path,
        rule={"applies": "state = 'PAID'"},
    )
    assert outcome.counts == (0, 1, 1, 1)


def test_numbers_of_different_scale_are_equal(tmp_path: Path) -> None:
    check = CHECK | {"columns": ["amount"], "to": ["price"]}
    outcome = judge_lookup(
        [{"amount": "1.50"}, {"amount": "1.51"}], [{"price": "1.500"}, {"price": "1.511"}],
        tmp_path, check=check,
    )  # fmt: skip
    assert outcome.counts == (1, 1, 0, 0)


def test_a_reversal_is_looked_for_in_the_same_table(tmp_path: Path) -> None:
    check = {
        "kind": "lookup", "columns": ["vendor", "-amount"], "table": "t",
        "to": ["vendor", "amount"],
    }  # fmt: skip
    rows = [
        {"vendor": "a", "amount": 5}, {"vendor": "a", "amount": -5}, {"vendor": "b", "amount": -5},
        {"vendor": "c", "amount": 0},
    ]  # fmt: skip
    outcome = judge_lookup(rows, [{}], tmp_path, check=check, rule={"applies": "amount <= 0"})
    assert outcome.counts == (2, 1, 0, 1)
    assert outcome.column("found") == ["b · 5.00"]


@pytest.mark.parametrize(
    ("paid_on", "counts"),
    [
        ("2026-01-31", (0, 1, 0, 0)),
        ("2026-02-01", (1, 0, 0, 0)),
        ("2026-02-28", (1, 0, 0, 0)),
        ("2026-03-01", (0, 1, 0, 0)),
        ("2026-07-01", (1, 0, 0, 0)),
        (None, (0, 0, 1, 0)),
    ],
)
def test_a_counterpart_must_be_valid_on_the_records_date(
    paid_on: str | None, counts: tuple[int, ...], tmp_path: Path
) -> None:
    outcome = judge_lookup(
        [{"vendor": "1", "paid_on": paid_on}],
        [
            {"code": "1", "starts": "2026-02-01", "ends": "2026-02-28T23:00:00"},
            {"code": "1", "starts": "2026-07-01"},
            {"code": "2"},
        ],
        tmp_path,
        check=CHECK | {"valid": {"from": "starts", "to": "ends"}},
        rule={"dated_by": "paid_on"},
    )
    assert outcome.counts == counts


def test_an_unreadable_bound_is_not_an_open_one(tmp_path: Path) -> None:
    outcome = judge_lookup(
        [{"vendor": name, "paid_on": "2026-02-01"} for name in ("1", "2", "3")],
        [
            {"code": "1"},
            {"code": "2"},
            {"code": "2", "starts": "2026-01-01"},
            {"code": "3", "starts": "2026-02-02"},
        ],
        tmp_path,
        check=CHECK | {"valid": {"from": "starts", "to": "ends"}},
        rule={"dated_by": "paid_on"},
        master_unreadable={0: ["starts"], 1: ["ends"], 3: ["ends"]},
    )
    assert outcome.counts == (1, 1, 1, 0)
    assert outcome.lines.select("found", "reason").rows() == [("1", "unreadable"), ("3", None)]


def test_a_campaign_looks_into_the_tables_of_all(tmp_path: Path) -> None:
    rows, masters = [{"vendor": "1"}, {"vendor": "2"}], [{"code": "1"}, {"code": "2"}]
    alone = judge_lookup(rows, masters, tmp_path, foreign=[1], master_foreign=[0])
    assert alone.counts == (0, 1, 0, 0)
    together = judge_lookup(
        rows, masters, tmp_path, foreign=[1], master_foreign=[0], rule={"scope": "campaign"}
    )
    assert together.counts == (1, 0, 0, 0)


MUST = CHECK | {"must": "amount <= [vendors.price] * share"}
SHARES = [parameter("share", (1.5, "2026-01-01", "2026-06-30"), (2, "2026-07-01", None))]


def judge_must(rows: list[dict[str, object]], into: Path, **more: object) -> Outcome:
    masters = [{"code": "1", "price": 10}, {"code": "1", "price": 20}, {"code": "2", "price": 5},
               {"code": "3"}, {"code": "4", "price": 5}]  # fmt: skip
    made = rule(MUST, dated_by="paid_on", **more)
    made_pack = pack(made, contracts=[OF, MASTER], parameters=SHARES)
    own = table(OF, rows)
    return judged(made_pack, into, own, table(MASTER, masters, unreadable={4: ["price"]}))


@pytest.mark.parametrize(
    ("row", "counts", "reason"),
    [
        ({"vendor": "1", "amount": "30.00", "paid_on": "2026-03-01"}, (1, 0, 0, 0), None),
        ({"vendor": "1", "amount": "30.01", "paid_on": "2026-03-01"}, (0, 1, 0, 0), None),
        ({"vendor": "1", "amount": "40.00", "paid_on": "2026-07-01"}, (1, 0, 0, 0), None),
        ({"vendor": "1", "amount": "1.00", "paid_on": "2025-07-01"}, (0, 0, 1, 0), "parameter"),
        ({"vendor": "1", "amount": None, "paid_on": "2026-03-01"}, (0, 0, 1, 0), "missing"),
        ({"vendor": "3", "amount": "1.00", "paid_on": "2026-03-01"}, (0, 0, 1, 0), "missing"),
        ({"vendor": "4", "amount": "1.00", "paid_on": "2026-03-01"}, (0, 0, 1, 0), "unreadable"),
        ({"vendor": "9", "amount": None, "paid_on": "2026-03-01"}, (0, 1, 0, 0), None),
    ],
)
def test_one_counterpart_must_meet_the_condition(
    row: dict[str, object], counts: tuple[int, ...], reason: str | None, tmp_path: Path
) -> None:
    outcome = judge_must([row], tmp_path)
    assert outcome.counts == counts
    assert outcome.column("reason") == ([reason] if sum(counts[1:3]) else [])


def test_a_message_tells_the_first_counterpart(tmp_path: Path) -> None:
    row = {"vendor": "1", "amount": 99, "paid_on": "2026-03-01"}
    message = Text(vi="{[vendors.price]}", en="—")
    assert judge_must([row], tmp_path, message=message).column("message_vi") == ["10"]


def test_a_condition_over_a_column_the_other_table_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormulaError) as refused:
        judge_lookup([{}], [{}], tmp_path, check=CHECK | {"must": "[vendors.size] > 1"})
    assert refused.value.code == "formula.unknown_name"
    assert refused.value.facts["formula"] == "check.must"


def test_a_condition_is_asked_of_many_rows(tmp_path: Path) -> None:
    """So many that Polars shares the work of one filter out among its threads."""
    rows = [{"vendor": "1", "amount": at % 2} for at in range(30_000)]
    check = CHECK | {"must": "amount <= [vendors.price]"}
    outcome = judge_lookup(rows, [{"code": "1", "price": 0}], tmp_path, check=check)
    assert outcome.counts == (15_000, 15_000, 0, 0)
