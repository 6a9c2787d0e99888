"""A rule pack: rules, parameters, calendars and contracts under one digest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.calendar import Calendar
from rules.contract import Contract
from rules.derived import DerivedColumn
from rules.named_list import NamedList
from rules.parameter import Parameter
from rules.rule import Rule
from rules.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A loaded pack; every formula in it has been compiled once against its contracts.

    Attributes:
        contracts: The tables as they are handed in, without derived columns.
        digest: SHA-256 of `manifest`, in lowercase hex.
        manifest: One line `<sha256>  <path>` per file, sorted by path: stored under its own
            digest beside the files, it is the whole pack.
    """

    code: str
    version: str
    title: Text
    description: Text
    rules: tuple[Rule, ...]
    contracts: Mapping[str, Contract]
    parameters: Mapping[str, Parameter]
    calendar: Calendar | None
    digest: str
    manifest: bytes
    lists: Mapping[str, NamedList] = field(default_factory=dict)
    derived: tuple[DerivedColumn, ...] = ()
