"""A task past the door: its job is opened, its act done, its answer given."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from socket import gethostname
from typing import Any

from pyspark import TaskContext

from rules.spark.acts import ACTS, deal, judge_bucket
from rules.spark.door import REFUSED, Answer
from rules.spark.jobs import Opened, opened
from rules.spark.reports import FramesFile


def enter(act: str, path: str, number: int, items: Iterable[Any]) -> Iterator[Answer]:
    """Do an act.

    Args:
        number: Of the partition: for `bucket`, the bucket.
        items: For `bucket` what was dealt, else the numbers of tasks.
    """
    work = opened(path)
    if (part := _unseen(work)) is not None:
        facts = {"machine": gethostname(), "file": str(part)}
        yield 0, {REFUSED: "spark.file_not_seen", "facts": facts}
        return
    with FramesFile(path=_own_file(work, number)) as file:
        if act == "bucket":
            yield from _in_bucket(work, number, items, file)
            return
        for task in items:
            if act == "deal":
                yield from deal(work, work.job.tasks[task])
            else:
                yield task, ACTS[act](work, work.job.tasks[task], file)


def _in_bucket(
    work: Opened, bucket: int, items: Iterable[Answer], file: FramesFile
) -> Iterator[Answer]:
    blobs = []
    for key, item in items:
        if isinstance(item, dict):  # refused where it was dealt
            yield key, item
            return
        blobs.append(item)
    yield bucket, judge_bucket(work, bucket, blobs, file)


def _own_file(work: Opened, number: int) -> Path:
    """A name no other attempt of this or any task has."""
    attempt = TaskContext.get()
    assert attempt is not None  # noqa: S101 - only Spark calls this
    return work.job.folder / f"{work.job.name}-{number:06d}-{attempt.taskAttemptId()}.frames"


def _unseen(work: Opened) -> Path | None:
    """A file of the evidence that this machine does not have."""
    if not work.has_files:
        parts = (part.path for whole in work.job.tables.values() for part in whole.parts)
        missing = next((part for part in parts if not part.is_file()), None)
        if missing is not None:
            return missing
        work.has_files = True
    return None
