"""`thanhtra job`: what the queue starts for every job; not meant for people."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click
import structlog

from api.children import die_with, limit_memory, make_workspace
from api.logs import configure_logs, log
from api.settings import read_settings
from api.stores import make_storage
from evidence.storage import Storage
from inspection.database import Database

# Where the core of a job lies, and under which name it takes the id of its subject.
CORES: Final[Mapping[str, tuple[str, str, str]]] = {
    "item.read": ("inspection.checks", "read_item", "item_id"),
    "evaluation.run": ("inspection.checks", "run_evaluation", "evaluation_id"),
    "conclusion.render": ("inspection.rendering", "render_conclusion", "conclusion_id"),
}


@click.command(hidden=True)
@click.argument("name", type=click.Choice(sorted(CORES)))
@click.argument("subject_id", type=click.UUID)
@click.option("--parent", type=int, help="The process this one must not outlive.")
def job(name: str, subject_id: UUID, parent: int | None) -> None:
    """Run one background job; started by the server."""
    if parent is not None:
        die_with(parent)
    settings = read_settings(os.environ)
    configure_logs(settings.log_level)
    structlog.contextvars.bind_contextvars(job=name, subject_id=str(subject_id))
    limit_memory(settings.job_memory_bytes)
    database, storage = Database(settings.database_url), make_storage(settings)
    began = datetime.now(UTC)
    log.info("job.begin")
    with make_workspace(settings) as workspace:
        run_core(database, storage, name=name, subject_id=subject_id, workspace=workspace)
    log.info("job.end", seconds=round((datetime.now(UTC) - began).total_seconds(), 3))


def run_core(
    database: Database, storage: Storage, *, name: str, subject_id: UUID, workspace: Path
) -> None:
    """Run the core of a job here and now; only its own module is loaded."""
    module, function, parameter = CORES[name]
    core: Callable[..., None] = getattr(import_module(module), function)
    subject: dict[str, Any] = {parameter: subject_id}  # each core names its subject
    core(database, storage, clock=partial(datetime.now, UTC), workspace=workspace, **subject)
