"""Records of one table out of an XML file, as they pass by: no tree is ever built.

A value belongs to its record, or to one of the record's ancestors.  An ancestor is known in full
only when it ends, after its records; so both are kept apart, each ancestor with its number, and
are joined when the file has been read (`xml_file`).  Document types are refused: no entity grows.

Source: W3C, Extensible Markup Language (XML) 1.0 §2; Namespaces in XML 1.0 §2.1, §6.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from rules.errors import ReadingError
from rules.mapping import XmlMapping
from rules.reading.result import Wrong

DEEPEST: Final = 100
ELEMENTS_LIMIT: Final = 200_000_000
TEXT_LIMIT: Final = 8 << 20  # characters of one value
_CHUNK_BYTES: Final = 1 << 18
_SHOWN: Final = 20  # values of one repeated element that its problem repeats
_PARSE: Final = (ParseError, DefusedXmlException, LookupError, ValueError)


_Taken = TypeVar("_Taken")


@dataclass(slots=True)
class Values:
    """The values one element holds for the columns of its level.

    Attributes:
        number: Of the element among those of its level, from 0.
        above: The numbers of its ancestors, nearest first; of a record only.
        texts: By place in the level; None where absent.
        counts: How often each was there.
        nested: The places of values that hold elements.
    """

    number: int
    above: tuple[int, ...]
    texts: list[str | None]
    counts: list[int]
    nested: set[int] = field(default_factory=set)

    def take(self, place: int, text: str) -> None:
        """Add a value; a second one stands beside the first."""
        self.counts[place] += 1
        before = self.texts[place]
        if before is None:
            self.texts[place] = text
        elif self.counts[place] <= _SHOWN:
            self.texts[place] = f"{before} | {text}"

    def wrong(self, place: int) -> Wrong | None:
        """Why a value cannot be read, if it is not for its text."""
        if self.counts[place] > 1:
            return Wrong.REPEATED
        return Wrong.NESTED if place in self.nested else None


@dataclass(slots=True)
class _Node:
    """One element of the paths a mapping speaks of."""

    children: dict[str, "_Node"] = field(default_factory=dict)
    level: int | None = None  # 0 is a record, 1 its parent, …
    texts: list[tuple[int, int]] = field(default_factory=list)  # level and place
    attributes: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """An element that has begun and is of interest."""

    node: _Node
    pieces: list[str] | None = None
    length: int = 0
    is_nested: bool = False


def levels_of(mapping: XmlMapping) -> list[list[str]]:
    """The columns of each level, in the contract's order; their place is their index here."""
    levels: list[list[str]] = [[]]
    for name, path in mapping.columns:
        while len(levels) <= path.up:
            levels.append([])
        levels[path.up].append(name)
    return levels


def stream(source: Path, *, mapping: XmlMapping) -> Iterator[tuple[int, Values]]:
    """Every element of every level as it ends: its level and its values; records are level 0.

    Raises:
        ReadingError: `reading.xml_broken` with line, `reading.xml_doctype`, `reading.xml_depth`,
            `reading.xml_elements`, `reading.record_too_long`, `reading.xml_root`.
    """
    target = _Target(mapping)
    parser = XMLParser(target=target, forbid_dtd=True)
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            _feed(parser, chunk)
            yield from target.ended
            target.ended.clear()
    _feed(parser, None)
    yield from target.ended


def _feed(parser: XMLParser, chunk: bytes | None) -> None:
    try:
        if chunk is None:
            parser.close()
        else:
            parser.feed(chunk)
    except DefusedXmlException as error:
        raise ReadingError("reading.xml_doctype") from error
    except _PARSE as error:
        line = getattr(error, "position", (None,))[0]
        raise ReadingError("reading.xml_broken", line=line or 1) from error


