"""The variables of the environment: how each is read, and what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api import setting_values as readers
from evidence.locking import LockMode

PREFIX: Final = "THANHTRA_"
REQUIRED: Final = frozenset({"database_url", "storage", "work_folder", "secret"})


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
