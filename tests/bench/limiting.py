"""A limit of memory that the kernel holds, for one process and all it starts.

A control group limits what is really in memory, files that are read included; a limit of the
process's data, where no group can be made, limits what it asks for, which is more.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

MOUNTS = Path("/sys/fs/cgroup")
# The shell enters the group, and becomes the command.
ENTER = 'echo $$ > "$0" && exec "$@"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How a limit is held.

    Attributes:
        way: What holds it, in words.
        prefix: The command that starts another one under it.
        peak_file: Where the kernel tells the most that was in memory; None where it does not.
    """

    way: str
    prefix: tuple[str, ...]
    peak_file: Path | None = None

    def peak_mib(self) -> float | None:
        """What the group had in memory at most, since it was made."""
        if self.peak_file is None:
            return None
        return int(self.peak_file.read_text(encoding="ascii")) / (1 << 20)


@contextmanager
def limited(limit_bytes: int) -> Iterator[Limit]:
    """The best limit this machine lets us hold."""
    group = _own_group()
    if group is not None and _can_be_parent(group):
        with _group(group / f"bench-{uuid4().hex[:8]}", limit_bytes) as limit:
            yield limit
    elif _works(scope := _scope(limit_bytes)):
        yield Limit(way="a scope of systemd (cgroup v2)", prefix=scope)
    else:
        prefix = ("prlimit", f"--data={limit_bytes}")
        yield Limit(way="prlimit --data: no control group can be made here", prefix=prefix)


def _scope(limit_bytes: int) -> tuple[str, ...]:
    """A command that starts another one in a scope of systemd: the user's, or the system's."""
    whose = () if os.geteuid() == 0 else ("--user",)
    bounds = ("-p", f"MemoryMax={limit_bytes}", "-p", "MemorySwapMax=0")
    return ("systemd-run", *whose, "--scope", "--quiet", *bounds)


def _works(prefix: tuple[str, ...]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0


@contextmanager
def _group(group: Path, limit_bytes: int) -> Iterator[Limit]:
    group.mkdir()
    try:
        is_first = (group / "memory.limit_in_bytes").exists()
        limit = group / ("memory.limit_in_bytes" if is_first else "memory.max")
        limit.write_text(str(limit_bytes), encoding="ascii")
        yield Limit(
            way=f"a control group (cgroup {'v1' if is_first else 'v2'})",
            prefix=("sh", "-c", ENTER, str(group / "cgroup.procs")),
            peak_file=group / ("memory.max_usage_in_bytes" if is_first else "memory.peak"),
        )
    finally:
        group.rmdir()


def _own_group() -> Path | None:
    """The group of this process that accounts for memory: what we make lies within it."""
    for line in Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
        number, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            return MOUNTS / "memory" / path.lstrip("/")
        if number == "0" and (MOUNTS / "cgroup.controllers").exists():
            return MOUNTS / path.lstrip("/")
    return None


def _can_be_parent(group: Path) -> bool:
    """Whether a group made here would limit memory.

    In version 2 the group must hand the control of memory down, and then has no processes itself.
    """
    if (group / "memory.limit_in_bytes").exists():
        return _is_writable(group)
    handed = group / "cgroup.subtree_control"
    return handed.exists() and "memory" in handed.read_text().split() and _is_writable(group)


def _is_writable(folder: Path) -> bool:
    probe = folder / f"bench-{uuid4().hex[:8]}"
    try:
        probe.mkdir()
    except OSError:
        return False
    probe.rmdir()
    return True
