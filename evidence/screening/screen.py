"""Screening one file: its structure in a process of its own, its bytes by the scanner."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.apart import ProcessLimits, run_apart
from evidence.errors import HostileFileError
from evidence.media import HEAD_BYTES, media_type_of
from evidence.screening.antivirus import UNSCANNED, Scan, Scanner
from evidence.screening.values import Examination, Level, Mark, Notice, Place, Secrecy

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """All that screening tells of one file."""

    examination: Examination
    scan: Scan


def screen(
    path: Path,
    *,
    name: str,
    folder: Path,
    scanner: Scanner | None,
    limits: ProcessLimits,
    is_released: bool = False,
) -> Screened:
    """Examine a file and have it scanned; whatever it holds, this ends with an answer.

    A file that bears a mark of secrecy is not given to the scanner: nothing more is done with it.

    Args:
        folder: For what is unpacked; the caller removes it.
        scanner: None where the deployment has none; then the file stays unscanned.
        is_released: Its marks were found to be none, so that it is scanned like any other.
    """
    examination = examine_file(path, name=name, folder=folder, limits=limits)
    is_held_back = examination.secrecy is Secrecy.MARKED and not is_released
    if scanner is None or is_held_back:
        return Screened(examination=examination, scan=UNSCANNED)
    return Screened(examination=examination, scan=scanner.scan(_chunks(path)))


def examine_file(path: Path, *, name: str, folder: Path, limits: ProcessLimits) -> Examination:
    """Examine a file in a process of its own; what kills the process is an answer, too."""
    arguments = {"path": str(path), "name": name, "folder": str(folder)}
    try:
        return _examination(run_apart("examine", arguments, limits=limits))
    except HostileFileError as error:
        with path.open("rb") as file:
            kind = media_type_of(file.read(HEAD_BYTES))
        return Examination(
            kind=kind,
            refusal=Notice(code=error.code, facts=dict(error.facts)),
            notices=(),
            marks=(),
            secrecy=Secrecy.NOT_SCREENED,
        )


def _examination(told: dict[str, Any]) -> Examination:
    refusal = told["refusal"]
    return Examination(
        kind=told["kind"],
        refusal=None if refusal is None else Notice(**refusal),
        notices=tuple(Notice(**one) for one in told["notices"]),
        marks=tuple(Mark(level=Level(m["level"]), place=Place(m["place"])) for m in told["marks"]),
        secrecy=Secrecy(told["secrecy"]),
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_CHUNK_BYTES), b"")
