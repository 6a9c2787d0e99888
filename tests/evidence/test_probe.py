"""A wrong setting stops the start, and the sentence names it."""

import socket
from pathlib import Path

import pytest

from evidence.errors import EvidenceError, StorageConfigurationError
from evidence.folder import FolderStorage
from evidence.s3 import S3Storage
from tests.servers import ACCESS_KEY, READER_KEY, READER_SECRET, REGION, SECRET_KEY


def s3_with(server, **changes):
    values = {
        "endpoint": server.endpoint,
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "bucket": "missing-bucket",
        "region": REGION,
        "secure": False,
    }
    return S3Storage(**(values | changes))


def test_a_bucket_that_is_not_there(s3):
    with pytest.raises(StorageConfigurationError) as refused:
        s3_with(s3).probe()

    assert refused.value.facts["setting"] == "bucket"
    # Some servers make a bucket at the first write: trying must not hide the mistake.
    assert s3.client().bucket_exists("missing-bucket") is False


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"endpoint": "http://127.0.0.1:9000/path"}, "endpoint"),
        ({"endpoint": "127.0.0.1:99999"}, "endpoint"),
        ({"endpoint": ""}, "endpoint"),
        ({"bucket": "Hồ sơ"}, "bucket"),
        ({"region": ""}, "region"),
        ({"access_key": ""}, "access_key"),
        ({"secret_key": ""}, "secret_key"),
    ],
)
def test_a_setting_that_means_nothing(s3, changes, setting):
    with pytest.raises(StorageConfigurationError) as refused:
        s3_with(s3, **changes)

    assert refused.value.facts["setting"] == setting


def test_a_key_that_may_only_read(s3):
    reader = {"access_key": READER_KEY, "secret_key": READER_SECRET}

    with pytest.raises(StorageConfigurationError) as refused:
        s3_with(s3, bucket=s3.new_bucket(), **reader).probe()

    assert refused.value.code == "evidence.storage_rights"


@pytest.mark.parametrize(
    ("changes", "setting"),
    [({"secret_key": "wrong"}, "secret_key"), ({"access_key": "nobody"}, "access_key")],
)
def test_keys_that_open_nothing(s3, changes, setting):
    with pytest.raises(StorageConfigurationError) as refused:
        s3_with(s3, bucket=s3.new_bucket(), **changes).probe()

    assert refused.value.facts["setting"] == setting


def test_an_endpoint_where_nobody_answers(s3):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f"127.0.0.1:{probe.getsockname()[1]}"

    with pytest.raises(StorageConfigurationError) as refused:
        s3_with(s3, endpoint=endpoint).probe()

    assert refused.value.facts["setting"] == "endpoint"


def test_no_refusal_tells_the_secret(s3):
    with pytest.raises(EvidenceError) as refused:
        s3_with(s3, secret_key="a wrong secret").probe()

    assert "a wrong secret" not in str(refused.value)


def test_a_folder_that_is_a_file(tmp_path):
    path = tmp_path / "store"
    path.write_text("not a folder")

    with pytest.raises(StorageConfigurationError) as refused:
        FolderStorage(path).probe()

    assert refused.value.facts["setting"] == "folder"


def test_a_folder_nobody_can_write_to():
    # /proc takes no folders, whoever asks: root included.
    with pytest.raises(StorageConfigurationError) as refused:
        FolderStorage(Path("/proc/thanhtra")).probe()

    assert refused.value.facts["setting"] == "folder"
