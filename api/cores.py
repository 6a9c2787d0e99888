"""The synchronous inside of every job, by the name the outbox knows it under."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from api.children import make_workspace
from api.logs import log
from api.scanning import make_tools
from api.settings import Settings
from evidence.storage import Storage
from inspection.database import Database
from inspection.screening import Tools

Clock = Callable[[], datetime]

# Where the core of a job lies, and under which name it takes the id of its subject.
CORES: Final[Mapping[str, tuple[str, str, str]]] = {
    "item.screen": ("inspection.screening", "screen_item", "item_id"),
    "item.read": ("inspection.checks", "read_item", "item_id"),
    "evaluation.run": ("inspection.checks", "run_evaluation", "evaluation_id"),
    "conclusion.render": ("inspection.rendering", "render_conclusion", "conclusion_id"),
}
# Cores that open files need what the deployment gives for that.
_WITH_TOOLS: Final = frozenset({"item.screen"})
NOW: Final[Clock] = partial(datetime.now, UTC)


def run_job(
    settings: Settings, database: Database, storage: Storage, *, name: str, subject_id: UUID
) -> None:
    """Run a job in a folder of its own, with the tools of this deployment, and log its time."""
    began = NOW()
    log.info("job.begin")
    with make_workspace(settings) as workspace:
        run_core(
            database,
            storage,
            name=name,
            subject_id=subject_id,
            workspace=workspace,
            tools=make_tools(settings),
        )
    log.info("job.end", seconds=round((NOW() - began).total_seconds(), 3))


def run_core(
    database: Database,
    storage: Storage,
    *,
    name: str,
    subject_id: UUID,
    workspace: Path,
    tools: Tools,
    clock: Clock = NOW,
) -> None:
    """Run the core of a job here and now; only its own module is loaded."""
    module, function, parameter = CORES[name]
    core: Callable[..., None] = getattr(import_module(module), function)
    given: dict[str, Any] = {parameter: subject_id}  # each core names its subject
    if name in _WITH_TOOLS:
        given["tools"] = tools
    core(database, storage, clock=clock, workspace=workspace, **given)
