"""An XML file, read as the table its contract maps it to.

The texts of records and ancestors go to disk block by block, and are joined block by block
afterwards: memory does not grow with the file.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from rules.contract import Contract
from rules.errors import ReadingError
from rules.mapping import XmlMapping
from rules.reading.cells import convert
from rules.reading.parts import Parts
from rules.reading.result import FileProblem, Reading, Wrong
from rules.reading.spoiled import spoil
from rules.reading.xml_records import Values, levels_of, stream

BLOCK_RECORDS: Final = 32_768
_BLOCK_CHARACTERS: Final = 8 << 20
_NUMBER: Final = "number"


def read_xml_file(
    source: Path,
    *,
    digest: str,
    contract: Contract,
    into: Path,
    block_records: int = BLOCK_RECORDS,
) -> Reading:
    """Read the records of one table out of an XML file; see `rules.reading.read_file`.

    ROW is the number of the record in the file, from 1; SHEET is its path.  An element that is
    absent is blank; one that is there several times, or holds elements itself, is a problem.

    Raises:
        ReadingError: `reading.xml_unmapped`, the contract has no mapping; see `xml_records.stream`.
    """
    mapping = contract.xml
    if mapping is None:
        raise ReadingError("reading.xml_unmapped", table=contract.name)
    texts = into / "texts"
    texts.mkdir()
    spools = [
        _Spool(folder=texts, level=level, columns=columns, block_records=block_records)
        for level, columns in enumerate(levels_of(mapping))
    ]
    for level, values in stream(source, mapping=mapping):
        spools[level].add(values)
    for spool in spools:
        spool.flush()
    reading = _convert(spools, digest=digest, contract=contract, mapping=mapping, into=into)
    shutil.rmtree(texts)
    return reading


@dataclass(slots=True, kw_only=True)
class _Spool:
    """The elements of one level on their way to disk, in blocks.

    Each block holds `number` Int64, `above.1`, … Int64, and per column its text and its `Wrong`.
    """

    folder: Path
    level: int
    columns: Sequence[str]
    block_records: int
    parts: list[Path] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    _values: list[Values] = field(default_factory=list)
    _length: int = 0

    def add(self, values: Values) -> None:
        """Keep the values of one element; an ancestor nobody asks about is only counted."""
        if self.level and not self.columns:
            return
        self._values.append(values)
        self._length += sum(len(text) for text in values.texts if text)
        if len(self._values) >= self.block_records or self._length > _BLOCK_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._values:
            return
        columns: dict[str, pl.Series] = {
            _NUMBER: pl.Series([one.number for one in self._values], dtype=pl.Int64)
        }
        for up in range(len(self._values[0].above)):
            numbers = [one.above[up] for one in self._values]
            columns[f"above.{up + 1}"] = pl.Series(numbers, dtype=pl.Int64)
        for place, name in enumerate(self.columns):
            text = pl.Series([one.texts[place] for one in self._values], dtype=pl.String)
            if text.null_count() < len(text):
                self.seen.add(name)
            columns[f"text.{name}"] = text
            columns[f"wrong.{name}"] = pl.Series(
                [one.wrong(place) for one in self._values], dtype=pl.String
            )
        path = self.folder / f"{self.level}-{len(self.parts):06d}.arrow"
        pl.DataFrame(columns).write_ipc(path, compression="lz4")
        self.parts.append(path)
        self._values, self._length = [], 0

    def rows(self, numbers: pl.Series) -> pl.DataFrame:
        """The values of the elements of these numbers, which rise; one row for each number."""
        first, last = int(numbers[0]), int(numbers[-1])
        some = pl.concat([pl.scan_ipc(part) for part in self.parts])
        near = some.slice(first, last - first + 1).collect()
        return near[(numbers - first).cast(pl.UInt32)]


def _convert(
    spools: Sequence[_Spool],
    *,
    digest: str,
    contract: Contract,
    mapping: XmlMapping,
    into: Path,
) -> Reading:
    names = [column.name for column in contract.columns]
    parts = Parts(digest=digest, contract=contract, columns=names, into=into, sheet=mapping.shown)
    for part in spools[0].parts:
        block = pl.read_ipc(part)
        frames = [block] + [
            spool.rows(block[f"above.{level}"])
            for level, spool in enumerate(spools)
            if level and spool.columns
        ]
        whole = {name: frame[name] for frame in frames for name in frame.columns}
        texts = {name: whole[f"text.{name}"] for name in names}
        cells = {
            name: spoil(
                convert(texts[name], column=contract[name], contract=contract),
                wrong=whole[f"wrong.{name}"],
                texts=texts[name],
                column=contract[name],
                contract=contract,
            )
            for name in names
        }
        parts.add(block[_NUMBER] + 1, cells=cells, texts=texts)
    return parts.finish(_notes(spools, names=names, mapping=mapping))


def _notes(
    spools: Sequence[_Spool], *, names: Sequence[str], mapping: XmlMapping
) -> list[FileProblem]:
    if not spools[0].parts:
        return [FileProblem(code=Wrong.RECORDS_NONE, found=mapping.shown)]
    seen = set[str]().union(*(spool.seen for spool in spools))
    return [
        FileProblem(code=Wrong.COLUMN_ABSENT, column=name) for name in names if name not in seen
    ]
