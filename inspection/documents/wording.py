"""How dates, money, sizes and classes are said in Vietnamese documents; no locale is read."""

from datetime import date, datetime, timedelta, timezone

from inspection.documents.text import clean
from inspection.documents.values.parts import Basis, Money
from inspection.money import places_of
from rules.rule import RuleClass

VIETNAM = timezone(timedelta(hours=7))

CLASS_WORDS = {
    RuleClass.VIOLATION: "Vi phạm",
    RuleClass.RISK: "Dấu hiệu rủi ro",
    RuleClass.QUALITY: "Khiếm khuyết dữ liệu",
}

_GROUNDS = ("căn cứ", "theo đề nghị", "xét ")
_PLACES = ("Điều", "Khoản", "khoản", "Điểm", "điểm", "Mục", "Phụ lục")
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


def about(title: str) -> str:
    """What a document is about: “Việc chi trả” becomes “Về việc chi trả”."""
    first, _, rest = title.strip().partition(" ")
    if title.strip().casefold().startswith("về việc"):
        return title.strip()
    if first.casefold() == "việc":
        return f"Về việc {rest}"
    # A name keeps its capitals: they go on in its second word.
    is_name = first[1:2].isupper() or not rest[:1].islower()
    lowered = first if is_name else first[:1].lower() + first[1:]
    return f"Về việc {lowered} {rest}".strip()


def grounded(ground: str) -> str:
    """A legal ground as documents begin it, whether or not its author wrote the first words."""
    said = clean(ground).strip()
    if said.casefold().startswith(_GROUNDS):
        return said[:1].upper() + said[1:]
    return f"Căn cứ {said}"


def provision(basis: Basis) -> str:
    """The legal basis of a rule, saying so where a lawyer has not confirmed it yet."""
    cited = "; ".join(_citations(basis))
    return cited if basis.confirmed else f"{cited} (chờ xác nhận)"


def _citations(basis: Basis) -> list[str]:
    """Each provision with its document where they pair off; otherwise all of both, parted."""
    provisions = [part.strip() for part in basis.provision.split(";") if part.strip()]
    documents = [part.strip() for part in basis.document.split(";") if part.strip()]
    if len(provisions) != len(documents):
        return provisions + documents
    return [_citation(*pair) for pair in zip(provisions, documents, strict=True)]


def _citation(provision: str, document: str) -> str:
    number, _, rest = document.partition(" ")
    if provision.endswith(document):
        return provision
    if provision.endswith(number):
        return f"{provision} {rest}"
    if not provision.startswith(_PLACES):
        return f"{provision}; {document}"
    if not document[0].isdigit():
        return f"{provision} {document}"
    kind = "Nghị định số" if number.rstrip(",").endswith("/NĐ-CP") else "văn bản số"
    return f"{provision} {kind} {document}"
