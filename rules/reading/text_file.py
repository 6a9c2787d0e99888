"""A delimited text file, read under its contract."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from rules.contract import Contract
from rules.errors import ReadingError
from rules.reading.cells import convert
from rules.reading.characters import BLOCK_BYTES, decode
from rules.reading.heading import Heading, match_heading
from rules.reading.parts import Parts, Refusal
from rules.reading.places import Ranges
from rules.reading.records import Block, cut, numbers_of
from rules.reading.result import FileProblem, Reading, Wrong
from rules.table import ROW

_COUNT: Final = "count"
_BLANK: Final = "blank"


@dataclass(slots=True, kw_only=True)
class _Notes:
    """What is seen on the way and said once, of the whole file."""

    blank: Ranges = field(default_factory=Ranges)
    line_ends: set[str] = field(default_factory=set)


def read_text_file(
    source: Path,
    *,
    digest: str,
    contract: Contract,
    into: Path,
    block_bytes: int = BLOCK_BYTES,
) -> Reading:
    """Read a delimited text file; see `rules.reading.read_file`.

    The heading is the first record that is not blank, unless the contract says otherwise.

    Raises:
        ReadingError: `reading.no_heading`, `reading.heading_quotes`, `reading.record_too_long`.
    """
    texts = decode(source, encoding=contract.encoding, block_bytes=block_bytes)
    notes, heading, parts = _Notes(), None, None
    for block in cut(texts, delimiter=contract.delimiter):
        notes.line_ends |= block.line_ends
        if heading is None or parts is None:
            found = _heading_of(block, contract=contract, notes=notes)
            if found is None:
                continue
            heading = match_heading(found, contract=contract)
            parts = Parts(
                digest=digest, contract=contract, columns=tuple(heading.places), into=into
            )
        _read_block(block, heading=heading, contract=contract, parts=parts, notes=notes)
    if heading is None or parts is None:
        raise ReadingError("reading.no_heading")
    return parts.finish([*heading.problems, *_said_once(notes)])


def _heading_of(block: Block, *, contract: Contract, notes: _Notes) -> list[str] | None:
    """The heading a contract declares; None while it has not come."""
    if contract.heading is None:
        return _find_heading(block, contract=contract, notes=notes)
    if contract.heading == 0:
        return [column.name for column in contract.columns] if _first_number(block) else None
    while (number := _first_number(block)) is not None:
        if number > contract.heading:
            raise ReadingError("reading.no_heading")
        if block.refused and block.refused[0].row == number:
            if number == contract.heading:
                raise ReadingError("reading.heading_quotes", row=number)
            block.refused.pop(0)
            continue
        fields = _take_first(block, number, delimiter=contract.delimiter)
        if number == contract.heading:
            return fields
    return None


def _first_number(block: Block) -> int | None:
    """The number of the first record that waits in a block."""
    waiting = [block.spans[0][0]] if block.spans else []
    waiting += [block.quoted[0][0]] if block.quoted else []
    waiting += [block.refused[0].row] if block.refused else []
    return min(waiting, default=None)


def _take_first(block: Block, number: int, *, delimiter: str) -> list[str]:
    """The fields of the first record, which leaves the block."""
    if block.quoted and block.quoted[0][0] == number:
        return block.quoted.popleft()[1]
    fields = _take_line(block).split(delimiter)
    if block.spans[0][1] == 0:
        block.lines.popleft()
        block.spans.popleft()
    return fields


def _find_heading(block: Block, *, contract: Contract, notes: _Notes) -> list[str] | None:
    """The fields of the first record that is not blank; it and those before leave the block."""
    while True:
        _drop_blank_lines(block, delimiter=contract.delimiter, notes=notes)
        line = block.spans[0][0] if block.spans else None
        quoted = block.quoted[0][0] if block.quoted else None
        refused = block.refused[0].row if block.refused else None
        waiting = [number for number in (line, quoted, refused) if number is not None]
        if not waiting:
            return None
        number = min(waiting)
        if number == refused:
            raise ReadingError("reading.heading_quotes", row=number)
        if number == line:
            return _take_line(block).split(contract.delimiter)
        fields = block.quoted.popleft()[1]
        if any(name.strip() for name in fields):
            return fields
        notes.blank.add(number)


def _drop_blank_lines(block: Block, *, delimiter: str, notes: _Notes) -> None:
    """Drop the blank records at the start of the first run, all at once."""
    if not block.lines:
        return
    run, (first, count) = block.lines[0], block.spans[0]
    start = len(run) - len(run.lstrip(f" \t\n\xa0{delimiter}"))
    start = run.rfind("\n", 0, start) + 1
    blank = run.count("\n", 0, start)
    for number in range(first, first + blank):
        notes.blank.add(number)
    block.lines[0], block.spans[0] = run[start:], (first + blank, count - blank)
    if count == blank:
        block.lines.popleft()
        block.spans.popleft()


def _take_line(block: Block) -> str:
    line, _, block.lines[0] = block.lines[0].partition("\n")
    first, count = block.spans[0]
    block.spans[0] = (first + 1, count - 1)
    return line


def _read_block(
    block: Block, *, heading: Heading, contract: Contract, parts: Parts, notes: _Notes
) -> None:
    frame = _frame(block, width=heading.width, delimiter=contract.delimiter)
    for number in frame.filter(pl.col(_BLANK))[ROW]:
        notes.blank.add(number)
    wide = pl.col(_COUNT) == heading.width
    ragged = frame.filter(~pl.col(_BLANK) & ~wide).select(ROW, _COUNT)
    refused = [
        Refusal(row=row, wrong=Wrong.FIELDS, found=str(count), detail=str(heading.width))
        for row, count in ragged.iter_rows()
    ]
    rows = frame.filter(~pl.col(_BLANK) & wide)
    texts = {name: rows[str(place)] for name, place in heading.places.items()}
    cells = {
        name: convert(text, column=contract[name], contract=contract)
        for name, text in texts.items()
    }
    parts.add(rows[ROW], cells=cells, texts=texts, refused=[*block.refused, *refused])


def _frame(block: Block, *, width: int, delimiter: str) -> pl.DataFrame:
    """The block's records in order.

    Returns:
        ROW Int64, `count` Int64 (fields), `blank` Boolean, and the fields "0", "1", … as String.
    """
    frames = [_of_lines(block, width=width, delimiter=delimiter)]
    if block.quoted:
        frames.append(_of_quoted(block, width=width))
    return pl.concat(frames).sort(ROW) if len(frames) > 1 else frames[0]


def _of_lines(block: Block, *, width: int, delimiter: str) -> pl.DataFrame:
    text = "".join(block.lines)
    line = pl.col("line")
    return (
        pl.DataFrame({"line": [text.removesuffix("\n")]} if text else {"line": []})
        .select(line.cast(pl.String).str.split("\n").explode())
        .drop_nulls()
        .select(
            numbers_of(block.spans).alias(ROW),
            (line.str.count_matches(delimiter, literal=True) + 1).cast(pl.Int64).alias(_COUNT),
            _is_blank(line.str.replace_all(delimiter, "", literal=True)).alias(_BLANK),
            line.str.split_exact(delimiter, width - 1)
            .struct.rename_fields([str(place) for place in range(width)])
            .alias("fields"),
        )
        .unnest("fields")
    )


def _of_quoted(block: Block, *, width: int) -> pl.DataFrame:
    """Records of another width are no rows: of them only their width is kept."""
    whole = [(number, fields) for number, fields in block.quoted if len(fields) == width]
    other = [(number, fields) for number, fields in block.quoted if len(fields) != width]
    names = [str(place) for place in range(width)]
    fields = dict(zip(names, zip(*(fields for _, fields in whole), strict=True), strict=False))
    frame = pl.DataFrame(
        {ROW: [number for number, _ in whole]} | {name: fields.get(name, ()) for name in names},
        schema={ROW: pl.Int64} | dict.fromkeys(names, pl.String),
    ).select(
        ROW,
        pl.lit(width, dtype=pl.Int64).alias(_COUNT),
        pl.all_horizontal(_is_blank(pl.col(name)) for name in names).alias(_BLANK),
        *names,
    )
    ragged = pl.DataFrame(
        {
            ROW: [number for number, _ in other],
            _COUNT: [len(fields) for _, fields in other],
            _BLANK: [not "".join(fields).strip() for _, fields in other],
        },
        schema={ROW: pl.Int64, _COUNT: pl.Int64, _BLANK: pl.Boolean},
    )
    return pl.concat([frame, ragged], how="diagonal")


def _is_blank(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars() == ""


def _said_once(notes: _Notes) -> list[FileProblem]:
    said = []
    if notes.blank.count:
        said.append(
            FileProblem(
                code=Wrong.ROWS_BLANK,
                found=str(notes.blank.count),
                detail=notes.blank.text(),
            )
        )
    ends = notes.line_ends - {""}
    if len(ends) > 1:
        names = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
        found = ", ".join(sorted(names[end] for end in ends))
        said.append(FileProblem(code=Wrong.LINE_ENDS, found=found))
    return said
