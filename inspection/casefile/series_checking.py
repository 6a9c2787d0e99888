"""Whether entries were left out: they are counted, and what lies elsewhere says how far.

The number of an entry is part of its signed bytes, so nobody can close a hole.  Entries from before
there were numbers have none: the first number says how many they are.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from evidence.receipt import VerifiedReceipt
from inspection.casefile.log import ENTRIES
from inspection.casefile.log_checking import LoggedEntry, Say
from inspection.casefile.values import CaseFault

_PATH: Final = f"data/{ENTRIES}"
_MOST_GAPS: Final = 20  # named; a case file full of holes need not be listed whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a series had come, and the document that says so."""

    series_id: str
    number: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The entries of one inspection, or of its campaign as a whole.

    Attributes:
        missing: The fault where one in between is not here.
        cut_short: The fault where those at the end are not.
    """

    id: str
    missing: CaseFault
    cut_short: CaseFault


def list_series(*, inspection_id: str, campaign_id: str) -> tuple[Series, Series]:
    """The two whose entries a case file brings, each whole."""
    return (
        Series(id=inspection_id, missing=CaseFault.ENTRY_MISSING, cut_short=CaseFault.CUT_SHORT),
        Series(
            id=campaign_id,
            missing=CaseFault.CAMPAIGN_ENTRY_MISSING,
            cut_short=CaseFault.CAMPAIGN_CUT_SHORT,
        ),
    )


def reached_by(proofs: Mapping[str, VerifiedReceipt]) -> list[Reached]:
    """What receipts and certificates demand: every entry up to their own.

    Args:
        proofs: Those that hold, by their paths.
    """
    return [
        Reached(series_id=str(one.counted.series_id), number=one.counted.number, path=path)
        for path, one in proofs.items()
        if one.counted is not None
    ]


def check_series(
    series: Series, entries: Sequence[LoggedEntry], reached: Iterable[Reached], say: Say
) -> None:
    """Every number up to the highest known one is here once, in the order of the log."""
    own = [one for one in entries if one.belongs_to == series.id]
    numbers = sorted(one.counted.number for one in own if one.counted is not None)
    older = len(own) - len(numbers)
    ends = numbers[-1] if numbers else older
    demanded = max(
        (one for one in reached if one.series_id == series.id),
        key=lambda one: one.number,
        default=Reached(series_id=series.id, number=0, path=""),
    )
    highest = max(ends, demanded.number)
    _check_older(numbers, older, say)
    gaps = list(islice(_list_gaps(numbers, older), _MOST_GAPS))
    if gaps:
        say.report(series.missing, _PATH, expected=_written(gaps), found=highest)
    if demanded.number > ends:
        say.report(series.cut_short, demanded.path, expected=demanded.number, found=ends)
    if not numbers and demanded.number < max(older, 1):
        say.warn(CaseFault.UNCOUNTED, _PATH, found=older)
    _check_order(own, numbers, say)


def _check_older(numbers: Sequence[int], older: int, say: Say) -> None:
    """As many without a number as stood before the first."""
    if not numbers:
        return
    before = numbers[0] - 1
    if older > before:
        say.report(CaseFault.UNNUMBERED_ADDED, _PATH, expected=before, found=older)
    elif 0 < older < before:  # where all are missing, they are named as a gap
        say.report(CaseFault.UNNUMBERED_MISSING, _PATH, expected=before, found=older)


def _list_gaps(numbers: Sequence[int], older: int) -> Iterable[tuple[int, int]]:
    """First and last of each run of numbers that is not here."""
    last = numbers[0] - 1 if numbers and older else 0
    for number in numbers:
        if number > last + 1:
            yield last + 1, number - 1
        last = number


def _check_order(own: Sequence[LoggedEntry], numbers: Sequence[int], say: Say) -> None:
    """Numbers go up with the places in the log; what has none stands before them."""
    twice = sorted({one for one, other in pairwise(numbers) if one == other})
    for number in islice(twice, _MOST_GAPS):
        say.report(CaseFault.NUMBERED_TWICE, _PATH, found=number)
    placed = sorted(
        (sys.maxsize if one.index is None else one.index, one.counted.number if one.counted else 0)
        for one in own
    )
    last = 0
    for _, number in placed:
        if number < last:
            say.report(CaseFault.NUMBER_MOVED, _PATH, found=number or "–")
            return  # one in a wrong place leaves others out of theirs
        last = number


def _written(gaps: Sequence[tuple[int, int]]) -> str:
    told = ", ".join(str(one) if one == other else f"{one}–{other}" for one, other in gaps)
    return f"{told}, …" if len(gaps) == _MOST_GAPS else told
