"""A rule compiled once: everything it asks of tables, as expressions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rules.checks.kinds import KINDS
from rules.checks.row import RowCheck
from rules.checks.sets import SetCheck
from rules.checks.setting import Setting
from rules.checks.speech import Speech, speech_of
from rules.checks.standing import Standing, standing_of
from rules.formula import Scope
from rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule, its check and its texts.

    Attributes:
        columns: Of each table it reads, the columns it needs: to judge, to date and to speak.
        judged: The columns of its own table that decide a verdict.
        shown: The columns of its own table whose values a line shows.
        parameters: The parameters it reads, sorted.
    """

    setting: Setting
    standing: Standing
    check: RowCheck | SetCheck
    speech: Speech
    columns: Mapping[str, frozenset[str]]
    judged: frozenset[str]
    shown: tuple[str, ...]
    parameters: tuple[str, ...]

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return self.setting.rule


def compile_rule(setting: Setting) -> CompiledRule:
    """Compile a rule; see `rules.checks.check_rule` for what is refused."""
    rule = setting.rule
    kind = rule.check.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise setting.refusal("check.unknown_kind", found=str(kind), expected=", ".join(KINDS))
    standing = standing_of(setting)
    check = KINDS[kind](setting)
    speech = speech_of(setting, _speech_scope(setting, check))
    own = check.reads if isinstance(check, RowCheck) else check.own
    read = standing.reads.columns | own.columns | speech.reads.columns
    return CompiledRule(
        setting=setting,
        standing=standing,
        check=check,
        speech=speech,
        columns=_columns(setting, check, frozenset(read)),
        judged=frozenset(standing.reads.columns | own.columns),
        shown=tuple(column.name for column in setting.contract.columns if column.name in read),
        parameters=tuple(
            sorted(standing.reads.parameters | own.parameters | speech.reads.parameters)
        ),
    )


def _speech_scope(setting: Setting, check: RowCheck | SetCheck) -> Scope:
    scope = setting.scope()
    if isinstance(check, RowCheck):
        return scope
    return replace(scope, words=check.words, columns=check.told)


def _columns(
    setting: Setting, check: RowCheck | SetCheck, read: frozenset[str]
) -> Mapping[str, frozenset[str]]:
    columns = {setting.rule.table: read}
    if isinstance(check, SetCheck):
        for name, reads in check.others.items():
            columns[name] = columns.get(name, frozenset()) | reads.columns
    return columns
