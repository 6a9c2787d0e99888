"""Driving the children: time limits, deaths, findings written down so that they can be replayed."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
MEMORY_BYTES: Final = 3 << 30
START_SECONDS: Final = 120  # importing Polars on a busy machine


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a target went through.

    Attributes:
        answers: How often each: ok, or the code of a refusal.
        findings: The files written, one for each crash, hang or death.
    """

    target: str
    answers: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0
    peak_mib: int = 0
    findings: list[Path] = field(default_factory=list)

    @property
    def examples(self) -> int:
        """How many were run."""
        return self.answers.total()


def fuzz(target: str, *, seconds: float, first: int, limit_seconds: float, into: Path) -> Outcome:
    """Run one target for a time, beginning with a seed.

    Args:
        limit_seconds: The processor time one example may take before it counts as a hang.
        into: Where findings go.
    """
    into.mkdir(parents=True, exist_ok=True)
    outcome, seed = Outcome(target=target), first
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        current = into / f"{target}.current"
        for told in _told(target, seed, current, ends, limit_seconds):
            seed = int(str(told["seed"])) + 1 if "seed" in told else seed + 1
            _note(outcome, told, current, seed - 1)
        if current.is_file():
            current.unlink()
    return outcome


def _note(outcome: Outcome, told: Mapping[str, object], current: Path, seed: int) -> None:
    outcome.answers[str(told["answer"])] += 1
    outcome.slowest_seconds = max(outcome.slowest_seconds, float(str(told.get("seconds", 0))))
    outcome.peak_mib = max(outcome.peak_mib, int(str(told.get("peak_kib", 0))) >> 10)
    if "crash" not in told:
        return
    name = f"{outcome.target}-{seed}-{told['answer']}"
    found = current.with_name(f"{name}.input")
    # The next example may have replaced a crashing one already: the seed makes it again.
    found.write_bytes(made(outcome.target, seed))
    found.with_suffix(".txt").write_text(str(told["crash"]), encoding="utf-8")
    outcome.findings.append(found)


def made(target: str, seed: int) -> bytes:
    """The example of a seed."""
    script = (
        "import sys; from random import Random; from tests.fuzz.child import TARGETS; "
        f"sys.stdout.buffer.write(TARGETS[{target!r}].make(Random('{target}:{seed}')))"
    )
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True
    ).stdout


def _is_ready(child: subprocess.Popen[bytes], wait: float) -> bool:
    """Whether the child says something within a limit of its own processor time.

    A busy machine is no hang; a child that waits for something is one after ten times the limit.
    """
    spent, ends = _processor_seconds(child.pid), time.monotonic() + 10 * wait
    while not select.select([child.stdout], [], [], wait)[0]:
        if _processor_seconds(child.pid) - spent >= wait or time.monotonic() >= ends:
            return False
    return True


def _processor_seconds(pid: int) -> float:
    """The processor time of a process; of one that is gone, none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _told(
    target: str, seed: int, current: Path, ends: float, limit_seconds: float
) -> Iterator[Mapping[str, object]]:
    """The outcomes a child tells, until time is up or it dies; its death or hang is the last."""
    command = [
        sys.executable, "-m", "tests.fuzz.child", target, str(seed), str(current),
        str(MEMORY_BYTES),
    ]  # fmt: skip
    errors = current.with_suffix(".errors")
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr) as child,
    ):
        assert child.stdout is not None
        wait = START_SECONDS + limit_seconds
        while True:
            ready = _is_ready(child, wait)
            line = child.stdout.readline() if ready else b""
            if line.endswith(b"\n"):
                yield json.loads(line)
                wait = limit_seconds
                if time.monotonic() < ends:
                    continue
                child.send_signal(signal.SIGKILL)
                break
            if not ready:
                child.send_signal(signal.SIGKILL)
                yield {"answer": "hang", "crash": f"no answer in {wait} seconds"}
                break
            died = errors.read_text(errors="replace")[-4_000:]
            yield {"answer": "death", "crash": f"exit code {child.wait()}\n{died}"}
            break
    errors.unlink()
