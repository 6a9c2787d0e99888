import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.evaluation import ENGINE_VERSION, VIOLATIONS, Tally, judge
from rules.rule import Rule, Unit
from rules.text import Text
from tests.rules.building import (
    AS_OF,
    FILE_DIGEST,
    NOTHING,
    contract,
    judged,
    pack,
    parameter,
    rule,
    table,
)

OF = contract(
    key=("id",), id="code", vendor="code", amount="money:2", number="integer", state="text",
    paid_on="date",
)  # fmt: skip
PLAIN = replace(OF, key=())
OTHER = contract("totals", vendor="code", amount="money:2")
POSITIVE = {"kind": "formula", "must": "amount > 0"}


def digest(*parts: object) -> str:
    text = json.dumps(list(parts), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_line_is_named_by_its_business_key(tmp_path: Path) -> None:
    evidence = table(OF, [{"id": "HS-Đ1", "amount": -1}, {"id": "HS-2", "amount": 1}])
    outcome = judged(pack(rule(POSITIVE), contracts=[OF]), tmp_path, evidence)
    (line,) = outcome.lines.iter_rows(named=True)
    assert (line["unit_key"], line["stable"]) == ("HS-Đ1", True)
    assert line["key"] == digest("R-01", "t", ["HS-Đ1"])


def test_without_a_business_key_the_place_names_the_line(tmp_path: Path) -> None:
    evidence = table(PLAIN, [{"amount": 1}, {"amount": -1}], sheet="Tờ 1")
    outcome = judged(pack(rule(POSITIVE), contracts=[PLAIN]), tmp_path, evidence)
    (line,) = outcome.lines.iter_rows(named=True)
    assert (line["unit_key"], line["stable"]) == ("#3", False)
    assert (line["file"], line["sheet"], line["row"]) == (FILE_DIGEST, "Tờ 1", 3)
    assert line["key"] == digest("R-01", "t", [FILE_DIGEST, "Tờ 1", 3])


def test_rows_that_share_a_key_are_named_by_their_place(tmp_path: Path) -> None:
    rows = [{"id": one, "amount": -1} for one in ("A", "A", "B", None, " ")]
    outcome = judged(pack(rule(POSITIVE), contracts=[OF]), tmp_path, table(OF, rows))
    assert outcome.column("stable") == [False, False, True, False, False]
    assert outcome.column("unit_key") == ["A", "A", "B", "#5", "#6"]
    assert len(set(outcome.column("key"))) == 5


def test_a_group_is_named_by_its_key(tmp_path: Path) -> None:
    made = pack(rule({"kind": "unique", "key": ["vendor", "amount"]}, "group"), contracts=[OF])
    rows = [{"id": "A", "vendor": "v", "amount": 1}, {"id": "B", "vendor": "v", "amount": 1}]
    outcome = judged(made, tmp_path, table(OF, rows))
    assert outcome.column("key") == [digest("R-01", "t", ["v", "1.00"])]
    assert outcome.column("stable") == [True]


def test_lines_stand_in_the_order_of_the_pack_and_of_the_files(tmp_path: Path) -> None:
    made = pack(
        rule({"kind": "unique", "key": ["vendor"]}, code="Z-1"),
        rule(POSITIVE, code="A-1"),
        rule({"kind": "required", "columns": ["state"]}, code="M-1"),
        contracts=[OF],
    )
    rows = [{"id": one, "vendor": "v", "amount": -1} for one in ("B", "A")]
    later, earlier = (table(OF, rows, file=letter * 64) for letter in "ba")
    both = replace(later, frame=pl.concat([later.frame, earlier.frame]))
    outcome = judged(made, tmp_path, both)
    places = [(code, letter * 64, row) for code in ("Z-1", "A-1", "M-1") for letter in "ab"
              for row in (2, 3)]  # fmt: skip
    assert outcome.lines.select("rule", "file", "row").rows() == places


@pytest.mark.parametrize(
    ("check", "unit", "population"),
    [
        (POSITIVE, "row", 2),
        ({"kind": "unique", "key": ["amount"]}, "row", 2),
        ({"kind": "unique", "key": ["amount"]}, "group", 1),
        ({"kind": "gaps", "number": "ROUND(amount, 0)", "series": []}, "series", 1),
    ],
)
def test_a_missing_column_is_an_error_for_the_whole_population(
    check: dict[str, object], unit: str, population: int, tmp_path: Path
) -> None:
    evidence = table(OF, [{"id": "A", "amount": 1}, {"id": "B", "amount": 2}])
    cut = replace(evidence, frame=evidence.frame.drop("amount"))
    outcome = judged(pack(rule(check, unit), contracts=[OF]), tmp_path, cut)
    assert outcome.tally == Tally(
        rule="R-01",
        table="t",
        unit=Unit(unit),
        population=population,
        error=population,
        error_code="column_missing",
        error_facts={"table": "t", "column": "amount"},
    )
    assert outcome.lines.height == 0


@pytest.mark.parametrize(
    "more",
    [
        {"applies": "amount > 1"},
        {"amount": "amount"},
        {"message": Text(vi="{amount}", en="")},
    ],
)
def test_a_missing_column_is_an_error_wherever_it_is_read(
    more: dict[str, object], tmp_path: Path
) -> None:
    evidence = table(OF, [{"id": "A", "state": "x"}])
    cut = replace(evidence, frame=evidence.frame.drop("amount"))
    made = pack(rule({"kind": "required", "columns": ["state"]}, **more), contracts=[OF])
    assert judged(made, tmp_path, cut).tally.error_code == "column_missing"


def test_a_missing_column_elsewhere_harms_no_rule(tmp_path: Path) -> None:
    evidence = table(OF, [{"id": "A", "amount": -1}])
    cut = replace(evidence, frame=evidence.frame.drop("vendor", "number", "id"))
    outcome = judged(pack(rule(POSITIVE), contracts=[OF]), tmp_path, cut)
    assert outcome.counts == (0, 1, 0, 0)
    assert outcome.column("stable") == [False]


RECONCILE = {
    "kind": "reconcile", "by": ["vendor"], "sum": "amount", "tolerance": 0,
    "against": {"table": "totals", "by": ["vendor"], "sum": "amount"},
}  # fmt: skip
LOOKUP = {"kind": "lookup", "columns": ["vendor"], "table": "totals", "to": ["vendor"]}


def test_a_missing_or_empty_table_is_never_met(tmp_path: Path) -> None:
    made = pack(
        rule(POSITIVE, code="ROW"),
        rule(LOOKUP, code="LOOK"),
        rule(RECONCILE, "group", code="SUM"),
        contracts=[OF, OTHER],
    )
    full = table(OF, [{"id": "A", "vendor": "v", "amount": 1}, {"id": "B", "vendor": "v"}])
    empty, totals = table(OF, [{}], foreign=[0]), table(OTHER, [{"vendor": "v", "amount": 1}])

    def errors(*tables: object) -> dict[str, tuple[object, ...]]:
        tallies = judged(made, tmp_path, *tables).tallies
        return {
            code: (one.error_code, one.error_facts.get("table"), one.population, one.error)
            for code, one in tallies.items()
            if one.error_code
        }

    assert errors(totals) == dict.fromkeys(("ROW", "LOOK", "SUM"), ("table_missing", "t", 0, 0))
    assert errors(empty, totals) == dict.fromkeys(
        ("ROW", "LOOK", "SUM"), ("table_empty", "t", 0, 0)
    )
    assert errors(full) == {
        "LOOK": ("table_missing", "totals", 2, 2),
        "SUM": ("table_missing", "totals", 1, 1),
    }
    assert errors(full, table(OTHER, [{}], foreign=[0])) == {
        "LOOK": ("table_empty", "totals", 2, 2),
        "SUM": ("table_empty", "totals", 1, 1),
    }
    assert errors(full, totals) == {}


def test_the_file_of_violations_stands_even_when_empty(tmp_path: Path) -> None:
    outcome = judged(pack(contracts=[OF]), tmp_path, table(OF, [{}]))
    assert (outcome.tallies, outcome.lines.height) == ({}, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "facts.parquet", "violations.parquet",
    ]  # fmt: skip


def test_each_rule_is_told_as_it_is_done(tmp_path: Path) -> None:
    made = pack(rule(POSITIVE, code="A"), rule(RECONCILE, "group", code="B"),
                contracts=[OF, OTHER])  # fmt: skip
    tallies = judge(made, {"t": table(OF, [{"amount": 1}])}, as_of=AS_OF, into=tmp_path)
    assert next(tallies).error_code == "table_missing"
    assert not (tmp_path / "violations.parquet").exists()
    assert next(tallies).met == 1
    assert list(tallies) == []
    assert (tmp_path / "violations.parquet").exists()


def test_batches_are_joined_without_a_seam(tmp_path: Path) -> None:
    limit = parameter("limit", (-2, None, "2026-06-30"), (1, "2026-07-01", None))
    made = pack(
        rule(
            {"kind": "formula", "must": "amount > limit"},
            dated_by="paid_on",
            amount="number",
            message=Text(vi="{number}", en="{number}"),
        ),
        contracts=[OF],
        parameters=[limit],
    )
    one = table(OF, [{"amount": 1, "number": 1, "paid_on": "2026-01-01"}])
    batch = 100_000
    count = 2 * batch + 1
    number = pl.int_range(count, dtype=pl.Int64)
    many = one.frame.collect().sample(count, with_replacement=True).lazy()
    # Only the last rows of each batch are of the day whose limit they do not keep.
    last = number % batch > batch - 3
    later = pl.when(last).then(date(2026, 8, 1)).otherwise(pl.col("paid_on"))
    frame = many.with_columns(number.alias("number"), later.alias("paid_on"), __row=number + 2)
    outcome = judged(made, tmp_path, replace(one, frame=frame))
    assert outcome.counts == (count - 4, 4, 0, 0)
    assert outcome.column("row") == [100_000, 100_001, 200_000, 200_001]
    assert outcome.tally.amount == Decimal(99_998 + 99_999 + 199_998 + 199_999)
    assert [use.value for use in outcome.tally.parameters] == list(limit.values)


def test_counts_that_do_not_reconcile_are_a_defect() -> None:
    with pytest.raises(ArithmeticError):
        Tally(rule="R", table="t", unit=Unit.ROW, population=3, met=1, violated=1)


def test_results_can_name_the_engine_that_made_them() -> None:
    assert f"1.2.0+polars.{pl.__version__}" == ENGINE_VERSION


CELLS = st.fixed_dictionaries(
    {
        "id": st.sampled_from([None, "A", "B", "C"]),
        "vendor": st.sampled_from([None, " ", "v", "w", "x"]),
        "amount": st.sampled_from([None, -1, 0, "0.01", 1, 100]),
        "number": st.sampled_from([None, -2, 1, 2, 3, 9]),
        "state": st.sampled_from([None, "PAID", "VOID"]),
        "paid_on": st.sampled_from([None, "2025-12-31", "2026-01-01", "2026-07-01", "2031-01-01"]),
    }
)
COLUMNS = st.lists(st.sampled_from([one.name for one in OF.columns]), max_size=2)
LIMIT = parameter("limit", (1, "2026-01-01", "2026-06-30"), (2, "2026-07-01", "2030-12-31"))
MORE = {"applies": "state = 'PAID'", "dated_by": "paid_on", "message": NOTHING}
EVERY: list[Rule] = [
    rule({"kind": "formula", "must": "amount / number <= limit"}, code="FORMULA", **MORE),
    rule({"kind": "formula", "must": "WORKDAYS(paid_on, '2026-02-02') > 3"}, code="CALENDAR",
         dated_by="paid_on", in_force=(date(2026, 1, 1), date(2030, 1, 1)), amount="amount"),
    rule({"kind": "required", "columns": ["vendor", "amount"]}, code="REQUIRED", **MORE),
    rule({"kind": "unique", "key": ["vendor", "amount"]}, code="ROWS", amount="amount", **MORE),
    rule({"kind": "unique", "key": ["vendor"]}, "group", code="GROUPS", **MORE),
    rule({"kind": "gaps", "number": "number", "series": ["vendor"]}, "series", code="GAPS",
         amount="count", **MORE),
    rule(LOOKUP | {"columns": ["vendor", "amount"], "to": ["vendor", "amount"]}, code="LOOKUP",
         **MORE),
    rule(RECONCILE, "group", code="SUMS", amount="ABS(difference)", **MORE),
    rule(RECONCILE | {"by": [], "against": {"table": "totals", "by": [], "sum": "amount"}},
         "table", code="TOTAL", **MORE),
]  # fmt: skip


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.tuples(CELLS, COLUMNS, st.booleans()), min_size=1, max_size=12),
    totals=st.lists(st.tuples(CELLS, st.booleans()), min_size=1, max_size=5),
    scope=st.sampled_from(["inspection", "campaign"]),
)
def test_verdicts_reconcile_whatever_the_table(
    tmp_path: Path,
    rows: list[tuple[dict[str, object], list[str], bool]],
    totals: list[tuple[dict[str, object], bool]],
    scope: str,
) -> None:
    own = [index for index, (*_, foreign) in enumerate(rows) if not foreign]
    made = pack(
        *(replace(one, scope=type(one.scope)(scope)) for one in EVERY),
        contracts=[OF, OTHER],
        parameters=[LIMIT],
    )
    evidence = table(
        OF,
        [_legible(cells, bad) for cells, bad, _ in rows],
        unreadable={index: bad for index, (_, bad, _) in enumerate(rows)},
        foreign=[index for index, (*_, foreign) in enumerate(rows) if foreign],
    )
    others = table(
        OTHER,
        [{"vendor": cells["vendor"], "amount": cells["amount"]} for cells, _ in totals],
        unreadable={index: ["amount"] for index, (_, bad) in enumerate(totals) if bad},
    )
    outcome = judged(made, tmp_path, evidence, others)
    assert set(outcome.tallies) == {one.code for one in EVERY}
    for code, tally in outcome.tallies.items():
        lines = outcome.lines.filter(pl.col("rule") == code)
        said = [verdict for (verdict,) in lines.select("verdict").rows()]
        assert (code, tally.violated) == (code, said.count("violated"))
        assert (code, tally.undetermined) == (code, said.count("undetermined"))
        if tally.unit is Unit.ROW:
            assert (code, tally.population) == (code, len(own))
        if scope == "inspection" and code in ("GROUPS", "GAPS") and own:
            assert tally.population <= len(own)
        if tally.amount is not None:
            violated = lines.filter(pl.col("verdict") == "violated").get_column("amount")
            assert tally.amount == sum(violated.drop_nulls().to_list(), Decimal(0))
    assert outcome.lines.get_column("key").is_unique().all()
    told = outcome.lines.select(
        (pl.col("verdict") == "undetermined") == pl.col("reason").is_not_null()
    )
    assert told.to_series().all()


def _legible(cells: dict[str, object], bad: list[str]) -> dict[str, object]:
    return {name: None if name in bad else cell for name, cell in cells.items()}


def test_the_columns_of_violations_are_public() -> None:
    assert VIOLATIONS.names() == [
        "rule", "verdict", "unit", "table", "file", "sheet", "row", "rows", "unit_key", "group",
        "key", "stable", "values", "unread", "found", "expected", "difference", "parameters",
        "amount", "message_vi", "message_en", "reason", "dated_on",
    ]  # fmt: skip
