"""What the keys of another format cannot say of a contract: it goes under a key of ours.

It is found by reading back what was written, so that nothing is forgotten: whatever another
program would understand differently is what differs.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from rules.contract import Contract
from rules.exchange.assembling import (
    FIRST,
    HEAD,
    Foreign,
    Part,
    assemble_head,
    describe_column_of,
)
from rules.exchange.contract_file import describe_contract, read_plain
from rules.exchange.left_out import LeftOut, Why, leave_out, to_plain

_IN_ONE_LANGUAGE: Final = frozenset({"title", "label", "help"})
_DEFAULTS: Final = {"columns": [{"name": "x", "type": "text", "label": {"vi": "x", "en": "x"}}]}


def own_keys_of_table(contract: Contract, foreign: Foreign) -> tuple[dict[str, Any], list[LeftOut]]:
    """What of the table as a whole the document does not say.

    Args:
        foreign: The document without keys of ours, as read back.
    """
    want = describe_contract(contract)
    found = _describe_head(foreign)
    own = _differing(want, found, keys=(*HEAD, "key"))
    if "file" in own:
        own["file"] = _differing(want["file"], found["file"], keys=tuple(want["file"]))
    return own, _listed(own, place=contract.name)


def own_keys_of_column(
    want: dict[str, Any], part: Part, *, head: dict[str, Any], table: str
) -> tuple[dict[str, Any], list[LeftOut]]:
    """What of a column the document does not say.

    Args:
        want: The column by the keys of our files.
        part: The column without keys of ours, as read back.
        head: The table as a whole, as the document says it with the keys of ours in it.
    """
    # What makes a column what it is comes first: under it the rest may be understood after all.
    found = describe_column_of(part, head=head)
    if "scale" not in part.said:
        found.pop("scale", None)
    own = _differing(want, found, keys=FIRST)
    found = describe_column_of(replace(part, own=own), head=head)
    own |= _differing(want, found, keys=tuple({**want, **found}))
    return own, _listed(own, place=f"{table}.{want['name']}")


def head_with(foreign: Foreign, own: Mapping[str, Any]) -> dict[str, Any]:
    """The table as a whole, as the document says it with these keys of ours."""
    return assemble_head(replace(foreign, table=replace(foreign.table, own=own)), left=[])


def _describe_head(foreign: Foreign) -> dict[str, Any]:
    head = assemble_head(foreign, left=[])
    described = describe_contract(read_plain({**head, **_DEFAULTS}, file=foreign.file))
    return described | {"key": foreign.table.wanted().get("key", [])}


def _differing(
    want: dict[str, Any], found: dict[str, Any], *, keys: tuple[str, ...]
) -> dict[str, Any]:
    """What is wanted under the keys that differ; None for what should not be there."""
    return {key: to_plain(want.get(key)) for key in keys if want.get(key) != found.get(key)}


def _listed(own: Mapping[str, Any], *, place: str) -> list[LeftOut]:
    return [
        leave_out(place, key, value, Why.ONE_LANGUAGE if key in _IN_ONE_LANGUAGE else Why.OWN_KEY)
        for key, value in own.items()
    ]
