"""Duties that one person must not hold together.

Unit row, with `persons`: the columns name different persons; two that are equal are violated.
Unit group, with `person`, `role` and `pairs`: of every person the roles of all rows, in the rule's
table and in those of `also`; a person who holds both roles of a pair is violated.  Undetermined: a
row with a blank or unreadable person (a unit of its own); a person with a row of unknown role or
standing, or with several roles where a pair cannot be read, unless a pair is held for certain.  Not
applicable: a person without a row in scope in any table.
Words of unit group: the name of `person`; `found` the pairs held (`A + B; C + D`), `count` them.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from operator import and_

import polars as pl

from rules.checks import grouping
from rules.checks.blank import is_blank
from rules.checks.counterparts import Side, key_words
from rules.checks.duties import LEAST, Held, PairsCheck, Role
from rules.checks.grouping import FOUND
from rules.checks.row import NOTHING, RowCheck
from rules.checks.sets import refuse_on_missing
from rules.checks.setting import Setting
from rules.formula import Reads, Scope, Value
from rules.formula.functions import FUNCTIONS
from rules.formula.joined import joined
from rules.formula.values import TEXT
from rules.formula.writing import text_of
from rules.rule import Unit


def compile_check(setting: Setting) -> RowCheck | PairsCheck:
    """Compile either form.

    Raises:
        FormulaError: An entry is neither a column nor a formula; a role is no text.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.on_missing_unused`.
    """
    if "persons" in setting.rule.check:
        return _row_check(setting)
    return _pairs_check(setting)


def _row_check(setting: Setting) -> RowCheck:
    setting.units(Unit.ROW)
    setting.keys(required=("persons",))
    texts = setting.texts("persons")
    if len(texts) < LEAST:
        raise setting.refusal("check.bad_value", key="check.persons", expected="texts")
    scope = setting.scope().listening()
    persons = [_known(setting.term("check.persons", text, scope)) for text in texts]
    differ = setting.compiled("check.persons", texts[0], scope, lambda *_: _differing(persons))
    same = [
        pl.when(~one).then(pl.concat_str(pl.lit(f"{left} = {right}: "), text_of(person)))
        for one, (left, right), person in zip(
            differ,
            combinations(texts, 2),
            [left for left, _ in combinations(persons, 2)],
            strict=True,
        )
    ]
    return RowCheck(
        holds=joined(and_, differ),
        scope=scope,
        found=pl.concat_str(*same, separator="; ", ignore_nulls=True),
        expected=NOTHING,
        difference=NOTHING,
    )


def _known(value: Value) -> Value:
    """A person; a text of white space only names nobody."""
    return Value(pl.when(~is_blank(value)).then(value.expr), value.type, columns=value.columns)


def _differing(persons: Sequence[Value]) -> list[pl.Expr]:
    """Of every two persons whether they differ, null where one is not known."""
    build = FUNCTIONS["<>"].build
    return [build(left, right).expr for left, right in combinations(persons, 2)]


def _pairs_check(setting: Setting) -> PairsCheck:
    setting.units(Unit.GROUP)
    refuse_on_missing(setting)
    setting.keys(required=("person", "role", "pairs"), optional=("also",))
    pairs = setting.part("pairs", required=("table", "first", "second"))
    table = setting.text("table", of=pairs)
    first, second = (
        _role(setting, f"pairs.{key}", setting.text(key, of=pairs), setting.scope(table))
        for key in ("first", "second")
    )
    own = setting.rule.table
    holders = [_held(setting, "check", own, setting.rule.check, setting.scope())]
    for at, more in enumerate(_also(setting)):
        name = setting.text("table", of=more)
        holders.append(_held(setting, f"check.also.{at}", name, more, setting.scope(name)))
    others: dict[str, Reads] = {table: first.reads.with_(second.reads)}
    for one in holders[1:]:
        reads = one.side.reads.with_(one.role.reads)
        others[one.side.table] = others.get(one.side.table, Reads()).with_(reads)
    person = setting.text("person")
    tables = [one.side.table for one in holders]
    # A table that names persons in two columns cannot be parted by both.
    parted = len(set(tables)) == len(tables) and table not in tables
    return PairsCheck(
        table=own,
        own=holders[0].side.reads.with_(holders[0].role.reads),
        others=others,
        meet={one.side.table: one.side.key for one in holders} if parted else {},
        holders=holders,
        pairs=table,
        first=first,
        second=second,
        key_names=(person,),
        told=frozenset(),
        words={
            **key_words((person,), holders[0].side.key),
            "found": Value(pl.col(FOUND), TEXT),
            "count": grouping.count_word(),
        },
    )


def _also(setting: Setting) -> list[Mapping[str, object]]:
    more = setting.rule.check.get("also", [])
    if not isinstance(more, list | tuple):
        raise setting.refusal("check.bad_value", key="check.also", expected="mapping")
    wanted = {"table", "person", "role"}
    for at, one in enumerate(more):
        key = f"check.also.{at}"
        if not isinstance(one, Mapping):
            raise setting.refusal("check.bad_value", key=key, expected="mapping")
        for missing in sorted(wanted - set(one)):
            raise setting.refusal("check.missing_key", key=f"{key}.{missing}")
        for unknown in sorted(set(one) - wanted):
            expected = ", ".join(sorted(wanted))
            raise setting.refusal("check.unknown_key", key=f"{key}.{unknown}", expected=expected)
    return list(more)


def _held(
    setting: Setting, where: str, table: str, given: Mapping[str, object], scope: Scope
) -> Held:
    inner = scope.listening()
    text = setting.text("person", of=given)
    person = setting.term(f"{where}.person", text, inner)
    # Persons of several tables are compared as texts: a number is none.
    key = setting.compiled(
        f"{where}.person", text, inner,
        lambda *_: Value(person.to(TEXT), TEXT, columns=person.columns),
    )  # fmt: skip
    return Held(
        side=Side(table=table, key=(key,), reads=inner.reads),
        role=_role(setting, f"{where}.role", setting.text("role", of=given), scope),
    )


def _role(setting: Setting, where: str, text: str, scope: Scope) -> Role:
    inner = scope.listening()
    value = setting.term(where, text, inner)
    made = setting.compiled(where, text, inner, lambda *_: value.to(TEXT))
    return Role(text=made, reads=inner.reads)
