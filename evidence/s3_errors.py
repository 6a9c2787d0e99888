"""What an S3 server answers, in the words of the store."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

from minio.error import InvalidResponseError, MinioException, S3Error
from urllib3.exceptions import HTTPError

from evidence.errors import (
    EvidenceError,
    EvidenceNotFoundError,
    StorageConfigurationError,
    StorageUnavailableError,
)
from evidence.multipart import LOST
from evidence.s3_names import INCOMING
from evidence.s3_versions import GONE, digest_in

# What a server answers when a setting is wrong, the setting, and the sentence.
_WRONG_SETTINGS = {
    "NoSuchBucket": ("bucket", "evidence.storage_bucket"),
    "InvalidAccessKeyId": ("access_key", "evidence.storage_access_key"),
    "SignatureDoesNotMatch": ("secret_key", "evidence.storage_secret_key"),
    "AccessDenied": ("access_key", "evidence.storage_rights"),
    "AuthorizationHeaderMalformed": ("region", "evidence.storage_region"),
    "PermanentRedirect": ("region", "evidence.storage_region"),
}
UNREACHABLE = "evidence.storage_unreachable"


class S3Errors:
    """Translates answers; `facts` say which store, for whoever may change its settings."""

    def __init__(self, facts: Mapping[str, str]) -> None:
        self._facts = facts

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Translate what is raised inside."""
        try:
            yield
        except S3Error as error:
            raise self._refused(error) from error
        except (HTTPError, InvalidResponseError, ParseError) as error:
            # The kind alone: these facts reach people who need not know our addresses.
            raise StorageUnavailableError(UNREACHABLE, reason=type(error).__name__) from error
        except MinioException as error:
            raise StorageUnavailableError(
                "evidence.storage_unavailable", reason=type(error).__name__
            ) from error

    def _refused(self, error: S3Error) -> EvidenceError:
        if error.code in _WRONG_SETTINGS:
            setting, code = _WRONG_SETTINGS[error.code]
            return self.wrong(setting, code)
        name = str(error.object_name)
        if error.code in LOST or (error.code == "NoSuchKey" and name.startswith(INCOMING)):
            return EvidenceNotFoundError("evidence.upload_lost")
        if error.code in GONE:
            return EvidenceNotFoundError("evidence.not_found", digest=digest_in(name))
        return StorageUnavailableError("evidence.storage_unavailable", reason=error.code)

    def wrong(
        self, setting: str, code: str, cause: BaseException | None = None
    ) -> StorageConfigurationError:
        """What is wrong with a setting, and why the server says so."""
        reason = "" if cause is None else _reason(cause)
        return StorageConfigurationError(code, setting=setting, reason=reason, **self._facts)


def _reason(error: BaseException) -> str:
    # urllib3 wraps what went wrong in "Max retries exceeded"; the cause says more.
    return str(getattr(error, "reason", None) or error)
