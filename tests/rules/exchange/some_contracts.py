# ruff: noqa: DTZ001 - contracts hold wall time
"""Contracts as hypothesis makes them up: whatever the loader takes, it may come out."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from hypothesis import strategies as some

from rules.contract import Contract
from rules.exchange.contract_file import read_plain
from rules.loading.examples import try_examples

NAMES = ["a", "Số tiền", "ngày", "x y", "true", "123", "0x1", "null", "~", "a: b", "#c", "é'\""]
PATTERNS = ["[A-Z]+", "a|b", "(?:a)|(?:b)", r"[0-9]{4}", r"\(.*\)", "[]()]*", " .*", "", "[^)]+"]
CELLS = [
    "1", "1.5", "1,5", "1.234,50", "abc", "AB", "2024-01-01", "01/02/2024", "Có", "true", "0",
    "2024-01-01 10:00", "2024-01-01T10:00:00Z", "é", "-7", "null", "007",
]  # fmt: skip
DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "ngày %d tháng %m, %Y"]
MOMENTS = [
    "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%d/%m/%Y lúc %H:%M",
    "%H'%M o'clock %d/%m/%Y", "%z%d%m%Y%H%M",
]  # fmt: skip
MARKS = [(".", ","), (",", "."), (".", ""), (",", " "), (",", ""), ("'", " ")]
ZONES = ["Asia/Ho_Chi_Minh", "Etc/UTC", "UTC", "Europe/Paris"]

words = some.text(
    some.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | some.sampled_from("\n:#'\" "),
    min_size=1,
    max_size=12,
).map(lambda text: normalize("NFC", text).strip() or "x")
both = some.fixed_dictionaries({"vi": words, "en": words})
same = words.map(lambda text: {"vi": text, "en": text})


def limits(values: some.SearchStrategy[Any]) -> some.SearchStrategy[dict[str, Any] | None]:
    pair = some.lists(values, min_size=1, max_size=2).map(sorted)
    ends = pair.map(lambda found: {"least": found[0], "most": found[-1]})
    one = ends.flatmap(lambda two: some.sampled_from(["least", "most"]).map(lambda k: {k: two[k]}))
    return some.none() | ends | one


def decimals(scale: int) -> some.SearchStrategy[Decimal]:
    return some.integers(-(10**9), 10**9).map(lambda units: Decimal(units).scaleb(-scale))


def settings(kind: str, scale: int, *, is_shared: bool) -> some.SearchStrategy[dict[str, Any]]:
    most = 1 if is_shared else 3
    days = some.dates(date(1, 1, 1), date(9999, 12, 31))
    moments = some.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31))
    marks = some.sampled_from([(None, None), *MARKS, (None, "")])
    formats = {"date": DAYS, "datetime": MOMENTS}.get(kind, ["x"])
    said: dict[str, some.SearchStrategy[Any]] = {
        "text": {"pattern": some.none() | some.sampled_from(PATTERNS[:7] + PATTERNS[8:])},
        "code": {"pattern": some.none() | some.sampled_from(PATTERNS[:7] + PATTERNS[8:])},
        "integer": {"range": limits(some.integers(-(10**18) + 1, 10**18 - 1))},
        "decimal": {"scale": some.just(scale), "range": limits(decimals(scale))},
        "money": {"scale": some.just(scale), "range": limits(decimals(scale))},
        "date": {"range": limits(days)},
        "datetime": {"range": limits(moments)},
        "boolean": {"values": some.sampled_from([None, ["Có", "Không"], ["1", "0"]])},
        "category": {
            "values": some.lists(words, min_size=1, max_size=4, unique=True),
        },
    }[kind]
    if kind in ("date", "datetime"):
        said["format"] = some.lists(
            some.sampled_from(formats), min_size=1, max_size=most, unique=True
        )
    if kind in ("integer", "decimal", "money") and not is_shared:
        said["marks"] = marks
    return some.fixed_dictionaries(said)


@some.composite
def columns(draw: Any, name: str, kinds: list[str], *, is_shared: bool) -> dict[str, Any]:
    kind = draw(some.sampled_from(kinds))
    said = draw(settings(kind, draw(some.integers(0, 4)), is_shared=is_shared))
    mark, grouping = said.pop("marks", (None, None))
    texts = same if is_shared else both
    column = {
        "name": name,
        "type": kind,
        "label": draw(texts),
        "help": draw(some.none() | texts),
        "required": draw(some.sampled_from([None, True])),
        "decimal_mark": mark,
        "grouping": grouping,
        **said,
    }
    return {key: value for key, value in column.items() if value is not None}


def with_examples(contract: Contract, draw: Any, *, most: int, counter: bool) -> Contract:
    """The contract with cells as examples that hold."""
    changed = []
    for column in contract.columns:
        cells = draw(some.lists(some.sampled_from(CELLS), max_size=4, unique=True))
        trials = list(try_examples(replace(column, examples=tuple(cells)), contract=contract))
        good = [trial.text for trial in trials if trial.holds][:most]
        bad = [trial.text for trial in trials if not trial.holds] if counter else []
        changed.append(replace(column, examples=tuple(good), counter_examples=tuple(bad)))
    return replace(contract, columns=tuple(changed))


@some.composite
def contracts(draw: Any) -> Contract:
    """Any contract."""
    names = draw(some.lists(some.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    kinds = [
        "text", "code", "integer", "decimal", "money", "date", "datetime", "boolean", "category",
    ]  # fmt: skip
    mark, grouping = draw(some.sampled_from(MARKS))
    made = [draw(columns(name, kinds, is_shared=False)) for name in names]
    for column in made:
        # An own mark that is the other's grouping is refused; it is not what is looked at here.
        if column.get("decimal_mark", mark) == column.get("grouping", grouping):
            column.pop("decimal_mark", None)
            column.pop("grouping", None)
    said = {
        "name": draw(some.sampled_from(["payments", "bids-2"])),
        "title": draw(both),
        "help": draw(some.none() | both),
        "file": {
            "delimiter": draw(some.sampled_from([",", ";", "\t", "|"])),
            "decimal_mark": mark,
            "grouping": grouping,
            "encoding": draw(some.sampled_from(["utf-8", "windows-1258", "utf-16"])),
        },
        "currency": draw(some.sampled_from(["VND", "USD"])),
        "time_zone": draw(some.sampled_from(ZONES)),
        "key": draw(some.lists(some.sampled_from(names), unique=True)),
        "columns": made,
    }
    contract = read_plain(said, file="x.yaml")
    return with_examples(contract, draw, most=9, counter=True)


@some.composite
def shared(draw: Any, kinds: list[str], *, grouping: str, most_examples: int) -> Contract:
    """A contract that says only what the other format can say as well, in its native keys."""
    names = draw(some.lists(some.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    made = [draw(columns(name, kinds, is_shared=True)) for name in names]
    key = draw(some.lists(some.sampled_from(names), unique=True))
    for column in made:
        if column["name"] in key:
            column["required"] = True
        if column["type"] == "boolean":
            column["values"] = ["Có", "Không"]
        if column["type"] == "datetime":
            column["format"] = ["%Y-%m-%d %H:%M:%S"]
            column.pop("range", None)
    numbers = {"integer", "decimal"} & {column["type"] for column in made}
    file = {"grouping": grouping} if numbers else {}
    said = {
        "name": "payments",
        "title": {"vi": "payments", "en": "payments"},
        "file": file,
        "key": key,
        "columns": made,
    }
    contract = read_plain(said, file="x.yaml")
    return with_examples(contract, draw, most=most_examples, counter=False)
