"""A program killed after any request loses nothing, and leaves nothing that is not found."""

from uuid import UUID, uuid4

import pytest

from evidence.digest import Digest
from evidence.parts import Algorithm, Checksum, Coming, RunningHashes, check_whole, receive_part
from evidence.s3_names import arrival_of
from tests.evidence.conftest import s3_store
from tests.evidence.test_locking import open_store
from tests.servers import ACCESS_KEY, KEEPER_KEY, KEEPER_SECRET, SECRET_KEY

BEFORE = {
    "begin": (),
    "send": ("begin",),
    "check": ("begin", "send"),
    "keep": ("begin", "send", "check"),
    "discard": ("begin", "send", "check"),
    "erase": ("begin", "send", "check", "keep"),
    "put": (),
}


class Dead(BaseException):
    """The program is no more."""


class Sending:
    """One small file on its way through one program."""

    def __init__(self, storage, content: bytes):
        self.storage, self.content = storage, content
        self.digest, self.incoming = Digest.of(content), uuid4()
        self.hashes, self.upload, self.parts = RunningHashes(), "", []

    def begin(self) -> None:
        self.upload = self.storage.begin_parts(self.incoming, self.digest)

    def send(self) -> None:
        coming = Coming(
            incoming=self.incoming,
            upload=self.upload,
            number=1,
            offset=0,
            size_bytes=len(self.content),
            checksum=Checksum.of(self.content, Algorithm.SHA256),
        )
        chunks = [self.content]
        self.parts = [receive_part(self.storage, self.hashes, coming=coming, chunks=chunks)]

    def check(self) -> None:
        check_whole(
            self.storage,
            self.hashes,
            incoming=self.incoming,
            upload=self.upload,
            parts=self.parts,
            size_bytes=len(self.content),
            declared=self.digest,
        )

    def keep(self) -> None:
        self.storage.keep(self.incoming, self.digest)

    def discard(self) -> None:
        self.storage.discard(self.incoming)

    def erase(self) -> None:
        self.storage.erase(self.digest)

    def put(self) -> None:
        self.storage.put(self.content)

    def walk(self, *steps: str) -> "Sending":
        for step in steps:
            getattr(self, step)()
        return self


def dies_after(storage, requests: int) -> None:
    http, count = storage._client._http, 0
    ask = http.urlopen

    def asking(*args, **kwargs):
        nonlocal count
        answer = ask(*args, **kwargs)
        count += 1
        if count >= requests:
            raise Dead
        return answer

    http.urlopen = asking


def names_of(store) -> set[str]:
    found = store.client.list_objects(store.bucket, recursive=True, include_version=True)
    unfinished = store.client._list_multipart_uploads(store.bucket).uploads
    return {one.object_name for one in (*found, *unfinished)}


def place_of(digest: Digest, incoming: UUID) -> set[str]:
    arrival = arrival_of(digest, incoming)
    return {arrival, f"{arrival}.kept"}


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("has_lock", [False, True], ids=["plain", "lock"])
@pytest.mark.parametrize("step", list(BEFORE))
def test_killed_after_any_request(s3, long_after, step, has_lock, is_known):
    store = s3_store(s3, s3.new_bucket(object_lock=has_lock))
    key, secret = (KEEPER_KEY, KEEPER_SECRET) if has_lock else (ACCESS_KEY, SECRET_KEY)

    def begin_anew():
        storage = open_store(s3, store.bucket, key=key, secret=secret)
        assert (storage.lock.gap is None) is has_lock
        return storage

    requests, died, expected = 0, True, set()
    while died:
        requests += 1
        content, storage = f"nội dung {requests}".encode() * 9, begin_anew()
        known = Sending(storage, content).walk(*BEFORE["erase"]) if is_known else None
        sending = Sending(storage, content).walk(*BEFORE[step])
        dies_after(storage, requests)
        try:
            sending.walk(step)
            died = False
        except Dead:
            died = True

        # Another program goes on, and sweeps what nobody asks for any more.
        sending.storage, sending.hashes = begin_anew(), RunningHashes()
        if step in {"check", "keep"}:
            sending.walk(*(("check", "keep") if step == "check" else ("keep",)))
        if step == "erase":
            sending.erase()
        for incoming in sending.storage.list_incoming(long_after):
            sending.storage.discard(incoming)

        if step != "erase" and (known or step in {"check", "keep"}):
            assert sending.storage.read(sending.digest) == content, requests
            expected |= place_of(sending.digest, (known or sending).incoming)
        if step == "put" and known is None and sending.storage.exists(sending.digest):
            expected.add(sending.digest.key)
        assert names_of(store) == expected, requests
    assert requests > 1
