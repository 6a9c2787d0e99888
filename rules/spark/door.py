"""Where a task enters another machine: nothing is judged there by another engine than here.

Spark carries a function of a module by its name and a function made inside another whole; the
latter works also where this package is missing, and can say so.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from typing import Any, Final

from rules.evaluation import ENGINE_VERSION

# What a task hands on: its number or a bucket, and a report, a blob or a refusal (any of three).
Answer = tuple[int, Any]
REFUSED: Final = "refused"


def engine() -> str:
    """Whatever may judge differently in another version."""
    return f"{ENGINE_VERSION}+rapidfuzz.{version('rapidfuzz')}"


def door(act: str, path: str, *, here: str) -> Callable[[int, Iterable[Any]], Iterator[Answer]]:
    """The function Spark carries: it does an act of the job at a path, where engine and files are.

    Args:
        here: The `engine` of the driver; another is refused.
    """
    refused = REFUSED

    def enter(number: int, items: Iterable[Any]) -> Iterator[Answer]:
        # Imported where the task runs, which is not where this function was made.
        from pathlib import Path  # noqa: PLC0415
        from socket import gethostname  # noqa: PLC0415

        facts = {"machine": gethostname()}
        try:
            from rules.spark.door import engine  # noqa: PLC0415
            from rules.spark.tasks import enter  # noqa: PLC0415
        except ImportError as error:
            missing = str(error.name)
            yield 0, {refused: "spark.engine_missing", "facts": {**facts, "module": missing}}
            return
        if (there := engine()) != here:
            told = {**facts, "found": there, "expected": here}
            yield 0, {refused: "spark.other_engine", "facts": told}
            return
        if not Path(path).is_file():
            yield 0, {refused: "spark.folder_not_shared", "facts": {**facts, "folder": path}}
            return
        yield from enter(act, path, number, items)

    return enter
