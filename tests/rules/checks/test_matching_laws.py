"""Kinds that match rows against a plain computation over the same rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.building import contract, judged, pack, rule, table

Row = Mapping[str, object]
OF = contract(key=("id",), id="code", k="code", a="code", b="integer", state="text")
OTHER = contract("other", k="code", n="integer")
LETTERS = st.sampled_from(["x", "y", None])
STATES = st.sampled_from(["IN", "IN", "IN", "OUT", None])
ROWS = st.lists(
    st.fixed_dictionaries(
        {"k": LETTERS, "a": LETTERS, "b": st.sampled_from([1, 2, None]), "state": STATES}
    ),
    min_size=1,
    max_size=7,
)
THERE = st.lists(st.fixed_dictionaries({"k": LETTERS, "n": st.just(1)}), min_size=1, max_size=5)
DIFFERENT = st.sampled_from([["a"], ["b"], ["a", "b"]])
VERDICTS = ("met", "violated", "undetermined", "not applicable")


def verdicts(check: Row, unit: str, rows: Sequence[Row], *others: Row) -> dict[str, int] | list:
    """By row the verdict of each, by group the counts."""
    numbered = [{"id": str(at), **row} for at, row in enumerate(rows)]
    with TemporaryDirectory() as folder:
        outcome = judged(
            pack(rule(check, unit=unit, applies="state = 'IN'"), contracts=[OF, OTHER]),
            Path(folder), table(OF, numbered), table(OTHER, others or [{"k": "x"}]),
        )  # fmt: skip
    if unit != "row":
        return dict(zip(VERDICTS, outcome.counts, strict=True))
    listed = dict(outcome.lines.select("unit_key", "verdict").iter_rows())
    return [listed.get(str(at), _unlisted(row)) for at, row in enumerate(rows)]


def _unlisted(row: Row) -> str:
    return "not applicable" if row["state"] == "OUT" else "met"


def before(row: Row) -> str | None:
    """What is settled before rows are compared."""
    if row["state"] == "OUT":
        return "not applicable"
    return "undetermined" if row["state"] is None or row["k"] is None else None


@settings(deadline=None, max_examples=30)
@given(rows=ROWS, different=DIFFERENT)
def test_a_row_has_a_partner_where_another_differs_in_everything(
    rows: list[Row], different: list[str]
) -> None:
    check = {"kind": "same-different", "same": ["k"], "different": different}

    def judge_one(at: int) -> str:
        if (settled := before(rows[at])) is not None:
            return settled
        partners = [
            [None if None in (rows[at][name], other[name]) else rows[at][name] != other[name]
             for name in different]
            for place, other in enumerate(rows)
            if place != at and before(other) is None and other["k"] == rows[at]["k"]
        ]  # fmt: skip
        if any(all(one) and None not in one for one in partners):
            return "violated"
        return "undetermined" if any(None in one for one in partners) else "met"

    expected = [judge_one(at) for at in range(len(rows))]
    found = verdicts(check, "row", rows)
    # A blank in one row of the key leaves every row of it open that has no partner for certain.
    for mine, theirs, row in zip(expected, found, rows, strict=True):
        assert mine == theirs or (mine, theirs) == ("met", "undetermined"), row
        if (mine, theirs) == ("met", "undetermined"):
            assert any(
                other["k"] == row["k"] and None in [other[name] for name in different]
                for other in rows
            )


@settings(deadline=None, max_examples=30)
@given(rows=ROWS)
def test_a_key_determines_what_it_says_once(rows: list[Row]) -> None:
    check = {"kind": "dependency", "determinant": ["k"], "dependent": ["a", "b"]}

    def judge_one(at: int) -> str:
        if (settled := before(rows[at])) is not None:
            return settled
        group = [row for row in rows if before(row) is None and row["k"] == rows[at]["k"]]
        if any(len({row[name] for row in group} - {None}) > 1 for name in ("a", "b")):
            return "violated"
        blank = any(None in (row["a"], row["b"]) for row in group)
        return "undetermined" if blank and len(group) > 1 else "met"

    assert verdicts(check, "row", rows) == [judge_one(at) for at in range(len(rows))]


@settings(deadline=None, max_examples=30)
@given(rows=ROWS)
def test_a_group_ends_as_its_rows_do(rows: list[Row]) -> None:
    check = {"kind": "dependency", "determinant": ["k"], "dependent": ["a"]}
    by_row = verdicts(check, "row", rows)
    expected = dict.fromkeys(VERDICTS, 0)
    for at, row in enumerate(rows):
        if row["k"] is None:
            expected[by_row[at]] += 1
    for key in {row["k"] for row in rows} - {None}:
        of_key = {by_row[at] for at, row in enumerate(rows) if row["k"] == key}
        order = ("violated", "undetermined", "met", "not applicable")
        expected[next(one for one in order if one in of_key)] += 1
    assert verdicts(check, "group", rows) == expected


@pytest.mark.parametrize(
    "cardinality", ["one-to-one", "many-to-one", "one-to-many", "many-to-many"]
)
@settings(deadline=None, max_examples=30)
@given(rows=ROWS, there=THERE)
def test_two_tables_have_the_same_keys(cardinality: str, rows: list[Row], there: list[Row]) -> None:
    check = {"kind": "match", "columns": ["k"], "table": "other", "to": ["k"],
             "cardinality": cardinality}  # fmt: skip
    left, right = cardinality.split("-to-")
    expected = dict.fromkeys(VERDICTS, 0)
    for row in rows:
        if row["k"] is None:
            expected[before(row)] += 1
    expected["undetermined"] += sum(row["k"] is None for row in there)
    for key in ({row["k"] for row in rows} | {row["k"] for row in there}) - {None}:
        ends = {
            _key_verdict(sure + maybe, sum(row["k"] == key for row in there), left, right, here)
            for sure, unsure, here in [_rows_of(rows, key)]
            for maybe in range(unsure + 1)
        }
        expected[ends.pop() if len(ends) == 1 else "undetermined"] += 1
    assert verdicts(check, "group", rows, *there) == expected


def _rows_of(rows: Sequence[Row], key: object) -> tuple[int, int, bool]:
    """Rows in scope, rows that may be, and whether there are any."""
    states = [row["state"] for row in rows if row["k"] == key]
    return states.count("IN"), states.count(None), bool(states)


def _key_verdict(mine: int, theirs: int, left: str, right: str, here: bool) -> str:  # noqa: FBT001
    if here and not mine:
        return "not applicable"
    too_many = (left == "one" and mine > 1) or (right == "one" and theirs > 1)
    return "violated" if not mine or not theirs or too_many else "met"
