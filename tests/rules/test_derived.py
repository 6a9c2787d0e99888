"""Columns worked out from the rows of another table: like COUNTIFS, SUMIFS and XLOOKUP."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.checks.derivation import compile_derived
from rules.derived import DerivedColumn
from rules.errors import PackError
from rules.evaluation import judge
from rules.evaluation.deriving import derive
from rules.pack_loading import load_pack_files
from rules.table import UNREADABLE
from tests.rules.building import AS_OF, NOTHING, contract, rule, table
from tests.rules.building import pack as made_pack
from tests.rules.packs.through_the_doors import judge_bytes

ORDERS = contract("orders", key=("id",), id="code")
LINES = contract("lines", order="code", pay="money:2", on="date", at="datetime", who="text")
ID = ["A", "B", "C", None]
ROWS = [
    {"order": "A", "pay": "1.50", "on": "2026-01-02", "at": "2026-01-02T10:00:00", "who": 'a"b'},
    {"order": "A", "pay": "2.25", "on": "2026-01-01", "at": "2026-01-01T10:00:00", "who": "a"},
    {"order": "A", "pay": "0.25", "on": "2026-01-03", "at": "2026-01-03T10:00:00", "who": "a"},
    {"order": "B", "pay": None, "on": "2026-01-01", "who": None},
    {"order": None, "pay": "9.00", "on": "2026-01-01", "who": "z"},
]


def column(how: str, formula: str, **more: object) -> DerivedColumn:
    said = {"table": "orders", "name": "x", "of": "lines", "by": ("id",), "to": ("order",)}
    return DerivedColumn(
        **{**said, "label": NOTHING, "where": None, **more}, how=how, formula=formula
    )


def derived(*columns: DerivedColumn, unreadable=None, orders=None, lines=None, foreign=()):
    """The table `orders` with its derived columns."""
    tables = {
        "orders": table(ORDERS, [{"id": one} for one in orders or ID], foreign=foreign),
        "lines": table(LINES, ROWS if lines is None else lines, unreadable=unreadable),
    }
    compiled = compile_derived(
        columns,
        contracts={"orders": ORDERS, "lines": LINES},
        calendar=None,
        lists={},
        as_of=AS_OF,
    )
    with TemporaryDirectory() as folder:
        return derive(compiled, tables, folder=Path(folder))["orders"].frame.collect()


@pytest.mark.parametrize(
    ("how", "formula", "where", "of_each"),
    [
        ("count", "TRUE", None, [3, 1, 0]),
        ("count", "pay > 1", "NOT ISBLANK(pay)", [2, 0, 0]),
        ("sum", "pay", "NOT ISBLANK(pay)", [Decimal("4.00"), Decimal("0.00"), Decimal("0.00")]),
        ("min", "pay", "NOT ISBLANK(pay)", [Decimal("0.25"), None, None]),
        ("max", "pay * 2", "NOT ISBLANK(pay)", [Decimal("4.50"), None, None]),
        ("any", "pay > 2", "NOT ISBLANK(pay)", [True, False, False]),
        ("all", "pay > 1", "NOT ISBLANK(pay)", [False, True, True]),
        ("list", "who", "NOT ISBLANK(who)", ['["a","a\\"b"]', None, None]),
    ],
)
def test_a_figure_of_the_rows_with_the_key(how, formula, where, of_each) -> None:
    frame = derived(column(how, formula, where=where))
    assert frame["x"].to_list() == [*of_each, None]
    assert frame[UNREADABLE].to_list() == [[], [], [], ["x"]]


@pytest.mark.parametrize(("how", "least"), [("min", "on"), ("max", "at")])
def test_dates_and_moments_keep_their_type(how, least) -> None:
    frame = derived(column(how, least, where="NOT ISBLANK(at)"))
    assert frame.schema["x"] == {"on": pl.Date(), "at": pl.Datetime("us")}[least]


def test_a_blank_leaves_the_figure_unknown_unless_the_condition_leaves_it_out() -> None:
    frame = derived(column("sum", "pay"))
    assert frame["x"].to_list() == [Decimal("4.00"), None, Decimal("0.00"), None]
    assert frame[UNREADABLE].to_list() == [[], ["x"], [], ["x"]]


def test_an_unreadable_cell_leaves_the_figure_unknown_unless_it_is_settled() -> None:
    some = derived(
        column("any", "pay > 2"), column("any", "pay > 9", name="y"), unreadable={0: ["pay"]}
    )
    assert some["x"].to_list()[0] is True
    assert some["y"].to_list()[0] is None
    assert some[UNREADABLE].to_list()[0] == ["y"]


def test_a_condition_that_cannot_be_told_leaves_the_figure_unknown() -> None:
    frame = derived(column("count", "TRUE", where="pay > 1"))
    assert frame["x"].to_list() == [2, None, 0, None]


def test_without_a_key_every_row_counts() -> None:
    frame = derived(column("count", "TRUE", by=(), to=()))
    assert frame["x"].to_list() == [5] * 4


def test_a_column_may_read_those_before_it() -> None:
    again = column("max", "x", name="y", of="orders", to=("id",), where="NOT ISBLANK(id)")
    frame = derived(column("count", "TRUE"), again)
    assert frame["y"].to_list() == [3, 1, 0, None]


def test_a_sum_of_more_than_eighteen_digits_is_unknown() -> None:
    rows = [{"order": "A", "pay": "9" * 16 + ".00"}] * 2
    frame = derived(column("sum", "pay"), lines=rows, orders=["A"])
    assert (frame["x"].to_list(), frame[UNREADABLE].to_list()) == ([None], [["x"]])


def test_rows_of_others_do_not_count_for_the_inspected_organization() -> None:
    frame = derived(column("count", "TRUE"), foreign=(1,))
    assert frame["x"].to_list() == [3, 0, 0, None]


@given(
    st.lists(st.sampled_from("ABC"), min_size=1, max_size=5),
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(-(10**6), 10**6)), min_size=1, max_size=20
    ),
)
def test_counts_and_sums_are_those_of_python(orders, lines) -> None:
    rows = [{"order": order, "pay": Decimal(cents).scaleb(-2)} for order, cents in lines]
    frame = derived(
        column("count", "TRUE"), column("sum", "pay", name="y"), orders=orders, lines=rows
    )
    counts, sums = defaultdict(int), defaultdict(Decimal)
    for row in rows:
        counts[row["order"]] += 1
        sums[row["order"]] += row["pay"]
    assert frame["x"].to_list() == [counts[one] for one in orders]
    assert frame["y"].to_list() == [sums[one] for one in orders]


HEAD = '{code: p, version: "1.0.0", title: {vi: a, en: a}, description: {vi: a, en: a}}'
TABLES = {
    "orders": "{name: orders, title: {vi: a, en: a}, key: [id], columns: [{name: id, type: code,"
    " label: {vi: a, en: a}}]}",
    "lines": "{name: lines, title: {vi: a, en: a}, columns: [{name: order, type: code,"
    " label: {vi: a, en: a}}, {name: pay, type: money, label: {vi: a, en: a}}]}",
}
RULE = """\
- code: R-01
  title: {vi: a, en: a}
  basis: {document: a, provision: a}
  class: violation
  table: orders
  unit: row
  check: {kind: formula, must: paid >= 5}
  on_missing: undetermined
  message: {vi: "{paid}", en: "{paid}"}
  fix: {vi: a, en: a}
