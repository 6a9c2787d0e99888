"""Closed sets of values in the Open Data Contract Standard.

Source: version 3.1.0, Data Quality (the metric `invalidValues` with the argument `validValues`);
version 3.2.0, Schema (`enum`).
"""

from collections.abc import Mapping

from rules.contract import ColumnType
from rules.exchange.assembling import Part
from rules.exchange.left_out import Why
from rules.exchange.taking import Taking


def read_values(one: Taking, part: Part, kind: ColumnType) -> None:
    """A closed set of texts makes a category, whether as `enum` or as a check of valid values."""
    _read_enum(one, part, kind)
    quality = one.take("quality")
    for check in quality if isinstance(quality, list) else [quality] if quality else []:
        values = _valid_values(check)
        if values is None or kind is not ColumnType.TEXT or "values" in part.said:
            one.leave("quality", check, Why.RULE)
        else:
            part.say("type", ColumnType.CATEGORY.value, by="quality", theirs=check)
            part.say("values", values, by="quality", theirs=check)


def _read_enum(one: Taking, part: Part, kind: ColumnType) -> None:
    listed = one.take("enum")
    if listed is None:
        return
    entries = listed if isinstance(listed, list) else []
    values = [entry.get("value") for entry in entries if isinstance(entry, Mapping)]
    is_set = values and len(values) == len(entries) and kind is ColumnType.TEXT
    if not is_set or not all(isinstance(value, str) for value in values):
        one.leave("enum", listed, Why.OTHER_MEANING)
        return
    part.say("type", ColumnType.CATEGORY.value, by="enum", theirs=listed)
    part.say("values", values, by="enum", theirs=listed)
    if any(set(entry) != {"value"} for entry in entries):
        one.leave("enum", listed, Why.NO_PLACE)  # labels and whatever else the values have


def _valid_values(check: object) -> list[str] | None:
    """The closed set of a check that says this and nothing more."""
    if not isinstance(check, Mapping) or not isinstance(check.get("arguments"), Mapping):
        return None
    plain = {key: value for key, value in check.items() if key != "arguments"}
    known = {"type": "library", "metric": "invalidValues", "mustBe": 0}
    values = check["arguments"].get("validValues")
    is_plain = plain | {"type": "library"} == known and set(check["arguments"]) == {"validValues"}
    is_texts = isinstance(values, list) and all(isinstance(value, str) for value in values)
    return values if is_plain and is_texts and plain.get("type", "library") == "library" else None
