"""A contract put together from what another's document says, and from our own keys in it.

Every key is tried by the loader of contracts itself, so that nothing gets in by this door that
would be refused at the other; what it does not take is listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rules.contract import ColumnType, Contract
from rules.errors import ExchangeError, PackError
from rules.exchange.contract_file import describe_contract, read_plain
from rules.exchange.left_out import LeftOut, Why, leave_out

# What makes a column what it is; these are tried together, because one alone may mean nothing.
FIRST: Final[tuple[str, ...]] = (
    "name", "type", "label", "scale", "format", "values", "decimal_mark", "grouping",
)  # fmt: skip
# The rest one by one: examples at last, because they are read under everything before.
LATER: Final[tuple[str, ...]] = (
    "pattern",
    "range",
    "required",
    "help",
    "examples",
    "counter_examples",
)
SCALED: Final = frozenset({ColumnType.DECIMAL.value, ColumnType.MONEY.value})
HEAD: Final[tuple[str, ...]] = ("title", "help", "file", "currency", "time_zone")
OWN: Final = frozenset({*HEAD, "key"})  # what a key of ours may say of the table
_PROBE: Final = {"name": "x", "type": "decimal", "label": {"vi": "x", "en": "x"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table or a column as another's document says it.

    Attributes:
        place: Where it stands there, for the list.
        said: By the keys of our own files.
        theirs: The key and the value there behind a key of ours, for the list.
        own: What a key of ours says there; it goes before `said`, and None takes a key away.
    """

    place: str
    said: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, tuple[str, object]] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)

    def say(self, key: str, value: object, *, by: str, theirs: object) -> None:
        """Take down what a key of theirs says in our words."""
        self.said[key] = value
        self.theirs[key] = (by, theirs)

    def wanted(self) -> dict[str, Any]:
        """Both together, in our words."""
        both = {**self.said, **self.own}
        if isinstance(self.own.get("file"), dict):  # its inner keys stand each for itself
            both["file"] = {**self.said.get("file", {}), **self.own["file"]}
        return {key: value for key, value in both.items() if value is not None}

    def leave(self, key: str, value: object, why: Why) -> LeftOut:
        """List a key of ours under the name it has in their document."""
        by, theirs = self.theirs.get(key, (key, value))
        return leave_out(self.place, by, value if key in self.own else theirs, why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A whole table as another's document says it."""

    file: str
    table: Part
    columns: tuple[Part, ...]


def give_scale(part: Part, *, scale: int | None, file: str) -> None:
    """Give a number whose document does not tell its places those that the caller says.

    Raises:
        ExchangeError: `exchange.scale_needed`, the caller says none, and nothing is guessed.
    """
    column = part.wanted()
    if str(column.get("type")) not in SCALED or "scale" in column:
        return
    if scale is None:
        raise ExchangeError("exchange.scale_needed", file=file, column=part.said["name"])
    part.said["scale"] = scale


def assemble(foreign: Foreign, *, left: list[LeftOut]) -> Contract:
    """The contract of a document.

    Args:
        left: What is not taken is added here.

    Raises:
        ExchangeError: `exchange.bad_columns`, the names of its columns cannot be columns of ours.
    """
    head = assemble_head(foreign, left=left)
    columns = [assemble_column(one, head=head, left=left) for one in foreign.columns]
    if not _is_taken({**head, "columns": columns}):
        found = ", ".join(str(column["name"]) for column in columns)
        raise ExchangeError("exchange.bad_columns", file=foreign.file, found=found)
    key = foreign.table.wanted().get("key", [])
    if not _is_taken({**head, "key": key, "columns": columns}):
        left.append(foreign.table.leave("key", key, Why.REFUSED))
        key = []
    return read_plain({**head, "key": key, "columns": columns}, file=foreign.file)


def assemble_head(foreign: Foreign, *, left: list[LeftOut]) -> dict[str, Any]:
    """What is said of the table as a whole, as far as the loader takes it."""
    part, wanted = foreign.table, foreign.table.wanted()
    head = {key: part.said[key] for key in ("name", "title")}
    left.extend(part.leave(key, part.own[key], Why.REFUSED) for key in part.own if key not in OWN)
    for key in HEAD:
        if key not in wanted:
            continue
        if _is_taken({**head, key: wanted[key], "columns": [_PROBE]}):
            head[key] = wanted[key]
        else:
            left.append(part.leave(key, wanted[key], Why.REFUSED))
    return head


def assemble_column(part: Part, *, head: dict[str, Any], left: list[LeftOut]) -> dict[str, Any]:
    """A column as far as the loader takes it; one whose type it does not take is a text."""
    wanted = part.wanted()
    if _is_column(wanted, head=head):
        return wanted
    column = {key: wanted[key] for key in FIRST if key in wanted}
    unknown = [key for key in wanted if key not in {*FIRST, *LATER}]
    left.extend(part.leave(key, wanted[key], Why.REFUSED) for key in unknown)
    if not _is_column(column, head=head):
        left.extend(part.leave(key, column[key], Why.REFUSED) for key in FIRST[3:] if key in column)
        left.append(part.leave("type", column.get("type"), Why.REFUSED))
        column = {"type": ColumnType.TEXT.value, **_named(part)}
    for key in LATER:
        if key in wanted:
            column = _with(column, key, wanted[key], part=part, head=head, left=left)
    return column


def _named(part: Part) -> dict[str, Any]:
    return {key: part.said[key] for key in ("name", "label")}


def describe_column_of(part: Part, *, head: dict[str, Any]) -> dict[str, Any]:
    """A column as the loader understands it, by the keys of our files."""
    column = assemble_column(part, head=head, left=[])
    contract = read_plain({**head, "columns": [column]}, file=part.place)
    described: dict[str, Any] = describe_contract(contract)["columns"][0]
    return described


def _with(
    column: dict[str, Any],
    key: str,
    value: object,
    *,
    part: Part,
    head: dict[str, Any],
    left: list[LeftOut],
) -> dict[str, Any]:
    """The column with one more key; of a list of examples, with those that hold."""
    if _is_column({**column, key: value}, head=head):
        return {**column, key: value}
    if not isinstance(value, list):
        left.append(part.leave(key, value, Why.REFUSED))
        return column
    good = [one for one in value if _is_column({**column, key: [one]}, head=head)]
    by, _ = part.theirs.get(key, (key, value))
    left.extend(leave_out(part.place, by, one, Why.REFUSED) for one in value if one not in good)
    return {**column, key: good} if good else column


def _is_column(column: dict[str, Any], *, head: dict[str, Any]) -> bool:
    return _is_taken({**head, "columns": [column]})


def _is_taken(said: dict[str, Any]) -> bool:
    try:
        read_plain(said, file="")
    except PackError:
        return False
    return True
