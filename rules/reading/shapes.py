"""The shape of records without fault, as one regular expression for a whole block.

Polars' own CSV reader is fast and forgiving.  A block that matches these shapes holds nothing to
forgive: every record has the right number of fields, every quotation mark is in its place (RFC
4180 §2), so that any reader finds the same fields in it.  The expressions are regular in the
strict sense and run in one pass, some 500 MB/s, whatever the block holds.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Letters of Latin scripts, figures and signs that are no control characters, and the same in NFC
# whatever stands beside them.
# A byte order mark inside of a file is no letter that Polars would keep: left to care, always.
_TIDY: Final = r"\x20-\x7e\u{a0}-\u{2ff}\u{1e00}-\u{1eff}\u{2010}-\u{2027}\u{20ab}\u{20ac}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Two expressions for the longest run of faultless records at the start of a text.

    Attributes:
        tidy: Fields also without damaged characters and without letters to compose.
        strict: Whatever the fields hold.
    """

    tidy: str
    strict: str


@lru_cache(maxsize=64)
def shapes_of(*, delimiter: str, quote: str, width: int, end: str) -> Shapes:
    """The shapes of records.

    Args:
        delimiter: One ASCII character.
        quote: One ASCII character, or "" where the files know no quotation.
        width: Fields of each record; a record of nothing at all is blank and fits, too.
        end: What ends each record.
    """
    mark, marks = _one(delimiter), _one(delimiter) + _one(quote)
    inner = f"[[{_TIDY}]--[{marks}]]"
    tidy, strict = f"{inner}*", rf"[^{marks}\u{{feff}}\r\n]*"
    if quote:
        own, twice = _one(quote), _one(quote) * 2
        tidy = rf"(?:{tidy}|{own}(?:{inner}|[{mark}\r\n]|{twice})*{own})"
        strict = rf"(?:{strict}|{own}(?:[^{own}\u{{feff}}]|{twice})*{own})"
    return Shapes(
        tidy=_records(tidy, mark=mark, width=width, end=end),
        strict=_records(strict, mark=mark, width=width, end=end),
    )


def _records(field: str, *, mark: str, width: int, end: str) -> str:
    ends = "".join(map(_one, end))
    return rf"\A(?:(?:{field}(?:{mark}{field}){{{width - 1}}})?{ends})*"


def _one(characters: str) -> str:
    return "".join(f"\\x{{{ord(one):x}}}" for one in characters)
