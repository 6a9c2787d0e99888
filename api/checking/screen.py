"""A run on the terminal: one line for each file and each rule, aligned, and the totals."""

from collections.abc import Iterable, Sequence
from typing import Final

from api.checking.chain import UNREAD, Outcome, UnreadFile
from api.checking.summary import rule_of, totals_of
from api.language import Translator
from rules.evaluation import Tally
from rules.evaluation.trace import Trace

_GAP: Final = "  "
_NUMBERS: Final = range(3, 10)  # the columns that hold some


def shown(outcome: Outcome, *, digest: str, say: Translator) -> str:
    """What the command prints.

    Args:
        outcome: The run.
        digest: SHA-256 of `violations.parquet`, lowercase hex.
        say: The language of the reader.
    """
    pack = outcome.pack
    head = say("check.pack", title=say.pick(pack.title), code=pack.code, version=pack.version)
    parts = [
        [head, say("check.digest", digest=pack.digest), say("check.as_of", day=outcome.as_of)],
        [*_files(outcome, say)],
        _aligned([_heading(say), *(_rule(outcome, one, say) for one in outcome.tallies)]),
        [
            f"{one.rule}: {why_not(one, outcome.unread, say)}"
            for one in outcome.tallies
            if one.error_code
        ],
        [*_totals(outcome, say), say("check.violations", digest=digest)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def why_not(failed: Tally | Trace, unread: Sequence[UnreadFile], say: Translator) -> str:
    """Why a rule could not run, in a sentence."""
    facts = dict(failed.error_facts)
    if failed.error_code == UNREAD:
        lost = next(one for one in unread if one.path.name == facts["file"])
        facts["why"] = say.refusal(lost.error.code, lost.error.facts)
    return say.refusal(failed.error_code or "", facts)


def _files(outcome: Outcome, say: Translator) -> Iterable[str]:
    for one in outcome.files:
        reading = one.reading
        yield say(
            "check.file",
            table=one.table,
            name=one.path.name,
            rows=reading.rows_in_file,
            read=reading.rows_read,
            refused=reading.rows_refused,
            problems=reading.problems,
        )
    for lost in outcome.unread:
        why = say.refusal(lost.error.code, lost.error.facts)
        yield say("check.unread", table=lost.table, name=lost.path.name, why=why)
    for folder in outcome.folders:
        yield say("check.folder", table=folder.table, name=folder.name, files=folder.files)


def _heading(say: Translator) -> list[str]:
    return [
        say("rule.rule"),
        say("rule.class"),
        say("check.head.unit"),
        say("rule.population"),
        say("verdict.met"),
        say("verdict.violated"),
        say("verdict.undetermined"),
        say("verdict.not_applicable"),
        say("verdict.error"),
        say("rule.amount"),
        say("check.head.title"),
    ]


def _rule(outcome: Outcome, tally: Tally, say: Translator) -> list[str]:
    rule, write = rule_of(outcome.pack, tally), say.formats
    counts = (
        tally.population, tally.met, tally.violated, tally.undetermined,
        tally.not_applicable, tally.error,
    )  # fmt: skip
    currency = outcome.pack.contracts[tally.table].currency
    return [
        tally.rule,
        say(f"rule_class.{rule.rule_class}"),
        say(f"unit.{tally.unit}"),
        *(write.number(count) for count in counts),
        "" if tally.amount is None else write.money(tally.amount, currency),
        say.pick(rule.title),
    ]


def _totals(outcome: Outcome, say: Translator) -> Iterable[str]:
    totals = totals_of(outcome)
    yield say(
        "check.totals",
        rules=totals.rules,
        population=totals.population,
        met=totals.met,
        violated=totals.violated,
        risk=totals.risk_hits,
        quality=totals.quality_hits,
        undetermined=totals.undetermined,
        out=totals.not_applicable,
        error=totals.error,
    )
    if totals.rules_in_error:
        yield say("check.rules_in_error", count=totals.rules_in_error)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns under each other: numbers to the right, words to the left."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        _GAP.join(
            cell.rjust(width) if at in _NUMBERS else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
