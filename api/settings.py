"""Every setting of the platform, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from api.refusals import SettingsError
from api.setting_list import PREFIX, REQUIRED, SETTINGS, Setting
from api.setting_values import FolderSettings, S3Settings
from evidence.limits import Limits
from evidence.locking import LockMode, RetentionPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator decides; nothing else is read from the environment."""

    database_url: str
    storage: FolderSettings | S3Settings
    s3_access_key: str = ""
    s3_secret_key: str = ""
    work_folder: Path
    secret: str
    key_folder: Path | None = None
    timestamp_url: str = ""
    timestamp_roots: Path | None = None
    public_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    behind_proxy: bool = False
    demonstration: bool = False
    session_hours: int = 12
    upload_limit_bytes: int = 4 << 30
    deposit_limit_bytes: int = 64 << 30
    deposit_limit_files: int = 2000
    upload_hours: int = 72
    lock_mode: LockMode = LockMode.GOVERNANCE
    retention_years: int = 20
    retention_file: Path | None = None
    fixity_days: int = 30
    job_memory_bytes: int = 4 << 30
    job_seconds: int = 3600
    jobs_at_once: int = 2
    heartbeat_seconds: float = 2.0
    stale_seconds: float = 10.0
    clamd_address: str = ""
    trust_anchors: str = ""
    screening_memory_bytes: int = 1 << 30
    screening_seconds: int = 120
    log_level: str = "info"

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the platform over TLS."""
        return self.public_url.startswith("https://")

    @property
    def limits(self) -> Limits:
        """How much may be handed in; everything that asks or tells takes it from here."""
        return Limits(
            file_bytes=self.upload_limit_bytes,
            files=self.deposit_limit_files,
            total_bytes=self.deposit_limit_bytes,
            upload_hours=self.upload_hours,
        )

    @property
    def retention(self) -> RetentionPolicy:
        """How firmly and how long accepted evidence stays."""
        return RetentionPolicy(mode=self.lock_mode, years=self.retention_years)

    @property
    def fixity_cycle(self) -> timedelta:
        """Within which every stored object is hashed again."""
        return timedelta(days=self.fixity_days)

    @property
    def cache_folder(self) -> Path:
        """Where verified copies of stored objects are kept for reading slices."""
        return self.work_folder / "cache"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read every setting; an empty variable counts as not set.

    Raises:
        SettingsError: A variable is missing, unknown or cannot be read: the facts name it, say
            what was expected, and give an example.
        LimitsError: Limits contradict each other.
    """
    known = {setting.variable for setting in SETTINGS}
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in known:
            raise SettingsError(
                "setting.unknown", variable=variable, known=", ".join(sorted(known))
            )
    values: dict[str, Any] = {  # each of its field's own type
        setting.field: _read(setting, environment[setting.variable].strip())
        for setting in SETTINGS
        if environment.get(setting.variable, "").strip()
    }
    for setting in SETTINGS:
        if setting.field in REQUIRED and setting.field not in values:
            raise SettingsError(
                "setting.missing", variable=setting.variable, example=setting.example
            )
    settings = Settings(**values)
    _check_together(settings)
    return settings


def to_environment(settings: Settings) -> dict[str, str]:
    """The same settings as variables, for a child process."""
    return {
        setting.variable: _write(getattr(settings, setting.field))
        for setting in SETTINGS
        if getattr(settings, setting.field) not in {"", None}
    }


def default_of(setting: Setting) -> str | None:
    """The default as it would be written in the environment; None where there is none."""
    if setting.field in REQUIRED:
        return None
    return _write(next(f.default for f in fields(Settings) if f.name == setting.field))


def _read(setting: Setting, text: str) -> object:
    try:
        return setting.read(text)
    except ValueError as error:
        raise SettingsError(
            f"setting.{setting.expected}",
            variable=setting.variable,
            value="…" if setting.is_secret else text,
            example=setting.example,
        ) from error


def _check_together(settings: Settings) -> None:
    if isinstance(settings.storage, S3Settings):
        for field in ("s3_access_key", "s3_secret_key"):
            if not getattr(settings, field):
                raise SettingsError(
                    "setting.missing", variable=PREFIX + field.upper(), example="thanhtra"
                )
    if settings.screening_seconds >= settings.job_seconds:
        raise SettingsError(
            "setting.screening_seconds",
            variable=PREFIX + "SCREENING_SECONDS",
            value=settings.screening_seconds,
            job_seconds=settings.job_seconds,
        )
    _ = settings.limits  # contradictions are refused here
    if settings.timestamp_url and settings.timestamp_roots is None:
        raise SettingsError(
            "setting.missing",
            variable=PREFIX + "TIMESTAMP_ROOTS",
            example="/srv/thanhtra/tsa.pem",
        )
    if settings.stale_seconds <= 2 * settings.heartbeat_seconds:
        raise SettingsError(
            "setting.stale",
            variable=PREFIX + "STALE_SECONDS",
            value=settings.stale_seconds,
            heartbeat=settings.heartbeat_seconds,
        )


def _write(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case FolderSettings():
            return f"folder:{value.path}"
        case S3Settings():
            scheme = "https" if value.secure else "http"
            return f"s3://{value.bucket}?endpoint={scheme}://{value.endpoint}&region={value.region}"
    return str(value)
