"""Local copies of stored tables: content never changes under its digest."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Final
from uuid import uuid4

import polars as pl

from evidence.digest import Digest
from evidence.storage import Storage
from inspection.violations.filter import ViolationFilter, condition_of

PREVIEWS: Final = "previews"


def cached_path(cache: Path, sha256: str) -> Path:
    """Where the local copy of an object lies, once there is one."""
    return cache / f"{sha256}.parquet"


def fetch_cached(storage: Storage, cache: Path, sha256: str) -> Path:
    """A local copy of an object, verified when it was fetched; content never changes."""
    local = cached_path(cache, sha256)
    try:
        os.utime(local)  # it is in use: `drop_unused` leaves it alone
    except FileNotFoundError:
        cache.mkdir(parents=True, exist_ok=True)
        partial = cache / f"{sha256}.{uuid4()}.partial"
        storage.fetch(Digest(sha256), partial)
        partial.rename(local)
    return local


def drop_unused(cache: Path, *, before: datetime) -> int:
    """Remove local copies nobody has used since a moment, and what a crash left of fetching.

    Disks fill and forget: whoever asks again gets a fresh copy, verified again.

    Returns:
        How many went.
    """
    copies = [*cache.glob("*.parquet"), *cache.glob("*.partial"), *cache.glob(f"{PREVIEWS}/*/*")]
    dropped = 0
    for path in copies:
        if _changed(path) < before.timestamp():
            _drop(path)
            dropped += 1
    return dropped


def _drop(path: Path) -> None:
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return
    # A preview goes as a whole: a crash must not leave half of one under its name.
    aside = path.with_name(f"{path.name}.{uuid4()}.part")
    with suppress(FileNotFoundError):  # another one drops it
        path.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)


def forget_copies(cache: Path, *, sha256: str) -> None:
    """Remove every local copy of what must not be kept, and what was shown of it."""
    (cache / f"{sha256}.parquet").unlink(missing_ok=True)
    shutil.rmtree(cache / PREVIEWS / sha256, ignore_errors=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another one drops it
        return inf


def scan_cached(storage: Storage, cache: Path, sha256: str) -> pl.LazyFrame:
    """A stored Parquet table, read as far as it is asked for."""
    return pl.scan_parquet(fetch_cached(storage, cache, sha256))


def selected(
    storage: Storage,
    cache: Path,
    sha256: str,
    filter: ViolationFilter,  # noqa: A002
    excluded_keys: Sequence[str],
) -> pl.LazyFrame:
    """The lines of a run that meet a filter, without those left out by hand."""
    lines = scan_cached(storage, cache, sha256).filter(condition_of(filter))
    if excluded_keys:
        lines = lines.filter(~pl.col("key").is_in(sorted(set(excluded_keys))))
    return lines
