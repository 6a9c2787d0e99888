"""`thanhtra check --engine spark`: the files that were read, judged on a cluster."""

import os
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.checking.chain import Asked, Judging
from inspection.errors import InvalidError
from rules.evaluation import Tally
from rules.table import OWN, Table

if TYPE_CHECKING:
    from rules.spark import Evidence

LOCAL: Final = "local[*]"


def on_spark(master: str, files: Mapping[str, bytes]) -> Judging:
    """Give what judges on a cluster, in place of this machine.

    Args:
        master: As Spark names it; `local[*]` is this machine, as a cluster of one.
        files: The pack, as every machine loads it.

    Raises:
        InvalidError: `asked.no_spark`, the extra is not installed.
    """
    if find_spec("pyspark") is None:
        raise InvalidError("asked.no_spark", field="engine")

    def judging(asked: Asked) -> Iterator[Tally]:
        # Loading Spark takes a second, and it may not be there.
        from rules.spark import judge_on_spark, open_session  # noqa: PLC0415 - see above

        # Spark would take any `python3` otherwise; a cluster's machines are installed alike.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        session = open_session(master)
        try:
            yield from judge_on_spark(
                session,
                files,
                _evidence(asked),
                as_of=asked.as_of,
                into=asked.into,
                memory_bytes=asked.memory_bytes,
            )
        finally:
            session.stop()

    return judging


def _evidence(asked: Asked) -> "dict[str, Evidence]":
    """The files of each table, as they were read."""
    from rules.spark import Evidence  # noqa: PLC0415 - it may not be there

    folders: dict[str, list[Path]] = {}
    for one in asked.evidence.files:
        folders.setdefault(one.table, []).append(one.folder)
    found = {}
    for name, table in asked.evidence.tables.items():
        # A table filled from a folder of documents was made here, and lies in no file yet.
        some = folders.get(name) or [_written(table, asked.workspace / f"documents-{name}")]
        found[name] = Evidence(
            parts=tuple(folder / "rows.parquet" for folder in some),
            problems=tuple(folder / "problems.parquet" for folder in folders.get(name, ())),
        )
    return found


def _written(table: Table, folder: Path) -> Path:
    folder.mkdir()
    table.frame.drop(OWN).sink_parquet(folder / "rows.parquet", maintain_order=True)
    return folder
