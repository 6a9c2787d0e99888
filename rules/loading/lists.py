"""Named lists, from YAML."""

from datetime import date
from itertools import pairwise
from typing import Final

from rules.loading.entries import Entry
from rules.loading.fields import Fields, to_text
from rules.loading.norms import read_basis, refuse_backwards
from rules.named_list import ListedValue, NamedList

MOST_VALUES: Final = 20_000
MOST_PERIODS: Final = 50  # each is a comparison of its own in every formula that asks the list


def read_list(entry: Entry) -> NamedList:
    """One list with its members.

    Raises:
        PackError: `pack.no_value`, `pack.too_many_values`, `pack.too_many_periods`,
            `pack.listed_twice`, `pack.dates_backwards`, and whatever an entry is refused for.
    """
    fields = Fields(entry)
    values = fields.get("values")
    members = [_value(one) for one in values.items()]
    named = NamedList(name=fields.text("name"), title=fields.both("title"), values=tuple(members))
    fields.end()
    if not members:
        raise values.refuse("empty_list", list=named.name)
    if len(members) > MOST_VALUES:
        raise values.refuse("too_many_values", list=named.name, most=MOST_VALUES)
    if len({(one.starts_on, one.ends_on) for one in members}) > MOST_PERIODS:
        raise values.refuse("too_many_periods", list=named.name, most=MOST_PERIODS)
    _refuse_overlaps(list(values.items()), members, named.name)
    return named


def _value(entry: Entry) -> ListedValue:
    """A text or number alone, or a mapping of `value`, `from`, `to` and `basis`."""
    if not isinstance(entry.value, dict):
        return ListedValue(value=to_text(entry, "values"), starts_on=None, ends_on=None, basis=None)
    fields = Fields(entry)
    basis = fields.find("basis")
    value = ListedValue(
        value=fields.text("value"),
        starts_on=fields.find_date("from"),
        ends_on=fields.find_date("to"),
        basis=None if basis is None else read_basis(basis),
    )
    fields.end()
    refuse_backwards(entry, value.starts_on, value.ends_on)
    return value


def _refuse_overlaps(entries: list[Entry], members: list[ListedValue], name: str) -> None:
    """Refuse a value listed twice for one day: one of the two is a slip."""
    listed: dict[str, list[tuple[ListedValue, Entry]]] = {}
    for member, entry in zip(members, entries, strict=True):
        listed.setdefault(member.value, []).append((member, entry))
    for value, rows in listed.items():
        ordered = sorted(rows, key=lambda row: row[0].starts_on or date.min)
        for (earlier, _), (later, entry) in pairwise(ordered):
            ends_on, starts_on = earlier.ends_on, later.starts_on
            if ends_on is None or starts_on is None or starts_on <= ends_on:
                raise entry.refuse("listed_twice", list=name, value=value)
