"""What a folder promises beyond the contract of every store."""

import os
from uuid import uuid4

from evidence.digest import Digest
from evidence.folder import FolderStorage


def test_a_kept_file_is_read_only(tmp_path):
    storage = FolderStorage(tmp_path)
    storage.probe()

    digest = storage.put(b"evidence")

    assert (tmp_path / digest.key).stat().st_mode & 0o777 == 0o440


def test_a_second_attempt_after_a_crash_in_keeping_leaves_what_is_kept_alone(tmp_path):
    storage = FolderStorage(tmp_path)
    storage.probe()
    incoming = uuid4()
    digest = storage.write_incoming(incoming, [b"first"]).digest
    # The crash: the file has its final name, and its name of passage still.
    os.link(tmp_path / "incoming" / str(incoming), tmp_path / digest.key)

    received = storage.write_incoming(incoming, [b"second"])

    assert received.digest == Digest.of(b"second")
    assert storage.read(digest) == b"first"


def test_what_others_leave_in_passage_is_not_swept(tmp_path, long_after):
    storage = FolderStorage(tmp_path)
    storage.probe()
    (tmp_path / "incoming" / "lost+found").mkdir()
    (tmp_path / "incoming" / ".hidden").touch()

    assert storage.list_incoming(long_after) == []


def test_asking_the_store_makes_no_folder(tmp_path):
    storage = FolderStorage(tmp_path / "store")

    assert storage.exists(Digest.of(b"")) is False
    assert not (tmp_path / "store").exists()
