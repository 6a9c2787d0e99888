"""The audited amounts of a sample, from the list an inspector has filled in."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from api.sampling.drawing import AUDITED
from api.sampling.parameters import decimal_of
from inspection.errors import InvalidError
from rules.sampling.misstatement import Audited
from rules.sampling.sample import DRAW


def read_results(path: Path, rows: Mapping[int, Audited]) -> list[Audited]:
    """The rows of a sample with what they should be; a blank cell is undetermined.

    Args:
        path: A CSV file with the columns `__draw` and `__audited`; others are not looked at.
        rows: The rows of the receipt, by draw.

    Returns:
        Every row of the receipt, in the order of the draws.

    Raises:
        InvalidError: `sample.results_unreadable`, `sample.results_columns`, `sample.results_draw`,
            `sample.results_missing`, `sample.not_a_number`.
    """
    found = _read(path)
    unknown = sorted(set(found) - {str(draw) for draw in rows})
    if unknown:
        raise InvalidError("sample.results_draw", file=path.name, draw=unknown[0])
    missing = sorted(draw for draw in rows if str(draw) not in found)
    if missing:
        raise InvalidError(
            "sample.results_missing", file=path.name, draw=missing[0], count=len(missing)
        )
    return [_audited(rows[draw], found[str(draw)].strip()) for draw in sorted(rows)]


def _audited(row: Audited, text: str) -> Audited:
    if not text:
        return row
    return replace(row, audited=decimal_of(text, field=f"{AUDITED} ({DRAW} {row.draw})"))


def _read(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, strict=True)
            if not {DRAW, AUDITED} <= set(lines.fieldnames or ()):
                raise InvalidError(
                    "sample.results_columns", file=path.name, columns=f"{DRAW}, {AUDITED}"
                )
            for line in lines:
                draw, text = line[DRAW], line[AUDITED]
                if draw is None or text is None or None in line:
                    raise InvalidError("sample.results_unreadable", file=path.name)
                if draw in found:
                    raise InvalidError("sample.results_draw", file=path.name, draw=draw)
                found[draw] = text
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidError("sample.results_unreadable", file=path.name) from error
    return found
