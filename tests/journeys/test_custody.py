"""A server that lives, dies and changes its key: the log goes on, and a witness agrees."""

from datetime import UTC, datetime

import httpx
import pytest
from click.testing import CliRunner

from api.cli import main
from api.settings import to_environment
from evidence import key_files
from evidence.custody.checkpoint import open_checkpoint
from inspection.custody import verify_custody
from tests.api.platform import PASSWORD, give_passwords, platform_in, settings_over
from tests.inspection.world import START
from tests.journeys.serving import free_port, serving, wait_until


@pytest.fixture
def world(tmp_path):
    with platform_in(tmp_path) as world:
        give_passwords(world)
        key_files.generate(tmp_path / "keys", origin="thanhtra.example.vn/custody", at=START)
        yield world


@pytest.fixture
def settings(world):
    return settings_over(world, key_folder=world.folder / "keys", port=free_port())


def log_in(url: str) -> None:
    """An act like any other: it is an entry of the journal, and so of the log."""
    with httpx.Client(base_url=url) as client:
        client.headers["x-csrftoken"] = client.get("/api/session").json()["csrf_token"]
        answer = client.post("/api/session", json={"username": "lead", "password": PASSWORD})
        assert answer.status_code == 200


def head_of(url: str, folder):
    answer = httpx.get(f"{url}/api/custody/checkpoint")
    if answer.status_code != 200:
        return None
    return open_checkpoint(answer.text, key_files.load_ring(folder))


def test_the_log_goes_on_through_death_and_a_new_key(world, settings):
    keys, file = world.folder / "keys", world.folder / "witness.jsonl"

    def witness() -> int:
        asked = ["custody", "witness", str(file), "--url", settings_url, "--key"]
        return CliRunner().invoke(main, [*asked, str(keys / "ring.json")]).exit_code

    settings_url = f"http://127.0.0.1:{settings.port}"
    with serving(settings, world.folder / "log") as server:
        head, _ = wait_until(lambda: head_of(server.url, keys), what="the first head")
        assert witness() == 0
        log_in(server.url)
        wait_until(lambda: head_of(server.url, keys)[0].size > head.size, what="the log to grow")
        server.kill()
        server.start()
        new = key_files.rotate(keys, at=datetime.now(UTC))
        wait_until(lambda: head_of(server.url, keys)[1] == new, what="the new key to sign")
        log_in(server.url)
        assert witness() == 0
        assert httpx.get(f"{server.url}/health").json()["receipts"] is True
    with world.database.read() as session:
        report = verify_custody(session, ring=key_files.load_ring(keys))
    environment = to_environment(settings)
    verified = CliRunner().invoke(
        main, ["custody", "verify", "--witness", str(file)], env=environment
    )

    assert report.troubles == []
    assert verified.exit_code == 0
    assert len(file.read_text().splitlines()) == 2
