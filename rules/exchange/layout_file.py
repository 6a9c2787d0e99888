"""Where a table stands in its files, as the keys of `file` in a contract."""

from typing import Any, Final

from rules.contract import Contract
from rules.loading.contracts import NO_HEADING
from rules.loading.mappings import POSITION
from rules.mapping import JsonMapping, XmlMapping, XmlPath

_QUOTE: Final = '"'
_NAMESPACE_ENDS: Final = "}"


def describe_layout(contract: Contract) -> dict[str, Any]:
    """Heading, sheet and mappings as plain data; what says nothing is left out."""
    said = {
        "heading": NO_HEADING if contract.heading == 0 else contract.heading,
        "quote": None if contract.quote == _QUOTE else contract.quote or NO_HEADING,
        "stop": contract.stop,
        "sheet": contract.sheet,
        "xml": _xml(contract.xml),
        "json": _json(contract.json),
    }
    return {key: value for key, value in said.items() if value is not None}


def _json(mapping: JsonMapping | None) -> dict[str, Any] | None:
    if mapping is None:
        return None
    return {"columns": {name: "/".join(keys) for name, keys in mapping.columns}}


def _xml(mapping: XmlMapping | None) -> dict[str, Any] | None:
    if mapping is None:
        return None
    prefixes: dict[str, str] = {}
    rows = [_steps(path, prefixes) for path in mapping.rows]
    columns = {name: _path(path, prefixes) for name, path in mapping.columns}
    named = {prefix: space for space, prefix in prefixes.items()}
    return {**({"namespaces": named} if named else {}), "rows": rows, "columns": columns}


def _path(path: XmlPath, prefixes: dict[str, str]) -> str:
    parts = [".."] * path.up
    if path.is_position:
        parts.append(POSITION)
    elif path.steps:
        parts.append(_steps(path.steps, prefixes))
    if path.attribute is not None:
        parts.append(f"@{_name(path.attribute, prefixes)}")
    return "/".join(parts) or "."


def _steps(steps: tuple[str, ...], prefixes: dict[str, str]) -> str:
    return "/".join(_name(step, prefixes) for step in steps)


def _name(name: str, prefixes: dict[str, str]) -> str:
    """A name with a prefix of its own for each namespace, in the order they occur."""
    if not name.startswith("{"):
        return name
    space, _, local = name[1:].partition(_NAMESPACE_ENDS)
    return f"{prefixes.setdefault(space, f'n{len(prefixes) + 1}')}:{local}"
