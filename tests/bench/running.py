"""Every run in a process of its own: what it took, or why there is no result."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.checks import Check

PROJECT = Path(__file__).parents[2]
BUDGET_BYTES = 2 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run.

    Attributes:
        wall: Seconds, imports left out.
        cpu: Seconds of all processors.
        peak: MiB of the process at most, before anything was compared.
        counts: How many units violate each check.
        rows: A digest of the failing rows of each check that names them.
        failed: Why there is no result; None where there is one.
    """

    wall: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    failed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What all runs of one table of results share.

    Attributes:
        seconds: What one run may take.
        prefix: A command that starts another one, under a limit of memory.
    """

    home: Path
    seconds: float
    memory_bytes: int = BUDGET_BYTES
    prefix: tuple[str, ...] = ()


def measure(name: str, checks: Sequence[Check], setup: Setup) -> Measured:
    """Let one contender do some checks, in a fresh process and a fresh folder."""
    with TemporaryDirectory(dir=setup.home) as into:
        asked = {
            "name": name,
            "home": str(setup.home.absolute()),
            "into": str(Path(into).absolute()),
            "codes": ",".join(check.code for check in checks),
            "memory_bytes": str(setup.memory_bytes),
        }
        command = [*setup.prefix, sys.executable, "-m", "tests.bench.child", json.dumps(asked)]
        try:
            ended = subprocess.run(
                command,
                cwd=PROJECT,
                capture_output=True,
                text=True,
                timeout=setup.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Measured(failed=f"no result in {setup.seconds:.0f} s")
    if ended.returncode != 0:
        last = (ended.stderr.strip() or "no word of why").splitlines()[-1]
        return Measured(failed=f"ended with {ended.returncode}: {last[:200]}")
    return Measured(**json.loads(ended.stdout.splitlines()[-1]))
