"""The parts `xml` and `json` of a contract's `file`: where values stand in nested files."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from rules.loading.entries import Entry
from rules.loading.fields import Fields, to_text
from rules.mapping import JsonMapping, XmlMapping, XmlPath

POSITION: Final = "position()"
_NAME: Final = r"[^\W\d][\w.\-]*"
_STEP: Final = re.compile(f"(?:(?P<prefix>{_NAME}):)?(?P<name>{_NAME})")


def read_xml(entry: Entry, *, table: str, columns: Sequence[str]) -> XmlMapping:
    """The mapping of an XML file; every column of the contract needs its path."""
    fields = Fields(entry)
    spaces = _Namespaces(fields)
    written = fields.texts("rows")
    if not written:
        raise entry.refuse("missing_key", key="rows")
    rows = tuple(spaces.steps(fields.get("rows"), path) for path in written)
    # Ancestors of one level never lie inside each other where all records lie at one depth.
    if len({len(path) for path in rows}) > 1 or len(set(rows)) != len(rows):
        raise fields.get("rows").refuse("xml_rows", found=", ".join(written))
    paths = _columns(fields.get("columns"), table=table, columns=columns)
    mapping = XmlMapping(
        rows=rows,
        columns=tuple(
            (name, _path(paths[name], spaces=spaces, depth=len(rows[0]))) for name in columns
        ),
        shown=" | ".join(written),
    )
    fields.end()
    return mapping


def read_json(entry: Entry, *, table: str, columns: Sequence[str]) -> JsonMapping:
    """The mapping of nested JSON; keys are joined by slashes."""
    fields = Fields(entry)
    found = _entries(fields.get("columns"), table=table, columns=columns)
    keys = tuple((name, tuple(to_text(path, name).split("/"))) for name, path in found.items())
    for name, path in keys:
        if "" in path:
            raise found[name].refuse("json_path", found=found[name].text)
    _refuse_leaf_with_keys(entry, dict.fromkeys(columns) | dict(keys))
    fields.end()
    return JsonMapping(columns=keys)


class _Namespaces:
    """The prefixes a contract declares; `namespace` stands for names without a prefix."""

    def __init__(self, fields: Fields) -> None:
        self._default = fields.find_text("namespace")
        prefixes = fields.find("namespaces")
        self._by_prefix: dict[str, str] = {}
        if prefixes is not None:
            inner = Fields(prefixes)
            if isinstance(prefixes.value, dict):
                self._by_prefix = {name: inner.text(name) for name in prefixes.value}

    def steps(self, entry: Entry, path: str) -> tuple[str, ...]:
        """The elements of a path, each with its namespace."""
        return tuple(self.name(entry, step, default=self._default) for step in path.split("/"))

    def name(self, entry: Entry, step: str, *, default: str | None) -> str:
        """One name as the parser gives it; attributes without a prefix are in no namespace."""
        parts = _STEP.fullmatch(step)
        if parts is None:
            raise entry.refuse("xml_path", found=step)
        prefix = parts["prefix"]
        if prefix is not None and prefix not in self._by_prefix:
            known = ", ".join(sorted(self._by_prefix))
            raise entry.refuse("xml_prefix", found=prefix, known=known)
        space = default if prefix is None else self._by_prefix[prefix]
        return f"{{{space}}}{parts['name']}" if space else parts["name"]


def _path(entry: Entry, *, spaces: _Namespaces, depth: int) -> XmlPath:
    """One path such as `s:Amount`, `../s:TransactionID`, `.`, `s:Amount/@currency`."""
    parts = entry.text.split("/")
    up = 0
    while parts and parts[0] == "..":
        parts.pop(0)
        up += 1
    if up >= depth:
        raise entry.refuse("xml_path", found=entry.text)
    if parts == ["."] and up == 0:
        parts = []
    if parts == [POSITION]:
        return XmlPath(up=up, is_position=True)
    attribute = None
    if parts and parts[-1].startswith("@"):
        attribute = spaces.name(entry, parts.pop()[1:], default=None)
    elif up and not parts:
        # The text of an ancestor is the white space around its records.
        raise entry.refuse("xml_path", found=entry.text)
    steps = spaces.steps(entry, "/".join(parts)) if parts else ()
    return XmlPath(up=up, steps=steps, attribute=attribute)


def _columns(entry: Entry, *, table: str, columns: Sequence[str]) -> Mapping[str, Entry]:
    found = _entries(entry, table=table, columns=columns)
    for name in columns:
        if name not in found:
            raise entry.refuse("missing_key", key=name)
    for name, one in found.items():
        to_text(one, name)
    return found


def _entries(entry: Entry, *, table: str, columns: Sequence[str]) -> dict[str, Entry]:
    if not isinstance(entry.value, dict):
        raise entry.refuse("not_a_mapping", found=type(entry.value).__name__)
    for name, one in entry.value.items():
        if name not in columns:
            raise one.refuse("unknown_column", table=table, column=name)
    return dict(entry.value)


def _refuse_leaf_with_keys(entry: Entry, keys: Mapping[str, tuple[str, ...] | None]) -> None:
    """One column's value cannot be the object another column's value lies in."""
    paths = sorted(path or (name,) for name, path in keys.items())
    for one, other in pairwise(paths):
        if other[: len(one)] == one:
            raise entry.refuse("json_path", found="/".join(other))
