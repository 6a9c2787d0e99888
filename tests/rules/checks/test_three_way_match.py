from pathlib import Path

import pytest

from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

INVOICES = contract("t", line="code", qty="decimal:3", price="money:2", money="money:2")
ORDERS = contract("orders", line="code", qty="integer", price="money:2", money="money:2")
RECEIPTS = contract("receipts", line="code", qty="decimal:1")
CHECK = {
    "kind": "three-way-match",
    "key": ["line"], "quantity": "qty", "price": "price", "amount": "money",
    "order": {"table": "orders", "key": ["line"], "quantity": "qty", "price": "price",
              "amount": "money"},
    "receipt": {"table": "receipts", "key": ["line"], "quantity": "qty"},
}  # fmt: skip
SAID = Text(
    vi="{line}|{found}|{ordered}|{received}|{invoiced}|{difference}|{order_price}|{invoice_price}"
    "|{order_amount}|{invoice_amount}",
    en="—",
)
INVOICE = {"line": "1", "qty": 2, "price": 10, "money": 20}
ORDER = {"line": "1", "qty": 2, "price": 10, "money": 20}
RECEIPT = {"line": "1", "qty": 2}


def judge_three(invoices, orders, receipts, into: Path, *, check=CHECK, **more) -> Outcome:
    made = pack(
        rule(check, unit="group", message=SAID, **more), contracts=[INVOICES, ORDERS, RECEIPTS]
    )
    return judged(made, into, table(INVOICES, invoices), table(ORDERS, orders, file="a" * 64),
                  table(RECEIPTS, receipts, file="b" * 64))  # fmt: skip


def test_a_line_tells_every_figure_and_everything_that_is_wrong(tmp_path: Path) -> None:
    outcome = judge_three(
        [INVOICE | {"qty": "2.500", "price": 9}, INVOICE | {"qty": 1, "price": 11, "money": 5}],
        [ORDER],
        [RECEIPT | {"qty": "3.0"}],
        tmp_path,
        amount="invoice_amount - order_amount",
    )
    assert outcome.column("message_vi") == [
        "1|over-receipt, over-invoice, price, amount|2|3|3,5|0,5|10|11|20|25"
    ]
    assert str(outcome.tally.amount) == "5.00"


@pytest.mark.parametrize(
    ("invoices", "orders", "receipts", "found"),
    [
        ([INVOICE], [], [RECEIPT], "no-order"),
        ([INVOICE], [ORDER], [], "no-receipt"),
        ([INVOICE], [], [], "no-order, no-receipt"),
        ([], [], [RECEIPT], "no-order"),
        ([INVOICE], [ORDER, ORDER | {"price": 11, "qty": 0, "money": 0}], [RECEIPT], "price"),
        ([INVOICE | {"price": 11}, INVOICE | {"qty": 0, "money": 0}], [ORDER], [RECEIPT], "price"),
    ],
)
def test_what_is_wrong_has_a_name(
    invoices: list, orders: list, receipts: list, found: str, tmp_path: Path
) -> None:
    fine = {"line": "fine"}
    outcome = judge_three(
        [*invoices, INVOICE | fine], [*orders, ORDER | fine], [*receipts, RECEIPT | fine], tmp_path
    )
    assert outcome.counts == (1, 1, 0, 0)
    assert outcome.column("found") == [found]


def test_credit_notes_and_returns_are_added_up(tmp_path: Path) -> None:
    outcome = judge_three(
        [INVOICE | {"qty": 3, "money": 30}, INVOICE | {"qty": -1, "money": -10}],
        [ORDER],
        [RECEIPT | {"qty": 4}, RECEIPT | {"qty": -2}],
        tmp_path,
    )
    assert outcome.counts == (1, 0, 0, 0)


def test_a_line_without_an_invoice_stands_where_the_order_stands(tmp_path: Path) -> None:
    outcome = judge_three(
        [INVOICE], [ORDER, ORDER | {"line": "2"}], [RECEIPT], tmp_path,
        check=CHECK | {"complete": True},
    )  # fmt: skip
    told = outcome.lines.select("unit_key", "file", "row", "found").rows()
    assert told == [("2", "a" * 64, 3, "no-receipt, no-invoice")]


def test_the_largest_figures_neither_wrap_nor_round(tmp_path: Path) -> None:
    most = "999999999999999.999"
    outcome = judge_three(
        [INVOICE | {"qty": most, "money": 1}, INVOICE | {"qty": most, "money": 1}],
        [ORDER | {"qty": 10**17, "price": 10}],
        [RECEIPT | {"qty": "1999999999999999.9"}],
        tmp_path,
    )
    assert outcome.counts == (0, 1, 0, 0)
    assert outcome.column("difference") == ["0.098"]
