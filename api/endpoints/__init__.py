"""JSON controllers, one module per resource; the application takes all of them from here."""

from typing import Final

from litestar import Controller

from api.endpoints.session import SessionEndpoints

ENDPOINTS: Final[tuple[type[Controller], ...]] = (SessionEndpoints,)
