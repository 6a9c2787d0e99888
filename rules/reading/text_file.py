"""A delimited text file, read under its contract."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

import polars as pl

from rules.contract import Contract
from rules.errors import ReadingError
from rules.reading.ahead import one_ahead
from rules.reading.cells import convert_all
from rules.reading.characters import utf8_blocks
from rules.reading.cutter import Cutter, Sure
from rules.reading.heading import Heading, match_heading
from rules.reading.limits import BLOCK_BYTES, SMALL_REST_BYTES
from rules.reading.parts import Chunk, Parts, Refusal
from rules.reading.places import Ranges
from rules.reading.recognition import seems_otherwise
from rules.reading.records import Block, numbers_of
from rules.reading.result import Expected, FileProblem, Reading, Wrong
from rules.reading.stopping import Stop, refuse_rows
from rules.reading.text_heading import heading_of
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
    cutter = Cutter(
        blocks=utf8_blocks(source, encoding=contract.encoding, block_bytes=block_bytes),
        delimiter=contract.delimiter,
        quote=contract.quote,
        small_rest_bytes=min(block_bytes, SMALL_REST_BYTES),
    )
    pieces, notes = cutter.pieces(), _Notes()
    heading, block = _find_heading(pieces, contract=contract, notes=notes)
    cutter.width = heading.width
    parts = Parts(digest=digest, contract=contract, columns=tuple(heading.places), into=into)
    reader = _Reader(
        heading=heading, contract=contract, notes=notes, stop=Stop(pattern=contract.stop)
    )
    with closing(one_ahead(pieces)) as following:
        parts.stream(map(reader.read, chain([block], following)))
    doubts = _doubts(source, contract=contract)
    return parts.finish([*doubts, *heading.problems, *_said_once(notes)])


def _doubts(source: Path, *, contract: Contract) -> list[FileProblem]:
    """That the declared encoding does not fit; the file is read as declared all the same."""
    declared = contract.encoding
    seems = seems_otherwise(source, encoding=declared, delimiter=contract.delimiter)
    if seems is None:
        return []
    return [
        FileProblem(
            code=Wrong.ENCODING_OTHER, found=seems, expected=Expected.ENCODING, detail=declared
        )
    ]


def _find_heading(
    pieces: Iterator[Block | Sure], *, contract: Contract, notes: _Notes
) -> tuple[Heading, Block]:
    """The heading, and what is left of its block."""
    for piece in pieces:
        # As long as no width is known, every piece is cut with care.
        if isinstance(piece, Block):
            found = heading_of(piece, contract=contract, blank=notes.blank)
            notes.line_ends |= piece.line_ends
            if found is not None:
                return match_heading(found, contract=contract), piece
    raise ReadingError("reading.no_heading")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads the records behind the heading."""

    heading: Heading
    contract: Contract
    notes: _Notes
    stop: Stop

    def read(self, piece: Block | Sure) -> Chunk:
        """The rows among some records, and the others."""
        if isinstance(piece, Sure):
            self.notes.line_ends.add(piece.line_end)
            numbers, fields = self._rows_of_sure(piece)
            kept = self.stop.rows(fields)
            behind = refuse_rows(numbers[kept:], fields[kept:], contract=self.contract)
            return self._chunk(numbers[:kept], fields[:kept], refused=behind, known=piece)
        self.notes.line_ends |= piece.line_ends
        numbers, fields, ragged = self._rows_of_block(piece)
        return self._chunk(numbers, fields, refused=[*piece.refused, *ragged])

    def _chunk(
        self,
        numbers: pl.Series,
        fields: pl.DataFrame,
        *,
        refused: list[Refusal],
        known: Sure | None = None,
    ) -> Chunk:
        names = {name: str(place) for name, place in self.heading.places.items()}
        texts = fields.select(pl.col(place).alias(name) for name, place in names.items())
        cells = convert_all(
            texts,
            columns=[self.contract[name] for name in names],
            contract=self.contract,
            is_tidy=known is not None and known.is_tidy,
            is_bare=known is not None and known.is_bare,
        )
        return Chunk(
            rows=numbers,
            cells=cells,
            texts={name: texts[name] for name in names},
            refused=refused,
        )

    def _rows_of_sure(self, piece: Sure) -> tuple[pl.Series, pl.DataFrame]:
        fields = piece.fields
        numbers = pl.int_range(piece.first, piece.first + fields.height, eager=True)
        # A row is blank only if its first cell is: few are, and the others need no look.
        first = fields.to_series(0)
        is_maybe = first.is_null() if piece.is_bare else first.fill_null("").str.strip_chars() == ""
        if not is_maybe.any():
            return numbers, fields
        maybe = is_maybe.arg_true()
        is_blank = pl.all_horizontal(_is_blank(pl.all().fill_null("")))
        blank = maybe.filter(fields[maybe].select(is_blank).to_series())
        for number in numbers.gather(blank):
            self.notes.blank.add(number)
        is_row = pl.repeat(value=True, n=fields.height, eager=True)
        is_row = is_row.scatter(blank, values=False) if len(blank) else is_row
        return numbers.filter(is_row), fields.filter(is_row)

    def _rows_of_block(self, piece: Block) -> tuple[pl.Series, pl.DataFrame, list[Refusal]]:
        width = self.heading.width
        frame = _frame(piece, width=width, delimiter=self.contract.delimiter)
        for number in frame.filter(pl.col(_BLANK))[ROW]:
            self.notes.blank.add(number)
        filled = frame.filter(~pl.col(_BLANK))
        # A row of totals seldom has all of the fields, and ends the table all the same.
        kept = self.stop.rows(filled.drop(ROW, _COUNT, _BLANK))
        rows, behind = filled[:kept], filled[kept:]
        is_wide = pl.col(_COUNT) == width
        refused = [
            Refusal(row=row, wrong=Wrong.FIELDS, found=str(count), detail=str(width))
            for row, count in rows.filter(~is_wide).select(ROW, _COUNT).iter_rows()
        ]
        fields = behind.drop(ROW, _COUNT, _BLANK)
        refused += refuse_rows(behind[ROW], fields, contract=self.contract)
        wide = rows.filter(is_wide)
        return wide[ROW], wide.drop(ROW, _COUNT, _BLANK), refused


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
    """Records of another width are no rows: only their width and first field are kept."""
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
            "0": [fields[0] for _, fields in other],
        },
        schema={ROW: pl.Int64, _COUNT: pl.Int64, _BLANK: pl.Boolean, "0": pl.String},
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
