"""One person at the JSON API."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import httpx

from api.sending import Sender, describe
from tests.journeys.serving import Server

PATIENCE = 120.0


class Desk:
    """A client with a session of its own; whatever is refused unexpectedly fails the test."""

    def __init__(self, server: Server) -> None:
        self._client = httpx.Client(base_url=server.url, timeout=PATIENCE)
        self._client.headers["x-csrftoken"] = self.get("/api/session")["csrf_token"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def enter(self, username: str, password: str) -> None:
        self.post("/api/session", username=username, password=password)

    def get(self, path: str, **query: object):
        return _told(self._client.get(path, params=query))

    def download(self, path: str) -> httpx.Response:
        return self._client.get(path).raise_for_status()

    def post(self, path: str, **body: object):
        return _told(self._client.post(path, json=body))

    def put(self, path: str, **body: object):
        return _told(self._client.put(path, json=body))

    def send(self, place: str, *, name: str, content: bytes | Path) -> None:
        """Hand in one file at a request or a finding, as `thanhtra deposit` does."""
        if isinstance(content, Path):
            return self._send(place, content, name)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            path.write_bytes(content)
            return self._send(place, path, name)

    def _send(self, place: str, path: Path, name: str) -> None:
        Sender(self._client, f"{place}/uploads").send(replace(describe(path), name=name))

    def refusal(self, method: str, path: str, **body: object) -> tuple[int, str]:
        """Status and code of what must be refused."""
        sent = {"json": body} if body else {}
        answer = self._client.request(method, path, **sent)
        return answer.status_code, answer.json()["code"]


def _told(answer: httpx.Response):
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None
