"""A real server that takes uploads, and how much memory it ever held."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx

from api.sending import enter as log_in
from api.settings import Settings
from tests.api.platform import PASSWORD, give_passwords, platform_in, settings_over
from tests.inspection.world import case_of
from tests.journeys.serving import Server, free_port

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
    with platform_in(folder) as world:
        give_passwords(world)
        campaign_id = world.draft()
        world.open(campaign_id)
        inspection_id, request_id = case_of(world, campaign_id)
        settings = settings_over(world, port=free_port(), jobs_at_once=0)
    return Place(settings=settings, inspection_id=inspection_id, request_id=request_id)


@contextmanager
def enter(server: Server, username: str = "officer") -> Iterator[httpx.Client]:
    """A client logged in as the organization's officer, or as somebody else."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        log_in(client, username=username, password=PASSWORD)
        yield client


def place_of(place: Place) -> str:
    """Where files are announced."""
    return f"/api/inspections/{place.inspection_id}/requests/{place.request_id}/uploads"


def made_file(path: Path, size_bytes: int) -> Path:
    """A file of that size, of which no two MiB need be equal to be told apart."""
    with path.open("wb") as file:
        whole, rest = divmod(size_bytes, MIB)
        for number in range(whole):
            file.write(number.to_bytes(8, "big") + PIECE[8:])
        file.write(PIECE[:rest])
    return path


def announce(
    client: httpx.Client, place: Place, content: bytes, *, name: str = "tệp.bin", **headers: str
) -> httpx.Response:
    """Announce a file by the bare protocol."""
    said = {"filename": name, "sha256": hashlib.sha256(content).hexdigest()}
    metadata = ",".join(f"{key} {encoded(value.encode())}" for key, value in said.items())
    sent = {
        "tus-resumable": "1.0.0",
        "upload-length": str(len(content)),
        "upload-metadata": metadata,
    }
    return client.post(place_of(place), headers=sent | headers)


def send_part(
    client: httpx.Client, address: str, offset: int, part: bytes, **headers: str
) -> httpx.Response:
    """Send one part by the bare protocol."""
    sent = {
        "tus-resumable": "1.0.0",
        "content-type": "application/offset+octet-stream",
        "upload-offset": str(offset),
        "upload-checksum": f"sha256 {encoded(hashlib.sha256(part).digest())}",
    }
    return client.patch(address, content=part, headers=sent | headers)


def ask_offset(client: httpx.Client, address: str) -> int:
    answer = client.head(address, headers={"tus-resumable": "1.0.0"})
    return int(answer.raise_for_status().headers["upload-offset"])


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


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
