"""`thanhtra serve`: the web server and its background jobs."""

import gc
import os

import click
import uvicorn

from api.app import create_app
from api.children import clear_workspaces
from api.http_limits import LimitedProtocol
from api.logs import configure_logs
from api.schema import require_newest
from api.settings import Settings, read_settings
from inspection.database import Database

_SEEN_BYTES = 16 << 20


@click.command()
def serve() -> None:
    """Serve the platform; the database must have been migrated."""
    run_server(read_settings(os.environ))


def run_server(settings: Settings) -> None:
    """Serve until told to stop.

    Raises:
        SchemaError: Migrations have to run first.
        StorageConfigurationError: The store cannot work with these settings.
    """
    configure_logs(settings.log_level)
    database = Database(settings.database_url)
    require_newest(database)
    database.close()
    clear_workspaces(settings)
    app = create_app(settings)
    # What was made until now lives as long as the server: 300,000 objects no collection need visit.
    gc.collect()
    gc.freeze()
    _keep_freed_memory()
    uvicorn.run(
        app,
        http=LimitedProtocol,
        host=settings.host,
        port=settings.port,
        proxy_headers=settings.behind_proxy,
        server_header=False,
        access_log=False,  # `api.logs` writes one line per request, without personal data
        log_config=None,
        timeout_graceful_shutdown=5,
    )


def _keep_freed_memory() -> None:
    # The allocator of Linux gives a freed block back to the system, to get it zeroed again for the
    # next piece of an upload, unless it has seen larger ones freed.  Nowhere does this do harm.
    bytearray(_SEEN_BYTES)
