"""What an S3 store promises beyond the contract of every store."""

import socket
from io import BytesIO
from uuid import uuid4

import pytest

from evidence.digest import Digest
from evidence.errors import StorageUnavailableError
from evidence.s3 import PART_BYTES, S3Storage
from tests.evidence.conftest import s3_store
from tests.servers import ACCESS_KEY, REGION, SECRET_KEY


@pytest.fixture
def store(s3):
    return s3_store(s3, s3.new_bucket())


def unfinished(store):
    found = store.client._list_multipart_uploads(store.bucket, prefix="incoming/")
    return [upload.object_name for upload in found.uploads]


def test_a_stream_that_breaks_after_some_parts_leaves_no_parts(store):
    def broken():
        for _ in range(3):
            yield bytes(PART_BYTES)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.storage.write_incoming(uuid4(), broken())

    assert unfinished(store) == []
    assert store.names() == set()


def test_parts_that_a_killed_program_left_are_swept(store, long_after):
    incoming = uuid4()
    name = f"incoming/{incoming}"
    upload = store.client._create_multipart_upload(store.bucket, name, {})
    store.client._upload_part(store.bucket, name, bytes(PART_BYTES), None, upload, 1)

    assert store.storage.list_incoming(long_after) == [incoming]
    store.storage.discard(incoming)

    assert store.storage.list_incoming(long_after) == []
    assert unfinished(store) == []


def test_a_crash_after_copying_is_mended_by_keeping_again(store):
    incoming = uuid4()
    received = store.storage.write_incoming(incoming, [b"evidence"])
    store.client.put_object(store.bucket, received.digest.key, BytesIO(b"evidence"), 8)

    store.storage.keep(incoming, received.digest)

    assert store.names() == {received.digest.key}


def test_a_server_that_is_gone_may_come_back():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f"127.0.0.1:{probe.getsockname()[1]}"
    storage = S3Storage(
        endpoint=endpoint,
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        bucket="evidence",
        region=REGION,
        secure=False,
    )

    with pytest.raises(StorageUnavailableError) as refused:
        storage.exists(Digest.of(b""))

    assert endpoint not in str(refused.value)
