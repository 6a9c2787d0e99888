"""Names of files in bags: how manifests write them, which are dangerous, which mean the same."""

import re
import unicodedata
from typing import Final

from evidence.intake import clean_name

_ENCODED: Final = {"\r": "%0D", "\n": "%0A", "%": "%25"}
_DECODED: Final = {code: letter for letter, code in _ENCODED.items()}
_DRIVE: Final = re.compile(r"[A-Za-z]:")
# What Windows forbids in names, and what makes a manifest unreadable for sha256sum.
_AWKWARD: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_LONGEST_BYTES: Final = 150
_SUFFIX_BYTES: Final = 20


def encode_path(path: str) -> str:
    """Write a path into a manifest: line ends and percent signs, and only those (section 2.1.3)."""
    return re.sub(r"[\r\n%]", lambda found: _ENCODED[found[0]], path)


def decode_path(written: str) -> str:
    """Read a path out of a manifest of version 1.0."""
    return re.sub(r"%(0[AaDd]|25)", lambda found: _DECODED[found[0].upper()], written)


def decode_old_path(written: str) -> str:
    """Read a path out of a manifest of version 0.97, where a percent sign stands for itself."""
    return re.sub(r"%0[AaDd]", lambda found: _DECODED[found[0].upper()], written)


def plain_path(path: str) -> str:
    """A path without the `./` that some tools write before it."""
    while path.startswith("./"):
        path = path[2:]
    return path


def escapes(path: str) -> bool:
    """Whether a path could lead out of the bag on some system (RFC 8493 section 5.1)."""
    if not path or "\0" in path or path.startswith(("/", "\\", "~")) or _DRIVE.match(path):
        return True
    return any(part in {"", ".", ".."} for part in re.split(r"[/\\]", path))


def fold_path(path: str) -> str:
    """The same for two paths that some file system takes for one (section 6.1.2 and 6.1.3)."""
    folded = unicodedata.normalize("NFC", path).casefold()
    return unicodedata.normalize("NFC", folded)


def safe_name(name: str) -> str:
    """A file name every system can hold and `sha256sum` can read back; for our own bags.

    The given name stays beside it in the metadata: this one only has to be writable.
    """
    # Line ends have many forms, and tools that read manifests know different ones.
    plain = _AWKWARD.sub("_", clean_name(name)).strip(" .~") or "_"
    plain = _RESERVED.sub(r"_\1", plain, count=1) if _RESERVED.match(plain) else plain
    return _shorten(plain)


def _shorten(name: str) -> str:
    if len(name.encode()) <= _LONGEST_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) > _SUFFIX_BYTES:
        stem, dot, suffix = name, "", ""
    room = _LONGEST_BYTES - len((dot + suffix).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + suffix
