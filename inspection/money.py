"""Money as whole numbers of its smallest unit."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

# Places of a currency's smallest unit (ISO 4217); the đồng has none.
MINOR_PLACES: Final = {
    "VND": 0,
    "JPY": 0,
    "KRW": 0,
    "USD": 2,
    "EUR": 2,
    "CNY": 2,
    "GBP": 2,
    "KWD": 3,
}


def places_of(currency: str) -> int:
    """How many decimal places the smallest unit has; two where ISO 4217 was not asked."""
    return MINOR_PLACES.get(currency, 2)


def to_minor(amount: Decimal, *, currency: str) -> int:
    """The amount in minor units; a fraction of one is rounded half away from zero."""
    scaled = amount.scaleb(places_of(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_minor(amount: int, *, currency: str) -> Decimal:
    """The amount in major units, exactly."""
    return Decimal(amount).scaleb(-places_of(currency))
