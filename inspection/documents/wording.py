"""How dates, money, sizes and classes are said in Vietnamese documents; no locale is read."""

from datetime import date, datetime, timedelta, timezone

from inspection.documents.values.parts import Basis, Money
from inspection.money import places_of
from rules.rule import RuleClass

VIETNAM = timezone(timedelta(hours=7))

CLASS_WORDS = {
    RuleClass.VIOLATION: "Vi phạm",
    RuleClass.RISK: "Dấu hiệu rủi ro",
    RuleClass.QUALITY: "Khiếm khuyết dữ liệu",
}

_CURRENCY_WORDS = {"VND": "đồng"}
_TWO_DIGITS_BELOW = 10
_LAST_PADDED_MONTH = 2
_KIB = 1024


def in_words(day: date) -> str:
    """A date as documents write it: `ngày 05 tháng 01 năm 2026`.

    Source: Decree 30/2020/NĐ-CP, Annex I, part II.1, item 4 (days below 10 and months 1-2 padded).
    """
    month = f"{day.month:02d}" if day.month <= _LAST_PADDED_MONTH else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def on_grid(day: date) -> str:
    """A date as tables write it: `05/01/2026`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def moment(at: datetime) -> str:
    """An aware instant in ISO 8601, to the second, at Vietnam's constant offset +07:00."""
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


def grouped(number: int) -> str:
    """A whole number with full stops between thousands."""
    return f"{number:,}".replace(",", ".")


def padded(number: int) -> str:
    """The number of a document: below 10 a leading zero."""
    return f"{number:02d}" if number < _TWO_DIGITS_BELOW else str(number)


def figure(money: Money) -> str:
    """The amount alone: `1.234.567` or `1.234,56`."""
    digits = places_of(money.currency)
    sign = "-" if money.minor < 0 else ""
    whole, rest = divmod(abs(money.minor), 10**digits)
    fraction = f",{rest:0{digits}d}" if digits else ""
    return f"{sign}{grouped(whole)}{fraction}"


def currency(code: str) -> str:
    """What a currency is called after an amount."""
    return _CURRENCY_WORDS.get(code, code)


def amount(money: Money | None) -> str:
    """The amount with its currency; a dash where a rule has no consequence in money."""
    return "–" if money is None else f"{figure(money)} {currency(money.currency)}"


def size(size_bytes: int) -> str:
    """A file's size, exact to the byte and readable."""
    exact = f"{grouped(size_bytes)} byte"
    if size_bytes < _KIB:
        return exact
    for unit, scale in (("GiB", _KIB**3), ("MiB", _KIB**2), ("KiB", _KIB)):
        if size_bytes >= scale:
            # Integer arithmetic: the same figure on every machine.
            tenths = (size_bytes * 10 + scale // 2) // scale
            return f"{exact} ({grouped(tenths // 10)},{tenths % 10} {unit})"
    raise AssertionError(size_bytes)


def provision(basis: Basis) -> str:
    """The legal basis of a rule, saying so where a lawyer has not confirmed it yet."""
    cited = f"{basis.provision} {basis.document}".strip()
    return cited if basis.confirmed else f"{cited} (chưa xác nhận)"
