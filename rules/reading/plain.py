"""Whether a block is plain: records of one width, no quotation marks, proved on its bytes.

Most files never use a quotation mark.  Then it is enough to see in which order delimiters and
line ends follow each other, and which bytes there are besides; whole columns of bytes are compared
at once, some 3 GB/s.  What is not plain is left to `shapes`.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

LF: Final = 0x0A
CR: Final = 0x0D
_SPACE: Final = 0x20
_DELETE: Final = 0x7F
_BYTE_ORDER_MARK: Final = 0xEF  # its first byte
# The letters of `shapes` in UTF-8: U+0080 to U+02FF begin with C2 to CB, U+1E00 to U+1EFF with E1,
# U+2010 to U+2027, U+20AB and U+20AC with E2.  Every other lead is greater than CB.
LATIN_1: Final = 0xC2
_LATIN_1_FROM: Final = 0xA0  # the byte behind; before are control characters
_LAST_LATIN: Final = 0xCB
_LATIN_EXTENDED: Final = 0xE1
_EXTENDED_TIDY: Final = (0xB8, 0xBB)
_SIGNS: Final = 0xE2
_TIDY_SIGNS: Final = {0x80: (0x90, 0xA7), 0x82: (0xAB, 0xAC)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What is proved of a block up to its last line end.

    Attributes:
        is_tidy: See `shapes.Shapes`.
        is_bare: Whether they are tidy and no field begins or ends with white space.
        line_end: How each record ends.
    """

    is_tidy: bool
    is_bare: bool
    line_end: str


def prove_plain(block: pl.Series, *, delimiter: str, width: int) -> Plain | None:
    """Whether some whole lines are records of `width` fields, none of them blank.

    Args:
        block: UInt8: valid UTF-8 without quotation marks that ends with LF.
        delimiter: One ASCII character.
        width: At least 2.
    """
    is_end, is_mark = block == LF, block == ord(delimiter)
    lines = int(is_end.sum())
    # Ends among marks and ends: the last of every `width`, and no other.
    order = is_end.filter(is_end | is_mark)
    if len(order) != lines * width or order.gather_every(width, width - 1).sum() != lines:
        return None
    is_return = block == CR
    returns = int(is_return.sum())
    if returns not in {0, lines} or (returns and pairs(is_return, is_end) != lines):
        return None
    controls = lines + returns + (lines * (width - 1) if ord(delimiter) < _SPACE else 0)
    is_tidy = int((block < _SPACE).sum()) == controls and has_only_tidy_letters(block)
    if not is_tidy and (block == _BYTE_ORDER_MARK).any():
        return None
    return Plain(
        is_tidy=is_tidy,
        is_bare=is_tidy and _is_trimmed(block, is_outer=is_end | is_mark | is_return),
        line_end="\r\n" if returns else "\n",
    )


def has_only_tidy_letters(block: pl.Series) -> bool:
    """Whether every character from U+007F on is a tidy one; see `shapes.Shapes`."""
    is_latin, is_extended = block == LATIN_1, block == _LATIN_EXTENDED
    is_sign = block == _SIGNS
    latin, extended, signs = (int(one.sum()) for one in (is_latin, is_extended, is_sign))
    return (
        int((block > _LAST_LATIN).sum()) == extended + signs
        and not (block == _DELETE).any()
        and (not extended or pairs(is_extended, block.is_between(*_EXTENDED_TIDY)) == extended)
        and (not latin or pairs(is_latin, block >= _LATIN_1_FROM) == latin)
        and (not signs or _tidy_signs(is_sign, block) == signs)
    )


def _tidy_signs(is_sign: pl.Series, block: pl.Series) -> int:
    size = len(block) - 2
    return sum(
        int(
            (
                is_sign.head(size)
                & (block.slice(1, size) == second)
                & block.slice(2).is_between(*third)
            ).sum()
        )
        for second, third in _TIDY_SIGNS.items()
    )


def _is_trimmed(block: pl.Series, *, is_outer: pl.Series) -> bool:
    """Among tidy letters a space is the only white space, beside that of Latin-1."""
    is_space = block == _SPACE
    return not (
        is_space[0]
        or pairs(is_space, is_outer)
        or pairs(is_outer, is_space)
        or (block == LATIN_1).any()
    )


def pairs(one: pl.Series, other: pl.Series) -> int:
    """How often a byte is so and the next is otherwise so."""
    return int((one.head(len(other) - 1) & other.slice(1)).sum())
