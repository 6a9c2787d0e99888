"""Work on a hostile file in a process of its own, so that what it does costs that file alone.

Parsers of other people's formats can abort, loop, or take all memory; none of that is an exception
that could be caught here.  The process is started anew under limits of memory, time and written
bytes, may open no connection and start no program, and answers in JSON.  `rules.reading.apart` does
the same for tables; the two libraries do not know each other.
"""

import json
import math
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from evidence.errors import EvidenceError, HostileFileError

MODULE: Final = __name__
# What may run apart: the process takes a name from this table, and nothing else.
_WORK: Final[Mapping[str, tuple[str, str]]] = {
    "examine": ("evidence.screening.examining", "examine_apart"),
    "signatures": ("evidence.signatures.checking", "check_apart"),
    "preview": ("evidence.preview.making", "make_apart"),
}
_FORBIDDEN: Final = (
    "socket.connect",
    "socket.bind",
    "socket.send",
    "socket.get",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
)
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """What one hostile file may take.

    Attributes:
        memory_bytes: Private memory of the process.
        seconds: From its start to its end.
        written_bytes: The largest file it may write.
    """

    memory_bytes: int = 1024 * _MIB
    seconds: float = 120.0
    written_bytes: int = 4096 * _MIB


def run_apart(work: str, arguments: Mapping[str, object], *, limits: ProcessLimits) -> Any:
    """Run a piece of work in a process of its own; the answer is plain data of its own shape.

    Raises:
        HostileFileError: `screening.too_long`, `screening.memory`, or `screening.crashed` with
            `exit_code`, negative where a signal ended it; or what the work itself has refused.
    """
    task = {
        "work": work,
        "arguments": arguments,
        "memory_bytes": limits.memory_bytes,
        "seconds": math.ceil(limits.seconds),
        "written_bytes": limits.written_bytes,
    }
    try:
        # Started without a shell, from this very interpreter; the task goes in by a pipe.
        ended = subprocess.run(  # noqa: S603
            [sys.executable, "-m", MODULE],
            input=json.dumps(task, default=str).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise HostileFileError("screening.too_long", seconds=limits.seconds) from error
    if ended.returncode != 0:
        raise HostileFileError("screening.crashed", exit_code=ended.returncode)
    told = json.loads(ended.stdout)
    if "refused" in told:
        raise HostileFileError(told["refused"], **told["facts"])
    return told["answer"]


def main() -> None:
    """The inside of the process."""
    task = json.loads(sys.stdin.buffer.read())
    module, function = _WORK[task["work"]]
    work = getattr(import_module(module), function)
    _limit(task)
    sys.addaudithook(_refuse)
    try:
        told = {"answer": work(**task["arguments"])}
    except MemoryError:
        told = {"refused": "screening.memory", "facts": {"limit_bytes": task["memory_bytes"]}}
    except EvidenceError as error:
        told = {"refused": error.code, "facts": dict(error.facts)}
    sys.stdout.write(json.dumps(told, default=str))


def _limit(task: Mapping[str, int]) -> None:
    for kind, most in (
        (resource.RLIMIT_DATA, task["memory_bytes"]),
        # Its parent counts the time; should that one die, this one does not go on for ever.
        (resource.RLIMIT_CPU, task["seconds"] * 2),
        (resource.RLIMIT_FSIZE, task["written_bytes"]),
        # A crash is told by its exit code; a dump of the memory would only fill the disk.
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    """An audit hook: a parser that would call home or start something ends here."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


if __name__ == "__main__":
    main()
