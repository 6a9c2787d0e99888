"""Membership in named lists, on the record's own date where the list is dated."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from rules.checks.subject import prepared
from rules.errors import FormulaError
from rules.formula import Scope, condition
from rules.named_list import ListedValue, NamedList
from rules.pack import Pack
from tests.rules.building import AS_OF, CALENDAR, NOTHING, contract, judged, pack, rule, table

OF = contract(code="code", amount="money:2", count="integer", kind="category:A|B", on="date")


def listed(name: str, *values: tuple[str, str | None, str | None]) -> NamedList:
    """Values as (value, first day, last day)."""
    return NamedList(
        name=name,
        title=NOTHING,
        values=tuple(
            ListedValue(
                value=value,
                starts_on=date.fromisoformat(first) if first else None,
                ends_on=date.fromisoformat(last) if last else None,
                basis=None,
            )
            for value, first, last in values
        ),
    )


PLAIN = listed("plain", ("A", None, None), ("01", None, None))
DATED = listed(
    "dated", ("A", None, "2025-12-31"), ("B", "2026-01-01", None),
    ("C", "2025-01-01", "2025-03-31"), ("C", "2026-01-01", "2026-03-31"), ("D", None, None),
)  # fmt: skip
NUMBERS = listed("numbers", ("1", None, None), ("2.50", None, None), ("0.001", None, None))
LISTS = {one.name: one for one in (PLAIN, DATED, NUMBERS)}


def asked(text: str, rows: list[Mapping[str, object]], dated_by: str | None = None) -> list[object]:
    scope = Scope(
        contract=OF, parameters={}, calendar=CALENDAR, as_of=AS_OF, dated_by=dated_by, lists=LISTS
    )
    frame = prepared(table(OF, rows).frame, OF, [one.name for one in OF.columns])
    return frame.select(condition(text, scope).alias("x")).collect().get_column("x").to_list()


def test_a_text_is_a_member_letter_by_letter() -> None:
    rows: list[Mapping[str, object]] = [{"code": code} for code in ("A", "a", "1", "01", None)]
    assert asked("code IN LIST plain", rows) == [True, False, False, True, None]
    assert asked("code NOT IN LIST plain", rows) == [False, True, True, False, None]
    assert asked("IN_LIST(code, 'plain')", rows) == [True, False, False, True, None]


def test_a_number_is_a_member_by_its_value() -> None:
    rows: list[Mapping[str, object]] = [{"amount": amount} for amount in ("1", "2.5", "3", None)]
    assert asked("amount IN LIST numbers", rows) == [True, True, False, None]
    assert asked("count IN LIST numbers", [{"count": 1}, {"count": 2}, {}]) == [True, False, None]


@pytest.mark.parametrize(
    ("code", "on", "member"),
    [
        ("A", "2025-12-31", True),
        ("A", "2026-01-01", False),
        ("B", "2025-12-31", False),
        ("B", "2026-01-01", True),
        ("C", "2024-12-31", False),
        ("C", "2025-02-01", True),
        ("C", "2025-04-01", False),
        ("C", "2026-03-31", True),
        ("C", None, None),
        ("D", "1900-01-01", True),
        ("D", None, True),
        ("X", None, False),
        (None, "2026-01-01", None),
    ],
)
def test_a_dated_list_is_judged_on_the_records_own_date(
    code: str | None, on: str | None, *, member: bool | None
) -> None:
    assert asked("code IN LIST dated", [{"code": code, "on": on}], dated_by="on") == [member]


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("code IN LIST plane", "formula.unknown_list", 5),
        ("code IN LIST dated", "formula.no_date_column", 5),
        ("count IN LIST plain", "formula.list_type", 6),
        ("on IN LIST plain", "formula.type", 3),
        ("IN_LIST(code, code)", "formula.constant_needed", 0),
        ("IN_LIST(code)", "formula.argument_count", 0),
    ],
)
def test_a_wrong_question_is_refused(text: str, code: str, at: int) -> None:
    with pytest.raises(FormulaError) as caught:
        asked(text, [{}])
    assert (caught.value.code, caught.value.facts["at"]) == (code, at)


def test_a_formula_knows_which_lists_it_reads() -> None:
    scope = Scope(contract=OF, parameters={}, calendar=None, as_of=AS_OF, lists=LISTS)
    condition("code IN LIST plain OR count IN LIST numbers", scope)
    assert scope.reads.lists == {"plain", "numbers"}


def test_a_rule_asks_the_lists_of_its_pack(tmp_path: Path) -> None:
    asking = rule(
        {"kind": "formula", "must": "code IN LIST dated"}, dated_by="on", table="t", code="L-1"
    )
    made = pack(asking, contracts=[OF])
    made = Pack(**{name: getattr(made, name) for name in made.__slots__} | {"lists": LISTS})
    rows = [
        {"code": "A", "on": "2025-06-01"}, {"code": "A", "on": "2026-06-01"}, {"code": "A"}, {},
    ]  # fmt: skip
    assert judged(made, tmp_path, table(OF, rows)).counts == (1, 1, 2, 0)


@pytest.mark.parametrize("text", ["Infinity", "-Infinity", "NaN", "sNaN", "many"])
def test_a_list_of_numbers_holds_nothing_but_numbers(text: str) -> None:
    LISTS["odd"] = listed("odd", (text, None, None))
    with pytest.raises(FormulaError) as refused:
        asked("count IN LIST odd", [{"count": 1}])
    assert (refused.value.code, refused.value.facts["found"]) == ("formula.list_type", text)


def test_a_number_beyond_all_amounts_is_nobody_s() -> None:
    LISTS["far"] = listed(
        "far",
        ("1E+999999999", None, None),
        ("1E-999999999", None, None),
        ("0E-999999999", None, None),
    )
    rows: list[Mapping[str, object]] = [{"count": count} for count in (0, 1, 10**18 - 1)]
    assert asked("count IN LIST far", rows) == [True, False, False]


def test_long_numbers_are_members_to_the_last_digit() -> None:
    product = (10**18 - 1) * (10**17 - 1)
    LISTS["long"] = listed("long", (str(product), None, None))
    rows: list[Mapping[str, object]] = [{"count": count} for count in (10**18 - 1, 10**18 - 2)]
    assert asked("count * 99999999999999999 IN LIST long", rows) == [True, False]
    LISTS["long"] = listed("long", (str(product - 1), None, None))
    assert asked("count * 99999999999999999 IN LIST long", rows) == [False, False]
