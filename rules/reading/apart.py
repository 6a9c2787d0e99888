"""One file read in a process of its own, so that what it does to a parser costs that file alone.

Parsers of other people's formats can panic, abort, loop, or take all memory; none of that is an
exception that could be caught here.  The process is started anew (never forked: the threads of
Polars do not survive that), under a limit of memory and of time, and tells what came of it.
"""

import json
import math
import os
import pickle
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rules.contract import Contract
from rules.errors import ReadingError
from rules.reading import read_file
from rules.reading.result import Expected, FileProblem, Reading, Wrong

MODULE: Final = "rules.reading.apart"
_Task = tuple[Path, str, Contract, Path, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one file may take.

    Attributes:
        memory_bytes: Private memory of the process.
        seconds: From its start to its end.
    """

    memory_bytes: int = 4 << 30
    seconds: float = 1_800.0


def read_apart(
    source: Path, *, digest: str, contract: Contract, into: Path, limits: Limits
) -> Reading:
    """Read one file as `rules.reading.read_file` does, in a process of its own.

    Raises:
        ReadingError: As `read_file`; `reading.too_long` with `seconds`, `reading.memory`, or
            `reading.crashed` with `exit_code`, negative where a signal ended it.
    """
    processor_seconds = math.ceil(limits.seconds) * (os.cpu_count() or 1)
    task: _Task = (
        source.resolve(), digest, contract, into.resolve(), limits.memory_bytes, processor_seconds
    )  # fmt: skip
    try:
        # Started without a shell, from this very interpreter; the task goes in by a pipe.
        ended = subprocess.run(  # noqa: S603
            [sys.executable, "-m", MODULE],
            input=pickle.dumps(task),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReadingError("reading.too_long", seconds=limits.seconds) from error
    return _reading_of(ended.stdout, exit_code=ended.returncode)


def _reading_of(answer: bytes, *, exit_code: int) -> Reading:
    """The value the process told, as plain data: nothing it says is run."""
    if exit_code != 0:
        raise ReadingError("reading.crashed", exit_code=exit_code)
    told = json.loads(answer)
    if "code" in told:
        raise ReadingError(told["code"], **told["facts"])
    problems = tuple(
        FileProblem(
            code=Wrong(one["code"]),
            column=one["column"],
            found=one["found"],
            expected=Expected(one["expected"]),
            detail=one["detail"],
        )
        for one in told.pop("file_problems")
    )
    return Reading(**told, file_problems=problems)


def _told(reading: Reading) -> dict[str, Any]:  # plain data of several kinds
    return {
        "rows_in_file": reading.rows_in_file,
        "rows_read": reading.rows_read,
        "rows_refused": reading.rows_refused,
        "problems": reading.problems,
        "file_problems": [
            {
                "code": one.code,
                "column": one.column,
                "found": one.found,
                "expected": one.expected,
                "detail": one.detail,
            }
            for one in reading.file_problems
        ],
    }


def main() -> None:
    """The inside of the process."""
    task: _Task = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - its parent's
    source, digest, contract, into, memory_bytes, processor_seconds = task
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    # Its parent counts the time; should that one die, this one does not go on for ever.
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))
    # A crash is told by its exit code; a dump of the memory would only fill the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told = _told(read_file(source, digest=digest, contract=contract, into=into))
    except ReadingError as error:
        told = {"code": error.code, "facts": dict(error.facts)}
    sys.stdout.write(json.dumps(told, default=str))


if __name__ == "__main__":
    main()
