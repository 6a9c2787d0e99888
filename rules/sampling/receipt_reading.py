"""A receipt read back: the rows that were drawn, and the money each hit stands for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

from rules.errors import SamplingError
from rules.sampling.misstatement import Audited
from rules.sampling.monetary import CERTAIN, MONETARY, SAMPLED
from rules.sampling.receipt import RECEIPT_VERSION
from rules.sampling.sample import Method
from rules.sampling.shares import exact, is_short

NOTHING: Final = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonetaryReceipt:
    """What evaluation needs of the receipt of a monetary selection.

    Attributes:
        rows: The rows drawn, none of them audited yet, by their number in the sample.
        interval: Money each hit stands for; 0 where every row was certain to be drawn.
    """

    table: str
    seed: str
    method: Method
    rows: Mapping[int, Audited]
    interval: Fraction
    scale: int


def read_monetary_receipt(content: bytes) -> MonetaryReceipt:
    """Read a receipt that `receipt_bytes` wrote.

    Raises:
        SamplingError: `sampling.bad_receipt`, or `sampling.not_monetary` where it is one of another
            method.
    """
    try:
        data = json.loads(content)
        if data["receipt"] != RECEIPT_VERSION:
            raise SamplingError("sampling.bad_receipt")
        method = Method(data["method"])
        if method not in MONETARY:
            raise SamplingError("sampling.not_monetary", method=method.value)
        return _read(data, method)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, StopIteration) as no:
        raise SamplingError("sampling.bad_receipt") from no


def _read(data: Mapping[str, Any], method: Method) -> MonetaryReceipt:
    lines = [_row(line) for line in data["selected"]]
    rows = {row.draw: row for row in lines}
    parts = {part["name"]: part for part in data["parts"]}
    agree = all(
        parts[name]["selected"] == sum(row.is_certain == (name == CERTAIN) for row in lines)
        and exact(_amount(parts[name]["selected_amount"]))
        == sum((exact(row.book) for row in lines if row.is_certain == (name == CERTAIN)), NOTHING)
        for name in (CERTAIN, SAMPLED)
    )
    if len(rows) != len(lines) or not agree:
        raise SamplingError("sampling.bad_receipt")
    return MonetaryReceipt(
        table=str(data["table"]),
        seed=str(data["seed"]),
        method=method,
        rows=rows,
        interval=_interval(data["settings"], exact(_amount(parts[SAMPLED]["amount"])), method),
        scale=int(data["amount"]["scale"]),
    )


def _interval(settings: Mapping[str, Any], sampled: Fraction, method: Method) -> Fraction:
    if sampled == 0:
        return NOTHING
    if method is Method.MONETARY_RANDOM:
        # So many units were drawn from the line, whatever interval their number came from.
        return sampled / int(settings["draws"])
    return exact(_amount(settings["interval"]))


def _row(line: Mapping[str, Any]) -> Audited:
    return Audited(
        draw=int(line["draw"]),
        book=_amount(line["book"]),
        audited=None,
        hits=int(line["hits"]),
        is_certain=line["part"] == CERTAIN,
    )


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not is_short(amount):
        raise ValueError(text)
    return amount
