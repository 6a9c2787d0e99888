"""Characters cut into records and fields: RFC 4180, strictly, with every record numbered.

A record ends at LF, CRLF or CR outside quotation marks.  Records without a quotation mark are cut
by Polars, all at once; those with one by the `csv` module, run by run.

Source: RFC 4180 §2 (a field with quotation marks is enclosed in them, inner ones are doubled).
"""

import csv
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from io import StringIO
from typing import Final

import polars as pl

from rules.reading.parts import Refusal
from rules.reading.result import Wrong

_LINE_END: Final = re.compile("\r\n|\n|\r")


@dataclass(slots=True, kw_only=True)
class Block:
    """Consecutive records of a text file.

    Attributes:
        lines: Text of the records without quotation marks, each ending in LF.
        spans: (first record number, records) of the runs in `lines`.
        quoted: Number and fields of the well-formed records with quotation marks.
        refused: The records whose quotation marks are out of place.
        line_ends: The kinds of line ends seen outside quotation marks.
    """

    lines: deque[str] = field(default_factory=deque)
    spans: deque[tuple[int, int]] = field(default_factory=deque)
    quoted: deque[tuple[int, list[str]]] = field(default_factory=deque)
    refused: list[Refusal] = field(default_factory=list)
    line_ends: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Shapes:
    delimiter: str
    quote: str
    closed: re.Pattern[str]
    run: re.Pattern[str]
    record: re.Pattern[str]
    loose: re.Pattern[str]
    field: re.Pattern[str]


def cut_some(
    text: str, row: int, *, delimiter: str, quote: str, is_last: bool
) -> tuple[Block, int, int]:
    """Cut as far as whole records go.

    Args:
        text: Characters of a file from the start of a record on.
        row: The number of that record.
        quote: The quotation mark, or "" where the files know none.
        is_last: Whether the file ends with this text; its last record is whole, then.

    Returns:
        The records, the characters used, and the number of the next record.
    """
    return _cut_block(text, row, shapes=_shapes(delimiter, quote), is_last=is_last)


def open_quotation(row: int, text: str, *, delimiter: str, quote: str) -> Refusal | None:
    """The refusal of a record that never ends, if it is a quotation that keeps it open."""
    is_loose = _shapes(delimiter, quote).loose.match(text)
    return None if is_loose or not quote else _open_quotation(row, text)


def numbers_of(spans: Iterable[tuple[int, int]]) -> pl.Series:
    """The record numbers of runs, as Int64."""
    starts = pl.DataFrame(list(spans), schema={"first": pl.Int64, "count": pl.Int64}, orient="row")
    ranges = pl.int_ranges(pl.col("first"), pl.col("first") + pl.col("count"))
    return starts.select(ranges.explode()).to_series().drop_nulls()


def _cut_block(text: str, row: int, *, shapes: _Shapes, is_last: bool) -> tuple[Block, int, int]:
    block, here = Block(), 0
    while here < len(text):
        mark = text.find(shapes.quote, here) if shapes.quote else -1
        end = (
            _line_start(text, here, mark)
            if mark >= 0
            else _whole_lines(text, here, is_last=is_last)
        )
        if end > here:
            row += _add_lines(block, text[here:end], row)
            here = end
        if mark < 0:
            break
        if run := shapes.run.match(text, here):
            row += _add_quoted(block, run[0], row, shapes=shapes)
            here = run.end()
            continue
        found = shapes.record.match(text, here) or shapes.loose.match(text, here)
        if found is None and is_last:
            block.refused.append(_open_quotation(row, text[here:]))
            return block, len(text), row + 1
        if found is None or (not is_last and _may_go_on(text, found.end())):
            break
        if found.re is shapes.record:
            _add_quoted(block, found[0], row, shapes=shapes)
        else:
            block.refused.append(Refusal(row=row, wrong=Wrong.QUOTES, found=_body(found[0])))
            block.line_ends.add(found["end"])
        row, here = row + 1, found.end()
    return block, here, row


