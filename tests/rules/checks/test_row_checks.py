"""The kinds formula and required: one row, one verdict."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rules.rule import Verdict
from rules.text import Text
from tests.rules.building import contract, judged, pack, parameter, rule, table

OF = contract(
    issued_on="date", closes_on="date", method="category:open|limited", price="money:0",
    code="code",
)  # fmt: skip
DAYS = {"kind": "formula", "must": "DAYS(issued_on, closes_on) >= 20"}


def verdicts(check: object, rows: list[object], into: Path, **more: object) -> tuple[object, ...]:
    unreadable = more.pop("unreadable", None)
    parameters = more.pop("parameters", ())
    made = pack(rule(check, **more), contracts=[OF], parameters=parameters)
    outcome = judged(made, into, table(OF, rows, unreadable=unreadable))
    return outcome.counts, list(outcome.lines.select("row", "verdict", "reason").iter_rows())


def span(first: str | None, last: str | None, **more: object) -> dict[str, object]:
    return {"issued_on": first, "closes_on": last, **more}


def test_a_condition_is_met_violated_or_undetermined(tmp_path: Path) -> None:
    rows = [
        span("2026-01-01", "2026-01-21"),  # exactly twenty days
        span("2026-01-01", "2026-01-20"),
        span("2026-01-01", None),
    ]
    counts, lines = verdicts(DAYS, rows, tmp_path)
    assert counts == (1, 1, 1, 0)
    assert lines == [(3, "violated", None), (4, "undetermined", "missing")]


@pytest.mark.parametrize(
    ("on_missing", "counts"),
    [
        (Verdict.UNDETERMINED, (0, 0, 1, 0)),
        (Verdict.VIOLATED, (0, 1, 0, 0)),
        (Verdict.NOT_APPLICABLE, (0, 0, 0, 1)),
    ],
)
def test_a_missing_value_takes_on_missing(
    on_missing: Verdict, counts: tuple[int, ...], tmp_path: Path
) -> None:
    given, _ = verdicts(DAYS, [span("2026-01-01", None)], tmp_path, on_missing=on_missing)
    assert given == counts


def test_an_unreadable_cell_is_undetermined_whatever_on_missing_says(tmp_path: Path) -> None:
    counts, lines = verdicts(
        {"kind": "formula", "must": "closes_on IS NULL OR closes_on > issued_on"},
        [span("2026-01-01", None), span("2026-01-01", None)],
        tmp_path,
        on_missing=Verdict.VIOLATED,
        unreadable={1: ["closes_on"]},
    )
    assert counts == (1, 0, 1, 0)
    assert lines == [(3, "undetermined", "unreadable")]


def test_an_unreadable_cell_the_check_does_not_read_is_nothing(tmp_path: Path) -> None:
    counts, _ = verdicts(
        DAYS, [span("2026-01-01", "2026-02-01")], tmp_path, unreadable={0: ["price"]}
    )
    assert counts == (1, 0, 0, 0)


def test_where_a_rule_does_not_apply_nothing_else_matters(tmp_path: Path) -> None:
    rows = [
        span("2026-01-01", "2026-01-02", method="open"),
        span("2026-01-01", "2026-01-02", method="limited"),
        span(None, None, method="limited"),
        span("2026-01-01", "2026-01-02", method="limited"),
        span("2026-01-01", "2026-01-02"),
        span("2026-01-01", "2026-01-02"),
    ]
    counts, lines = verdicts(
        DAYS, rows, tmp_path, applies="method = 'open'",
        unreadable={3: ["closes_on"], 5: ["method"]},
    )  # fmt: skip
    assert counts == (0, 1, 2, 3)
    assert lines == [
        (2, "violated", None),
        (6, "undetermined", "missing"),
        (7, "undetermined", "unreadable"),
    ]


def test_an_unreadable_cell_is_not_taken_for_an_empty_one_in_applies(tmp_path: Path) -> None:
    counts, lines = verdicts(
        DAYS, [span("2026-01-01", None), span("2026-01-01", None)], tmp_path,
        applies="closes_on IS NOT NULL", unreadable={1: ["closes_on"]},
    )  # fmt: skip
    assert counts == (0, 0, 1, 1)
    assert lines == [(3, "undetermined", "unreadable")]


def test_the_records_own_date_chooses_the_norm(tmp_path: Path) -> None:
    days = ["2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01", None]
    counts, lines = verdicts(
        {"kind": "formula", "must": "closes_on > issued_on"},
        [span(each, "2025-01-01") for each in days],
        tmp_path,
        dated_by="issued_on",
        in_force=(day("2026-01-01"), day("2026-06-30")),
    )
    assert counts == (0, 2, 1, 2)
    assert lines == [(3, "violated", None), (4, "violated", None), (6, "undetermined", "no_date")]


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_without_a_record_date_the_day_of_the_evaluation_counts(tmp_path: Path) -> None:
    rows = [span("2026-01-01", "2026-01-02")]
    past, _ = verdicts(DAYS, rows, tmp_path, in_force=(None, day("2026-11-21")))
    present, _ = verdicts(DAYS, rows, tmp_path, in_force=(None, day("2026-11-22")))
    assert (past, present) == ((0, 0, 0, 1), (0, 1, 0, 0))


def test_a_parameter_is_that_of_the_records_day(tmp_path: Path) -> None:
    limit = parameter("least", (20, "2026-01-01", "2026-01-31"), (10, "2026-02-01", "2026-02-28"))
    rows = [
        span("2026-01-31", "2026-02-19"),  # 19 days where 20 are needed
        span("2026-02-01", "2026-02-20"),  # 19 days where 10 are
        span("2026-03-01", "2026-03-02"),
    ]
    made = pack(
        rule(
            {"kind": "formula", "must": "DAYS(issued_on, closes_on) >= least"},
            dated_by="issued_on",
            on_missing=Verdict.VIOLATED,
            message=Text(vi="cần {least}, có {DAYS(issued_on, closes_on)}", en="{least}"),
        ),
        contracts=[OF],
        parameters=[limit],
    )
    outcome = judged(made, tmp_path, table(OF, rows))
    assert outcome.counts == (1, 1, 1, 0)
    assert outcome.column("reason") == [None, "parameter"]
    assert outcome.column("message_vi") == ["cần 20, có 19", ""]
    assert outcome.column("parameters") == [
        (
            '[{"name":"least","value":"20","from":"2026-01-01","to":"2026-01-31",'
            '"document":"22/2023/QH15","provision":"Điều 45 khoản 1","confirmed":true}]'
        ),
        "[]",
    ]
    assert [use.value for use in outcome.tally.parameters] == list(limit.values)


def test_a_year_the_calendar_does_not_know_is_nobodys_missing_data(tmp_path: Path) -> None:
    counts, lines = verdicts(
        {"kind": "formula", "must": "WORKDAYS(issued_on, closes_on) <= 3"},
        [
            span("2026-01-05", "2026-01-08"),
            span("2026-01-05", "2026-01-09"),
            span("2025-12-31", "2026-01-05"),
            span(None, "2026-01-05"),
        ],
        tmp_path,
        on_missing=Verdict.VIOLATED,
    )
    assert counts == (1, 2, 1, 0)
    assert lines == [
        (3, "violated", None),
        (4, "undetermined", "calendar"),
        (5, "violated", None),
    ]


def test_a_division_by_zero_is_undefined(tmp_path: Path) -> None:
    counts, lines = verdicts(
        {"kind": "formula", "must": "100 / price < 1"},
        [{"price": 101}, {"price": 100}, {"price": 0}],
        tmp_path,
    )
    assert counts == (1, 1, 1, 0)
    assert lines == [(3, "violated", None), (4, "undetermined", "undefined")]


def test_a_constant_condition_has_a_verdict_for_every_row(tmp_path: Path) -> None:
    counts, _ = verdicts({"kind": "formula", "must": "1 = 2"}, [{}, {}, {}], tmp_path)
    assert counts == (0, 3, 0, 0)


def test_a_line_says_what_was_found_and_expected(tmp_path: Path) -> None:
    made = pack(
        rule(
            {"kind": "formula", "must": "price <= 1000"},
            amount="(price - 1000) / 3",
            dated_by="issued_on",
            message=Text(vi="Giá {price} vượt {price - 1000}", en="{price} is {price - 1000} over"),
        ),
        contracts=[OF],
    )
    rows = [span("2026-05-04", None, price=2_500_000, code="Đ-1")]
    outcome = judged(made, tmp_path, table(OF, rows))
    (line,) = outcome.lines.iter_rows(named=True)
    assert {name: line[name] for name in ("found", "expected", "difference", "values")} == {
        "found": "2500000",
        "expected": "<= 1000",
        "difference": "2499000",
        "values": '{"issued_on":"2026-05-04","price":"2500000"}',
    }
    assert line["message_vi"] == "Giá 2.500.000 vượt 2.499.000"
    assert line["message_en"] == "2,500,000 is 2,499,000 over"
    assert str(line["dated_on"]) == "2026-05-04"
    assert (line["amount"], outcome.tally.amount) == (Decimal("833000.00"), Decimal("833000.00"))


def test_required_cells(tmp_path: Path) -> None:
    counts, lines = verdicts(
        {"kind": "required", "columns": ["code", "price"]},
        [
            {"code": "A", "price": 0},
            {"code": "A"},
            {"code": " \t ", "price": 1},
            {"price": 1},
            {"code": "A"},
        ],
        tmp_path,
        unreadable={4: ["price"]},
    )
    assert counts == (1, 3, 1, 0)
    assert lines[-1] == (6, "undetermined", "unreadable")


def test_required_names_the_empty_cells(tmp_path: Path) -> None:
    made = pack(rule({"kind": "required", "columns": ["code", "price"]}), contracts=[OF])
    outcome = judged(made, tmp_path, table(OF, [{}, {"code": "A"}]))
    assert outcome.column("expected") == ["code, price", "price"]


def test_required_speaks_only_of_rows_the_rule_applies_to(tmp_path: Path) -> None:
    counts, _ = verdicts(
        {"kind": "required", "columns": ["code"]},
        [{"method": "open"}, {"method": "limited"}, {}],
        tmp_path,
        applies="method = 'open'",
    )
    assert counts == (0, 1, 1, 1)
