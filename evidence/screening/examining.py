"""Looking through a file by what it is, and through what lies in it; the inside of a process.

Every function takes a file that can be sought, the meter all share, and the report all add to.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final

from evidence.errors import HostileFileError
from evidence.media import HEAD_BYTES, OLE_TYPES, OPEN_TYPES, PROGRAM_TYPES, SCRIPT, media_type_of
from evidence.screening import archives
from evidence.screening.budget import Budget, Meter
from evidence.screening.marks import find_in_name
from evidence.screening.names import is_misnamed, is_program
from evidence.screening.report import Report
from evidence.screening.values import Examination, Notice

_Look = Callable[..., None]

_IMAGES: Final = ("image/png", "image/jpeg", "image/gif", "image/tiff", "image/webp")
# Where each kind is looked at: only the library of its own kind is loaded for a file.
_FLAT: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(OPEN_TYPES, ("office", "look")),
    **dict.fromkeys(OLE_TYPES, ("old_office", "look")),
    **dict.fromkeys(_IMAGES, ("images", "look")),
    **dict.fromkeys(("text/csv", "text/plain", "text/html", SCRIPT), ("text", "look")),
    "application/json": ("text", "look_at_record"),
    "application/pdf": ("pdf", "look"),
    "application/xml": ("markup", "look"),
    "application/vnd.apache.parquet": ("parquet", "look"),
}
_OPEN: Final[Mapping[str, archives.Members]] = {
    "application/zip": archives.zip_members,
    "application/x-tar": archives.tar_members,
    "application/gzip": archives.gzip_member,
    "application/x-bzip2": archives.bzip2_member,
    "application/x-xz": archives.xz_member,
}


def examine(path: Path, *, name: str, budget: Budget, folder: Path) -> Examination:
    """Look through one file; `folder` takes what is unpacked for a moment."""
    meter = Meter(budget, packed_bytes=path.stat().st_size, folder=folder)
    report = Report()
    refusal = None
    with path.open("rb") as file:
        kind = _kind_of(file)
        try:
            _look(file, name, 0, meter, report)
        except HostileFileError as error:
            refusal = Notice(code=error.code, facts=dict(error.facts))
        except RecursionError:
            refusal = Notice(code="screening.depth", facts={"limit": budget.depth})
    return report.close(kind=kind, refusal=refusal)


def examine_apart(*, path: str, name: str, folder: str) -> dict[str, Any]:
    """The same as plain data, under the budget of the house."""
    found = examine(Path(path), name=name, budget=Budget(), folder=Path(folder))
    return asdict(found)


def _look(file: IO[bytes], name: str, depth: int, meter: Meter, report: Report) -> None:
    kind = _kind_of(file)
    report.mark(find_in_name(name.replace("\\", "/").rpartition("/")[2]))
    if is_misnamed(name, kind):
        report.notice("misnamed", kind=kind)
    if is_program(name, kind):
        report.notice("program", kind=kind)
    if members := _OPEN.get(kind):
        meter.enter(depth + 1)
        members(file, name, meter, report, partial(_look_within, depth, meter, report))
    elif kind in OPEN_TYPES:
        meter.enter(depth)
        visit = partial(_look_embedded, depth, meter, report)
        _looking_at(kind)(file, meter, report, visit)
    elif kind in _FLAT:
        _looking_at(kind)(file, meter, report)
    else:
        if kind in archives.UNOPENED:
            report.notice("unopened", kind=kind)
        report.could_not_read()


def _looking_at(kind: str) -> _Look:
    module, function = _FLAT[kind]
    look: _Look = getattr(import_module(f"evidence.screening.{module}"), function)
    return look


def _look_within(depth: int, meter: Meter, report: Report, name: str, part: IO[bytes]) -> None:
    _look(part, name, depth + 1, meter, report)


def _look_embedded(depth: int, meter: Meter, report: Report, name: str, part: IO[bytes]) -> None:
    """Documents within a document; its pictures and settings are no files of their own."""
    kind = _kind_of(part)
    files = {*_OPEN, *OPEN_TYPES, *OLE_TYPES, *PROGRAM_TYPES, "application/pdf"}
    if kind in files:
        _look(part, name, depth + 1, meter, report)


def _kind_of(file: IO[bytes]) -> str:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return media_type_of(head)
