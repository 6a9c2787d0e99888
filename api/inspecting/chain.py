"""Read files under the contracts of a pack and judge them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from inspection.errors import InvalidError
from rules.evaluation import Tally, judge
from rules.pack import Pack
from rules.profile import ColumnFacts, describe
from rules.reading import Reading
from rules.reading.apart import Limits, read_apart
from rules.table import Table, open_table

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file, read."""

    table: str
    path: Path
    size_bytes: int
    sha256: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run gave; `violations.parquet` lies in the folder it was given.

    Attributes:
        columns: The profile of every table.
    """

    pack: Pack
    as_of: date
    files: tuple[SourceFile, ...]
    columns: Mapping[str, tuple[ColumnFacts, ...]]
    tallies: tuple[Tally, ...]


def run_chain(
    pack: Pack,
    sources: Sequence[tuple[str, Path]],
    *,
    as_of: date,
    into: Path,
    workspace: Path,
    say: Progress,
) -> Outcome:
    """Read, profile and judge.

    Args:
        sources: Table name and file; a table may have several files.
        workspace: A folder for what is not part of the result.

    Raises:
        InvalidError: The pack knows no such table.
        RulesError: A file cannot be read as a table at all.
    """
    files, parts = [], dict[str, list[Path]]()
    problems = dict[str, list[Path]]()
    for number, (name, path) in enumerate(sources):
        if name not in pack.contracts:
            known = ", ".join(sorted(pack.contracts))
            raise InvalidError("inspect.unknown_table", field="table", table=name, known=known)
        say(f"read {name} {path.name}")
        folder = workspace / str(number)
        folder.mkdir()
        one = read_source(pack, name, path, folder)
        files.append(one)
        if refused := one.reading.rows_refused:
            say(f"refused {refused} of {one.reading.rows_in_file} {name} {path.name}")
        parts.setdefault(name, []).append(folder / "rows.parquet")
        problems.setdefault(name, []).append(folder / "problems.parquet")
    tables = {
        name: open_table(pack.contracts[name], some, problems=problems[name])
        for name, some in parts.items()
    }
    columns = {name: describe(table) for name, table in tables.items()}
    return Outcome(
        pack=pack,
        as_of=as_of,
        files=tuple(files),
        columns=columns,
        tallies=tuple(_judge(pack, tables, as_of=as_of, into=into, say=say)),
    )


def read_source(pack: Pack, name: str, path: Path, folder: Path) -> SourceFile:
    """Read one file under the contract of a table into a folder of its own.

    Raises:
        RulesError: It cannot be read as a table at all.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    contract = pack.contracts[name]
    reading = read_apart(path, digest=sha256, contract=contract, into=folder, limits=Limits())
    return SourceFile(
        table=name,
        path=path,
        size_bytes=path.stat().st_size,
        sha256=sha256,
        reading=reading,
    )


def _judge(
    pack: Pack, tables: Mapping[str, Table], *, as_of: date, into: Path, say: Progress
) -> list[Tally]:
    tallies: list[Tally] = []
    for tally in judge(pack, tables, as_of=as_of, into=into):
        tallies.append(tally)
        say(f"judge {len(tallies)}/{len(pack.rules)} {tally.rule}")
    order = {rule.code: position for position, rule in enumerate(pack.rules)}
    return sorted(tallies, key=lambda tally: order[tally.rule])
