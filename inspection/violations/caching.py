"""Local copies of stored tables: content never changes under its digest."""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import polars as pl

from evidence.digest import Digest
from evidence.storage import Storage
from inspection.violations.filter import ViolationFilter, condition_of


def cached_path(cache: Path, sha256: str) -> Path:
    """Where the local copy of an object lies, once there is one."""
    return cache / f"{sha256}.parquet"


def fetch_cached(storage: Storage, cache: Path, sha256: str) -> Path:
    """A local copy of an object, verified when it was fetched; content never changes."""
    local = cached_path(cache, sha256)
    if not local.exists():
        cache.mkdir(parents=True, exist_ok=True)
        partial = cache / f"{sha256}.{uuid4()}.partial"
        storage.fetch(Digest(sha256), partial)
        partial.rename(local)
    return local


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
