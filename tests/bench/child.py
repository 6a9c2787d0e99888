"""The inside of a process: one contender does one task, and tells what it took, as JSON."""

import json
import resource
import sys
import time
import warnings
from importlib import import_module
from pathlib import Path

from tests.bench.checks import CHECKS
from tests.bench.contest import Task, run


def main(asked: dict[str, str]) -> None:
    """Run, measure, and only then look at the failing rows."""
    warnings.filterwarnings("ignore")  # what the libraries say of each other is not measured
    codes = set(asked["codes"].split(","))
    task = Task(
        home=Path(asked["home"]),
        into=Path(asked["into"]),
        checks=tuple(check for check in CHECKS if check.code in codes),
        memory_bytes=int(asked["memory_bytes"]),
    )
    import_module(f"tests.bench.contenders.{asked['name']}")
    cpu, began = _cpu(), time.perf_counter()
    found = run(asked["name"], task)
    told: dict[str, object] = {
        "wall": time.perf_counter() - began,
        "cpu": _cpu() - cpu,
        "peak": peak_mib(),
        "counts": {code: one.count for code, one in found.items()},
    }
    told["rows"] = {
        code: digest for code, one in found.items() if (digest := one.digest()) is not None
    }
    sys.stdout.write("\n" + json.dumps(told) + "\n")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mib() -> float:
    """The most this process ever had in memory; that of its parent is not in it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
