"""Whether a block with quotation marks is faultless, proved on its bytes as `plain` does.

Of all bytes only the marks, delimiters and line ends are looked at in their order.  An odd mark
opens a quotation and an even one closes it, so that a doubled one closes and opens; what stands
right before the one and right behind the other tells whether it may (RFC 4180 §2).
"""

from typing import Final

import polars as pl

from rules.reading.plain import CR, LATIN_1, LF, Plain, has_only_tidy_letters, pairs

_SPACE: Final = 0x20


def prove_quoted(block: pl.Series, *, delimiter: str, quote: str, width: int) -> Plain | None:
    """Whether some whole lines are records of `width` fields, none of them blank.

    Args:
        block: UInt8: valid UTF-8 that ends with LF.
        delimiter: One ASCII character.
        quote: One ASCII character.
        width: At least 2.
    """
    is_quote, is_mark = block == ord(quote), block == ord(delimiter)
    is_end, is_return = block == LF, block == CR
    is_special = is_quote | is_mark | is_end
    marks, ends = is_quote.filter(is_special), is_end.filter(is_special)
    is_inside = (marks.cum_sum() & 1).cast(pl.Boolean)
    before = is_special.shift(1, fill_value=True).filter(is_special)
    behind = (is_special | is_return).shift(-1, fill_value=False).filter(is_special)
    if (marks & ((is_inside & ~before) | (~is_inside & ~behind))).any() or is_inside[-1]:
        return None
    order = ends.filter(~(is_inside | marks))
    lines = int(order.sum())
    if len(order) != lines * width or order.gather_every(width, width - 1).sum() != lines:
        return None
    returns, all_ends = int(is_return.sum()), int(is_end.sum())
    if returns and (returns != lines or all_ends != lines or pairs(is_return, is_end) != lines):
        return None
    controls = all_ends + returns + (int(is_mark.sum()) if ord(delimiter) < _SPACE else 0)
    is_tidy = int((block < _SPACE).sum()) == controls and has_only_tidy_letters(block)
    if not is_tidy:
        return None
    # An empty quotation is no null, and white space may stand at the ends of another.
    is_space, is_edge = block == _SPACE, marks | ~is_inside
    is_bare = (
        all_ends == lines
        and (not delimiter.isspace() or int(is_mark.sum()) == lines * (width - 1))
        and not pairs(is_quote, is_quote)
        and not pairs(is_space, is_return)
        and not (is_edge & is_space.shift(1, fill_value=False).filter(is_special)).any()
        and not (is_edge & is_space.shift(-1, fill_value=False).filter(is_special)).any()
        and not (is_space[0] or (block == LATIN_1).any())
    )
    return Plain(is_tidy=True, is_bare=is_bare, line_end="\r\n" if returns else "\n")
