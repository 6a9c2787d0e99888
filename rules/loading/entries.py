"""YAML as entries that know their line: plain data only, no tags, no aliases, no second key."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final, TypeVar

import yaml

from rules.errors import PackError

LARGEST_FILE_BYTES: Final = 1 << 20
DEEPEST_NESTING: Final = 20

Choice = TypeVar("Choice", bound=StrEnum)
_NUMBER: Final = re.compile(r"[-+]?[0-9]+(_[0-9]+)*(\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+")
_LEAST_PLACE: Final = -1_000  # far beyond what any amount can be
_SHOWN: Final = 40  # letters of what is refused
_PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a file: a mapping or list of entries, or a scalar as Python has it."""

    value: object
    file: str
    line: int
    text: str = ""  # a scalar as it was written: 1.10 keeps its zero

    def refuse(self, code: str, **facts: object) -> PackError:
        """The refusal of this value."""
        return PackError(f"pack.{code}", file=self.file, line=self.line, **facts)

    def plain(self) -> object:
        """The value as plain Python data; numbers with a fraction as exact decimals."""
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [entry.plain() for entry in self.value]
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            number = exact_number(self)
            return number if isinstance(self.value, float) else int(number)
        return self.value

    def at(self, path: str) -> "Entry":
        """The deepest entry that exists on a path of keys such as `check.must`."""
        entry = self
        for key in path.split("."):
            if not isinstance(entry.value, dict) or key not in entry.value:
                return entry
            entry = entry.value[key]
        return entry

    def items(self) -> Iterator["Entry"]:
        """The entries of a list."""
        if not isinstance(self.value, list):
            raise self.refuse("not_a_list", found=kind_of(self.value))
        return iter(self.value)


def parse(content: bytes, *, file: str) -> Entry:
    """Read one YAML file.

    Raises:
        PackError: Not UTF-8, not YAML, too large, too deep, or more than plain data.
    """
    if len(content) > LARGEST_FILE_BYTES:
        raise PackError("pack.file_too_large", file=file, line=1, largest=LARGEST_FILE_BYTES)
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
        _refuse_more_than_data(text, file)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise PackError("pack.not_utf8", file=file, line=1, at=error.start) from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PackError("pack.not_yaml", file=file, line=line) from error
    if node is None:
        raise PackError("pack.empty_file", file=file, line=1)
    return _entry(node, file)


def _refuse_more_than_data(text: str, file: str) -> None:
    """Look at the parser's events, which come without recursion, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            # An alias of an alias grows without bound, and hides what a lawyer should read.
            raise PackError("pack.alias", file=file, line=line)
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise PackError("pack.tag", file=file, line=line, tag=tag)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_NESTING:
            raise PackError("pack.too_deep", file=file, line=line, deepest=DEEPEST_NESTING)


def _entry(node: yaml.Node, file: str) -> Entry:
    line = node.start_mark.line + 1
    if node.tag not in _PLAIN_TAGS:
        raise PackError("pack.tag", file=file, line=line, tag=node.tag)
    if isinstance(node, yaml.MappingNode):
        return Entry(_mapping(node, file), file, line)
    if isinstance(node, yaml.SequenceNode):
        return Entry([_entry(one, file) for one in node.value], file, line)
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise PackError("pack.not_yaml", file=file, line=line) from error
    return Entry(value, file, line, node.value)


def _mapping(node: yaml.MappingNode, file: str) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value
        if not isinstance(key, str):
            raise PackError("pack.bad_key", file=file, line=line)
        if key in entries:
            raise PackError("pack.key_twice", file=file, line=line, key=key)
        # A person looks for the key, also where its value begins on the next line.
        entries[key] = replace(_entry(value_node, file), line=line)
    return entries


def exact_number(entry: Entry) -> Decimal:
    """A number as it was written.

    Refused is what YAML and a reader take for two different numbers (`010` is 8, `1:30` is 90), and
    what would take the memory of the machine to write out.

    Raises:
        PackError: `pack.bad_number`.
    """
    plain = _NUMBER.fullmatch(entry.text)
    number = Decimal(entry.text) if plain else None
    differs = isinstance(entry.value, int) and entry.value != number
    if number is None or differs or not _LEAST_PLACE <= number.adjusted() <= -_LEAST_PLACE:
        raise entry.refuse("bad_number", found=entry.text[:_SHOWN])
    return number


def nearest(found: str, known: Sequence[str]) -> str:
    """The word most like the one found, the first of equals: what its author may have meant."""
    return max(known, key=lambda word: SequenceMatcher(None, found.lower(), word.lower()).ratio())


def kind_of(value: object) -> str:
    """What a value is called in messages."""
    return type(value).__name__
