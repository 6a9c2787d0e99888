"""What is shipped to the tasks of one job."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from rules.checks import CompiledRule
from rules.checks.sets import SetCheck
from rules.evaluation import compile_at, derivations_of
from rules.evaluation.subjects import Subject
from rules.pack import Pack
from rules.pack_loading import load_pack_files
from rules.spark.evidence import Slice, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one task is to do; which of these it needs depends on its act.

    Attributes:
        cut: The rows it looks at.
        rules: The positions in the pack of the rules it asks.
    """

    cut: Slice | None = None
    rules: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is still to be said of the units of a rule that were judged in buckets.

    Attributes:
        lacking: The columns their lines read beside what was judged.
        wanted: A Parquet file of the IDs of their first rows, sorted; None where nothing is told.
    """

    lacking: frozenset[str] = frozenset()
    wanted: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A list of tasks, and all they need to know.

    Attributes:
        name: It begins the names of the files its tasks write.
        files: The pack, as `load_pack_files` takes it.
        buckets: For each bucket, the position of the rule its rows are judged by; those of one
            rule stand together.
        asks: By the positions of their rules.
    """

    name: str
    folder: Path
    files: Mapping[str, bytes]
    as_of: date
    tables: Mapping[str, Whole]
    tasks: tuple[Task, ...]
    buckets: tuple[int, ...] = ()
    asks: Mapping[int, Ask] = field(default_factory=dict)

    def write(self) -> Path:
        """Write the job where its tasks find it."""
        path = self.folder / f"{self.name}.job"
        path.write_bytes(pickle.dumps(self))
        return path


class Opened:
    """A job on the machine of a task: the pack is loaded once, a rule is compiled once.

    Attributes:
        has_files: Whether the evidence was found on this machine.
    """

    def __init__(self, job: Job, pack: Pack) -> None:
        self.job = job
        self.has_files = False
        self._pack = pack
        self._contracts = derivations_of(pack, as_of=job.as_of).contracts
        self._compiled: dict[int, CompiledRule] = {}

    def compiled(self, position: int) -> CompiledRule:
        """The rule at that position of the pack."""
        if position not in self._compiled:
            self._compiled[position] = compile_at(
                self._pack, position, as_of=self.job.as_of, contracts=self._contracts
            )
        return self._compiled[position]

    def set_check(self, position: int) -> SetCheck:
        """The check of a rule of many rows."""
        check = self.compiled(position).check
        assert isinstance(check, SetCheck)  # noqa: S101 - the driver sorted them
        return check

    def slice(self, task: Task) -> Subject:
        """The rows of a task."""
        assert task.cut is not None  # noqa: S101 - its act is one of rows
        return self.job.tables[task.cut.table].slice(task.cut)


@lru_cache(maxsize=1)
def opened(path: str) -> Opened:
    """The job written at a path; a process keeps the last it saw."""
    job = pickle.loads(Path(path).read_bytes())  # noqa: S301 - written by the run itself
    assert isinstance(job, Job)  # noqa: S101 - of the same version: the door has seen to it
    return Opened(job, _pack(tuple(sorted(job.files.items()))))


@lru_cache(maxsize=1)
def _pack(files: tuple[tuple[str, bytes], ...]) -> Pack:
    return load_pack_files(dict(files))
