"""The store and the keys the settings choose."""

from api.logs import log
from api.setting_values import FolderSettings
from api.settings import Settings
from evidence.folder import FolderStorage
from evidence.key_files import KeyFolder
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


def make_keys(settings: Settings) -> KeyFolder:
    """The keys of the custody log; loudly none where the settings name none.

    Raises:
        KeyConfigurationError: The keys cannot be used.
    """
    keys = KeyFolder(settings.key_folder)
    if keys.find_ring() is None:
        log.error("custody.no_keys", told="no receipt can be issued: thanhtra custody keygen")
    elif keys.find_signer() is None:
        log.warning("custody.no_signer", told="this process only verifies; another one must sign")
    return keys


def tell_locks(storage: Storage) -> None:
    """Say at the start, loudly, where the store cannot keep evidence from being deleted."""
    gap = storage.lock.gap
    if gap is not None:
        log.error("storage.no_lock", gap=gap, told="evidence is not locked: docs/howto/deploy.md")
