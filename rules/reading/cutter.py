"""Bytes cut into records: faultless stretches by Polars at full speed, the others with care.

Most blocks of most files hold nothing wrong.  Those are proved to be so (`shapes`) and handed to
Polars' own reader; where the proof ends, a stretch is cut record by record (`records`), which
names what is wrong.  Both find the same fields.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from rules.errors import ReadingError
from rules.reading.limits import (
    FAST_WIDTH_LIMIT,
    FIRST_STRETCH_BYTES,
    GOOD_STRETCH_BYTES,
    RECORD_LIMIT,
    SMALL_REST_BYTES,
)
from rules.reading.plain import Plain, prove_plain
from rules.reading.quoted import prove_quoted
from rules.reading.records import Block, cut_some, open_quotation
from rules.reading.shapes import shapes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sure:
    """Consecutive records without fault.

    Attributes:
        first: The number of the first.
        fields: String columns "0", "1", …; null or "" is empty.  A record of nothing is all null.
        is_tidy: See `shapes.Shapes`.
        is_bare: Whether no field begins or ends with white space, and what is empty is null.
        line_end: How each record ends.
    """

    first: int
    fields: pl.DataFrame
    is_tidy: bool
    is_bare: bool
    line_end: str


@dataclass(slots=True, kw_only=True)
class Cutter:
    """A file's records, one stretch after the other.

    Attributes:
        blocks: The file in UTF-8, each block of whole characters.
        width: Fields of a faultless record; None as long as the heading is not known, and then
            everything is cut with care.
        small_rest_bytes: A rest of fewer waits for the next block.
        first_stretch_bytes: What is cut with care at first where something is wrong.
    """

    blocks: Iterator[bytes]
    delimiter: str
    quote: str = '"'
    width: int | None = None
    small_rest_bytes: int = SMALL_REST_BYTES
    first_stretch_bytes: int = FIRST_STRETCH_BYTES
    _rest: bytes = b""
    _row: int = 1
    _is_last: bool = False
    _stretch: int = 0
    _good: int = 0
    _ends: list[str] = field(default_factory=lambda: ["\n", "\r\n"])

    def pieces(self) -> Iterator[Block | Sure]:
        """The whole file; `width` may be set between two of them.

        A quotation that never ends takes the rest of the file with it: that record is refused,
        and it is the last.

        Raises:
            ReadingError: `reading.record_too_long`, no line end within RECORD_LIMIT characters.
        """
        self._stretch = self.first_stretch_bytes
        while True:
            self._fill()
            if not self._rest:
                return
            sure = self._sure()
            if sure is not None:
                yield sure
                if self._rest and len(self._rest) < self.small_rest_bytes and not self._is_last:
                    continue
            if self._rest:
                yield from self._with_care()

    def _fill(self) -> None:
        """Have at least one block, if there is one; a CR at its end may be half of a CRLF."""
        while not self._is_last and (
            len(self._rest) < self.small_rest_bytes or self._rest.endswith(b"\r")
        ):
            self._read_on()

    def _read_on(self) -> None:
        following = next(self.blocks, None)
        self._is_last = following is None
        self._rest += following or b""

    def _sure(self) -> Sure | None:
        """The faultless records at the start of the rest, if there are any."""
        if self.width is None or self.width > FAST_WIDTH_LIMIT or not self._has_plain_marks():
            return None
        proof = self._plain(self.width) or self._shaped(self.width)
        if proof is None:
            return None
        used, plain, quote = proof
        content, self._rest = self._rest[:used], self._rest[used:]
        self._good += used
        if self._good >= GOOD_STRETCH_BYTES:
            self._stretch = self.first_stretch_bytes
        fields = pl.read_csv(
            content,
            has_header=False,
            separator=self.delimiter,
            quote_char=quote or None,
            eol_char=plain.line_end[-1],
            infer_schema=False,
            schema={str(place): pl.String for place in range(self.width)},
            missing_columns="insert",
        )
        first, self._row = self._row, self._row + fields.height
        return Sure(
            first=first,
            fields=fields,
            is_tidy=plain.is_tidy,
            is_bare=plain.is_bare,
            line_end=plain.line_end,
        )

    def _plain(self, width: int) -> tuple[int, Plain, str] | None:
        """All whole lines, if they are faultless; proved on their bytes."""
        used = self._rest.rfind(b"\n") + 1
        if width == 1 or not used:
            return None
        block = pl.Series([self._rest], dtype=pl.Binary).cast(pl.List(pl.UInt8)).explode()
        lines, delimiter = block.head(used), self.delimiter
        quote = self.quote if self.quote and self.quote.encode() in self._rest else ""
        plain = (
            prove_quoted(lines, delimiter=delimiter, quote=quote, width=width)
            if quote
            else prove_plain(lines, delimiter=delimiter, width=width)
        )
        return None if plain is None else (used, plain, quote)

    def _shaped(self, width: int) -> tuple[int, Plain, str] | None:
        """The longest run of faultless records."""
        text = pl.Series([self._rest], dtype=pl.Binary).cast(pl.String)
        ends = self._ends if b"\n" in self._rest else ["\r"]
        for end in ends:
            used, is_tidy = self._proved(text, end=end, width=width)
            if used:
                break
        else:
            return None
        if end != ends[0]:
            self._ends.reverse()
        return used, Plain(is_tidy=is_tidy, is_bare=False, line_end=end), self.quote

    def _has_plain_marks(self) -> bool:
        """Whether Polars' reader takes the marks; its marks are single bytes."""
        return self.delimiter.isascii() and self.quote.isascii()

    def _proved(self, text: pl.Series, *, end: str, width: int) -> tuple[int, bool]:
        """How many bytes at the start are faultless records, and whether they are tidy, too."""
        shapes = shapes_of(delimiter=self.delimiter, quote=self.quote, width=width, end=end)
        whole = len(self._rest)
        tidy = whole - _length_without(text, shapes.tidy)
        # Only where something untidy cuts it short is it worth a second look.
        if 2 * tidy >= whole:
            return tidy, True
        strict = whole - _length_without(text, shapes.strict)
        return (strict, False) if strict > tidy else (tidy, True)

    def _with_care(self) -> Iterator[Block]:
        """Cut one stretch record by record; the next is longer if it follows soon."""
        while True:
            is_whole = self._stretch >= len(self._rest)
            if is_whole and not self._is_last:
                self._read_on()
                continue
            text = self._rest[: self._stretch].decode("utf-8", errors="ignore")
            block, used, row = cut_some(
                text,
                self._row,
                delimiter=self.delimiter,
                quote=self.quote,
                is_last=is_whole and self._is_last,
            )
            if used or (is_whole and self._is_last):
                break
            if len(text) > RECORD_LIMIT:
                yield self._never_ended(text)
                return
            self._stretch *= 2
        self._rest = self._rest[len(text[:used].encode()) :]
        self._row, self._good = row, 0
        self._stretch = min(self._stretch * 2, RECORD_LIMIT)
        yield block

    def _never_ended(self, text: str) -> Block:
        """The record at the start of this text, which is longer than any may be."""
        block = Block()
        refusal = open_quotation(self._row, text, delimiter=self.delimiter, quote=self.quote)
        if refusal is None:
            raise ReadingError("reading.record_too_long", row=self._row, limit=RECORD_LIMIT)
        block.refused.append(refusal)
        self._rest, self._is_last = b"", True
        return block


def _length_without(text: pl.Series, shape: str) -> int:
    return int(text.str.replace(shape, "").str.len_bytes()[0])
