"""Every row has its document: a deposited file of the name it gives, with the digest it gives.

Unit: row (the rows of the ledger) or group (one for each file name, of either table).  Violated:
`missing`, no deposited file has the name; `digest`, none of that name has the digest; with
`shared: violated` `shared`, several rows name the file; by group with `unreferenced: violated`
`unreferenced`, no row names it.  Otherwise a file no row names is not applicable.  A blank name or
digest takes `on_missing`.  Undetermined: a name that cannot be read; a digest that cannot be read
or is no SHA-256, here or of the file that decides; a row of unknown standing.
Words: `found` what is wrong, `count` the rows in scope with the name.
"""

from collections.abc import Mapping
from enum import StrEnum

import polars as pl

from rules.checks import grouping
from rules.checks.counterparts import Side, key_words
from rules.checks.deposit import Digest, DocumentsCheck
from rules.checks.grouping import FOUND
from rules.checks.matching import aligned_keys
from rules.checks.setting import Setting
from rules.formula import Reads, Scope, Value
from rules.formula.values import TEXT
from rules.rule import Unit


class Wanted(StrEnum):
    """What becomes of a file that several rows name, or none."""

    VIOLATED = "violated"


def compile_check(setting: Setting) -> DocumentsCheck:
    """Compile names and digests of both sides.

    Raises:
        FormulaError: A name or digest is neither a column nor a formula, or no text.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.not_a_choice`, `check.one_sided`, `check.same_table`.
    """
    setting.units(Unit.ROW, Unit.GROUP)
    by_group = setting.rule.unit is Unit.GROUP
    settings = ("digest", "shared", *(["unreferenced"] if by_group else []))
    setting.keys(required=("file", "deposited"), optional=settings)
    deposited = setting.part("deposited", required=("table", "name"), optional=("digest",))
    table, name = setting.text("table", of=deposited), setting.text("file")
    if table == setting.rule.table:
        raise setting.refusal("check.same_table", key="check.deposited.table")
    own, other = setting.scope().listening(), setting.scope(table).listening()
    key, their_key = aligned_keys(
        setting,
        (own, "check.file", (name,)),
        (other, "check.deposited.name", (setting.text("name", of=deposited),)),
    )
    digests = _both_digests(setting, deposited, table)
    mine, theirs = (one.reads for one in digests) if digests else (Reads(), Reads())
    words = {"found": Value(pl.col(FOUND), TEXT), "count": grouping.count_word()}
    return DocumentsCheck(
        table=setting.rule.table,
        own=own.reads.with_(mine),
        others={table: other.reads.with_(theirs)},
        meet={setting.rule.table: key, table: their_key},
        ours=Side(table=setting.rule.table, key=key, reads=own.reads),
        files=Side(table=table, key=their_key, reads=other.reads),
        digests=digests,
        shared="shared" in setting.rule.check and bool(setting.choice("shared", Wanted)),
        unreferenced="unreferenced" in setting.rule.check
        and bool(setting.choice("unreferenced", Wanted)),
        unit=setting.rule.unit,
        on_missing=setting.rule.on_missing,
        key_names=(name,),
        told=frozenset() if by_group else None,
        words={**key_words((name,), key), **words} if by_group else words,
    )


def _both_digests(
    setting: Setting, deposited: Mapping[str, object], table: str
) -> tuple[Digest, Digest] | None:
    if ("digest" in setting.rule.check) != ("digest" in deposited):
        raise setting.refusal("check.one_sided", key="check.digest, check.deposited.digest")
    if "digest" not in deposited:
        return None
    return (
        _digest(setting, "check.digest", setting.text("digest"), setting.scope()),
        _digest(
            setting,
            "check.deposited.digest",
            setting.text("digest", of=deposited),
            setting.scope(table),
        ),
    )


def _digest(setting: Setting, where: str, text: str, scope: Scope) -> Digest:
    inner = scope.listening()
    value = setting.term(where, text, inner)
    made = setting.compiled(where, text, inner, lambda *_: value.to(TEXT))
    return Digest(text=made, reads=inner.reads)
