"""A receipt repeats to the byte, and one that was changed is not believed."""

import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from rules.errors import SamplingError
from rules.sampling.monetary import CERTAIN, MONETARY, select_monetary
from rules.sampling.receipt import make_receipt, receipt_bytes
from rules.sampling.receipt_reading import read_monetary_receipt
from rules.sampling.sample import Method, Sample
from rules.sampling.selection import select_random
from tests.rules.sampling.making import frame, numbered, request


def written(sample: Sample) -> bytes:
    inputs = [{"name": "vouchers.csv", "sha256": "f" * 64}]
    return receipt_bytes(make_receipt(sample, inputs=inputs, pack={"code": "p"}, outputs={}))


def monetary(method: Method = Method.MONETARY_INTERVAL) -> Sample:
    rows = numbered(*range(100, 160), 900_000, -1)
    return select_monetary(request(rows, amount="amount"), method=method, size=100)


def test_the_same_request_gives_the_same_bytes() -> None:
    assert written(monetary()) == written(monetary())


def test_a_receipt_names_all_that_decided_the_draw() -> None:
    receipt = json.loads(written(select_random(request(numbered(1, 2, 3)), size=2)))

    decided = ("table", "method", "seed", "key", "unnamed", "order", "stratum", "amount")
    assert [receipt[name] for name in decided] == [
        "vouchers", "random", "2024", ["number"], "place", [], [], None,
    ]  # fmt: skip
    assert receipt["settings"] == {"size": 2}
    assert [len(line["key"]) for line in receipt["selected"]] == [1, 1]


@pytest.mark.parametrize("method", MONETARY)
def test_the_money_a_hit_stands_for_comes_back(method: Method) -> None:
    sample = monetary(method)

    read = read_monetary_receipt(written(sample))

    hits = sum(row.hits for row in read.rows.values() if not row.is_certain)
    assert hits == sum(part.hits for part in sample.parts if part.name != CERTAIN)
    if method is Method.MONETARY_RANDOM:
        [line] = [part for part in sample.parts if part.name == "sampled"]
        assert line.amount is not None
        assert read.interval == Fraction(line.amount) / hits
    else:
        assert read.interval == Fraction(sample.settings["interval"])


def test_a_sample_of_certain_rows_alone_projects_nothing() -> None:
    rows = numbered(500, 500)
    sample = select_monetary(request(rows, amount="amount"), method=MONETARY[0], size=2)

    assert read_monetary_receipt(written(sample)).interval == 0


def test_long_amounts_are_read_back_exactly() -> None:
    huge = Decimal("99999999999999999999999999999999.97")
    rows = frame([(f"V{i}", "a", huge) for i in range(3)])
    sample = select_monetary(request(rows, amount="amount"), method=MONETARY[0], size=3)

    read = read_monetary_receipt(written(sample))

    assert [row.book for row in read.rows.values()] == [huge] * 3


def test_a_receipt_of_another_method_is_refused() -> None:
    with pytest.raises(SamplingError, match=r"sampling\.not_monetary"):
        read_monetary_receipt(written(select_random(request(numbered(1, 2)), size=1)))


def _drop_row(receipt: dict[str, Any]) -> None:
    receipt["selected"].pop()


def _lower_book(receipt: dict[str, Any]) -> None:
    receipt["selected"][0]["book"] = "1.00"


def _repeat_row(receipt: dict[str, Any]) -> None:
    receipt["selected"][1]["draw"] = 1


def _drop_settings(receipt: dict[str, Any]) -> None:
    receipt["settings"] = {}


def _other_version(receipt: dict[str, Any]) -> None:
    receipt["receipt"] = 2


@pytest.mark.parametrize(
    "forge", [_drop_row, _lower_book, _repeat_row, _drop_settings, _other_version]
)
def test_a_changed_receipt_is_refused(forge: Callable[[dict[str, Any]], None]) -> None:
    receipt = json.loads(written(monetary()))
    forge(receipt)

    with pytest.raises(SamplingError, match=r"sampling\.bad_receipt"):
        read_monetary_receipt(json.dumps(receipt).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"receipt": 1}'])
def test_what_is_no_receipt_is_refused(content: bytes) -> None:
    with pytest.raises(SamplingError, match=r"sampling\.bad_receipt"):
        read_monetary_receipt(content)
