"""The XML parts of a workbook.

The XML inside a workbook is read with expat, a chunk at a time; a document type is refused, so no
entity can grow.

Source: ECMA-376 part 1 §18.2.28 (workbookPr).
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from xml.parsers import expat

from rules.errors import ReadingError

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 256  # bytes a match may span over two chunks
_Start = Callable[[str, dict[str, str]], None]


def uses_1904(source: Path) -> bool:
    """Whether dates count from 1904 (workbooks of old Macintoshes)."""
    found = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "workbookPr":
            found.append(attributes.get("date1904", "0") in {"1", "true"})

    parse_part(source, "xl/workbook.xml", start=start)
    return any(found)


def relation_targets(source: Path, member: str) -> dict[str, str]:
    """Where the relations of a part lead, by their ids."""
    targets: dict[str, str] = {}

    def relations(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    parse_part(source, member, start=relations)
    return targets


def sheet_members(source: Path) -> dict[str, str]:
    """The archive member of each sheet, by its name in the workbook."""
    ids: dict[str, str] = {}

    def sheets(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "sheet":
            ids[attributes.get("name", "")] = next(
                (value for key, value in attributes.items() if local_name(key) == "id"), ""
            )

    parse_part(source, "xl/workbook.xml", start=sheets)
    targets = relation_targets(source, "xl/_rels/workbook.xml.rels")
    return {
        name: target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        for name, identity in ids.items()
        if (target := targets.get(identity)) is not None
    }


def parse_part(
    source: Path,
    member: str,
    *,
    start: _Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    separator: str | None = None,
) -> None:
    """Tell the elements of one part to the callers, a chunk at a time.

    Args:
        separator: Between namespace and name; None leaves prefixes as they are written.

    Raises:
        ReadingError: `reading.workbook_broken`.
    """
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        for chunk in chunks_of(source, member):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error


def chunks_of(source: Path, member: str) -> Iterator[bytes]:
    """The bytes of one part.

    Raises:
        ReadingError: `reading.workbook_broken`.
    """
    try:
        with zipfile.ZipFile(source) as archive, archive.open(member) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, RuntimeError) as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error


def holds(source: Path, member: str, shape: re.Pattern[bytes]) -> bool:
    """Whether the bytes of a part have this shape somewhere; it spans no more than a few bytes."""
    tail = b""
    for chunk in chunks_of(source, member):
        if shape.search(tail + chunk):
            return True
        tail = chunk[-_OVERLAP:]
    return False


def _refuse_document_type(*_: object) -> None:
    raise ReadingError("reading.workbook_broken", detail="DOCTYPE")


def local_name(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]