"""
PAID = "{table: orders, column: paid, label: {vi: a, en: a}, of: lines, by: [id], to: [order]"


def loaded(derived_yaml: str):
    files = {f"tables/{name}.yaml": text.encode() for name, text in TABLES.items()}
    files |= {"pack.yaml": HEAD.encode(), "rules/r.yaml": RULE.encode()}
    return load_pack_files({**files, "derived.yaml": derived_yaml.encode()})


def test_a_rule_reads_a_derived_column_and_a_file_need_not_have_it(tmp_path) -> None:
    pack = loaded(f"- {PAID}, sum: pay}}")
    files = {"orders": b"id\nA\nB\nC\n", "lines": b"order,pay\nA,3\nA,2\nB,4\nC,x\n"}
    found = judge_bytes(pack, files, tmp_path)
    tally = found.tallies["R-01"]
    assert (tally.met, tally.violated, tally.undetermined) == (1, 1, 1)
    assert found.lines.select("unit_key", "verdict", "message_en", "reason").rows() == [
        ("B", "violated", "4", None),
        ("C", "undetermined", "", "unreadable"),
    ]


@pytest.mark.parametrize("lines", [{}, {"lines": b"order,pay\n"}], ids=["absent", "empty"])
def test_without_rows_to_look_at_the_rule_is_error(lines, tmp_path) -> None:
    found = judge_bytes(loaded(f"- {PAID}, sum: pay}}"), {"orders": b"id\nA\n", **lines}, tmp_path)
    tally = found.tallies["R-01"]
    assert (tally.error, tally.error_code) == (1, "column_missing")
    assert tally.error_facts == {"table": "orders", "column": "paid"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"- {PAID}}}", "pack.one_figure"),
        (f"- {PAID}, sum: pay, min: pay}}", "pack.one_figure"),
        (f"- {PAID}, sum: pays}}", "formula.unknown_name"),
        (f"- {PAID}, sum: order}}", "formula.type"),
        (f"- {PAID}, sum: pay, where: pay}}", "formula.type"),
        (f"- {PAID}, sum: pay, when: pay}}", "pack.unknown_key"),
        (f"- {PAID}, max: TIMEOF('2026-01-01 10:00')}}", "formula.type"),
        (f"- {PAID}, sum: pay}}\n- {PAID}, sum: pay}}", "check.name_taken"),
        (f"- {PAID.replace('lines', 'line')}, sum: pay}}", "check.unknown_table"),
        (f"- {PAID.replace('[order]', '[order, pay]')}, sum: pay}}", "check.key_lengths"),
        (f"- {PAID.replace('[order]', '[pay]')}, sum: pay}}", "formula.mixed_types"),
    ],
)
def test_a_derived_column_that_could_not_be_worked_out_is_refused(text, code) -> None:
    with pytest.raises(PackError) as refused:
        loaded(text)
    assert refused.value.code == code
    assert refused.value.facts["file"] == "derived.yaml"


def test_the_same_bytes_whatever_the_memory(tmp_path) -> None:
    columns = (column("count", "TRUE"), column("list", "who", name="y", where="NOT ISBLANK(who)"))
    checks = [rule({"kind": "formula", "must": "x > 1"}, table="orders", message=NOTHING)]
    pack = made_pack(*checks, contracts=[ORDERS, LINES])
    orders = table(ORDERS, [{"id": one} for one in "ABCABC"])
    found = []
    for number, memory in enumerate((1 << 30, 1)):
        into = tmp_path / str(number)
        into.mkdir()
        tables = {"orders": orders, "lines": table(LINES, ROWS)}
        with_columns = replace(pack, derived=columns)
        list(judge(with_columns, tables, as_of=AS_OF, into=into, memory_bytes=memory))
        found.append((into / "violations.parquet").read_bytes())
    assert found[0] == found[1]
