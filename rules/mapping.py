"""Where the values of a table stand in files that are no tables: XML and JSON."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlPath:
    """Where a value stands, seen from its record.

    Attributes:
        up: How many ancestors up; 0 is the record itself.
        steps: Elements down from there, as `{namespace}name` or `name`.
        attribute: The attribute that holds the value; None for the text of the element.
        is_position: The value is the number of the element at `up` in the file, from 1.
    """

    up: int = 0
    steps: tuple[str, ...] = ()
    attribute: str | None = None
    is_position: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlMapping:
    """The records of one table in an XML file.

    Attributes:
        rows: Paths of a record from the root, all of one depth, as `{namespace}name` or `name`.
        columns: A path for every column of the contract, by name.
        shown: The paths of the records as the contract writes them.
    """

    rows: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, XmlPath], ...]
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonMapping:
    """Keys that lead to a value inside of nested objects; a column not named is a key itself.

    Attributes:
        columns: The keys, outermost first, by column.
    """

    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    _by_name: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Index the columns once."""
        object.__setattr__(self, "_by_name", dict(self.columns))

    def keys_of(self, column: str) -> tuple[str, ...]:
        """The keys that lead to a column's value."""
        return self._by_name.get(column, (column,))