def _add_lines(block: Block, run: str, row: int) -> int:
    """Add records without quotation marks; how many they are."""
    if "\r" in run:
        crlf, bare = run.count("\r\n"), run.count("\r")
        block.line_ends.update({"\r\n"} if crlf else set(), {"\r"} if bare > crlf else set())
        block.line_ends.update({"\n"} if run.count("\n") > crlf else set())
        run = run.replace("\r\n", "\n").replace("\r", "\n")
    else:
        block.line_ends.add("\n")
    if not run.endswith("\n"):
        run += "\n"
    count = run.count("\n")
    block.lines.append(run)
    block.spans.append((row, count))
    return count


def _add_quoted(block: Block, run: str, row: int, *, shapes: _Shapes) -> int:
    """Add well-formed records with quotation marks; how many they are."""
    records = _fields(run, shapes=shapes)
    block.quoted.extend(enumerate(records, start=row))
    outside = shapes.closed.sub("", run) if "\r" in run else run
    block.line_ends.update(_LINE_END.findall(outside) if "\r" in outside else ["\n"])
    return len(records)


def _fields(run: str, *, shapes: _Shapes) -> list[list[str]]:
    """The fields of well-formed records."""
    reader = csv.reader(
        StringIO(run, newline=""), delimiter=shapes.delimiter, quotechar=shapes.quote, strict=True
    )
    try:
        return list(reader)
    except csv.Error:
        # A field beyond the limit of `csv`, which is one for the whole process, not ours to change.
        records = (_body(record[0]) for record in shapes.record.finditer(run) if record[0])
        return [
            [_unquoted(one[1], shapes.quote) for one in shapes.field.finditer(record)]
            for record in records
        ]


def _line_start(text: str, here: int, mark: int) -> int:
    """Where the record with the quotation mark at `mark` begins."""
    return max(text.rfind("\n", here, mark), text.rfind("\r", here, mark), here - 1) + 1


def _whole_lines(text: str, here: int, *, is_last: bool) -> int:
    """Where the last whole record ends; a CR at the very end may be half of a CRLF."""
    if is_last:
        return len(text)
    newline = text.rfind("\n", here)
    return (newline if newline >= 0 else text.rfind("\r", here, len(text) - 1)) + 1 or here


def _may_go_on(text: str, end: int) -> bool:
    """Whether a record that ends where the characters end so far may continue behind them."""
    return end == len(text) and not text.endswith("\n")


def _open_quotation(row: int, text: str) -> Refusal:
    return Refusal(row=row, wrong=Wrong.QUOTE_OPEN, found=text.rstrip("\r\n"))


def _body(record: str) -> str:
    return record.removesuffix("\n").removesuffix("\r")


def _unquoted(text: str, quote: str) -> str:
    return text[1:-1].replace(quote * 2, quote) if text.startswith(quote) else text


@lru_cache(maxsize=16)
def _shapes(delimiter: str, quote: str) -> _Shapes:
    """Possessive throughout: a record is matched in one walk, whatever it holds."""
    mark, q = re.escape(delimiter), re.escape(quote)
    # Without a mark of quotation nothing is closed: a class of no characters never fits.
    closed = f"{q}(?:[^{q}]++|{q}{q})*+{q}" if quote else "[^\\s\\S]"
    plain = rf"[^{q}{mark}\r\n]*+"
    loose = rf"(?:{closed}[^{mark}\r\n]*+|[^{q}{mark}\r\n][^{mark}\r\n]*+|)"
    end = r"(?P<end>\r\n|\n|\r|\Z)"
    some = f"(?:{closed}|{plain})"
    # A CR at the very end may be half of a CRLF: that record is looked at by itself.
    sure_end = r"(?:\r\n|\n|\r(?!\n|\Z))"
    return _Shapes(
        delimiter,
        quote,
        re.compile(closed),
        re.compile(rf"(?:(?:{plain}{mark})*+{closed}(?:{mark}{some})*+{sure_end})++"),
        re.compile(rf"{some}(?:{mark}{some})*+{end}"),
        re.compile(rf"{loose}(?:{mark}{loose})*+{end}"),
        re.compile(rf"(?:^|{mark})({closed}|{plain})"),
    )
