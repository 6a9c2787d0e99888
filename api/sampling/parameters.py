"""What is typed on the command line, as exact values."""

from decimal import Decimal, InvalidOperation
from typing import Final

import click

from inspection.errors import InvalidError
from rules.sampling.allocation import Stratum

PERCENT_SHIFT: Final = 2
_LONGEST: Final = 60  # characters of a number somebody typed


class DecimalText(click.ParamType):  # type: ignore[type-arg] # not generic before click 8.5
    """A decimal number with a point, taken exactly as written."""

    name = "number"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002 - click's signature
    ) -> Decimal:
        """The number.

        Raises:
            InvalidError: `sample.not_a_number`.
        """
        return decimal_of(str(value), field=(param.name if param else None) or "number")


NUMBER: Final = DecimalText()


def decimal_of(text: str, *, field: str) -> Decimal:
    """The number of a text.

    Raises:
        InvalidError: `sample.not_a_number`.
    """
    try:
        number = Decimal(text) if len(text) <= _LONGEST else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise InvalidError("sample.not_a_number", field=field, value=text[:_LONGEST])
    return number


def share_of(percent: Decimal) -> Decimal:
    """Percent as a share of 1."""
    return _shifted(percent, -PERCENT_SHIFT)


def percent_of(share: Decimal) -> str:
    """A share of 1 as percent, with the places it has."""
    return f"{_shifted(share, PERCENT_SHIFT):f}"


def stratum_of(text: str) -> Stratum:
    """The stratum of NAME=ITEMS or NAME=ITEMS:DEVIATION.

    Raises:
        InvalidError: `sample.bad_stratum`.
    """
    name, separator, rest = text.rpartition("=")
    items, colon, deviation = rest.partition(":")
    if not (name and separator and _is_count(items)):
        raise InvalidError("sample.bad_stratum", field="stratum", value=text)
    spread = decimal_of(deviation, field="stratum") if colon else None
    return Stratum(name=name, items=int(items), deviation=spread)


def size_of(text: str) -> tuple[str, int]:
    """The stratum and the size of NAME=SIZE.

    Raises:
        InvalidError: `sample.bad_stratum`.
    """
    name, separator, size = text.rpartition("=")
    if not (name and separator and _is_count(size)):
        raise InvalidError("sample.bad_stratum", field="stratum_size", value=text)
    return name, int(size)


def _shifted(number: Decimal, places: int) -> Decimal:
    """The number with its point moved; `scaleb` would round a long one."""
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - `decimal_of` lets finite numbers in only
    return Decimal((sign, digits, exponent + places))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(10**12))
