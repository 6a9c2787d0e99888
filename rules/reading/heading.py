"""The heading of a file against the columns of its contract."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rules.contract import Contract
from rules.reading.result import Expected, FileProblem, Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Where the columns of a contract stand in a file.

    Attributes:
        width: Fields of the heading, and so of every record.
        places: Contract column → position from 0, in the contract's order.
        problems: What the heading lacks or has too much.
    """

    width: int
    places: dict[str, int]
    problems: tuple[FileProblem, ...]


def match_heading(names: Sequence[str | None], *, contract: Contract) -> Heading:
    """Find each declared column by its exact name (in NFC, outer white space removed).

    A declared column that stands twice cannot be told apart and counts as missing; its positions
    from 1 are the detail of the problem.
    """
    written = [unicodedata.normalize("NFC", name or "").strip() for name in names]
    count = Counter(written)
    places = {
        column.name: written.index(column.name)
        for column in contract.columns
        if count[column.name] == 1
    }
    problems = [
        FileProblem(
            code=Wrong.COLUMN_DUPLICATE if count[column.name] else Wrong.COLUMN_MISSING,
            column=column.name,
            found=str(count[column.name]) if count[column.name] else "",
            expected=Expected.COLUMN,
            detail=", ".join(
                str(position) for position, one in enumerate(written, start=1) if one == column.name
            ),
        )
        for column in contract.columns
        if count[column.name] != 1
    ]
    declared = {column.name for column in contract.columns}
    problems += [
        FileProblem(
            code=Wrong.COLUMN_EXTRA if name else Wrong.COLUMN_UNNAMED,
            column=name or None,
            found=name,
            detail=str(position),
        )
        for position, name in enumerate(written, start=1)
        if name not in declared
    ]
    return Heading(width=len(written), places=places, problems=tuple(problems))
