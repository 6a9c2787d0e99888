"""The store the settings choose."""

from api.setting_values import FolderSettings
from api.settings import Settings
from evidence.folder import FolderStorage
from evidence.storage import Storage


def make_storage(settings: Settings) -> Storage:
    """The object store, not yet tried; see `Storage.probe`."""
    chosen = settings.storage
    if isinstance(chosen, FolderSettings):
        return FolderStorage(chosen.path)
    from evidence.s3 import S3Storage  # noqa: PLC0415 - only who uses it waits for the SDK

    return S3Storage(
        endpoint=chosen.endpoint,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        bucket=chosen.bucket,
        region=chosen.region,
        secure=chosen.secure,
    )
