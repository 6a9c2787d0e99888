"""Rules, from YAML."""

import re
from typing import Final

from rules.loading.entries import Entry
from rules.loading.fields import Fields
from rules.loading.norms import read_basis, refuse_backwards
from rules.rule import Rule, RuleClass, Scope, Unit, Verdict

LONGEST_CODE: Final = 32
_CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")


def read_rule(entry: Entry) -> Rule:
    """One rule; what it must say and does not is refused."""
    fields = Fields(entry)
    code = fields.text("code")
    if len(code) > LONGEST_CODE or not _CODE.fullmatch(code):
        raise fields.get("code").refuse("bad_code", found=code)
    check = fields.get("check")
    if not isinstance(check.value, dict):
        raise check.refuse("not_a_mapping", found=type(check.value).__name__)
    plain = check.plain()
    starts_on, ends_on = None, None
    if (in_force := fields.find("in_force")) is not None:
        dates = Fields(in_force)
        starts_on, ends_on = dates.find_date("from"), dates.find_date("to")
        dates.end()
        refuse_backwards(in_force, starts_on, ends_on)
    rule = Rule(
        code=code,
        title=fields.both("title"),
        basis=read_basis(fields.get("basis")),
        rule_class=fields.choice("class", RuleClass),
        table=fields.text("table"),
        unit=fields.choice("unit", Unit),
        check=plain if isinstance(plain, dict) else {},
        message=fields.both("message"),
        fix=fields.both("fix"),
        in_force=(starts_on, ends_on),
        dated_by=fields.find_text("dated_by"),
        applies=fields.find_text("applies"),
        on_missing=_on_missing(fields),
        amount=fields.find_text("amount"),
        duplicate_of=fields.find_text("duplicate_of"),
        scope=fields.choice_or("scope", Scope.INSPECTION),
        source=(entry.file, entry.line),
    )
    fields.end()
    return rule


def _on_missing(fields: Fields) -> Verdict:
    """What a null check comes to; silence is not compliance."""
    verdict = fields.choice("on_missing", Verdict)
    if verdict is Verdict.MET:
        allowed = ", ".join(one.value for one in Verdict if one is not Verdict.MET)
        entry = fields.get("on_missing")
        raise entry.refuse("not_allowed", key="on_missing", found=verdict.value, allowed=allowed)
    return verdict
