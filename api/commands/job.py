"""`thanhtra job`: what the queue starts for every job; not meant for people."""

import os
from uuid import UUID

import click
import structlog

from api.children import die_with, limit_memory
from api.cores import CORES, run_job
from api.logs import configure_logs
from api.settings import read_settings
from api.stores import make_storage
from inspection.database import Database


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
    run_job(settings, database, storage, name=name, subject_id=subject_id)
