"""The process that is allowed to die: runs one target, example after example, and says so."""
# ruff: noqa: T201 - a program speaks on its output

import contextlib
import json
import resource
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from rules.errors import RulesError
from tests.fuzz import formulas, packs, readers


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What makes an example, and what it is fed to; a RulesError is an answer, not a finding."""

    make: Callable[[Random], bytes]
    run: Callable[[bytes, Path], None]


TARGETS: Mapping[str, Target] = {
    "formulas": Target(make=formulas.make, run=formulas.run),
    "packs": Target(make=packs.make, run=packs.run),
    "readers": Target(make=readers.make, run=readers.run),
}


def main(name: str, first: int, current: Path, memory_bytes: int) -> None:
    """Run examples until killed; `current` holds the one at hand, a line of JSON its outcome."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seed = first
    while True:
        content = TARGETS[name].make(Random(f"{name}:{seed}"))  # noqa: S311 - to be repeated
        current.write_bytes(content)
        print(json.dumps({"seed": seed, **outcome_of(name, content)}), flush=True)
        seed += 1


def outcome_of(name: str, content: bytes) -> dict[str, object]:
    """What became of one example: `answer` is ok or a code of refusal, `crash` a traceback."""
    began = time.process_time()
    told: dict[str, object] = {"answer": "ok"}
    try:
        with TemporaryDirectory() as folder:
            TARGETS[name].run(content, Path(folder))
    except RulesError as error:
        told = {"answer": error.code}
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a panic of Polars is no Exception
        told = {"answer": "crash", "crash": traceback.format_exc()}
    told["seconds"] = round(time.process_time() - began, 3)
    told["peak_kib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return told


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
