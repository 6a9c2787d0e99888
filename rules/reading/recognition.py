"""Which encodings the bytes of a text file fit; recognized, and never acted upon.

A file is always read as its contract declares.  This only says that another declaration seems to
fit, and why, so that a person can look and decide.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rules.reading.characters import ENCODINGS, decode_whole, marked_encoding
from rules.reading.limits import RECOGNITION_BYTES, SAMPLE_BYTES
from rules.reading.syllables import is_syllable

# UTF-16 by that name needs a mark, and where there is one nothing has to be recognized.
CANDIDATES: Final = tuple(one for one in ENCODINGS if one != "utf-16")
_WORD: Final = re.compile(r"[^\W\d_]+")
_DAMAGED: Final = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# In tenths: a text that is Vietnamese is so nearly throughout, any other hardly anywhere.
_NEARLY_ALL: Final = 8
_HALF: Final = 5
_ENOUGH: Final = 3  # words; fewer can look like anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How well one encoding fits.

    Attributes:
        cells: Looked at, those with a character beyond ASCII only where there are any.
        damaged: Cells with bytes that mean nothing in this encoding, or control characters.
        words: Words with a letter beyond ASCII.
        syllables: Those of them that can be Vietnamese.
    """

    encoding: str
    cells: int
    damaged: int
    words: int
    syllables: int

    @property
    def is_vietnamese(self) -> bool:
        """Whether nothing is damaged and nearly every word, of some, can be Vietnamese."""
        is_nearly_all = self.words * _NEARLY_ALL <= self.syllables * 10
        return not self.damaged and self.words >= _ENOUGH and is_nearly_all

    @property
    def is_doubtful(self) -> bool:
        """Whether something is damaged, or fewer than half of the words can be Vietnamese."""
        return self.damaged > 0 or self.syllables * 10 < self.words * _HALF


def recognize(sample: bytes, *, delimiter: str) -> tuple[Fit, ...]:
    """How every encoding that can be declared fits some bytes, the best first.

    Args:
        delimiter: What separates cells.
    """
    fits = [_fit(sample, encoding=one, delimiter=delimiter) for one in CANDIDATES]
    return tuple(sorted(fits, key=lambda fit: (fit.damaged, -_share(fit), fit.words)))


def seems_otherwise(source: Path, *, encoding: str, delimiter: str) -> str | None:
    """The encoding a file seems to have, where the declared one does not fit.

    Returns:
        None where the declared one fits, where a byte order mark decides, and where no other
        makes the text Vietnamese: then nothing is known.
    """
    sample = take_sample(source)
    if marked_encoding(sample) is not None or (sample.isascii() and b"\0" not in sample):
        return None
    declared = _fit(sample, encoding=encoding, delimiter=delimiter)
    if not declared.is_doubtful:
        return None
    return _best(recognize(sample, delimiter=delimiter), declared=declared)


def take_sample(source: Path) -> bytes:
    """Some lines of a file that hold more than ASCII; where there are none, its first bytes."""
    with source.open("rb") as file:
        head = file.read(RECOGNITION_BYTES)
    if marked_encoding(head) is not None or b"\0" in head[:SAMPLE_BYTES]:
        return head[:SAMPLE_BYTES]
    lines, size = [], 0
    for line in () if head.isascii() else head.splitlines(keepends=True):
        if not line.isascii() and size < SAMPLE_BYTES:
            lines.append(line)
            size += len(line)
    return b"".join(lines)[:SAMPLE_BYTES] or head[:SAMPLE_BYTES]


def _best(fits: Sequence[Fit], *, declared: Fit) -> str | None:
    for fit in fits:
        if fit.encoding == declared.encoding:
            continue
        # Nothing but ASCII speaks for an encoding only against one that damages it.
        is_plain = fit.cells > 0 and fit.words == fit.damaged == 0 < declared.damaged
        if fit.is_vietnamese or is_plain:
            return fit.encoding
    return None


def _fit(sample: bytes, *, encoding: str, delimiter: str) -> Fit:
    text = decode_whole(sample, encoding=encoding)
    cells = [cell for cell in re.split(rf"[{re.escape(delimiter)}\r\n]", text) if cell]
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return Fit(
        encoding=encoding,
        cells=len(cells),
        damaged=sum(_DAMAGED.search(cell) is not None for cell in cells),
        words=len(words),
        syllables=sum(map(is_syllable, words)),
    )


def _share(fit: Fit) -> int:
    """Syllables in a thousand words; words that say nothing say it for every encoding."""
    return fit.syllables * 1_000 // fit.words if fit.words else 0
