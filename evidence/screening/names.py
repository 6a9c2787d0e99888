"""What the end of a file name promises: another kind than the bytes are, or something to run."""

from collections.abc import Mapping
from typing import Final

from evidence.media import PROGRAM_TYPES, UNKNOWN

_TEXT: Final = frozenset({"text/plain", "text/csv", "application/xml", "application/json", UNKNOWN})
_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
_OLD: Final = "application/x-ole-storage"  # an encrypted new document looks so from outside
# Ends of names that people trust; any other end promises nothing.
_PROMISED: Final[Mapping[str, frozenset[str]]] = {
    "pdf": frozenset({"application/pdf"}),
    "docx": frozenset({_OPEN_XML + "wordprocessingml.document", _OLD}),
    "xlsx": frozenset({_OPEN_XML + "spreadsheetml.sheet", _OLD}),
    "pptx": frozenset({_OPEN_XML + "presentationml.presentation", _OLD}),
    "xls": frozenset({"application/vnd.ms-excel", _OLD}),
    "doc": frozenset({"application/msword", _OLD}),
    "csv": _TEXT,
    "txt": _TEXT,
    "xml": _TEXT,
    "json": _TEXT,
    "png": frozenset({"image/png"}),
    "jpg": frozenset({"image/jpeg"}),
    "jpeg": frozenset({"image/jpeg"}),
    "gif": frozenset({"image/gif"}),
    "zip": frozenset({"application/zip"}),
    "gz": frozenset({"application/gzip"}),
    "parquet": frozenset({"application/vnd.apache.parquet"}),
}
# Windows runs these by their name alone, whatever their bytes look like.
_RUN: Final = frozenset(
    {
        *("exe", "com", "scr", "cpl", "dll", "msi", "jar", "lnk", "reg"),
        *("bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "sh"),
    }
)


def is_program(name: str, kind: str) -> bool:
    """Whether it is there to be run: by its bytes, or by the end of its name."""
    return kind in PROGRAM_TYPES or name.rpartition(".")[2].lower() in _RUN


def is_misnamed(name: str, kind: str) -> bool:
    """Whether the name promises what the bytes do not keep."""
    promised = _PROMISED.get(name.rpartition(".")[2].lower())
    return promised is not None and kind not in promised
