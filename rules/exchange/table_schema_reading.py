"""A Table Schema in the words of our contracts; what has no like of ours is listed."""

from collections.abc import Mapping
from typing import Any, Final

from rules.contract import ColumnType
from rules.errors import ExchangeError
from rules.exchange.assembling import Foreign, Part
from rules.exchange.left_out import OWN, LeftOut, Why
from rules.exchange.limits import read_moment, read_number
from rules.exchange.taking import Taking

# Ours are read in any case; these are the spellings that a list of words can hold.
TRUE_WORDS: Final = ["true", "True", "TRUE"]
FALSE_WORDS: Final = ["false", "False", "FALSE"]
_TYPES: Final = {
    "string": ColumnType.TEXT,
    "integer": ColumnType.INTEGER,
    "number": ColumnType.DECIMAL,
    "boolean": ColumnType.BOOLEAN,
    "date": ColumnType.DATE,
    "datetime": ColumnType.DATETIME,
}
_DATE: Final = ["%Y-%m-%d"]
_DATETIME: Final = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
_NUMBERS: Final = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL})
_MOMENTS: Final = frozenset({ColumnType.DATE, ColumnType.DATETIME})
_OURS: Final = ("subset", ["subset"])  # version 2.0 wrote a list of one


def read_table_schema(
    document: dict[str, Any], *, file: str, name: str, left: list[LeftOut]
) -> Foreign:
    """What a Table Schema says.

    Args:
        left: What has no like of ours is added here.

    Raises:
        ExchangeError: `exchange.not_table_schema`, `exchange.bad_columns`.
    """
    schema = Taking(document, place="schema", left=left)
    fields = schema.take("fields")
    if not isinstance(fields, list) or not all(_is_field(one) for one in fields):
        raise ExchangeError("exchange.not_table_schema", file=file)
    table = Part(place="schema", own=_own(schema))
    table.say("name", name, by="name", theirs=name)
    table.say("title", {"vi": name, "en": name}, by="name", theirs=name)
    schema.take("$schema")
    if (match := schema.take("fieldsMatch")) is not None and match not in _OURS:
        schema.leave("fieldsMatch", match, Why.OTHER_MEANING)
    _leave_missing_values(schema)
    schema.leave_all("foreignKeys", "uniqueKeys", why=Why.RULE)
    key = schema.take("primaryKey")
    names = [key] if isinstance(key, str) else key or []
    if names:
        table.say("key", names, by="primaryKey", theirs=key)
    columns = tuple(
        _read_field(one, key=names if isinstance(names, list) else [], left=left) for one in fields
    )
    _agree_on_marks(table, columns)
    schema.end()
    return Foreign(file=file, table=table, columns=columns)


def _is_field(said: object) -> bool:
    name = said.get("name") if isinstance(said, Mapping) else None
    return isinstance(name, str) and bool(name.strip())


def _own(said: Taking) -> Mapping[str, Any]:
    own = said.take(OWN)
    if own is None or isinstance(own, Mapping):
        return own or {}
    said.leave(OWN, own, Why.OTHER_MEANING)
    return {}


def _leave_missing_values(said: Taking) -> None:
    """Blank is the one missing value of ours; a word for it would be unreadable, not blank."""
    values = said.take("missingValues")
    if values is not None and values not in ([""], [{"value": ""}]):
        said.leave("missingValues", values, Why.OTHER_MEANING)


def _read_field(said: Mapping[str, Any], *, key: list[Any], left: list[LeftOut]) -> Part:
    name = said["name"].strip()
    field = Taking(said, place=f"fields.{name}", left=left)
    field.take("name")
    part = Part(place=field.place, own=_own(field))
    part.say("name", name, by="name", theirs=name)
    title = field.take_text("title") or name
    part.say("label", {"vi": title, "en": title}, by="title", theirs=title)
    if (text := field.take_text("description")) is not None:
        part.say("help", {"vi": text, "en": text}, by="description", theirs=text)
    kind = _read_type(field, part)
    constraints = field.inner("constraints")
    if kind in _NUMBERS:
        _read_marks(field, part, kind)
    if kind in _MOMENTS:
        _read_format(field, part, kind)
    elif (form := field.take("format")) not in (None, "default"):
        field.leave("format", form, Why.OTHER_MEANING)
    if kind is ColumnType.BOOLEAN:
        _read_words(field, part)
    _read_values(field, constraints, part, kind)
    _read_range(constraints, part, kind)
    if constraints.take_truth("required") or name in key:
        part.say("required", True, by="constraints.required", theirs=True)
    if (pattern := constraints.take_letters("pattern")) is not None:
        part.say("pattern", pattern, by="constraints.pattern", theirs=pattern)
    constraints.leave_all("unique", "minLength", "maxLength", "jsonSchema", why=Why.RULE)
    if (example := field.take("example")) is not None:
        part.say("examples", [_as_text(example)], by="example", theirs=example)
    _leave_missing_values(field)
    constraints.end()
    field.end()
    return part


def _read_type(field: Taking, part: Part) -> ColumnType:
    """The type; what has none of ours is kept as the text it is written as."""
    word = field.take("type")
    kind = _TYPES.get(word) if isinstance(word, str) else None
    if kind is None:
        field.leave("type", word or "any", Why.OTHER_MEANING)
    part.say("type", (kind or ColumnType.TEXT).value, by="type", theirs=word)
    return kind or ColumnType.TEXT


