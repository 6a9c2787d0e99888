"""Read files under the contracts of a pack and judge them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from api.checking.folder import Folder, fill_table
from inspection.errors import InvalidError
from rules.errors import ReadingError
from rules.evaluation import MEMORY_BYTES, Tally, judge
from rules.pack import Pack
from rules.profile import ColumnFacts, describe
from rules.reading import Reading
from rules.reading.apart import Limits, read_apart
from rules.table import Table, open_table

UNREAD: Final = "table_unread"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file, read.

    Attributes:
        folder: Where its rows and problems lie (`rules.reading.read_file`).
    """

    table: str
    path: Path
    size_bytes: int
    sha256: str
    reading: Reading
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadFile:
    """One file that could not be read as a table at all, and why."""

    table: str
    path: Path
    size_bytes: int
    sha256: str
    error: ReadingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run gave; `violations.parquet` and `facts.parquet` lie in the folder it was given.

    Attributes:
        columns: The profile of every table.
        tallies: In the order of the pack.
    """

    pack: Pack
    as_of: date
    files: tuple[SourceFile, ...]
    unread: tuple[UnreadFile, ...]
    folders: tuple[Folder, ...]
    columns: Mapping[str, tuple[ColumnFacts, ...]]
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was handed in, read as far as it could be.

    Attributes:
        tables: Without those of which a file could not be read: a verdict over the others would
            be one over a part of the evidence.
    """

    tables: Mapping[str, Table]
    files: tuple[SourceFile, ...]
    unread: tuple[UnreadFile, ...]
    folders: tuple[Folder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be judged.

    Attributes:
        into: The folder of the result.
        workspace: A folder for what is not part of the result.
        memory_bytes: What a check of many rows may take.
    """

    pack: Pack
    evidence: Evidence
    as_of: date
    into: Path
    workspace: Path
    memory_bytes: int


Judging = Callable[[Asked], Iterator[Tally]]


def on_this_machine(asked: Asked) -> Iterator[Tally]:
    """Judge where the command runs; see `rules.evaluation.judge`."""
    return judge(
        asked.pack,
        asked.evidence.tables,
        as_of=asked.as_of,
        into=asked.into,
        memory_bytes=asked.memory_bytes,
    )


def run_chain(
    pack: Pack,
    sources: Sequence[tuple[str, Path]],
    *,
    as_of: date,
    into: Path,
    workspace: Path,
    say: Progress,
    folders: Sequence[tuple[str, Path]] = (),
    memory_bytes: int = MEMORY_BYTES,
    judging: Judging = on_this_machine,
) -> Outcome:
    """Read, profile and judge.

    A file that cannot be read costs its table: every rule that needs it ends as error,
    `table_unread`, with the file and the code of the reason.

    Args:
        pack: The rules.
        sources: Table name and file; a table may have several files.
        as_of: The day of the evaluation.
        into: The folder of the result.
        workspace: A folder for what is not part of the result.
        say: What is told of the progress, line by line.
        folders: Table name and a folder whose files are its rows.
        memory_bytes: What a check of many rows may take; it changes no result.
        judging: Where it is judged; it changes no result.

    Raises:
        InvalidError: The pack knows no such table, or a table has both files and a folder.
        TableError: A table to be filled from a folder has other columns.
    """
    evidence = read_evidence(pack, sources, folders=folders, workspace=workspace, say=say)
    columns = {name: describe(table) for name, table in evidence.tables.items()}
    tallies = []
    asked = Asked(
        pack=pack,
        evidence=evidence,
        as_of=as_of,
        into=into,
        workspace=workspace,
        memory_bytes=memory_bytes,
    )
    for tally in judging(asked):
        code, facts = why_lost(tally.error_code, tally.error_facts, evidence.unread)
        tallies.append(replace(tally, error_code=code, error_facts=facts))
        say(f"judge {len(tallies)}/{len(pack.rules)} {tally.rule}")
    order = {rule.code: position for position, rule in enumerate(pack.rules)}
    return Outcome(
        pack=pack,
        as_of=as_of,
        files=evidence.files,
        unread=evidence.unread,
        folders=evidence.folders,
        columns=columns,
        tallies=tuple(sorted(tallies, key=lambda tally: order[tally.rule])),
    )


def read_evidence(
    pack: Pack,
    sources: Sequence[tuple[str, Path]],
    *,
    folders: Sequence[tuple[str, Path]] = (),
    workspace: Path,
    say: Progress,
) -> Evidence:
    """Read every file apart, under the contract of its table.

    Raises:
        InvalidError: See `run_chain`.
        TableError: See `run_chain`.
    """
    _check_names(pack, sources, folders)
    files: list[SourceFile] = []
    unread: list[UnreadFile] = []
    for number, (name, path) in enumerate(sources):
        say(f"read {name} {path.name}")
        folder = workspace / str(number)
        folder.mkdir()
        try:
            files.append(read_source(pack, name, path, folder))
        except ReadingError as error:
            unread.append(
                UnreadFile(
                    table=name,
                    path=path,
                    size_bytes=path.stat().st_size,
                    sha256=digest_file(path),
                    error=error,
                )
            )
    lost = {one.table for one in unread}
    parts: dict[str, list[Path]] = {}
    for one in files:
        if one.table not in lost:
            parts.setdefault(one.table, []).append(one.folder)
    tables = {
        name: open_table(
            pack.contracts[name],
            [folder / "rows.parquet" for folder in some],
            problems=[folder / "problems.parquet" for folder in some],
        )
        for name, some in parts.items()
    }
    filled = [fill_table(pack, name, path) for name, path in folders]
    return Evidence(
        tables=tables | {folder.table: table for folder, table in filled},
        files=tuple(files),
        unread=tuple(unread),
        folders=tuple(folder for folder, _ in filled),
    )


def read_source(pack: Pack, name: str, path: Path, folder: Path) -> SourceFile:
    """Read one file under the contract of a table into a folder of its own.

    Raises:
        ReadingError: It cannot be read as a table at all.
    """
    sha256 = digest_file(path)
    contract = pack.contracts[name]
    reading = read_apart(path, digest=sha256, contract=contract, into=folder, limits=Limits())
    return SourceFile(
        table=name,
        path=path,
        size_bytes=path.stat().st_size,
        sha256=sha256,
        reading=reading,
        folder=folder,
    )


def digest_file(path: Path) -> str:
    """SHA-256 of a file, in lowercase hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_names(
    pack: Pack, sources: Sequence[tuple[str, Path]], folders: Sequence[tuple[str, Path]]
) -> None:
    known = ", ".join(sorted(pack.contracts))
    for name, _ in sources:
        if name not in pack.contracts:
            raise InvalidError("asked.unknown_table", field="table", table=name, known=known)
    taken = {name for name, _ in sources}
    for name, _ in folders:
        if name in taken:
            raise InvalidError("asked.table_twice", field="documents", table=name)
        taken.add(name)


def why_lost(
    code: str | None, facts: Mapping[str, object], unread: Sequence[UnreadFile]
) -> tuple[str | None, Mapping[str, object]]:
    """The refusal of a rule: a table lacks because a file of it could not be read, or otherwise."""
    lost = facts.get("table") if code == "table_missing" else None
    for one in unread:
        if one.table == lost:
            return UNREAD, {"table": one.table, "file": one.path.name, "why": one.error.code}
    return code, facts
