"""Every setting of the platform, read once from the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from api import setting_values as readers
from api.refusals import SettingsError
from api.setting_values import FolderSettings, S3Settings
from evidence.limits import Limits
from evidence.locking import LockMode, RetentionPolicy

PREFIX: Final = "THANHTRA_"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One variable: how its text is read, and what the documentation says of it.

    Attributes:
        expected: The name of the sentence that says what was expected, under `setting.expected.`.
        example: A value that works; shown with the sentence.
    """

    field: str
    meaning: str
    expected: str
    example: str
    read: Callable[[str], Any]  # the field's own type
    is_secret: bool = False

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return PREFIX + self.field.upper()


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
        if setting.field in _REQUIRED and setting.field not in values:
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
    if setting.field in _REQUIRED:
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


def _setting(
    field: str,
    read: Callable[[str], Any],
    expected: str,
    example: str,
    meaning: str,
    *,
    is_secret: bool = False,
) -> Setting:
    return Setting(
        field=field,
        meaning=meaning,
        expected=expected,
        example=example,
        read=read,
        is_secret=is_secret,
    )


SETTINGS: Final = (
    _setting(
        "database_url",
        readers.read_database_url,
        "database_url",
        "sqlite:////srv/thanhtra/thanhtra.sqlite",
        "Where the database lies: an SQLite file (absolute path) or a PostgreSQL server.",
        is_secret=True,
    ),
    _setting(
        "storage",
        readers.read_storage,
        "storage",
        "folder:/srv/thanhtra/evidence",
        "Where evidence lies: `folder:/path`, or `s3://bucket?endpoint=https://host&region=…`; "
        "the bucket must exist.",
    ),
    _setting("s3_access_key", str, "text", "thanhtra", "Access key of the S3 store."),
    _setting("s3_secret_key", str, "text", "…", "Secret key of the S3 store.", is_secret=True),
    _setting(
        "work_folder",
        lambda text: Path(text).absolute(),
        "text",
        "/srv/thanhtra/work",
        "A local folder for copies that may be thrown away at any time.",
    ),
    _setting(
        "secret",
        readers.read_secret,
        "secret",
        "$(openssl rand -hex 32)",
        "Signs the tokens of forms; at least 32 characters, the same for every process.",
        is_secret=True,
    ),
    _setting(
        "key_folder",
        lambda text: Path(text).absolute(),
        "text",
        "/srv/thanhtra/keys",
        "The folder of the keys of the custody log, made by `thanhtra custody keygen`; "
        "without it no receipt can be issued.",
    ),
    _setting(
        "timestamp_url",
        readers.read_address,
        "public_url",
        "https://tsa.example.vn/tsr",
        "An RFC 3161 timestamp authority, which is asked for every new head of the custody log.",
    ),
    _setting(
        "timestamp_roots",
        lambda text: Path(text).absolute(),
        "text",
        "/srv/thanhtra/tsa.pem",
        "The certificates that authority is trusted by, as PEM; needed where one is asked.",
    ),
    _setting(
        "public_url",
        readers.read_url,
        "public_url",
        "https://thanhtra.example.vn",
        "The address people type; with https, cookies are marked Secure and HSTS is sent.",
    ),
    _setting("host", str, "text", "127.0.0.1", "The address the server listens on."),
    _setting("port", readers.read_port, "port", "8000", "The port the server listens on."),
    _setting(
        "behind_proxy",
        readers.read_yes_no,
        "yes_no",
        "no",
        "Whether a proxy on this machine sets X-Forwarded-For and X-Forwarded-Proto.",
    ),
    _setting(
        "demonstration",
        readers.read_yes_no,
        "yes_no",
        "no",
        "Whether pages say that all data is made up, and the login page shows the made-up logins.",
    ),
    _setting(
        "session_hours",
        readers.read_positive,
        "whole_number",
        "12",
        "How long a login lasts, in hours.",
    ),
    _setting(
        "upload_limit_bytes",
        readers.read_positive,
        "whole_number",
        "4294967296",
        "The largest file that is received, in bytes.",
    ),
    _setting(
        "deposit_limit_bytes",
        readers.read_positive,
        "whole_number",
        "68719476736",
        "How much the files of one answer may be together, in bytes.",
    ),
    _setting(
        "deposit_limit_files",
        readers.read_positive,
        "whole_number",
        "2000",
        "How many files one answer may hold.",
    ),
    _setting(
        "upload_hours",
        readers.read_positive,
        "whole_number",
        "72",
        "How long an unfinished upload is kept without a new part, in hours.",
    ),
    _setting(
        "lock_mode",
        LockMode,
        "lock_mode",
        "governance",
        "How firmly a store with object lock keeps accepted evidence: `governance`, or "
        "`compliance`, which nobody can undo before its time.",
    ),
    _setting(
        "retention_years",
        readers.read_years,
        "years",
        "20",
        "For how many years the store locks accepted evidence from the day it was accepted.",
    ),
    _setting(
        "retention_file",
        lambda text: Path(text).absolute(),
        "text",
        "/srv/thanhtra/retention.yaml",
        "The retention classes of this deployment; without it those shipped with the platform.",
    ),
    _setting(
        "fixity_days",
        readers.read_positive,
        "whole_number",
        "30",
        "Within how many days every stored object is read and hashed again.",
    ),
    _setting(
        "job_memory_bytes",
        readers.read_positive,
        "whole_number",
        "4294967296",
        "How much memory one background job may use, in bytes.",
    ),
    _setting(
        "job_seconds",
        readers.read_positive,
        "whole_number",
        "3600",
        "How long one background job may run, in seconds.",
    ),
    _setting(
        "jobs_at_once",
        readers.read_natural,
        "natural_number",
        "2",
        "How many background jobs run at a time; with 0 another process must run them.",
    ),
    _setting(
        "heartbeat_seconds",
        readers.read_seconds,
        "seconds",
        "2",
        "How often a running job gives a sign of life, in seconds.",
    ),
    _setting(
        "stale_seconds",
        readers.read_seconds,
        "seconds",
        "10",
        "After how many seconds without a sign of life a job is started again.",
    ),
    _setting(
        "clamd_address",
        readers.read_clamd_address,
        "clamd_address",
        "unix:/run/clamav/clamd.ctl",
        "Where clamd listens, `unix:/path` or `tcp://host:port`; empty where there is no antivirus "
        "scanner, and then conclusions say so.",
    ),
    _setting(
        "trust_anchors",
        str,
        "text",
        "/etc/thanhtra/anchors.pem",
        "A PEM file of the authorities whose signatures are trusted; without it signatures stay "
        "undetermined.",
    ),
    _setting(
        "screening_memory_bytes",
        readers.read_positive,
        "whole_number",
        "1073741824",
        "How much memory the process that opens one received file may use, in bytes.",
    ),
    _setting(
        "screening_seconds",
        readers.read_positive,
        "whole_number",
        "120",
        "How long opening one received file may take, in seconds; less than a job may run.",
    ),
    _setting(
        "log_level",
        readers.read_log_level,
        "log_level",
        "info",
        "The least important event that is logged.",
    ),
)

_REQUIRED: Final = frozenset({"database_url", "storage", "work_folder", "secret"})
