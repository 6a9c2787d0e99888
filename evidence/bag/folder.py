"""A bag in a folder; one that was begun and broken off is continued."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from evidence.bag.sealing import PAYLOAD, BagFile, Sealed, Sealing

# One line per finished file; gone when the bag is whole, so it is never part of one.
PROGRESS: Final = ".unfinished"
# The one file being written; never beside the payload, where it could be another's name.
_PART: Final = ".part"


def write_folder(
    folder: Path,
    files: Iterable[BagFile],
    *,
    info: Iterable[tuple[str, str]],
    extra: Mapping[str, bytes],
) -> Sealed:
    """Write a bag, one file at a time in memory that does not grow with their size.

    A payload file appears under its name only when it is whole and on the disk.  Called again
    after a crash, files finished before whose digest is known are kept; others are written anew,
    and what is no longer wanted is removed.  The manifests come last: without them it is no bag.

    Raises:
        FileExistsError: The folder holds something else than a bag that was begun.
    """
    done = _begin(folder)
    sealing, wanted = Sealing(), set[str]()
    with (folder / PROGRESS).open("a", encoding="utf-8") as progress:
        for file in files:
            wanted.add(file.path)
            target = folder / PAYLOAD / file.path
            size = _finished_bytes(target, file, done)
            if size is not None and file.sha256 is not None:
                sealing.known(file.path, sha256=file.sha256, size_bytes=size)
                continue
            _write(folder, PAYLOAD + file.path, sealing.hashed(file))
            line = [file.path, sealing.sha256_of(file.path)]
            progress.write(json.dumps(line) + "\n")
            progress.flush()
            os.fsync(progress.fileno())
    _remove_unwanted(folder / PAYLOAD, wanted)
    for path, content in sealing.tag_files(info, extra):
        _write(folder, path, [content])
    (folder / PROGRESS).unlink()
    _sync(folder)
    return sealing.sealed


def _begin(folder: Path) -> dict[str, str]:
    """Claim the folder; the answer is what an earlier attempt has finished."""
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / PROGRESS
    if not marker.exists():
        if any(folder.iterdir()):
            raise FileExistsError(str(folder))
        marker.touch()
    (folder / PAYLOAD).mkdir(exist_ok=True)
    # Whatever stands beside the payload is made again; a manifest of before would promise too much.
    for entry in folder.iterdir():
        if entry.is_file() and entry.name != PROGRESS:
            entry.unlink()
    return dict(_finished_lines(marker))


def _finished_lines(marker: Path) -> Iterable[tuple[str, str]]:
    for line in marker.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):  # the last one may have been cut off
            path, sha256 = json.loads(line)
            yield path, sha256


def _finished_bytes(target: Path, file: BagFile, done: Mapping[str, str]) -> int | None:
    if file.sha256 is None or done.get(file.path) != file.sha256:
        return None
    return target.stat().st_size if target.is_file() else None


def _write(folder: Path, path: str, chunks: Iterable[bytes]) -> None:
    target, part = folder / path, folder / _PART
    target.parent.mkdir(parents=True, exist_ok=True)
    with part.open("wb") as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    _sync(target.parent)


def _remove_unwanted(payload: Path, wanted: set[str]) -> None:
    for parent, _, names in os.walk(payload, topdown=False):
        for name in names:
            path = Path(parent, name)
            if path.relative_to(payload).as_posix() not in wanted:
                path.unlink()
        if not any(Path(parent).iterdir()) and Path(parent) != payload:
            shutil.rmtree(parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
