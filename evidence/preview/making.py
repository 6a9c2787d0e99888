"""Making a preview in a process of its own.

A table becomes text; a page or image becomes a PNG painted anew, without its metadata.  Nothing in
the file is run, and the process can open no connection.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from evidence.apart import ProcessLimits, run_apart
from evidence.errors import EvidenceError
from evidence.preview.values import CellsPreview, PicturePreview

PICTURE: Final = "page.png"
_SHEETS: Final = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.ms-excel",
    }
)
_TEXT: Final = frozenset({"text/csv", "text/plain", "application/json", "application/xml"})
_IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/tiff", "image/webp"})
PREVIEWABLE: Final = _SHEETS | _TEXT | _IMAGES | {"application/pdf"}


def make_preview(
    path: Path, *, kind: str, page: int, into: Path, limits: ProcessLimits
) -> CellsPreview | PicturePreview:
    """Preview one page or sheet of a file; a picture is written as `PICTURE` in `into`.

    Raises:
        HostileFileError: `preview.kind`, nothing of this kind can be shown; `preview.no_page`;
            `preview.unreadable`; or as `run_apart`.
    """
    arguments = {"path": str(path), "kind": kind, "page": page, "into": str(into)}
    told: Mapping[str, Any] = run_apart("preview", arguments, limits=limits)
    if "rows" in told:
        return cells_of(told)
    return PicturePreview(**told)


def cells_of(told: Mapping[str, Any]) -> CellsPreview:
    """Make the value again of what `asdict` and JSON have made of it."""
    rows = tuple(tuple(row) for row in told["rows"])
    return CellsPreview(**{**told, "rows": rows, "sheets": tuple(told["sheets"])})


def make_apart(*, path: str, kind: str, page: int, into: str) -> dict[str, Any]:
    """The inside of the process."""
    source = Path(path)
    try:
        return asdict(_make(source, kind, page, Path(into) / PICTURE))
    except EvidenceError:
        raise
    except MemoryError:
        raise
    except Exception as error:
        # Whatever a parser makes of a damaged file, there is nothing to show.
        raise EvidenceError("preview.unreadable", reason=type(error).__name__) from error


def _make(source: Path, kind: str, page: int, target: Path) -> CellsPreview | PicturePreview:
    # Each kind loads its own library, and no other.
    if kind in _TEXT:
        from evidence.preview.cells import preview_text  # noqa: PLC0415

        return preview_text(source)
    if kind in _SHEETS:
        from evidence.preview.cells import preview_sheet  # noqa: PLC0415

        return preview_sheet(source, page)
    if kind in _IMAGES:
        from evidence.preview.pictures import preview_image  # noqa: PLC0415

        return preview_image(source, page, target)
    if kind == "application/pdf":
        from evidence.preview.pictures import preview_pdf  # noqa: PLC0415

        return preview_pdf(source, page, target)
    raise EvidenceError("preview.kind", kind=kind)
