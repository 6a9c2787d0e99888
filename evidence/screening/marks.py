"""Marks of state secrets, as they stand on documents: never the words within a sentence.

A mark is a line of its own in capitals in the zone of stamps (Nghị định 30/2020/NĐ-CP, phụ lục I,
ô 10a), the whole value of a field of metadata, or a part of a file name.  "Bảo mật" and "mật khẩu"
are ordinary words, and a line that holds more than the mark is none.

Texts typed for the fonts of old (TCVN3, VNI) show their marks in letters of Windows-1252.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Final

from evidence.screening.values import Level, Mark, Place

# Lines of a text, paragraphs of a document, cells of a sheet: so much comes before the body.
ZONE_LINES: Final = 60

_WORDS: Final = {
    "TUYỆTMẬT": Level.TOP_SECRET,
    "TỐIMẬT": Level.SECRET,
    "MẬT": Level.CONFIDENTIAL,
}
# TCVN3 has the capitals under codes of their own, and the same codes as small letters where a font
# of capitals (.VnTimeH) draws them; VNI types a mark behind its letter, small or capital.
_TCVN3: Final = {
    "TUYÖTMËT": Level.TOP_SECRET,
    "TèIMËT": Level.SECRET,
    "MËT": Level.CONFIDENTIAL,
    "TUY\x8cTM\x86T": Level.TOP_SECRET,
    "TÿIM\x86T": Level.SECRET,
    "M\x86T": Level.CONFIDENTIAL,
    # The same capitals as Windows-1252 shows their bytes.
    "TUYŒTM†T": Level.TOP_SECRET,
    "TÿIM†T": Level.SECRET,
    "M†T": Level.CONFIDENTIAL,
}
_VNI: Final = {
    "TUYEÄTMAÄT": Level.TOP_SECRET,
    "TOÁIMAÄT": Level.SECRET,
    "MAÄT": Level.CONFIDENTIAL,
    "TUYEäTMAäT": Level.TOP_SECRET,
    "TOáIMAäT": Level.SECRET,
    "MAäT": Level.CONFIDENTIAL,
}
_MARKS: Final = _WORDS | _TCVN3 | _VNI
_LABEL: Final = re.compile(r"^(?:ĐỘ|MỨC ĐỘ|CẤP ĐỘ) MẬT\s*[:\-–]\s*", re.IGNORECASE)
# Frames and ornaments that people draw around a stamp.
_AROUND: Final = " \t\r\n\f\v\xa0\u200b\ufeff|*_-–—=~.,:;!\"'“”«»()[]{}<>/\\#•·"
_NAME_PARTS: Final = re.compile(r"[_\-.()\[\]{}+,;–]+")


def level_of_line(line: str) -> Level | None:
    """The level a line of its own stands for; None for any other line."""
    text = _LABEL.sub("", unicodedata.normalize("NFC", line).strip(_AROUND)).strip(_AROUND)
    if len(text) > 40:  # noqa: PLR2004 - the longest mark, spaced letter by letter
        return None
    return _MARKS.get("".join(text.split()))


def find_marks(lines: Iterable[str]) -> list[Mark]:
    """Look through the zone of stamps of one text."""
    zone = islice((line for line in lines if line.strip()), ZONE_LINES)
    return [Mark(level=level, place=Place.STAMP) for line in zone if (level := level_of_line(line))]


def find_in_metadata(values: Iterable[str]) -> list[Mark]:
    """Look at whole values of metadata; there, small letters mean the same."""
    return [
        Mark(level=level, place=Place.METADATA)
        for value in values
        for piece in re.split(r"[;,\n]", value)
        if (level := level_of_line(unicodedata.normalize("NFC", piece).upper()))
    ]


def find_in_name(name: str) -> list[Mark]:
    """Look at the parts of a file name between signs; only capitals count."""
    parts = _NAME_PARTS.split(unicodedata.normalize("NFC", name))
    return [Mark(level=level, place=Place.NAME) for part in parts if (level := level_of_line(part))]
