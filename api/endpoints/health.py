"""JSON: whether the platform works, for whoever watches it."""

from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from api.auth import PUBLIC
from api.health import Health, check_health
from api.scanning import make_probe
from api.settings import Settings
from evidence.key_files import KeyFolder
from evidence.storage import Storage
from inspection.database import Database


@get("/health", sync_to_thread=True, opt={PUBLIC: True}, tags=["health"])
def show_health(
    database: NamedDependency[Database],
    storage: NamedDependency[Storage],
    keys: NamedDependency[SkipValidation[KeyFolder]],
    settings: NamedDependency[SkipValidation[Settings]],
    now: NamedDependency[datetime],
) -> Response[Health]:
    """Say which parts answer; 503 when one does not."""
    health = check_health(database, storage, keys, make_probe(settings), now=now)
    status = HTTP_200_OK if health.is_good else HTTP_503_SERVICE_UNAVAILABLE
    return Response(health, status_code=status)
