"""The composition root: the only place that knows every part."""

from typing import Final

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from litestar.middleware.session.base import SessionMiddleware
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from api import errors
from api.auth import PUBLIC, Doorkeeper, LoginGate
from api.dependencies import DEPENDENCIES
from api.endpoints import ENDPOINTS
from api.endpoints.health import show_health
from api.forms import FormGuard, form_config
from api.headers import SecurityHeaders
from api.jobs import make_queue
from api.pages import PAGES
from api.request_log import LoggedLitestar, log_unexpected
from api.scanning import check_anchors
from api.sequencing import Sequencer
from api.sessions import WebSessionBackend, WebSessionConfig
from api.settings import Settings
from api.stores import make_keys, make_storage, tell_locks
from api.templating import STATIC, make_environment
from api.tus import TusHeaders
from api.uploads import UploadLimit
from evidence.key_files import KeyFolder
from evidence.parts import RunningHashes
from evidence.storage import Storage
from inspection.database import Database
from inspection.keeping import load_classes
from inspection.keeping.classes import SHIPPED

LARGEST_BODY_BYTES: Final = 10 << 20  # of requests that are no uploads


def create_app(settings: Settings) -> Litestar:
    """Compose the platform; the database must have been migrated.

    Raises:
        StorageConfigurationError: The store cannot work with these settings.
        EvidenceError: `evidence.trust_anchors`, see `check_anchors`.
        KeyConfigurationError: The keys of the custody log cannot be used.
        InvalidError: The file of retention classes cannot be used.
    """
    database = Database(settings.database_url)
    storage = make_storage(settings)
    storage.probe()
    check_anchors(settings)
    tell_locks(storage)
    keys = make_keys(settings)
    settings.cache_folder.mkdir(parents=True, exist_ok=True)
    return _compose(settings, database, storage, keys)


def _compose(settings: Settings, database: Database, storage: Storage, keys: KeyFolder) -> Litestar:
    sequencer = (Sequencer(database, keys),) if settings.jobs_at_once else ()
    return LoggedLitestar(
        route_handlers=[
            Router("/api", route_handlers=ENDPOINTS),
            Router("/", route_handlers=PAGES, include_in_schema=False),
            show_health,
            create_static_files_router("/static", [STATIC], opt={PUBLIC: True}),
        ],
        dependencies=DEPENDENCIES,
        middleware=[
            DefineMiddleware(
                SessionMiddleware,
                backend=WebSessionBackend(
                    WebSessionConfig(
                        database=database,
                        max_age=settings.session_hours * 3600,
                        secure=settings.is_https,
                    )
                ),
            ),
            Doorkeeper(database),
            UploadLimit(settings.upload_limit_bytes),
            DefineMiddleware(FormGuard, config=form_config(settings)),
        ],
        exception_handlers={Exception: errors.answer, errors.SERVER_ERROR: errors.answer},
        after_exception=[log_unexpected],
        before_send=[SecurityHeaders(settings), TusHeaders(settings.limits)],
        openapi_config=OpenAPIConfig(
            title="Thanh Tra",
            version="1",
            openapi_router=Router("/api/schema", route_handlers=[], opt={PUBLIC: True}),
            render_plugins=[
                JsonRenderPlugin(path="/openapi.json"),
                YamlRenderPlugin(path="/openapi.yaml"),
            ],
        ),
        template_config=TemplateConfig(
            instance=JinjaTemplateEngine.from_environment(make_environment())
        ),
        request_max_body_size=LARGEST_BODY_BYTES,
        state=State(
            {
                "settings": settings,
                "database": database,
                "storage": storage,
                "key_folder": keys,
                "classes": load_classes(settings.retention_file or SHIPPED),
                "gate": LoginGate(),
                "hashes": RunningHashes(),
            }
        ),
        plugins=(*make_queue(settings, database, storage), *sequencer),
        logging_config=None,
        on_shutdown=[database.close],
    )
