"""What a pack may say cannot stop the engine, take the memory of the machine, or be misread."""

from pathlib import Path

import pytest

from rules.errors import FormulaError, PackError
from rules.loading.entries import parse
from rules.loading.norms import MOST_PERIODS, read_parameter
from tests.rules.building import (
    Outcome,
    computed,
    contract,
    judged,
    pack,
    parameter,
    rule,
    table,
)

OF = contract(
    "t", key=("id",), id="code", a="money:2", b="boolean", s="text", on="date", at="datetime",
    share="decimal:17",
)  # fmt: skip
ROW = {"id": "1", "a": "5", "b": True, "s": "x", "on": "2026-03-02", "at": "2026-03-02T08:00:00",
       "share": "0.5"}  # fmt: skip


def judge_one(check: dict[str, object], into: Path, unit: str = "row", **more: object) -> Outcome:
    parameters = more.pop("parameters", ())
    made = pack(rule(check, unit, **more), contracts=[OF], parameters=parameters)
    return judged(made, into, table(OF, [ROW]))


@pytest.mark.parametrize(
    "must",
    [
        "AND(" + ",".join(["b"] * 1_900) + ")",
        "OR(" + ",".join(["b"] * 1_900) + ")",
        "a IN (" + ",".join(["5"] * 1_200) + ")",
        "LEN(CONCAT(" + ",".join(["s"] * 1_900) + ")) = 1900",
    ],
    ids=["and", "or", "in", "concat"],
)
def test_a_long_list_of_arguments_is_planned_at_once(must: str, tmp_path: Path) -> None:
    assert judge_one({"kind": "formula", "must": must}, tmp_path).counts == (1, 0, 0, 0)


def test_a_long_key_is_planned_at_once(tmp_path: Path) -> None:
    check = {"kind": "unique", "key": ["id"] * 1_500}

    assert judge_one(check, tmp_path, "group").counts == (1, 0, 0, 0)


def test_what_would_lie_in_itself_too_often_is_refused() -> None:
    with pytest.raises(FormulaError) as refused:
        computed("COALESCE(" + ",".join(["a"] * 200) + ")", table(OF, [ROW]))

    assert refused.value.code == "formula.too_complex"


def test_a_parameter_of_many_values_is_planned_at_once(tmp_path: Path) -> None:
    many = [(day, f"2026-03-{day:02d}", f"2026-03-{day:02d}") for day in range(1, 32)]
    many += [(day, f"2025-03-{day:02d}", f"2025-03-{day:02d}") for day in range(1, 32)]
    check = {"kind": "formula", "must": "a <= p * 2.5"}
    outcome = judge_one(check, tmp_path, parameters=[parameter("p", *many)], dated_by="on")

    assert outcome.counts == (1, 0, 0, 0)


def test_a_parameter_of_too_many_values_is_refused() -> None:
    values = "\n".join(
        f"  - {{value: {at}, from: {1900 + at}-01-01, to: {1900 + at}-12-31,"
        " basis: {document: a, provision: b}}"
        for at in range(MOST_PERIODS + 1)
    )
    text = f"name: p\nunit: d\ntitle: {{vi: a, en: a}}\nvalues:\n{values}\n"
    with pytest.raises(PackError) as refused:
        read_parameter(parse(text.encode(), file="parameters.yaml"))

    assert refused.value.code == "pack.parameter_periods"


def test_what_a_formula_writes_itself_does_not_grow_without_bound() -> None:
    grown = "SUBSTITUTE(LPAD(s; 1000; '0'); '0'; '" + "y" * 500 + "')"
    with pytest.raises(FormulaError) as refused:
        computed(grown, table(OF, [ROW]))

    assert refused.value.code == "formula.too_complex"


@pytest.mark.parametrize(
    "written", [".inf", ".nan", "190:20:30.15", "1:30", "010", "0x1F", "1.0e+999999999", "0b11"]
)
def test_a_number_that_two_read_differently_is_refused(written: str) -> None:
    with pytest.raises(PackError) as refused:
        parse(f"a:\n  b: {written}".encode(), file="x.yaml").plain()

    assert (refused.value.code, refused.value.facts["line"]) == ("pack.bad_number", 2)


@pytest.mark.parametrize("written", ["8", "-8", "+8", "1_000", "0", "0.05", "1.50", "-.5", "5."])
def test_a_plain_number_is_taken_as_it_is_written(written: str) -> None:
    taken = parse(f"a: {written}".encode(), file="x.yaml").plain()

    assert str(taken["a"]) == str(type(taken["a"])(written))


def test_a_parameter_that_could_not_be_written_out_is_refused() -> None:
    basis = "basis: {document: a, provision: b}"
    text = f"name: p\nunit: d\ntitle: {{vi: a, en: a}}\nvalues: [{{value: 1E+999999999, {basis}}}]"
    with pytest.raises(PackError) as refused:
        read_parameter(parse(text.encode(), file="parameters.yaml"))

    assert refused.value.code == "pack.bad_number"
