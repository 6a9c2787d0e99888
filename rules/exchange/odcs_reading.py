"""A document of the Open Data Contract Standard in the words of our contracts."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from rules.contract import ColumnType
from rules.errors import ExchangeError
from rules.exchange.assembling import Foreign, Part
from rules.exchange.java_dates import from_java
from rules.exchange.left_out import OWN, LeftOut, Why
from rules.exchange.limits import read_number
from rules.exchange.odcs_values import read_values
from rules.exchange.patterns import bind_whole
from rules.exchange.taking import Taking

_TYPES: Final = {
    "string": ColumnType.TEXT,
    "integer": ColumnType.INTEGER,
    "number": ColumnType.DECIMAL,
    "boolean": ColumnType.BOOLEAN,
    "date": ColumnType.DATE,
    "timestamp": ColumnType.DATETIME,
}
_DATE: Final = ["%Y-%m-%d"]
_DATETIME: Final = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
_ZONE: Final = "Etc/UTC"  # the standard's, where a moment names none
_SCALE: Final = re.compile(
    r"(?:decimal|numeric|number)\s*\(\s*([0-9]+)\s*,\s*([0-9]+)\s*\)", re.IGNORECASE
)
_NUMBERS: Final = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL})
_MOMENTS: Final = frozenset({ColumnType.DATE, ColumnType.DATETIME})
_DIGITS: Final = 18


def read_odcs(
    document: dict[str, Any], *, file: str, name: str, table: str | None, left: list[LeftOut]
) -> Foreign:
    """What one object of a document says.

    Args:
        table: The name of the object; None where there is only one.
        left: What has no like of ours is added here.

    Raises:
        ExchangeError: `exchange.not_odcs`, `exchange.which_table`.
    """
    whole = Taking(document, place="contract", left=left)
    is_ours = whole.take("kind") == "DataContract"
    if not is_ours or not str(whole.take("apiVersion")).startswith("v3."):
        raise ExchangeError("exchange.not_odcs", file=file)
    chosen = _choose(whole.take("schema"), table=table, file=file)
    properties = chosen.get("properties")
    if not isinstance(properties, list) or not all(_is_named(one) for one in properties):
        raise ExchangeError("exchange.not_odcs", file=file)
    whole.leave_all("id", "version", "status", why=Why.PACK)
    whole.end()
    one = Taking(chosen, place=str(chosen["name"]), left=left)
    one.take("properties")
    part = _read_table(one, name=name)
    columns = tuple(_read_property(said, place=one.place, left=left) for said in properties)
    _read_key(part, properties)
    _agree_on_zone(part, properties, left=left, place=one.place)
    one.end()
    return Foreign(file=file, table=part, columns=columns)


def _is_named(said: object) -> bool:
    name = said.get("name") if isinstance(said, Mapping) else None
    return isinstance(name, str) and bool(name.strip())


def _choose(schema: object, *, table: str | None, file: str) -> Mapping[str, Any]:
    objects = schema if isinstance(schema, list) else []
    named: dict[str, Mapping[str, Any]] = {
        str(one["name"]): one for one in objects if _is_named(one)
    }
    if not named or len(named) != len(objects):
        raise ExchangeError("exchange.not_odcs", file=file)
    if table is None and len(named) == 1:
        return next(iter(named.values()))
    if table not in named:
        raise ExchangeError("exchange.which_table", file=file, known=", ".join(named))
    return named[table]


def _read_table(one: Taking, *, name: str) -> Part:
    theirs = one.take_text("name")
    if theirs != name:
        one.leave("name", theirs, Why.OTHER_MEANING)
    part = Part(place=one.place, own=_own(one))
    part.say("name", name, by="name", theirs=theirs)
    title = one.take_text("businessName") or name
    part.say("title", {"vi": title, "en": title}, by="businessName", theirs=title)
    if (text := one.take_text("description")) is not None:
        part.say("help", {"vi": text, "en": text}, by="description", theirs=text)
    for key, plain in (("logicalType", "object"), ("physicalType", "table")):
        if (value := one.take(key)) not in (None, plain):
            one.leave(key, value, Why.NO_PLACE)
    one.leave_all("quality", "relationships", why=Why.RULE)
    one.leave_all("deprecated", why=Why.NO_PLACE)
    return part


def _own(said: Taking) -> Mapping[str, Any]:
    """The custom property of ours; those of others are listed."""
    found = said.take("customProperties")
    properties = found if isinstance(found, list) else []
    if found is not None and not isinstance(found, list):
        said.leave("customProperties", found, Why.OTHER_MEANING)
    own: Mapping[str, Any] = {}
    for one in properties:
        is_own = isinstance(one, Mapping) and one.get("property") == OWN
        value = one.get("value") if is_own else None
        if isinstance(value, Mapping) and not own:
            own = value
        else:
            said.leave("customProperties", one, Why.NO_PLACE)
    return own


def _read_property(said: Mapping[str, Any], *, place: str, left: list[LeftOut]) -> Part:
    name = said["name"].strip()
    one = Taking(said, place=f"{place}.{name}", left=left)
    one.take("name")
    part = Part(place=one.place, own=_own(one))
    part.say("name", name, by="name", theirs=name)
    label = one.take_text("businessName") or name
    part.say("label", {"vi": label, "en": label}, by="businessName", theirs=label)
    if (text := one.take_text("description")) is not None:
        part.say("help", {"vi": text, "en": text}, by="description", theirs=text)
    kind = _read_type(one, part)
    options = one.inner("logicalTypeOptions")
    _read_options(options, part, kind)
    _read_scale(one, part, kind)
    read_values(one, part, kind)
    if one.take_truth("required"):
        part.say("required", True, by="required", theirs=True)
    examples = one.take("examples")
    if isinstance(examples, list) and examples:
        texts = [_as_text(example) for example in examples]
        part.say("examples", texts, by="examples", theirs=examples)
    elif examples:
        one.leave("examples", examples, Why.OTHER_MEANING)
    _leave_no_key(one)
    if one.take("partitionKeyPosition") != -1:
        one.leave_all("partitionKeyPosition", why=Why.NO_PLACE)
    one.leave_all("partitioned", "criticalDataElement", "deprecated", why=Why.NO_PLACE)
    one.leave_all("unique", "relationships", why=Why.RULE)
    options.leave_all("minLength", "maxLength", "multipleOf", why=Why.RULE)
    options.end()
    one.end()
    return part


def _read_type(one: Taking, part: Part) -> ColumnType:
    """The type; what has none of ours is kept as the text it is written as."""
    word = one.take("logicalType")
    kind = _TYPES.get(word) if isinstance(word, str) else None
    if kind is None:
        one.leave("logicalType", word or "", Why.OTHER_MEANING)
    part.say("type", (kind or ColumnType.TEXT).value, by="logicalType", theirs=word)
    return kind or ColumnType.TEXT


def _read_options(options: Taking, part: Part, kind: ColumnType) -> None:
    if kind in _MOMENTS:
        _read_format(options, part, kind)
    elif (form := options.take("format")) not in (
        None,
        "i64" if kind is ColumnType.INTEGER else None,
    ):
        options.leave("format", form, Why.NO_PLACE)
    if (pattern := options.take_letters("pattern")) is not None:
        part.say("pattern", bind_whole(pattern), by="logicalTypeOptions.pattern", theirs=pattern)
    limits = {}
    for ours, theirs in (("least", "minimum"), ("most", "maximum")):
        value = options.take(theirs)
        limit = _limit(value, kind)
        if limit is not None:
            limits[ours] = limit
        elif value is not None:
            options.leave(theirs, value, Why.OTHER_MEANING)
    if limits:
        by = "logicalTypeOptions.minimum, logicalTypeOptions.maximum"
        part.say("range", limits, by=by, theirs=limits)


def _read_format(options: Taking, part: Part, kind: ColumnType) -> None:
    form = options.take_letters("format")
    has_offset = options.take_truth("timezone")
    by = "logicalTypeOptions.format"
    if kind is ColumnType.DATETIME:
        options.take("defaultTimezone")  # read for all properties together
    if form is None:
        part.say("format", _DATE if kind is ColumnType.DATE else _DATETIME, by=by, theirs=form)
        if kind is ColumnType.DATETIME:
            # The default has fractions of a second, which no format of ours does.
            options.leave("format", "YYYY-MM-DDTHH:mm:ss.SSSZ", Why.OTHER_MEANING)
    else:
        ours = from_java(form)
        part.say("format", [ours or form], by=by, theirs=form)
        if has_offset and "%z" not in (ours or ""):
            # The moments are said to bear their zone, and the format has no place for it.
            options.leave("timezone", has_offset, Why.OTHER_MEANING)


def _limit(value: object, kind: ColumnType) -> object:
    if kind in _NUMBERS:
        return read_number(value, mark=".", grouping="")
    if not isinstance(value, str) or kind not in _MOMENTS:
        return None
    try:
        if kind is ColumnType.DATE:
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is None and ":" in value else None


def _read_scale(one: Taking, part: Part, kind: ColumnType) -> None:
    physical = one.take("physicalType")
    found = _SCALE.fullmatch(physical) if isinstance(physical, str) else None
    if kind is ColumnType.DECIMAL and found is not None:
        part.say("scale", int(found.group(2)), by="physicalType", theirs=physical)
        if int(found.group(1)) == _DIGITS:
            return
    if physical is not None:
        one.leave("physicalType", physical, Why.NO_PLACE)


def _leave_no_key(one: Taking) -> None:
    """What is said of the key is read for all properties together; here, what says nothing."""
    is_key, position = one.take_truth("primaryKey"), one.take("primaryKeyPosition")
    is_place = isinstance(position, int) and not isinstance(position, bool) and position > 0
    if position not in (None, -1) and not (is_key and is_place):
        one.leave("primaryKeyPosition", position, Why.OTHER_MEANING)


def _read_key(part: Part, properties: list[Mapping[str, Any]]) -> None:
    keys = [one for one in properties if one.get("primaryKey") is True]
    ordered = sorted(keys, key=lambda one: _position(one, last=len(properties)))
    if ordered:
        names = [one["name"].strip() for one in ordered]
        part.say("key", names, by="primaryKey", theirs=names)


def _position(one: Mapping[str, Any], *, last: int) -> int:
    place = one.get("primaryKeyPosition")
    return place if isinstance(place, int) and place > 0 else last


def _agree_on_zone(
    part: Part, properties: list[Mapping[str, Any]], *, left: list[LeftOut], place: str
) -> None:
    """A contract has one time zone: that of the first moment; others are listed."""
    zones = {
        one["name"].strip(): _zone(one)
        for one in properties
        if one.get("logicalType") == "timestamp"
    }
    first = next(iter(zones.values()), None)
    if first is None:
        return
    key = "logicalTypeOptions.defaultTimezone"
    part.say("time_zone", first, by=key, theirs=first)
    for name, zone in zones.items():
        if zone != first:
            Taking({}, place=f"{place}.{name}", left=left).leave(key, zone, Why.OTHER_MEANING)


def _zone(one: Mapping[str, Any]) -> object:
    options = one.get("logicalTypeOptions")
    return (options.get("defaultTimezone") if isinstance(options, Mapping) else None) or _ZONE


def _as_text(value: object) -> str:
    """An example as a cell would hold it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
