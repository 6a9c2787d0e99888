from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

from evidence.digest import Digest
from evidence.folder import FolderStorage
from evidence.s3 import S3Storage
from evidence.s3_names import arrival_of
from evidence.storage import Storage
from tests.servers import ACCESS_KEY, REGION, SECRET_KEY


@dataclass
class Store:
    """A store, and a way behind its back."""

    storage: Storage
    folder: Path | None = None
    client: object = None
    bucket: str = ""

    def forge(self, digest: Digest, content: bytes) -> None:
        """What somebody does who can write to the disk or the bucket itself."""
        if self.folder is not None:
            path = self.folder / digest.key
            path.chmod(0o640)
            path.write_bytes(content)
        else:
            self.client.put_object(self.bucket, digest.key, BytesIO(content), len(content))

    def remove(self, digest: Digest) -> None:
        if self.folder is not None:
            (self.folder / digest.key).unlink()
        else:
            self.client.remove_object(self.bucket, digest.key)

    def kept_as(self, digest: Digest, incoming: UUID) -> set[str]:
        """Where declared bytes lie in the end."""
        if self.folder is not None:
            return {digest.key}
        arrival = arrival_of(digest, incoming)
        return {arrival, f"{arrival}.kept"}

    def names(self) -> set[str]:
        if self.folder is not None:
            files = (path for path in self.folder.rglob("*") if path.is_file())
            return {path.relative_to(self.folder).as_posix() for path in files}
        return {one.object_name for one in self.client.list_objects(self.bucket, recursive=True)}


def folder_store(folder: Path) -> Store:
    storage = FolderStorage(folder)
    storage.probe()
    return Store(storage=storage, folder=folder)


def s3_store(server, bucket: str) -> Store:
    storage = S3Storage(
        endpoint=server.endpoint,
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        bucket=bucket,
        region=REGION,
        secure=False,
    )
    storage.probe()
    return Store(storage=storage, client=server.client(), bucket=bucket)


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path) -> Store:
    """Both stores keep one contract."""
    if request.param == "folder":
        return folder_store(tmp_path / "store")
    server = request.getfixturevalue("s3")
    return s3_store(server, server.new_bucket())


@pytest.fixture
def long_after() -> datetime:
    """A time at which everything of these tests is old."""
    return datetime.now(UTC) + timedelta(days=1)
