"""Draw a sample from files: the table is read, rows are drawn, three files are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from api.checking.chain import Progress, SourceFile, digest_file, read_source
from api.spreadsheets import BYTE_ORDER_MARK, safe_column
from inspection.errors import InvalidError
from rules.pack import Pack
from rules.sampling.allocation import Stratum, allocate_proportionally
from rules.sampling.monetary import MONETARY, select_monetary, select_monetary_by
from rules.sampling.population import Request, scale_of
from rules.sampling.receipt import make_receipt, receipt_bytes
from rules.sampling.sample import Method, Sample
from rules.sampling.selection import (
    list_strata,
    select_random,
    select_stratified,
    select_systematic,
)
from rules.sampling.shares import minor_units
from rules.table import UNREADABLE, Table, open_table

SAMPLE: Final = "sample.csv"
SET_APART: Final = "set_apart.csv"
RECEIPT: Final = "receipt.json"
AUDITED: Final = "__audited"  # an empty column for the inspector to fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How many, and by which method.

    Attributes:
        size, interval: One of the two; the interval is an amount, for monetary methods.
        sizes: By stratum; empty where `size` is to be shared out by the number of rows.
        minimum: Rows of every stratum, where the size is shared out.
    """

    method: Method
    size: int | None
    interval: Decimal | None
    sizes: Mapping[str, int]
    minimum: int


def read_table(
    pack: Pack, sources: Sequence[tuple[str, Path]], *, workspace: Path, say: Progress
) -> tuple[Table, tuple[SourceFile, ...]]:
    """The files of one table, read under its contract.

    Raises:
        InvalidError: The pack knows no such table, or files of several tables were given.
        RulesError: A file cannot be read as a table at all.
    """
    names = sorted({name for name, _ in sources})
    if len(names) != 1:
        raise InvalidError("sample.one_table", field="table", tables=", ".join(names))
    [name] = names
    if name not in pack.contracts:
        known = ", ".join(sorted(pack.contracts))
        raise InvalidError("asked.unknown_table", field="table", table=name, known=known)
    files, parts = [], []
    for number, (_, path) in enumerate(sources):
        say(f"read {name} {path.name}")
        folder = workspace / str(number)
        folder.mkdir()
        files.append(read_source(pack, name, path, folder))
        parts.append(folder / "rows.parquet")
    return open_table(pack.contracts[name], parts), tuple(files)


def draw(request: Request, wanted: Wanted) -> Sample:
    """Draw by the method that is wanted.

    Raises:
        InvalidError: `sample.needs`, `sample.unused`: what the method needs, or has no use for.
        SamplingError: See `rules.sampling`.
    """
    _check(wanted)
    if wanted.method in MONETARY:
        if wanted.interval is None:
            return select_monetary(request, method=wanted.method, size=_size(wanted))
        units = minor_units("interval", wanted.interval, scale=scale_of(request))
        return select_monetary_by(request, method=wanted.method, interval=units)
    if wanted.method is Method.STRATIFIED:
        return select_stratified(request, sizes=wanted.sizes or _shared_out(request, wanted))
    if wanted.method is Method.SYSTEMATIC:
        return select_systematic(request, size=_size(wanted))
    return select_random(request, size=_size(wanted))


def write_sample(
    sample: Sample, *, pack: Pack, files: Sequence[SourceFile], into: Path
) -> list[Path]:
    """Write the rows drawn, the rows set apart, and the receipt."""
    rows = sample.rows
    if sample.method in MONETARY:
        rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(AUDITED))
    paths = [_write_csv(rows, into / SAMPLE), _write_csv(sample.set_apart, into / SET_APART)]
    receipt = make_receipt(
        sample,
        inputs=[_input(one) for one in files],
        pack={"code": pack.code, "version": pack.version, "digest": pack.digest},
        outputs={path.name: digest_file(path) for path in paths},
    )
    target = into / RECEIPT
    target.write_bytes(receipt_bytes(receipt))
    return [*paths, target]


def _check(wanted: Wanted) -> None:
    method, is_monetary = wanted.method, wanted.method in MONETARY
    is_stratified = method is Method.STRATIFIED
    given = [wanted.size is not None, wanted.interval is not None, bool(wanted.sizes)]
    if sum(given) != 1:
        raise InvalidError("sample.needs", method=method.value)
    unused = {
        "interval": wanted.interval is not None and not is_monetary,
        "stratum-size": bool(wanted.sizes) and not is_stratified,
        "minimum": wanted.minimum > 0 and (not is_stratified or bool(wanted.sizes)),
    }
    for option, is_unused in unused.items():
        if is_unused:
            raise InvalidError("sample.unused", method=method.value, option=option)


def _size(wanted: Wanted) -> int:
    if wanted.size is None:
        raise InvalidError("sample.needs", method=wanted.method.value)
    return wanted.size


def _shared_out(request: Request, wanted: Wanted) -> dict[str, int]:
    strata = [Stratum(name=name, items=rows) for name, rows in list_strata(request).items()]
    shares = allocate_proportionally(strata, size=_size(wanted), minimum=wanted.minimum)
    return {share.name: share.size for share in shares}


def _write_csv(rows: pl.DataFrame, target: Path) -> Path:
    rows = rows.with_columns(pl.col(UNREADABLE).list.join(", "))
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    with target.open("wb") as file:
        file.write(BYTE_ORDER_MARK.encode())
        rows.with_columns(safe_column(name) for name in texts).write_csv(file)
    return target


def _input(one: SourceFile) -> dict[str, str | int]:
    reading = one.reading
    return {
        "name": one.path.name,
        "sha256": one.sha256,
        "size_bytes": one.size_bytes,
        "rows_in_file": reading.rows_in_file,
        "rows_read": reading.rows_read,
        "rows_refused": reading.rows_refused,
        "problems": reading.problems,
    }
