"""What a caller may ask for: risks, rates, counts and amounts, taken in exactly or refused."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from rules.errors import SamplingError

LARGEST_SIZE: Final = 100_000  # a sample beyond this is a census by another name
LARGEST_POPULATION: Final = 10**7  # beyond it the binomial model is as good as exact
MOST_PLACES: Final = 12  # after the decimal mark of a risk or a rate
MOST_DIGITS: Final = 38


def inner_share(field: str, value: Decimal) -> Fraction:
    """A risk or rate above 0 and below 1.

    Raises:
        SamplingError: `sampling.bad_share`.
    """
    share = _share(field, value)
    if share == 0:
        raise SamplingError("sampling.bad_share", field=field, value=str(value))
    return share


def expected_share(field: str, value: Decimal) -> Fraction:
    """A rate of at least 0 and below 1.

    Raises:
        SamplingError: `sampling.bad_share`.
    """
    return _share(field, value)


def whole(field: str, value: int, *, least: int, most: int) -> int:
    """A count within its bounds.

    Raises:
        SamplingError: `sampling.bad_count`.
    """
    if not least <= value <= most:
        raise SamplingError("sampling.bad_count", field=field, value=value, least=least, most=most)
    return value


def minor_units(field: str, value: Decimal, *, scale: int) -> int:
    """An amount in the smallest units of its scale: 12.34 with scale 2 is 1234.

    Raises:
        SamplingError: `sampling.bad_amount`, more places than the scale, more than 38 digits, or no
            number.
    """
    units = exact(value) * 10**scale if is_short(value) else None
    if units is None or units.denominator != 1 or abs(units) >= 10**MOST_DIGITS:
        raise SamplingError("sampling.bad_amount", field=field, value=str(value), places=scale)
    return int(units)


def from_units(units: int, *, scale: int) -> Decimal:
    """The amount of so many smallest units, with all its places written."""
    digits = tuple(int(digit) for digit in str(abs(units)))
    return Decimal((int(units < 0), digits, -scale))


def exact(value: Decimal) -> Fraction:
    """The number itself."""
    return Fraction(value)


def is_short(value: Decimal) -> bool:
    """Whether the number is finite and of a size that people write down."""
    # A short text such as 1E+9999999 would otherwise become a number that fills the memory.
    return value.is_finite() and -MOST_DIGITS <= value.adjusted() < MOST_DIGITS


def rounded_up(value: Fraction, *, places: int) -> Decimal:
    """The smallest number of so many places that is not below the value."""
    return from_units(-(-value.numerator * 10**places // value.denominator), scale=places)


def rounded(value: Fraction, *, places: int) -> Decimal:
    """The nearest number of so many places; halves go away from zero."""
    size = abs(value) * 10**places
    units = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return from_units(-units if value < 0 else units, scale=places)


def _share(field: str, value: Decimal) -> Fraction:
    small = is_short(value) and 0 <= value < 1
    if not small or (exact(value) * 10**MOST_PLACES).denominator != 1:
        raise SamplingError("sampling.bad_share", field=field, value=str(value))
    return exact(value)