class _Target:
    """What the parser tells its elements to."""

    def __init__(self, mapping: XmlMapping) -> None:
        self.ended: list[tuple[int, Values]] = []
        self._mapping = mapping
        self._levels = levels_of(mapping)
        self._root = _tree_of(mapping)
        self._open: list[_Open | None] = []
        self._current: list[Values | None] = [None] * len(self._levels)
        self._begun = [0] * len(self._levels)
        self._positions = [
            [
                (levels.index(name))
                for name, path in mapping.columns
                if path.is_position and path.up == up
            ]
            for up, levels in enumerate(self._levels)
        ]
        self._elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._count()
        above = self._open[-1] if self._open else None
        if above is not None and above.pieces is not None:
            above.is_nested = True
        nodes = self._root.children if not self._open else above.node.children if above else {}
        node = nodes.get(tag)
        if node is None:
            if not self._open:
                expected = ", ".join(sorted({path[0] for path in self._mapping.rows}))
                raise ReadingError("reading.xml_root", found=tag, expected=expected)
            self._open.append(None)
            return
        self._open.append(_Open(node, [] if node.texts else None))
        if node.level is not None:
            self._begin(node.level)
        for level, place, name in node.attributes:
            if name in attributes:
                self._take(level, place, attributes[name])

    def data(self, text: str) -> None:
        """Characters directly inside the innermost element."""
        element = self._open[-1] if self._open else None
        if element is not None and element.pieces is not None:
            element.pieces.append(text)
            element.length += len(text)
            if element.length > TEXT_LIMIT:
                row = self._begun[0]
                raise ReadingError("reading.record_too_long", row=row, limit=TEXT_LIMIT)

    def end(self, _tag: str) -> None:
        """An element ends."""
        element = self._open.pop()
        if element is None:
            return
        if element.pieces is not None:
            text = "".join(element.pieces)
            for level, place in element.node.texts:
                self._take(level, place, text)
                if element.is_nested:
                    self._nest(level, place)
        if element.node.level is not None:
            level = element.node.level
            values = self._current[level]
            if values is not None:
                self.ended.append((level, values))
            self._current[level] = None

    def close(self) -> None:
        """The file ends."""

    def _count(self) -> None:
        self._elements += 1
        if self._elements > ELEMENTS_LIMIT:
            raise ReadingError("reading.xml_elements", limit=ELEMENTS_LIMIT)
        if len(self._open) >= DEEPEST:
            raise ReadingError("reading.xml_depth", limit=DEEPEST)

    def _begin(self, level: int) -> None:
        number = self._begun[level]
        self._begun[level] += 1
        size = len(self._levels[level])
        above = tuple(begun - 1 for begun in self._begun[1:]) if level == 0 else ()
        values = Values(number, above, [None] * size, [0] * size)
        for place in self._positions[level]:
            values.take(place, str(number + 1))
        self._current[level] = values

    def _take(self, level: int, place: int, text: str) -> None:
        values = self._current[level]
        if values is not None:
            values.take(place, text)

    def _nest(self, level: int, place: int) -> None:
        values = self._current[level]
        if values is not None:
            values.nested.add(place)


def _tree_of(mapping: XmlMapping) -> _Node:
    root = _Node()
    levels = levels_of(mapping)
    for rows in mapping.rows:
        for up in range(len(levels)):
            _reach(root, rows[: len(rows) - up]).level = up
        for name, path in mapping.columns:
            if path.is_position:
                continue
            node = _reach(root, (*rows[: len(rows) - path.up], *path.steps))
            place = levels[path.up].index(name)
            if path.attribute is not None:
                _once(node.attributes, (path.up, place, path.attribute))
            else:
                _once(node.texts, (path.up, place))
    return root


def _reach(root: _Node, steps: tuple[str, ...]) -> _Node:
    node = root
    for step in steps:
        node = node.children.setdefault(step, _Node())
    return node


def _once(some: list[_Taken], one: _Taken) -> None:
    """Records of two kinds may share an ancestor: its values are taken once."""
    if one not in some:
        some.append(one)