def _read_marks(field: Taking, part: Part, kind: ColumnType) -> None:
    mark = field.take_letters("decimalChar") if kind is ColumnType.DECIMAL else None
    grouping = field.take_letters("groupChar")
    if kind is ColumnType.DECIMAL:
        part.say("decimal_mark", mark or ".", by="decimalChar", theirs=mark)
    part.say("grouping", grouping or "", by="groupChar", theirs=grouping)
    if field.take("bareNumber") is False:
        field.leave("bareNumber", False, Why.NO_PLACE)


def _read_format(field: Taking, part: Part, kind: ColumnType) -> None:
    form = field.take("format")
    theirs = form
    if isinstance(form, str):
        form = form.removeprefix("fmt:")
    if form in (None, "default"):
        part.say(
            "format", _DATE if kind is ColumnType.DATE else _DATETIME, by="format", theirs=form
        )
        if kind is ColumnType.DATETIME:
            # The default also takes fractions of a second, which no format of ours does.
            field.leave("format", "default", Why.OTHER_MEANING)
    else:
        part.say("format", [str(form)], by="format", theirs=theirs)


def _read_words(field: Taking, part: Part) -> None:
    yes, no = field.take("trueValues"), field.take("falseValues")
    if (yes, no) == (TRUE_WORDS, FALSE_WORDS):
        return
    if all(isinstance(words, list) and len(words) == 1 for words in (yes, no)):
        part.say("values", [*yes, *no], by="trueValues, falseValues", theirs=[yes, no])
        return
    # Several spellings, or the default ones with 1 and 0: ours has one word each, or none.
    field.leave(
        "trueValues", ["true", "True", "TRUE", "1"] if yes is None else yes, Why.OTHER_MEANING
    )
    field.leave(
        "falseValues", ["false", "False", "FALSE", "0"] if no is None else no, Why.OTHER_MEANING
    )


def _read_values(field: Taking, constraints: Taking, part: Part, kind: ColumnType) -> None:
    """A closed set of texts makes a category; of other values, the set is left out."""
    found = {"constraints.enum": constraints.take("enum"), "categories": field.take("categories")}
    field.leave_all("categoriesOrdered", why=Why.NO_PLACE)
    for by, listed in found.items():
        if listed is None:
            continue
        values = [_value_of(one) for one in listed] if isinstance(listed, list) else None
        is_set = kind is ColumnType.TEXT and values and all(isinstance(one, str) for one in values)
        if not is_set or "values" in part.said:
            field.leave(by, listed, Why.OTHER_MEANING)
            continue
        part.say("type", ColumnType.CATEGORY.value, by=by, theirs=listed)
        part.say("values", values, by=by, theirs=listed)
        if values != listed:
            field.leave(by, listed, Why.NO_PLACE)  # the labels of the values


def _value_of(one: object) -> object:
    return one.get("value") if isinstance(one, Mapping) else one


def _read_range(constraints: Taking, part: Part, kind: ColumnType) -> None:
    limits = {}
    for ours, theirs in (("least", "minimum"), ("most", "maximum")):
        value = constraints.take(theirs)
        if value is None:
            continue
        limit = _limit(value, part, kind)
        if limit is None:
            constraints.leave(theirs, value, Why.OTHER_MEANING)
        else:
            limits[ours] = limit
    if limits:
        part.say("range", limits, by="constraints.minimum, constraints.maximum", theirs=limits)


def _limit(value: object, part: Part, kind: ColumnType) -> object:
    if kind in _NUMBERS:
        said = part.said
        return read_number(value, mark=said.get("decimal_mark", "."), grouping=said["grouping"])
    if kind in _MOMENTS and isinstance(value, str):
        formats = part.said["format"]
        read = (read_moment(value, kind=kind, form=form) for form in formats)
        return next((one for one in read if one is not None), None)
    return None


def _agree_on_marks(table: Part, columns: tuple[Part, ...]) -> None:
    """Marks that all numbers share are those of the file; else each column keeps its own."""
    numbers = [part for part in columns if "grouping" in part.said]
    groupings = {part.said["grouping"] for part in numbers}
    marks = {part.said["decimal_mark"] for part in numbers if "decimal_mark" in part.said}
    grouping = groupings.pop() if len(groupings) == 1 else ""
    # Whole numbers have no decimal mark there; ours has one, which must not be their grouping.
    mark = marks.pop() if len(marks) == 1 else _other_than(grouping)
    if not numbers or not _are_marks(mark, grouping):
        mark, grouping = ".", ""
    if numbers:
        file = {"decimal_mark": mark, "grouping": grouping}
        table.say("file", file, by="decimalChar, groupChar", theirs=[mark, grouping])
    for part in numbers:
        if part.said["grouping"] == grouping:
            del part.said["grouping"]
        if part.said.setdefault("decimal_mark", mark) == part.said.get("grouping"):
            part.said["decimal_mark"] = _other_than(part.said["grouping"])
        if part.said["decimal_mark"] == mark:
            del part.said["decimal_mark"]


def _other_than(grouping: str) -> str:
    return "," if grouping == "." else "."


def _are_marks(mark: str, grouping: str) -> bool:
    """Whether a file of ours can declare them; if not, the columns that have them are texts."""
    is_short = len(mark) == 1 and len(grouping) <= 1
    return is_short and mark != grouping and not {mark, grouping} & {'"', "\r", "\n"}


def _as_text(value: object) -> str:
    """An example as a cell would hold it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
