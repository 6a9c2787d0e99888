"""Whether verdicts, findings and answers are those whose digests were journalled.

Lines from before the platform journalled such digests have none: that is told, and not proven.  The
lines are in the log, so nobody can take a digest out of one.
"""

from typing import Final

from inspection import words
from inspection.casefile.journal_checking import Line
from inspection.casefile.layout import CASE
from inspection.casefile.log_binding import Bound
from inspection.casefile.log_checking import Say
from inspection.casefile.values import CaseFault

_DATA: Final = "data/"
_RESULTS: Final = ("violations", "facts")
_DECISIONS: Final = frozenset({"finding.verify", "finding.dismiss"})


def check_words(bound: Bound, say: Say) -> None:
    """Compare every run, finding and answer with the journal."""
    _check_runs(bound, say)
    _check_findings(bound, say)
    _check_answers(bound, say)


def _check_runs(bound: Bound, say: Say) -> None:
    finished = {line.subject_id: line for line in bound.lines if line.event == "evaluation.finish"}
    rows = {row["id"]: row for row in bound.told("evaluations")}
    for run_id in finished.keys() - rows.keys():
        say.report(CaseFault.LEFT_OUT, _DATA + CASE, expected=run_id)
    for run_id, row in rows.items():
        line = finished.get(run_id)
        for what in _RESULTS:
            name, path = f"{what}_sha256", f"{_DATA}verdicts/{row['number']}/{what}.parquet"
            expected = "" if line is None else line.facts.get(name, row[name])
            if line is None or row[name] != expected:
                say.report(CaseFault.VERDICTS_DIFFER, path, expected=expected, found=row[name])
            elif line.is_older or name not in line.facts:
                say.warn(CaseFault.OLDER, path, expected=run_id)


def _check_findings(bound: Bound, say: Say) -> None:
    last = {line.subject_id: line for line in bound.lines if words.FINDING in line.facts}
    decided = {line.subject_id: line for line in bound.lines if line.event in _DECISIONS}
    drafted = {line.subject_id for line in bound.lines if line.event == "finding.draft"}
    for row in bound.told("findings"):
        line, found = last.get(row["id"]), words.digest_of_finding(row)
        _compare(line, words.FINDING, row["id"], found, say, is_known=row["id"] in drafted)
        decision = decided.get(row["id"])
        if row["reason"] != (decision.reason if decision is not None else ""):
            say.report(CaseFault.WORDS_DIFFER, _DATA + CASE, expected=row["id"])


def _check_answers(bound: Bound, say: Say) -> None:
    handed_in = [line for line in bound.lines if line.event == "finding.answer"]
    answered = {line.facts["answer_id"]: line for line in handed_in if words.ANSWER in line.facts}
    older = {line.subject_id for line in handed_in if words.ANSWER not in line.facts}
    files: dict[str, list[str]] = {}
    for name in ("items", "withheld", "destroyed"):
        for item in bound.told(name):
            files.setdefault(item["answer_id"], []).append(item["sha256"])
    rows = {row["id"]: row for row in bound.told("answers")}
    for answer_id in answered.keys() - rows.keys():
        say.report(CaseFault.LEFT_OUT, _DATA + CASE, expected=answer_id)
    for answer_id, row in rows.items():
        line = answered.get(answer_id)
        found = words.digest_of_answer(row, files=files.get(answer_id, ()))
        _compare(line, words.ANSWER, answer_id, found, say, is_known=row["finding_id"] in older)


def _compare(
    line: Line | None, name: str, row_id: str, found: str, say: Say, *, is_known: bool
) -> None:
    """Compare one record.

    Args:
        line: The last that binds it.
        is_known: A line without a digest tells of it: it is from before there were digests.
    """
    if (line is None and not is_known) or (line is not None and line.facts[name] != found):
        say.report(CaseFault.WORDS_DIFFER, _DATA + CASE, expected=row_id)
    elif line is None or line.is_older:
        say.warn(CaseFault.OLDER, _DATA + CASE, expected=row_id)
