"""Every hostile file is answered with its reason, by a real server that goes on answering."""

import time
from threading import Event, Thread

import httpx
import pytest

from tests.api.platform import PASSWORD, give_passwords, platform_in, settings_over
from tests.evidence.screening.documents import docx
from tests.evidence.screening.hostile import HOSTILE, zipped
from tests.inspection.world import case_of
from tests.journeys.desk import Desk
from tests.journeys.serving import free_port, serving, wait_until
from tests.servers import EICAR

PATIENCE = 300.0
# The machine may be busy with other things; a server that hangs on a file answers nothing at all.
SLOWEST_ANSWER = 5.0


@pytest.fixture
def world(tmp_path):
    with platform_in(tmp_path) as world:
        give_passwords(world)
        yield world


class Pulse:
    """Somebody who keeps asking, and remembers the slowest answer."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._over = Event()
        self._thread = Thread(target=self._ask)
        self.slowest, self.answers, self.failures = 0.0, 0, 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        with httpx.Client(base_url=self._url, timeout=30) as client:
            while not self._over.wait(0.1):
                began = time.monotonic()
                try:
                    good = client.get("/health").status_code == httpx.codes.OK
                except httpx.TransportError:
                    good = False
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.answers += good
                self.failures += not good


def test_every_hostile_file_is_answered_while_the_server_goes_on(world, clamd, tmp_path):
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id, request_id = case_of(world, campaign_id)
    expected = {name: ("refused", reason) for name, (_, reason) in HOSTILE.items()}
    (tmp_path / "files").mkdir()
    for name, (make, _) in HOSTILE.items():
        make(tmp_path / "files" / name)
    for name, content, state in (
        ("eicar.txt", EICAR, "infected"),
        ("Báo cáo Đường sắt.zip", zipped({"trong.zip": zipped({"eicar.com": EICAR})}), "infected"),
        ("bình thường.docx", docx(["Bảo mật và mật khẩu"]), "clear"),
        ("tờ trình.docx", docx(["TUYỆT MẬT"]), "quarantined"),
    ):
        (tmp_path / "files" / name).write_bytes(content)
        expected[name] = (state, None)
    settings = settings_over(world, port=free_port(), clamd_address=clamd.address)
    with (
        serving(settings, tmp_path / "server.log") as server,
        Desk(server) as officer,
        Desk(server) as guard,
        Pulse(server.url) as pulse,
    ):
        officer.enter("officer", PASSWORD)
        guard.enter("guard", PASSWORD)
        here = f"/api/inspections/{inspection_id}"
        names = {}
        for name in expected:
            officer.send(
                f"{here}/requests/{request_id}", name=name, content=tmp_path / "files" / name
            )
            [deposit] = officer.get(f"{here}/deposits")
            names |= {file["id"]: name for file in deposit["files"] if file["id"] not in names}

        def found():
            [deposit] = officer.get(f"{here}/deposits")
            lines = {names[file["id"]]: file["screening"] for file in deposit["files"]}
            states = {name: (line["state"], line["refusal_code"]) for name, line in lines.items()}
            return states if all(one != "waiting" for one, _ in states.values()) else None

        states = wait_until(found, what="every file to be screened", patience=PATIENCE)
        [held] = guard.get("/api/quarantine")
        version = held["version"]
        guard.post(f"/api/quarantine/{held['item_id']}/removal", version=version, reason="Số 3")
        refused = officer.refusal("GET", f"/api/items/{held['item_id']}/content")

    assert states == expected
    assert (held["level"], held["place"]) == ("top secret", "stamp")
    assert refused == (409, "screening.removed")
    assert pulse.failures == 0
    assert pulse.answers > 20
    assert pulse.slowest < SLOWEST_ANSWER
    assert server.failures() == []
    assert [name for name in expected if name in server.log_text()] == []
