"""A real server that takes uploads, and how much memory it ever held."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx
from sqlmodel import col, update

from api import schema
from api.passwords import hash_password
from api.setting_values import FolderSettings
from api.settings import Settings
from evidence.folder import FolderStorage
from inspection.database import Database
from inspection.tables import Person
from tests.inspection.world import World, case_of
from tests.journeys.serving import Server, free_port

PASSWORD = "mười hai ký tự"
MIB = 1 << 20
PIECE = bytes(range(256)) * 4096  # one MiB
PATIENCE = 600.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where files go."""

    settings: Settings
    inspection_id: UUID
    request_id: UUID


def prepare(folder: Path) -> Place:
    """A migrated database with one open inspection."""
    settings = Settings(
        database_url=f"sqlite:///{folder}/thanhtra.sqlite",
        storage=FolderSettings(path=folder / "evidence"),
        work_folder=folder / "work",
        secret="u" * 64,
        port=free_port(),
        jobs_at_once=0,
    )
    database = Database(settings.database_url)
    schema.upgrade(database)
    storage = FolderStorage(folder / "evidence")
    storage.probe()
    world = World(database=database, storage=storage, folder=folder)
    world.settle()
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id, request_id = case_of(world, campaign_id)
    with database.write() as session:
        session.exec(
            update(Person)
            .where(col(Person.username) == "officer")
            .values(password_hash=hash_password(PASSWORD))
        )
    database.close()
    return Place(settings=settings, inspection_id=inspection_id, request_id=request_id)


@contextmanager
def enter(server: Server) -> Iterator[httpx.Client]:
    """A client logged in as the organization's officer."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        client.headers["x-csrftoken"] = client.get("/api/session").json()["csrf_token"]
        login = {"username": "officer", "password": PASSWORD}
        client.post("/api/session", json=login).raise_for_status()
        yield client


def send_body(client: httpx.Client, place: Place, size_bytes: int) -> httpx.Response:
    """Send a file as the body, as a script does."""
    return client.put(
        f"/api/inspections/{place.inspection_id}/requests/{place.request_id}/files",
        params={"name": "dữ liệu.bin", "incoming": str(uuid4())},
        content=_pieces(size_bytes),
        headers={"content-length": str(size_bytes)},
    )


def send_form(client: httpx.Client, place: Place, file: Path) -> httpx.Response:
    """Send a file in a form, as a browser without script does: the token is a field of it."""
    token = client.headers.pop("x-csrftoken")
    with file.open("rb") as content:
        answer = client.post(
            f"/portal/inspections/{place.inspection_id}/requests/{place.request_id}",
            data={"_csrf_token": token},
            files={"files": (file.name, content, "application/octet-stream")},
        )
    client.headers["x-csrftoken"] = token
    return answer


def peak_mib(server: Server) -> int:
    """The most memory the server process ever held."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) // 1024


def _pieces(size_bytes: int) -> Iterator[bytes]:
    whole, rest = divmod(size_bytes, len(PIECE))
    for _ in range(whole):
        yield PIECE
    yield PIECE[:rest]
