"""The rule packs at hand: those shipped with the platform, and copies kept in the store."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import rules
from evidence.storage import Storage
from inspection.errors import InvalidError, NotFoundError
from inspection.opening import load_kept_pack
from rules.pack import Pack
from rules.pack_loading import load_pack, pack_files

SHIPPED: Final = Path(rules.__file__).parent / "packs"
MANIFEST: Final = "pack.yaml"

_KEPT: Final[dict[str, Pack]] = {}


@lru_cache(maxsize=1)
def shipped_codes() -> tuple[str, ...]:
    """List the codes of the shipped packs."""
    return tuple(sorted(folder.parent.name for folder in SHIPPED.glob(f"*/{MANIFEST}")))


@lru_cache(maxsize=32)
def shipped_pack(code: str) -> Pack:
    """Load a shipped pack, once.

    Raises:
        NotFoundError: No pack of that code is shipped.
    """
    if code not in shipped_codes():
        raise NotFoundError
    return load_pack(SHIPPED / code)


def open_pack(name: str) -> Pack:
    """Load a pack by what a command is given: the code of a shipped one, or a folder.

    Raises:
        InvalidError: `asked.no_pack`, it is neither.
        PackError: The pack in the folder cannot be loaded.
    """
    if name in shipped_codes():
        return shipped_pack(name)
    if not (Path(name) / MANIFEST).is_file():
        known = ", ".join(shipped_codes())
        raise InvalidError("asked.no_pack", field="pack", pack=name, known=known)
    return load_pack(Path(name))


def files_of(name: str) -> dict[str, bytes]:
    """The files of a pack that `open_pack` has opened."""
    return pack_files(SHIPPED / name if name in shipped_codes() else Path(name))


def shipped_files(code: str) -> dict[str, bytes]:
    """Give the files of a shipped pack, as opening a campaign copies them.

    Raises:
        NotFoundError: No pack of that code is shipped.
    """
    if code not in shipped_codes():
        raise NotFoundError
    return pack_files(SHIPPED / code)


def kept_pack(storage: Storage, digest: str) -> Pack:
    """Load the copy of a pack that a campaign was opened under, once."""
    # What lies under a digest never changes, whichever store it is read from.
    if digest not in _KEPT:
        _KEPT[digest] = load_kept_pack(storage, digest=digest)
    return _KEPT[digest]
