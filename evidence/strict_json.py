"""JSON without two members of one name: of those, readers would see different ones."""

import json
from collections.abc import Sequence
from typing import Any


def read_strictly(content: str | bytes) -> Any:  # whatever the text holds
    """The value a JSON text says.

    Raises:
        ValueError: It is none, or an object in it has two members of one name.
        RecursionError: It is nested beyond measure.
    """
    return json.loads(content, object_pairs_hook=unique_members)


def unique_members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object, for `object_pairs_hook`.

    Raises:
        ValueError: Two have one name.
    """
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError(pairs[0][0])
    return document
